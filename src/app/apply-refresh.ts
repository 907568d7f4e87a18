// Moves one stage onto another base: what was assembled, between an event before and an event after.
import type { SetupEntry } from "../core/answers.ts";
import type { Event, Refresh } from "../core/event.ts";
import { isFault } from "../core/fault.ts";
import type { RefreshMove, RefreshPlan } from "../core/refresh-plan.ts";
import { moveWorktree } from "../git/move.ts";
import { type RefChange, updateRefs } from "../git/refs.ts";
import { withRepositoryLock } from "../host/lock.ts";
import { ownWork } from "./guard.ts";
import type { Operation } from "./operation.ts";
import { describeProblem } from "./problem.ts";
import type { Session } from "./session.ts";
import { writeStageFiles } from "./stage-files.ts";

/**
 * Carries out `planned`, whose commits are in the repository already, and returns its entry as it came out. `check` looks once
 * more, under the lock, for what keeps the worktree from being moved. Every ref that changes is in the events with what it was
 * and what it is. Rejects only for bugs.
 */
export async function applyRefresh(
  session: Session,
  {
    planned,
    check,
    operation,
  }: {
    readonly planned: RefreshPlan;
    readonly check: () => Promise<string | undefined>;
    readonly operation: Operation;
  },
): Promise<SetupEntry> {
  const { entry, move } = planned;
  if (move === undefined) return entry;
  const { directory } = session.project;
  const refresh = toRefresh(session, { entry, move });
  try {
    const checkAndApply = async (): Promise<string | undefined> => {
      const found = move.from === move.to ? undefined : await check();
      if (found === undefined) await applyUnderLock(session, { refresh, operation });
      return found;
    };
    const work = () => withRepositoryLock(directory, checkAndApply);
    const problem = await ownWork(session, { owner: entry.id, work });
    if (problem !== undefined) return { ...bare(entry), outcome: "refused", reason: problem };
  } catch (error) {
    const reason = describeProblem(error);
    if (reason === undefined) throw error;
    // Then everything is where it was; after any other trouble the next command finishes what was begun.
    const isBack = isFault(error, "refused");
    if (isBack) {
      session.emit({ type: "refresh-failed", stage: entry.id, reason });
      operation.withdraw({ stage: entry.id });
    }
    return { ...bare(entry), outcome: isBack ? "refused" : "failed", reason };
  }
  session.emit({ type: "refresh-finished", ...refresh });
  const { path: worktree, base } = refresh;
  const { stage } = session.view(entry.id);
  if (worktree !== undefined) await writeStageFiles(session.project, { plan: session.plan, stage, worktree, base });
  return entry;
}

function toRefresh(
  session: Session,
  { entry, move }: { readonly entry: SetupEntry; readonly move: RefreshMove },
): Refresh {
  const { worktree } = session.view(entry.id).facts;
  const { sameTree, ...rest } = move;
  return {
    stage: entry.id,
    branch: entry.branch,
    ...(worktree.exists ? { path: worktree.path } : {}),
    ...rest,
    ...(sameTree ? { sameTree } : {}),
  };
}

async function applyUnderLock(
  session: Session,
  { refresh, operation }: { readonly refresh: Refresh; readonly operation: Operation },
): Promise<void> {
  const started: Event = { type: "refresh-started", ...refresh };
  const { repository } = session.project;
  const { path, from, to } = refresh;
  const refs = refresh.refs.map(toChange);
  await operation.intend({ stages: [refresh.stage], changes: refresh.refs, events: [started] });
  if (path === undefined || from === to) await updateRefs(repository, refs);
  else await moveWorktree(repository, { path, from, to, refs });
}

/** The same ref change as git is told it. */
export const toChange = ({ ref, before, after }: Refresh["refs"][number]): RefChange => ({
  ref,
  ...(before === undefined ? {} : { from: before }),
  ...(after === undefined ? {} : { to: after }),
});

const bare = ({ id, branch, worktree }: SetupEntry): Pick<SetupEntry, "id" | "branch" | "worktree"> => ({
  id,
  branch,
  worktree,
});
