// What git tracks in a worktree and a checkout leaves out: empty submodules, pointers to large files, a sparse checkout's rest.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readText, statOf } from "./disk.ts";
import type { InRepository } from "./git.ts";
import { readIndexEntries } from "./index-entries.ts";
import { readOwnership } from "./registration.ts";

export interface LeftOut {
  /** Submodules that nobody initialised here: empty folders. */
  readonly submodules: readonly string[];
  /** Files that hold the pointer which a large-file store would replace. */
  readonly pointers: readonly string[];
  readonly sparse: boolean;
}

/**
 * Looks at the worktree at `path`. Plain files say whether there is anything to ask git for, so it costs nothing in most
 * repositories; attributes below the top folder are not looked for. Throws Faults `git-failed`, `file-system`.
 */
export async function listLeftOut(repository: InRepository, { path }: { readonly path: string }): Promise<LeftOut> {
  const [submodules, pointers, sparse] = await Promise.all([
    listEmptySubmodules(repository, path),
    listPointers(repository, path),
    isSparse(repository, path),
  ]);
  return { submodules, pointers, sparse };
}

async function listEmptySubmodules(repository: InRepository, path: string): Promise<readonly string[]> {
  if ((await statOf(join(path, ".gitmodules"))) === undefined) return [];
  const { links } = await readIndexEntries(repository, { path });
  const filled = await Promise.all(links.map((name) => statOf(join(path, name, ".git"))));
  return links.filter((_, index) => filled[index] === undefined);
}

/** How a pointer begins, and more bytes than one has (the Git LFS specification). */
const pointerStart = "version https://git-lfs.github.com/spec/";
const pointerLimit = 1024;

async function listPointers(repository: InRepository, path: string): Promise<readonly string[]> {
  const attributes = (await readText(join(path, ".gitattributes"))) ?? "";
  if (!/\bfilter=lfs\b/u.test(attributes)) return [];
  const { stdout } = await repository.git.read(["ls-files", "-z", "--", ":(attr:filter=lfs)"], { cwd: path });
  const names = stdout.split("\0").filter((name) => name !== "");
  const found: string[] = [];
  for (const name of names) if (await isPointer(join(path, name))) found.push(name);
  return found;
}

async function isPointer(path: string): Promise<boolean> {
  const found = await statOf(path);
  if (found?.isFile() !== true || found.size >= pointerLimit) return false;
  return (await readFile(path, "latin1").catch(() => "")).startsWith(pointerStart);
}

async function isSparse(repository: InRepository, path: string): Promise<boolean> {
  const ownership = await readOwnership(repository, { path });
  if (ownership.kind !== "ours") return false;
  return (await statOf(join(ownership.registration.admin, "info", "sparse-checkout"))) !== undefined;
}
