// Lock files of git: a git that was killed leaves them behind, and then every later one refuses to write.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type AtWork, listGitAtWork, listOpeners } from "./git-processes.ts";
import { canonicalPath, statOf } from "./disk.ts";
import type { InRepository } from "./git.ts";
import { readRegistrations } from "./registration.ts";

export interface LockFile {
  /** Absolute. */
  readonly path: string;
  /** When it was last written, in milliseconds since the epoch. */
  readonly since: number;
  /** Tells this very file from a later one of its name. */
  readonly identity: string;
}

/** Every lock file of the repository and its worktrees: of indexes, heads, refs and the configuration. Runs no git. */
export async function listLockFiles(repository: Pick<InRepository, "commonDir">): Promise<readonly LockFile[]> {
  const { commonDir } = repository;
  const admins = (await readRegistrations(repository)).map(({ admin }) => admin);
  const flat = await Promise.all([commonDir, ...admins].map((folder) => locksIn(folder, { deep: false })));
  const deep = await Promise.all([commonDir, ...admins].map((folder) => locksIn(join(folder, "refs"), { deep: true })));
  const found = await Promise.all([...flat, ...deep].flat().map((path) => readLockFile(path)));
  return found.filter((lock) => lock !== undefined);
}

/** Paths of the locks in a folder, `deep` of all below it; none where there is no such folder. No ref may end in `.lock`, so whatever does is a lock. */
export async function locksIn(folder: string, { deep }: { readonly deep: boolean }): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isFile() && entry.name.endsWith(".lock")) found.push(path);
    else if (deep && entry.isDirectory()) found.push(...(await locksIn(path, { deep })));
  }
  return found;
}

/** The lock file at `path` as it is now; undefined where there is none. Throws Fault `file-system`. */
export async function readLockFile(path: string): Promise<LockFile | undefined> {
  const found = await statOf(path);
  if (found?.isFile() !== true) return undefined;
  return { path, since: Number(found.mtimeMs), identity: `${found.dev}:${found.ino}:${found.mtimeMs}:${found.size}` };
}

/** Who may own the lock files: git processes at work here, and whoever has one of them open. */
export async function listLockOwners(
  repository: Pick<InRepository, "commonDir">,
  locks: readonly LockFile[],
): Promise<AtWork & { readonly openers: ReadonlyMap<string, readonly number[]> }> {
  const atWork = await listGitAtWork(repository);
  const openers = new Map<string, readonly number[]>();
  for (const { path } of locks) openers.set(path, await listOpeners(await canonicalPath(path)));
  return { ...atWork, openers };
}
