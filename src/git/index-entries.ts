// What the index of a worktree says beside the names of its files: which ones git overlooks, which are submodules, which are in conflict.
import { join } from "node:path";
import { type IndexBytes, readIndexBytes } from "./clean-worktree.ts";
import { statOf } from "./disk.ts";
import type { InRepository } from "./git.ts";
import { holdsOnlyFiles } from "./index-file.ts";
import { gitDirOf } from "./registration.ts";

export interface IndexEntries {
  /** Marked assume-unchanged or skip-worktree, whose file is there. */
  readonly marked: readonly string[];
  /** Submodules, initialised or not. */
  readonly links: readonly string[];
  /** Paths of a merge that nobody has resolved. */
  readonly conflicts: readonly string[];
}

/**
 * Reads the index of the worktree at `path`, from its `bytes` where they are at hand. A marked file that is absent is a
 * sparse checkout, no mark to speak of. Throws Faults `git-failed`, `file-system`.
 */
export async function readIndexEntries(
  repository: InRepository,
  { path, bytes }: { readonly path: string; readonly bytes?: IndexBytes | undefined },
): Promise<IndexEntries> {
  const index = bytes ?? (await readBytes(path));
  if (index !== undefined && holdsOnlyFiles(index)) return { marked: [], links: [], conflicts: [] };
  const { stdout } = await repository.git.read(["ls-files", "--stage", "-v", "-z"], { cwd: path });
  const marked: string[] = [];
  const links: string[] = [];
  const conflicts = new Set<string>();
  for (const entry of stdout.split("\0")) {
    // `<tag> <mode> <object> <stage>\t<path>`: git shows assume-unchanged in lower case, skip-worktree as S.
    const tab = entry.indexOf("\t");
    if (tab === -1) continue;
    const name = entry.slice(tab + 1);
    if (/^[a-zS] /.test(entry)) marked.push(name);
    if (entry.startsWith("160000 ", 2)) links.push(name);
    if (entry.charAt(tab - 1) !== "0") conflicts.add(name);
  }
  const found = await Promise.all(marked.map((name) => statOf(join(path, name))));
  return { marked: marked.filter((_, at) => found[at] !== undefined), links, conflicts: [...conflicts] };
}

async function readBytes(path: string): Promise<IndexBytes | undefined> {
  const gitDir = await gitDirOf(path);
  return gitDir === undefined ? undefined : readIndexBytes(join(gitDir, "index"));
}
