// Files that differ although `git status` is silent about them, because someone told git not to look.
import type { InRepository } from "./git.ts";
import { copyIndex } from "./index-copy.ts";
import { withScratch } from "./scratch.ts";

/**
 * Those of the `marked` files (as `readIndexEntries` finds them) that differ from the index. Throws Faults `git-failed`, `file-system`.
 */
export async function listHiddenChanges(
  repository: InRepository,
  { path, marked }: { readonly path: string; readonly marked: readonly string[] },
): Promise<readonly string[]> {
  if (marked.length === 0) return [];
  return withScratch(repository, async (folder) => {
    const env = await copyIndex({ path, folder });
    await unmark(repository, { path, names: marked, env });
    await repository.git.write(["update-index", "-q", "--refresh"], { cwd: path, env, allowExit: [1] });
    const { stdout } = await repository.git.read(["diff-files", "--name-only", "-z"], { cwd: path, env });
    const changed = new Set(stdout.split("\0"));
    return marked.filter((name) => changed.has(name));
  });
}

/** In the index that `env` names, lets git see the marked files again. */
export async function unmark(
  repository: InRepository,
  {
    path,
    names,
    env,
  }: { readonly path: string; readonly names: readonly string[]; readonly env: Readonly<Record<string, string>> },
): Promise<void> {
  if (names.length === 0) return;
  const input = names.map((name) => `${name}\0`).join("");
  for (const flag of ["--no-assume-unchanged", "--no-skip-worktree"]) {
    await repository.git.write(["update-index", flag, "-z", "--stdin"], { cwd: path, env, input });
  }
}
