// Small files and paths inside a git directory, where absence is an answer and trouble is a Fault.
//
// What is read is read at once: a small file costs some microseconds so, and ten times as much by way of another thread.
import { type BigIntStats, type Dirent, lstatSync, readdirSync, readFileSync, realpathSync, type Stats } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Fault } from "../core/fault.ts";

/** The errno name of a file-system error, such as `ENOENT`; undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" && "syscall" in error
    ? error.code
    : undefined;
}

/** Waits for `work`; a file-system error becomes Fault `file-system`, anything else passes. */
export async function onDisk<T>(
  work: Promise<T>,
  about: { readonly action: string; readonly path: string },
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined) throw error;
    throw new Fault("file-system", { ...about, code }, { cause: error });
  }
}

/** The text of a file (`latin1` keeps every byte); undefined where there is none. Throws Fault `file-system`. */
export async function readText(path: string, encoding: "utf8" | "latin1" = "utf8"): Promise<string | undefined> {
  try {
    return readFileSync(path, encoding);
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (code === undefined) throw error;
    throw new Fault("file-system", { action: "read", path, code }, { cause: error });
  }
}

/**
 * Replaces a file by rename, so that a reader sees the old bytes or the new. The caller is the only writer, by a lock: what
 * one that died left beside the file is written over. Throws Fault `file-system`.
 */
export async function replaceFile(
  path: string,
  { bytes, mode }: { readonly bytes: Buffer; readonly mode: number },
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.stagetree`);
  try {
    await rm(temporary, { force: true });
    await writeFile(temporary, bytes, { mode, flag: "wx", flush: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    await onDisk(Promise.reject(error), { action: "write", path });
  }
}

/** Makes a folder and its parents. Throws Fault `file-system`. */
export async function makeFolder(path: string): Promise<void> {
  await onDisk(mkdir(path, { recursive: true }), { action: "create", path });
}

/** The same for folders of ours, which nobody else may look into (mode 0700). */
export async function makePrivateFolder(path: string): Promise<void> {
  await onDisk(mkdir(path, { recursive: true, mode: 0o700 }), { action: "create", path });
}

/** The real path of the nearest existing parent, with the missing rest appended; two names of one place become equal. */
export async function canonicalPath(path: string): Promise<string> {
  try {
    return realpathSync.native(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await canonicalPath(parent), basename(path));
  }
}

/** Whether `path` is `folder` or lies inside it; both canonical. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

/** `lstat`, with absence as undefined. Throws Fault `file-system`. */
export async function statOf(path: string): Promise<Stats | BigIntStats | undefined> {
  try {
    return lstatSync(path);
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    return onDisk(Promise.reject(error), { action: "read", path });
  }
}

/** Names in a folder; none where it is absent. Throws Fault `file-system`. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return readdirSync(folder);
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    return onDisk(Promise.reject(error), { action: "read", path: folder });
  }
}

/** Whether anything lies at `path`, a link that leads nowhere included. Asked at once, for what is asked thousands of times. */
export function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** What lies in a folder; nothing where there is none, or where it cannot be read, as it cannot for git. At once, too. */
export function entriesIn(path: string): readonly Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}
