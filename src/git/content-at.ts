// Whether a worktree holds exactly a commit, whatever its HEAD says; and moving its files from one commit to another.
import type { Oid } from "../core/event.ts";
import { Fault } from "../core/fault.ts";
import { listChangedPaths } from "./changed-paths.ts";
import type { InRepository } from "./git.ts";
import { copyIndex } from "./index-copy.ts";
import { findObstacle } from "./move.ts";
import { withScratch } from "./scratch.ts";

/**
 * `from`, `to`: index and tracked files at `path` are those of that commit. Untracked files do not count. Changes nothing.
 * Throws Faults `git-failed`, `file-system`.
 */
export const contentAt = (
  repository: InRepository,
  { path, from, to }: { readonly path: string; readonly from: Oid; readonly to: Oid },
): Promise<"from" | "to" | "other"> =>
  withScratch(repository, async (folder) => {
    const env = await copyIndex({ path, folder });
    await repository.git.write(["update-index", "-q", "--refresh"], { cwd: path, env, allowExit: [1] });
    const differs = async (commit: Oid): Promise<boolean> => {
      const args = ["diff-index", "--quiet", "--ignore-submodules=none", commit, "--"];
      const staged = await repository.git.read(["diff-index", "--quiet", "--cached", commit, "--"], {
        cwd: path,
        env,
        allowExit: [1],
      });
      if (staged.code === 1) return true;
      return (await repository.git.read(args, { cwd: path, env, allowExit: [1] })).code === 1;
    };
    if (!(await differs(to))) return "to";
    return (await differs(from)) ? "other" : "from";
  });

/** The files and the index at `path` go from one commit to the other; Fault `refused` where an untracked file is in the way. */
export async function moveFiles(
  repository: InRepository,
  { path, from, to }: { readonly path: string; readonly from: Oid; readonly to: Oid },
): Promise<void> {
  const refuse = (why: string): Fault =>
    new Fault("refused", { what: `move ${path} to ${to.slice(0, 12)}`, why, now: `Look into ${path}.` });
  const obstacle = await findObstacle(repository, { path, changed: await listChangedPaths(repository, { from, to }) });
  if (obstacle !== undefined) throw refuse(obstacle);
  const read = await repository.git.write(["read-tree", "-m", "-u", from, to], { cwd: path, allowExit: [128] });
  if (read.code !== 0) throw refuse(read.stderr.trim().replace(/^(?:error|fatal): /u, ""));
}
