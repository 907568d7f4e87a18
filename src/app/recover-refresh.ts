// Takes up a move onto another base that a process which died left half-done.
import { join } from "node:path";
import { refStage } from "../core/identity.ts";
import { noOperations, openOperation } from "../core/operation.ts";
import type { StageRecord } from "../core/stage-record.ts";
import { finishMove } from "../git/finish-move.ts";
import { reverse } from "../git/move.ts";
import { clearStaleLocks, refLocks } from "../git/stale-locks.ts";
import { backupRef, type RefChange, resolveRef, updateRefs } from "../git/refs.ts";
import { readOwnership } from "../git/registration.ts";
import { withRepositoryLock } from "../host/lock.ts";
import { toChange } from "./apply-refresh.ts";
import type { Session } from "./session.ts";

type Half = NonNullable<StageRecord["unfinishedRefresh"]>;

/** Each is finished where the branch was moved already, else taken back. Faults: those of git and of the store. */
export async function recoverRefreshes(session: Session): Promise<void> {
  const { directory } = session.project;
  let found = false;
  for (const { unfinishedRefresh: half } of session.state().stages.values()) {
    if (half === undefined) continue;
    found = true;
    await withRepositoryLock(directory, () => recoverOne(session, half));
  }
  if (found) await session.look();
}

async function recoverOne(session: Session, half: Half): Promise<void> {
  const { repository } = session.project;
  const { type: _, at: __, ...refresh } = half;
  const { stage, branch, from, to } = refresh;
  await clearOwnLocks(session, half);
  const changes = refresh.refs.map(toChange);
  const values = await Promise.all(changes.map(async ({ ref }) => resolveRef(repository, ref)));
  const isAt = (index: number, oid: string | undefined): boolean => values[index] === oid;
  const moved = changes.filter(({ to: after }, index) => isAt(index, after));
  const open = changes.filter(({ from: before, to: after }, index) => before !== after && isAt(index, before));
  const tip = await resolveRef(repository, `refs/heads/${branch}`);
  const isMoved = from === to ? moved.length > 0 || changes.length === 0 : tip === to;
  if (!isMoved) {
    await updateRefs(repository, moved.map(reverse));
    const reason =
      tip === from ? "it was interrupted, and nothing was changed" : `it was interrupted, and ${branch} moved since`;
    const operation = openOperation(session.state().operations ?? noOperations, stage);
    session.emit(
      { type: "refresh-failed", stage, reason },
      ...(operation === undefined ? [] : [{ type: "operation-withdrawn", operation: operation.id, stage } as const]),
    );
    return;
  }
  await updateRefs(repository, open satisfies readonly RefChange[]);
  await finishFiles(session, half);
  session.emit({ type: "refresh-finished", ...refresh });
}

async function finishFiles(session: Session, half: Half): Promise<void> {
  const { repository, ambient } = session.project;
  const { stage, path, from, to } = half;
  if (path === undefined || from === to) return;
  // A worktree that was taken away meanwhile has no files to move.
  if ((await readOwnership(repository, { path })).kind === "not-ours") return;
  const own = refStage(session.plan.stages.find(({ id }) => id === stage) ?? { id: stage });
  const saveTo = backupRef({ plan: session.plan.id, stage: own, at: ambient.now() });
  const finished = await finishMove(repository, { path, from, to, saveTo });
  if (finished.kind === "left") {
    const text = `the files of ${path} were left as they are: something was staged there since its move was interrupted`;
    session.emit({ type: "note", stage, text });
  } else if (finished.saved.length > 0) {
    const text = `its move was interrupted; what ${finished.saved.join(", ")} held meanwhile is saved as ${saveTo}`;
    session.emit({ type: "note", stage, text });
  }
}

/** Those that a git of ours left which was killed; a living one keeps its own. */
async function clearOwnLocks(session: Session, { path, refs, at }: Half): Promise<void> {
  const { repository } = session.project;
  const ownership = path === undefined ? undefined : await readOwnership(repository, { path });
  const inOwn =
    ownership?.kind === "ours"
      ? ["index.lock", "HEAD.lock"].map((name) => join(ownership.registration.admin, name))
      : [];
  const shared = refLocks(
    repository,
    refs.map(({ ref }) => ref),
  );
  await clearStaleLocks(repository, { files: [...shared, ...inOwn], since: at });
}
