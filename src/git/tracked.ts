// Which of some files git tracks.
import type { Oid } from "../core/event.ts";
import type { InRepository } from "./git.ts";

/** Those of `files` (relative to the worktree at `path`) that are in its index. Throws Fault `git-failed`. */
export async function listTracked(
  repository: InRepository,
  { path, files }: { readonly path: string; readonly files: readonly string[] },
): Promise<readonly string[]> {
  const { stdout } = await repository.git.read(["--literal-pathspecs", "ls-files", "-z", "--", ...files], {
    cwd: path,
  });
  return stdout.split("\0").filter((name) => name !== "");
}

/** Those of `files` that `commit` holds: what is tracked in a worktree that it was checked out into just now. Throws Fault `git-failed`. */
export async function listTrackedIn(
  repository: InRepository,
  { commit, files }: { readonly commit: Oid; readonly files: readonly string[] },
): Promise<readonly string[]> {
  const key = [commit, ...files].join("\0");
  const known = repository.known?.held.get(key);
  if (known !== undefined) return known;
  const args = ["ls-tree", "-z", "--name-only", "--full-tree", commit, "--", ...files];
  const { stdout } = await repository.git.read(args);
  const held = stdout.split("\0").filter((name) => name !== "");
  repository.known?.held.set(key, held);
  return held;
}
