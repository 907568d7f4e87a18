// Which of some files git tracks.
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
