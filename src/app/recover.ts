// Takes up what a process that died left half-done. Every part is idempotent and touches only what the record says is ours.
import { noOperations, openOperation } from "../core/operation.ts";
import { knownStage, noIdentities, refStage } from "../core/identity.ts";
import type { StageId } from "../core/plan.ts";
import { baseRef, deleteRef, resolveRef } from "../git/refs.ts";
import { removeWorktree } from "../git/removal.ts";
import { pathKind, removeInBackground } from "../host/files.ts";
import { withRepositoryLock } from "../host/lock.ts";
import { takeBack } from "./apply-setup.ts";
import { resumeTurn } from "./turn.ts";
import type { Session } from "./session.ts";

/**
 * Before the first question to git: an interrupted creation can leave what makes every list of worktrees fail. The caller
 * holds the plan's lock. Faults: those of git and of the store.
 */
export async function recover(session: Session): Promise<void> {
  await recoverSetups(session);
  await recoverRemovals(session);
  for (const { id, after } of operationsOf(session).list) {
    if (after === undefined) session.emit({ type: "operation-finished", operation: id, interrupted: true });
  }
  await resumeTurn(session);
}

const operationsOf = (session: Session) => session.state().operations ?? noOperations;

/** Whether a process left something half-done, or does it at this moment. */
export const isUnfinished = (session: Session): boolean =>
  operationsOf(session).turning !== undefined ||
  operationsOf(session).list.some(({ after }) => after === undefined) ||
  Object.values(session.state().stages).some(
    ({ unfinishedSetup, unfinishedRemoval }) => unfinishedSetup !== undefined || unfinishedRemoval !== undefined,
  );

/** Set-ups are taken back, also of stages that the plan no longer has. */
async function recoverSetups(session: Session): Promise<void> {
  let found = false;
  for (const { unfinishedSetup: half } of Object.values(session.state().stages)) {
    if (half === undefined) continue;
    found = true;
    const { stage, branch, path, base, parents = [] } = half;
    const { result } = await takeBack(session, { ...half, since: half.at });
    const operation = openOperation(operationsOf(session), stage);
    session.emit(
      result === "finished"
        ? { type: "setup-finished", stage, branch, path, base, parents }
        : { type: "setup-failed", stage, reason: "it was interrupted; what it left was taken back", interrupted: true },
      ...(result === "finished" || operation === undefined
        ? []
        : [{ type: "operation-withdrawn", operation: operation.id, stage } as const]),
    );
  }
  if (found) await session.look();
}

/**
 * A removal whose folder was moved away already is finished; one that had not come so far is left alone, since nothing was
 * lost and the facts have to be read anew. A branch that is left is for the next clean-up.
 */
async function recoverRemovals(session: Session): Promise<void> {
  const { repository, directory } = session.project;
  for (const { unfinishedRemoval: half } of Object.values(session.state().stages)) {
    if (half === undefined || (await pathKind(half.path)) !== "absent") continue;
    const { stage, path, branch, restore = "" } = half;
    await withRepositoryLock(directory, async () => {
      const { trash } = await removeWorktree(repository, { path, trash: half.trash });
      const branchDeleted = (await resolveRef(repository, `refs/heads/${branch}`)) === undefined;
      if (branchDeleted) await dropBaseRef(session, stage);
      const unmerged = half.unmerged === undefined ? {} : { unmerged: half.unmerged };
      session.emit({ type: "removal-finished", stage, path, branch, branchDeleted, restore, ...unmerged });
      if (trash !== undefined) removeInBackground(trash);
    });
  }
}

/** Forgets the recorded base of a stage; nothing when there is none. */
export async function dropBaseRef(session: Session, stage: StageId): Promise<void> {
  const { repository } = session.project;
  const ref = baseRef({ plan: session.plan.id, stage: refStage({ id: stage, ...generationOf(session, stage) }) });
  const at = await resolveRef(repository, ref);
  if (at !== undefined) await deleteRef(repository, { ref, from: at });
}

/** Also of a stage that the plan no longer has. */
function generationOf(session: Session, stage: StageId): { readonly generation?: number } {
  const generation = knownStage(session.state().identities ?? noIdentities, stage)?.generation;
  return generation === undefined ? {} : { generation };
}
