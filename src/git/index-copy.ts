// A copy of a worktree's index to work on, so that the user's own stays as it is.
import { copyFile, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { onDisk, statOf } from "./disk.ts";
import { gitDirOf } from "./registration.ts";

/**
 * Copies the index of the worktree at `path` into `folder` and returns the environment in which git uses the copy; an
 * absent index stays absent. Throws Fault `file-system`.
 */
export async function copyIndex({
  path,
  folder,
}: {
  readonly path: string;
  readonly folder: string;
}): Promise<Readonly<Record<string, string>>> {
  const copy = join(folder, "index");
  const gitDir = await gitDirOf(path);
  const index = gitDir === undefined ? undefined : join(gitDir, "index");
  if (index !== undefined && (await statOf(index)) !== undefined) {
    await onDisk(copyFile(index, copy), { action: "copy", path: index });
    // git trusts a file's recorded time only when the index is younger: a younger copy would hide a change made in the
    // moment the index was written.
    const { mtimeMs } = await onDisk(stat(index), { action: "read", path: index });
    const seconds = Math.floor(mtimeMs - 1) / 1000;
    await onDisk(utimes(copy, seconds, seconds), { action: "write", path: copy });
  }
  return { GIT_INDEX_FILE: copy };
}
