// Whether a copy still is what it was copied from.
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";

/** Bytes; larger files are told apart by their times alone. */
const readLimit = 64 * 1024 * 1024;

/** Bytes; smaller files are always read: a time can be set, and an edit can keep the size. */
const readAlways = 1024 * 1024;

/**
 * Whether everything in `copy` (a file, a link or a folder; absolute) lies at the same place in `original`, byte for byte.
 * What only the original has does not count. Two files of more than a megabyte, of one size and one time (to the
 * millisecond, as copying keeps it) are taken as equal unread. False where one of them cannot be read.
 */
export async function hasSameContent(copy: string, original: string): Promise<boolean> {
  try {
    const [one, other] = await Promise.all([lstat(copy), lstat(original)]);
    if (one.isSymbolicLink()) return other.isSymbolicLink() && (await readlink(copy)) === (await readlink(original));
    if (one.isDirectory()) return other.isDirectory() && (await holdsSame(copy, original));
    if (!one.isFile() || !other.isFile() || one.size !== other.size) return false;
    if (one.size > readAlways && Math.floor(one.mtimeMs) === Math.floor(other.mtimeMs)) return true;
    return one.size <= readLimit && (await readFile(copy)).equals(await readFile(original));
  } catch {
    return false;
  }
}

async function holdsSame(copy: string, original: string): Promise<boolean> {
  for (const name of await readdir(copy)) {
    if (!(await hasSameContent(join(copy, name), join(original, name)))) return false;
  }
  return true;
}
