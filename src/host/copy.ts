// Copies chosen ignored files, such as `.env` or `node_modules`, from one worktree into another.
import { constants } from "node:fs";
import { chmod, copyFile, lstat, mkdir, readdir, readlink, symlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../core/fault.ts";
import { matchesName } from "../core/glob.ts";
import type { CopyAnswer, CopyTask } from "./copy-worker.ts";
import { openThreads } from "./threads.ts";

export interface CopyOptions {
  /** Absolute folder the paths are relative to. */
  readonly from: string;
  /** Absolute folder they are copied into. */
  readonly to: string;
  /** Files and folders, relative, with `/`. */
  readonly paths: readonly string[];
  readonly signal?: AbortSignal;
}

export interface Copied {
  readonly files: number;
  readonly bytes: number;
}

/** For so many it is not worth starting threads. */
const fewFiles = 64;
const lanes = 2;
/** Files that a thread copies before it is asked again whether to go on. */
const piece = 256;

/** It lies beside this file, in the bundle as in the source. */
const copyScript = (): URL =>
  new URL(import.meta.url.endsWith(".ts") ? "./copy-worker.ts" : "./copy-worker.cjs", import.meta.url);

/**
 * Copies files and whole folders, sharing the blocks where the file system can (reflinks). Modes and times are kept, links
 * are copied as links. What exists at the target is never overwritten, and nothing is written through a link there.
 * Paths that are missing, are no files, folders or links, or lead through a link are left out.
 * Faults: config-invalid for a path that leads out, interrupted, file-system.
 */
export async function copyIgnored(options: CopyOptions): Promise<Copied> {
  const { from, to } = options;
  const work: string[] = [];
  const folders: string[] = [];
  const seen = new Set<string>();
  for (const path of options.paths) {
    const clean = cleanPath(path);
    if (!(await leadsThroughFolders(from, clean)) || !(await makeParents(options, clean))) continue;
    await collect({ from, to, path: clean, work, folders, seen });
  }
  const copied = work.length > fewFiles ? await copyInThreads(options, work) : await copyHere(options, work);
  // Last, and from the inside out: a folder may forbid writing, and every file made in it changes its time.
  for (const path of folders.toReversed()) await copyFolderFacts(join(from, path), join(to, path));
  return copied;
}

async function copyHere({ from, to, signal }: CopyOptions, work: readonly string[]): Promise<Copied> {
  let files = 0;
  let bytes = 0;
  for (const path of work) {
    if (signal?.aborted === true) throw new Fault("interrupted", {});
    const copied = await copyOne(join(from, path), join(to, path));
    if (copied === undefined) continue;
    files += 1;
    bytes += copied;
  }
  return { files, bytes };
}

async function copyInThreads({ from, to, signal }: CopyOptions, work: readonly string[]): Promise<Copied> {
  const lost = (): CopyAnswer => ({ files: 0, bytes: 0, failed: { path: "", code: "EIO" } });
  const threads = openThreads<CopyTask, CopyAnswer>({ script: copyScript(), most: lanes, lost });
  let files = 0;
  let bytes = 0;
  let next = 0;
  let failed: CopyAnswer["failed"];
  const isStopped = (): boolean => failed !== undefined || signal?.aborted === true;
  const lane = async (): Promise<void> => {
    while (next < work.length && !isStopped()) {
      const answer = await threads.run({ from, to, paths: work.slice(next, (next += piece)) });
      files += answer.files;
      bytes += answer.bytes;
      failed ??= answer.failed;
    }
  };
  try {
    // All of them have ended before anybody may move the folder away.
    await Promise.all(Array.from({ length: lanes }, lane));
  } finally {
    await threads.close();
  }
  if (signal?.aborted === true) throw new Fault("interrupted", {});
  if (failed !== undefined)
    throw new Fault("file-system", { action: "copy to", path: join(to, failed.path), code: failed.code });
  return { files, bytes };
}

interface Collect {
  readonly from: string;
  readonly to: string;
  readonly path: string;
  readonly work: string[];
  readonly folders: string[];
  readonly seen: Set<string>;
}

/** Makes the folders at the target and lists what has to be copied into them. */
async function collect(options: Collect): Promise<void> {
  const { from, to, path, work, folders, seen } = options;
  // The target may lie inside the source, as with worktrees kept in an ignored folder.
  if (seen.has(path) || join(from, path) === to) return;
  seen.add(path);
  const found = await lstat(join(from, path)).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    if (found?.isFile() === true || found?.isSymbolicLink() === true) work.push(path);
    return;
  }
  const made = await makeFolder(join(to, path));
  if (made === "blocked") return;
  if (made === "made") folders.push(path);
  const entries = await readdir(join(from, path), { withFileTypes: true }).catch(fault("read", join(from, path)));
  for (const entry of entries) {
    const inner = `${path}/${entry.name}`;
    if (entry.isDirectory()) await collect({ ...options, path: inner });
    else if (!seen.has(inner) && (entry.isFile() || entry.isSymbolicLink())) {
      seen.add(inner);
      work.push(inner);
    }
  }
}

/** Bytes copied; undefined where the target was there or the source went away. */
async function copyOne(source: string, target: string): Promise<number | undefined> {
  try {
    const found = await lstat(source);
    if (found.isSymbolicLink()) {
      await symlink(await readlink(source), target);
      return 0;
    }
    await copyFile(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await utimes(target, found.atime, found.mtime);
    return found.size;
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST" || code === "ENOENT") return undefined;
    return fault("copy to", target)(error);
  }
}

async function copyFolderFacts(source: string, target: string): Promise<void> {
  const found = await lstat(source).catch(() => undefined);
  if (found === undefined) return;
  await utimes(target, found.atime, found.mtime).catch(fault("write", target));
  await chmod(target, found.mode & 0o7777).catch(fault("write", target));
}

/** Whether every folder above the path is a folder itself and not a link to one. */
async function leadsThroughFolders(root: string, path: string): Promise<boolean> {
  for (const parent of parentsOf(path)) {
    const found = await lstat(join(root, parent)).catch(() => undefined);
    if (found?.isDirectory() !== true) return false;
  }
  return true;
}

async function makeParents({ to }: CopyOptions, path: string): Promise<boolean> {
  for (const parent of parentsOf(path)) {
    if ((await makeFolder(join(to, parent))) === "blocked") return false;
  }
  return true;
}

/** `a/b/c` → `a`, `a/b`. */
const parentsOf = (path: string): readonly string[] =>
  path.split("/").flatMap((_, index, parts) => (index === 0 ? [] : [parts.slice(0, index).join("/")]));

async function makeFolder(path: string): Promise<"made" | "there" | "blocked"> {
  try {
    await mkdir(path);
    return "made";
  } catch (error) {
    if (codeOf(error) !== "EEXIST") return fault("make", path)(error);
    return (await lstat(path)).isDirectory() ? "there" : "blocked";
  }
}

/** Why a pattern is refused, as the end of a sentence about it; undefined when it is fine. */
export function patternProblem(pattern: string): string | undefined {
  const parts = pattern.replaceAll("\\", "/").replace(/^\/+/u, "").split("/");
  if (parts.includes("..")) return "leads out of the repository";
  if (parts.every((part) => part === "" || part === ".")) return "names no file";
  return parts[0] === ".git" ? "names git's own folder" : undefined;
}

function cleanPath(path: string): string {
  const problem = patternProblem(path);
  if (problem !== undefined) throw new Fault("config-invalid", { path: "copy", message: `"${path}" ${problem}.` });
  return path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}

/**
 * The existing files and folders that the patterns name, relative to `root`, sorted: plain paths, `*` and `?` inside one
 * name (dots included), `**` for any depth. Links are named but never followed; `**` looks neither into `.git`,
 * `node_modules` nor into other repositories and worktrees. Fault: config-invalid for a pattern that leads out.
 */
export async function expandPatterns(options: {
  readonly root: string;
  readonly patterns: readonly string[];
}): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const pattern of options.patterns) {
    const parts = cleanPath(pattern).split("/");
    for (const path of await expand({ root: options.root, at: "", parts })) found.add(path);
  }
  return [...found].toSorted();
}

interface Expand {
  readonly root: string;
  readonly at: string;
  readonly parts: readonly string[];
}

async function expand({ root, at, parts }: Expand): Promise<readonly string[]> {
  const [first, ...rest] = parts;
  if (first === undefined) return at === "" ? [] : [at];
  const below = (name: string): string => (at === "" ? name : `${at}/${name}`);
  if (!/[*?]/u.test(first)) {
    const next = below(first);
    const there = await lstat(join(root, next)).catch(() => undefined);
    if (there === undefined || (rest.length > 0 && !there.isDirectory())) return [];
    return expand({ root, at: next, parts: rest });
  }
  const entries = await readdir(join(root, at), { withFileTypes: true }).catch(() => []);
  const deep = first === "**";
  const found: string[] = [];
  if (deep) {
    if (at !== "" && entries.some((entry) => entry.name === ".git")) return [];
    found.push(...(await expand({ root, at, parts: rest.length === 0 ? ["*"] : rest })));
  }
  for (const entry of entries) {
    if (entry.name === ".git") continue;
    if (deep && entry.isDirectory() && entry.name !== "node_modules") {
      if (rest.length > 0) found.push(...(await expand({ root, at: below(entry.name), parts })));
    } else if (!deep && matchesName(entry.name, first) && (rest.length === 0 || entry.isDirectory())) {
      found.push(...(await expand({ root, at: below(entry.name), parts: rest })));
    }
  }
  return found;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "EIO";

const fault =
  (action: string, path: string) =>
  (error: unknown): never => {
    throw new Fault("file-system", { action, path, code: codeOf(error) }, { cause: error });
  };
