// Moving a worktree's branch to another commit, files and all.
import type { Oid } from "../core/event.ts";
import { Fault } from "../core/fault.ts";
import type { InRepository } from "./git.ts";
import { updateRefs } from "./refs.ts";

/**
 * Moves a branch, the clean worktree it is checked out in, and the ref `alsoMove` that is at the same commit from one commit to
 * another. The caller holds the repository lock. Throws Fault `refused` where one of the refs is elsewhere by now, or a file
 * that is not tracked lies in the way; then everything is where it was.
 */
export async function moveWorktree(
  repository: InRepository,
  move: {
    readonly path: string;
    readonly branch: string;
    readonly from: Oid;
    readonly to: Oid;
    readonly alsoMove: string;
  },
): Promise<void> {
  const { path, from, to } = move;
  const refs = [`refs/heads/${move.branch}`, move.alsoMove];
  await updateRefs(
    repository,
    refs.map((ref) => ({ ref, from, to })),
  );
  // A merge of two trees keeps what is not in either, and refuses to overwrite it.
  const read = await repository.git.write(["read-tree", "-m", "-u", from, to], { cwd: path, allowExit: [128] });
  if (read.code === 0) return;
  await updateRefs(
    repository,
    refs.map((ref) => ({ ref, from: to, to: from })),
  );
  throw new Fault("refused", {
    what: `move ${path} to ${to.slice(0, 12)}`,
    why: read.stderr.trim().replace(/^(?:error|fatal): /, ""),
    now: `Look into ${path}, then run the command again.`,
  });
}
