// How much room the files of a commit take once they are checked out, from what git knows without writing any.
import { join } from "node:path";
import type { Oid } from "../core/event.ts";
import { namesIn, statOf } from "./disk.ts";
import type { InRepository } from "./git.ts";

/** Files, and the folders they lie in, take whole blocks; these are the usual ones. Bytes. */
const block = 4096;

const inBlocks = (bytes: number): number => Math.ceil(bytes / block) * block;

/**
 * Bytes on disk of the tracked files of `commit`; undefined where nobody can tell beforehand: in a sparse checkout, and in a
 * partial clone, where asking for a size would fetch the file. Filters can make more of a file; those of a pointer to a
 * large file do not count. Throws Faults `git-failed`, `file-system`.
 */
export async function checkoutSize(repository: InRepository, commit: Oid): Promise<number | undefined> {
  if ((await isSparse(repository)) || (await isPartial(repository))) return undefined;
  const known = repository.known?.sizes.get(commit);
  if (known !== undefined) return known;
  const { stdout } = await repository.git.read([
    "ls-tree",
    "-r",
    "-t",
    "--full-tree",
    "--format=%(objectsize)",
    commit,
  ]);
  let bytes = 0;
  for (const line of stdout.split("\n")) {
    // A folder or a submodule has no size, and takes a block.
    if (line !== "") bytes += line === "-" ? block : inBlocks(Number(line));
  }
  repository.known?.sizes.set(commit, bytes);
  return bytes;
}

/** New worktrees are made sparse where the main one is. */
const isSparse = async ({ commonDir }: InRepository): Promise<boolean> =>
  (await statOf(join(commonDir, "info", "sparse-checkout"))) !== undefined;

/** git marks the packs it was promised the rest of. */
async function isPartial({ commonDir }: InRepository): Promise<boolean> {
  const names = await namesIn(join(commonDir, "objects", "pack"));
  return names.some((name) => name.endsWith(".promisor"));
}
