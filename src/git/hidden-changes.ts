// Files that differ although `git status` is silent about them, because someone told git not to look.
import { join } from "node:path";
import { statOf } from "./disk.ts";
import type { InRepository } from "./git.ts";
import { copyIndex } from "./index-copy.ts";
import { withScratch } from "./scratch.ts";

/**
 * Paths marked assume-unchanged or skip-worktree whose file is there and differs from the index. A skip-worktree file
 * that is absent is a sparse checkout, not a change. Throws Faults `git-failed`, `file-system`.
 */
export async function listHiddenChanges(
  repository: InRepository,
  { path }: { readonly path: string },
): Promise<readonly string[]> {
  const marked = await listMarked(repository, path);
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

/** Marked files that are there: `git ls-files -v` shows assume-unchanged in lower case, skip-worktree as S. */
export async function listMarked(repository: InRepository, path: string): Promise<readonly string[]> {
  const { stdout } = await repository.git.read(["ls-files", "-v", "-z"], { cwd: path });
  const marked = stdout
    .split("\0")
    .filter((entry) => /^[a-zS] /.test(entry))
    .map((entry) => entry.slice(2));
  const found = await Promise.all(marked.map((name) => statOf(join(path, name))));
  return marked.filter((_, index) => found[index] !== undefined);
}
