// A worktree of our own for a while, on no branch: what a commit holds, with nobody's work in it.
import { basename, dirname, join } from "node:path";
import type { Oid } from "../core/event.ts";
import { Fault } from "../core/fault.ts";
import type { InRepository } from "./git.ts";
import { readOwnership } from "./registration.ts";

const prefix = ".stagetree-base-";

/** Where it lies: beside `worktree`, so that paths that lead out of one lead to the same place from the other. */
export const scratchWorktreePath = (worktree: string, token: string): string =>
  join(dirname(worktree), `${prefix}${token.slice(0, 8)}`);

/** Whether the path is that of such a worktree, of this or another run. */
export const isScratchWorktree = (path: string): boolean => basename(path).startsWith(prefix);

/**
 * Registers an empty worktree at `path` (absolute) on `commit`, locked with the token `reason` as long as it is there: by that
 * it is known for ours. The caller holds the repository lock and fills it with `checkoutWorktree`. Throws Fault `git-failed`.
 */
export async function addScratchWorktree(
  repository: InRepository,
  { path, commit, reason }: { readonly path: string; readonly commit: Oid; readonly reason: string },
): Promise<void> {
  const args = ["worktree", "add", "--detach", "--no-checkout", "--lock", "--reason", reason, "--", path, commit];
  await repository.git.write(args);
}

/**
 * Brings the files back to `commit`; ignored ones stay. Only in a worktree that carries our token. Throws Faults `refused`,
 * `git-failed`.
 */
export async function resetScratchWorktree(
  repository: InRepository,
  { path, commit, reason }: { readonly path: string; readonly commit: Oid; readonly reason: string },
): Promise<void> {
  const ownership = await readOwnership(repository, { path });
  if (ownership.kind === "not-ours" || ownership.registration.locked !== reason) {
    throw new Fault("refused", {
      what: `bring back the files in ${path}`,
      why: "it is not the worktree that was made for this",
      now: `Look into ${path}; nothing was changed.`,
    });
  }
  await repository.git.write(["reset", "--hard", "--quiet", commit], { cwd: path });
  await repository.git.write(["clean", "-ffdq"], { cwd: path });
}
