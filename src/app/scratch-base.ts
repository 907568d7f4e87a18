// A worktree that holds what a stage started from, made like the stage's own and gone again when the work in it ends.
import { join } from "node:path";
import type { Oid } from "../core/event.ts";
import { describeOutcome, passed } from "../core/outcome.ts";
import type { Stage } from "../core/plan.ts";
import { undoHalfMadeWorktree } from "../git/recovery.ts";
import { addScratchWorktree, resetScratchWorktree, scratchWorktreePath } from "../git/scratch-worktree.ts";
import { checkoutWorktree } from "../git/worktrees.ts";
import { copyIgnored, expandPatterns } from "../host/copy.ts";
import { removeInBackground } from "../host/files.ts";
import { withRepositoryLock } from "../host/lock.ts";
import { runStageCommand, type Stop } from "./run-command.ts";
import type { Session } from "./session.ts";

export interface ScratchBase {
  /** Absolute. */
  readonly path: string;
  /** Brings the files back to how they were made. */
  readonly reset: () => Promise<void>;
}

/**
 * Does `work` in a fresh worktree of `commit`, beside the stage's own, with the same ignored files copied and the same set-up
 * command. It is recorded before it is made, so that one that is left by a killed process is found. Undefined where the set-up
 * command did not pass. Faults: those of git and of the file system.
 */
export async function withScratchBase<T>(
  session: Session,
  options: Stop & { readonly stage: Stage; readonly commit: Oid; readonly attempt: number; readonly timeoutMs: number },
  work: (scratch: ScratchBase) => Promise<T>,
): Promise<T | undefined> {
  const { project } = session;
  const { repository, directory, ambient, config } = project;
  const { stage, commit, attempt, timeoutMs, signal, hurry } = options;
  const token = ambient.token();
  const path = scratchWorktreePath(session.view(stage.id).facts.worktree.path, token);
  const reason = `stagetree:${token}:base`;
  session.emit({ type: "baseline-started", stage: stage.id, path, commit, token: reason });
  try {
    await withRepositoryLock(directory, () => addScratchWorktree(repository, { path, commit, reason }), { signal });
    await checkoutWorktree(repository, { path });
    const root = repository.mainWorktree;
    const paths = await expandPatterns({ root, patterns: config.copy });
    await copyIgnored({ from: root, to: path, paths, signal });
    if (config.setup !== undefined) {
      const { outcome } = await runStageCommand(session, {
        signal,
        ...(hurry === undefined ? {} : { hurry }),
        spec: { stage, attempt, what: "setup", command: config.setup, cwd: path, worktree: path, timeoutMs },
      });
      if (!passed(outcome)) {
        const text = `its base could not be looked at: the set-up command ${describeOutcome(outcome)} there`;
        if (outcome.kind !== "cancelled") session.emit({ type: "note", stage: stage.id, text });
        return undefined;
      }
    }
    const reset = (): Promise<void> => resetScratchWorktree(repository, { path, commit, reason });
    return await work({ path, reset });
  } finally {
    await removeScratchBase(session, { stage: stage.id, path, commit, token: reason, at: ambient.now() });
  }
}

/** Takes the worktree away that `baseline-started` tells of, if it is there and carries the token; doing it again is nothing. */
export async function removeScratchBase(
  session: Session,
  half: {
    readonly stage: string;
    readonly path: string;
    readonly commit: Oid;
    readonly token: string;
    readonly at: number;
  },
): Promise<void> {
  const { repository, directory, ambient } = session.project;
  const { stage, path, commit, token, at } = half;
  await withRepositoryLock(directory, async () => {
    const { trash } = await undoHalfMadeWorktree(repository, {
      path,
      branch: stage,
      base: commit,
      // There is none to take back.
      branchExisted: true,
      token,
      trash: join(directory, "trash", ambient.token()),
      since: at,
    });
    if (trash !== undefined) removeInBackground(trash);
  });
  session.emit({ type: "baseline-finished", stage, path });
}
