// Plan files read and replaced whole, and small questions about paths.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, realpathSync, renameSync, statSync } from "node:fs";
import { access, constants, open, readdir, readFile, realpath, stat, statfs, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { TextDecoder } from "node:util";
import { Fault } from "../core/fault.ts";
import { besideName, dropLeftovers } from "./leftovers.ts";

/** Bytes; the largest real plans have about one megabyte. */
const planLimit = 8 * 1024 * 1024;

export interface PlanText {
  /** With its byte order mark, where it has one. */
  readonly text: string;
  /** SHA-256 of the bytes, hexadecimal. Made when it is first asked for: what only shows a plan has no use for it. */
  readonly hash: string;
  /** Links resolved. */
  readonly realPath: string;
}

/**
 * Reads a plan. Only a regular file is opened, and only after its size was looked at.
 * Faults: plan-not-found, plan-is-folder, plan-empty, plan-too-large (8 MB), plan-binary (NUL, or not UTF-8), file-system.
 */
export async function readPlanFile(path: string): Promise<PlanText> {
  let realPath: string;
  try {
    realPath = await realpath(path);
  } catch (error) {
    if (isMissing(error))
      throw new Fault("plan-not-found", { name: path, lookedIn: [dirname(path)] }, { cause: error });
    throw fileFault(error, { action: "read", path });
  }
  const bytes = await readRegularFile(realPath, { shown: path });
  if (bytes.length === 0) throw new Fault("plan-empty", { path });
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new Fault("plan-binary", { path }, { cause: error });
  }
  if (text.includes("\0")) throw new Fault("plan-binary", { path });
  if (text.trim() === "") throw new Fault("plan-empty", { path });
  let hash: string | undefined;
  return {
    text,
    get hash() {
      return (hash ??= hashOf(bytes));
    },
    realPath,
  };
}

/** Whether the file still has the text (with its byte order mark) it was read with; at once, for a look that nothing may come between. */
export function isPlanUnchanged(plan: { readonly path: string; readonly text: string }): boolean {
  try {
    return readFileSync(plan.path).equals(Buffer.from(plan.text));
  } catch {
    return false;
  }
}

async function readRegularFile(path: string, { shown }: { readonly shown: string }): Promise<Buffer> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new Fault("plan-is-folder", { path: shown, inside: await listMarkdown(path) });
    // Opening a pipe would wait for a writer, and a device may never end.
    if (!found.isFile()) throw new Fault("plan-binary", { path: shown });
    if (found.size > planLimit) throw new Fault("plan-too-large", { path: shown, bytes: found.size, limit: planLimit });
    const bytes = await readFile(path);
    if (bytes.length <= planLimit) return bytes;
    throw new Fault("plan-too-large", { path: shown, bytes: bytes.length, limit: planLimit });
  } catch (error) {
    throw fileFault(error, { action: "read", path: shown });
  }
}

async function listMarkdown(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory);
  return names.filter((name) => name.toLowerCase().endsWith(".md")).toSorted();
}

/**
 * Replaces the file by `text`, all or nothing: written beside it, synced, renamed over it. A link is followed to the real
 * file; the mode is kept, and the owner where the system allows it.
 * Faults: plan-changed when the bytes found do not have `expectedHash`, file-system.
 */
export async function replaceFile(
  path: string,
  options: { readonly text: string; readonly expectedHash: string },
): Promise<void> {
  try {
    const real = await realpath(path);
    const before = await stat(real);
    // The rename would not ask: a file that its owner made read-only stays as it is.
    await access(real, constants.W_OK);
    await dropLeftovers(real);
    const beside = besideName(real);
    const file = await open(beside, "wx", 0o600);
    try {
      await file.writeFile(options.text);
      await file.chown(before.uid, before.gid).catch(() => undefined);
      await file.chmod(before.mode & 0o7777);
      await file.sync();
      await file.close();
      // As late as can be, and at once: what is written between this look and the rename is lost.
      const isExpected = statSync(real).isFile() && hashOf(readFileSync(real)) === options.expectedHash;
      if (!isExpected) throw new Fault("plan-changed", { path });
      renameSync(beside, real);
    } catch (error) {
      await file.close().catch(() => undefined);
      await unlink(beside).catch(() => undefined);
      throw error;
    }
    await syncFolder(dirname(real));
  } catch (error) {
    if (isMissing(error)) throw new Fault("plan-changed", { path }, { cause: error });
    throw fileFault(error, { action: "write", path });
  }
}

/** Makes a rename survive a power cut; not every file system knows it. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

/** At once: it is asked for each stage again and again, and costs ten times as much by way of another thread. */
function realPathOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

/** `path` with the links of its nearest existing parent resolved; nothing has to exist. */
export async function nearestRealPath(path: string): Promise<string> {
  const rest: string[] = [];
  for (let part = path; ; part = dirname(part)) {
    const real = realPathOf(part);
    if (real !== undefined) return join(real, ...rest);
    if (dirname(part) === part) return path;
    rest.unshift(basename(part));
  }
}

export type PathKind = "absent" | "file" | "directory" | "empty-directory" | "symlink" | "other";

/** What lies at `path`; a link is not followed. Fault: file-system where that cannot be seen. */
export async function pathKind(path: string): Promise<PathKind> {
  try {
    const found = lstatSync(path);
    if (found.isSymbolicLink()) return "symlink";
    if (found.isFile()) return "file";
    if (!found.isDirectory()) return "other";
    return readdirSync(path).length === 0 ? "empty-directory" : "directory";
  } catch (error) {
    if (isMissing(error)) return "absent";
    throw fileFault(error, { action: "read", path });
  }
}

/**
 * Deletes what lies at the paths, one after the other, in a process that outlives us; returns at once. Folders that forbid
 * writing, as some package caches make them, are opened up first. A link is deleted, not followed.
 */
export function removeInBackground(...paths: readonly string[]): void {
  if (paths.length === 0) return;
  const script =
    'for i; do rm -rf -- "$i" 2>/dev/null || { [ -L "$i" ] || chmod -R u+rwx -- "$i"; rm -rf -- "$i"; }; done';
  // Not through execa, which this file would then load for every command that reads a plan.
  const child = spawn("/bin/sh", ["-c", script, "stagetree", ...paths], { cwd: "/", stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}

export interface Disk {
  /** The same for all paths on it. */
  readonly id: number;
  /** Bytes that may still be written there. */
  readonly freeBytes: number;
}

/** The disk on which `path`, or its nearest existing parent, lies; undefined where nobody can tell. */
export async function diskAt(path: string): Promise<Disk | undefined> {
  for (let part = path; ; part = dirname(part)) {
    const [space, place] = await Promise.all([statfs(part), stat(part)]).catch(() => []);
    if (space !== undefined && place !== undefined) return { id: place.dev, freeBytes: space.bavail * space.bsize };
    if (dirname(part) === part) return undefined;
  }
}

const hashOf = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** `ENAMETOOLONG` too: nothing can lie there. */
const isMissing = (error: unknown): boolean => ["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(codeOf(error) ?? "");

/** The `file-system` fault for an error of the system; a fault or a bug as it is. */
export function fileFault(error: unknown, place: { readonly action: string; readonly path: string }): unknown {
  const code = codeOf(error);
  if (error instanceof Fault || code === undefined) return error;
  return new Fault("file-system", { ...place, code }, { cause: error });
}
