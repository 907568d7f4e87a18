// Small text files that people own as well: read, added to, and made only where nothing lies; nothing is ever truncated.
import { open, readdir, readFile, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { fileFault } from "./files.ts";
import { makeFolder } from "./folder.ts";

/** The text (UTF-8, a byte order mark included); undefined where there is no file. Fault: file-system. */
export async function readSmallFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw fileFault(error, { action: "read", path });
  }
}

/** The names in a folder, sorted; none where there is no folder. Fault: file-system. */
export async function listNames(path: string): Promise<readonly string[]> {
  try {
    return (await readdir(path)).toSorted();
  } catch (error) {
    if (isMissing(error)) return [];
    throw fileFault(error, { action: "read", path });
  }
}

/** Makes the file with its folders, whole or not at all. Fault: file-system, with `EEXIST` where something lies there. */
export async function createSmallFile(path: string, text: string): Promise<void> {
  try {
    makeFolder(dirname(path));
    const file = await open(path, "wx");
    try {
      await file.writeFile(text);
      await file.sync();
    } catch (error) {
      await unlink(path).catch(() => undefined);
      throw error;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileFault(error, { action: "write", path });
  }
}

/**
 * Adds `text` at the end of a file that exists, all of it or nothing. Not one byte of what is there is written again, in
 * whatever encoding it is. Fault: file-system.
 */
export async function addToSmallFile(path: string, text: string): Promise<void> {
  try {
    const file = await open(path, "r+");
    try {
      const { size } = await file.stat();
      try {
        await file.write(text, size);
        await file.sync();
      } catch (error) {
        await file.truncate(size).catch(() => undefined);
        throw error;
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileFault(error, { action: "write", path });
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
