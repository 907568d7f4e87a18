// A new worktree gets its files from another one that has the same commit checked out, instead of from git's object store.
//
// Git unpacks every file for every worktree. Here each file is read once, proven by its object id, and written to all of
// them, and the index that git made of the commit gets the times of the new files. It is done only where that is the same
// as what git would do:
//   - another worktree, or the main one, has the commit checked out, with about a thousand files or more;
//   - no attribute or setting has git change a file on its way: filter, ident, text, eol, working-tree-encoding,
//     core.autocrlf, core.eol, core.symlinks;
//   - the commit holds files and links only: no submodules;
//   - no sparse checkout, no settings of the worktree's own;
//   - the index is a plain one: no split index, file watcher, untracked cache, skip-worktree or assume-unchanged marks;
//   - where the file system does not keep letter case, no two names differ in that alone;
//   - every file that is read has the object id that the index has for it, whatever happens in the other worktree
//     meanwhile; the few that were changed there come from git, and where there are many, all of them do.
// Afterwards git finds the worktree clean. On any doubt the answer is no, and `git reset --hard` writes all of it anew.
import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Oid } from "../core/event.ts";
import { Fault, isFault } from "../core/fault.ts";
import { statOf } from "./disk.ts";
import type { FillAnswer, FillTask } from "./fill-worker.ts";
import type { InRepository } from "./git.ts";
import { entryName, entryObject, type PlainIndex, parsePlainIndex, sealIndex } from "./plain-index.ts";
import { gitDirOf } from "./registration.ts";
import { withScratch } from "./scratch.ts";
import { creationToken, type Worktree } from "./worktrees.ts";

/** Below this git is as fast. */
const usualLeast = 1000;
/** No entry of an index takes fewer bytes. */
const leastEntry = 72;
/** Files that were changed in the other worktree, at most; with more of them it is not what it was taken for. */
const mostMissing = 100;
/** Entries that a thread writes before it is asked again whether to go on. */
const piece = 2048;

export interface NewWorktree {
  /** Absolute, with nothing in it but `.git`. */
  readonly path: string;
  /** Its folder under the git directory. */
  readonly admin: string;
  readonly commit: Oid;
}

export interface SiblingCopy {
  /**
   * Whether the worktree has its files and its index now, as git would have written them. Where not, some of its files may
   * be there already. Faults: interrupted, git-failed.
   */
  readonly copyInto: (worktree: NewWorktree, options: { readonly signal: AbortSignal }) => Promise<boolean>;
  /** The worktree at `path` has the commit checked out and can be read from. */
  readonly add: (worktree: { readonly path: string; readonly commit: Oid }) => void;
  readonly close: () => Promise<void>;
}

/** Threads that run `fillScript`. */
export interface FillThreads {
  readonly most: number;
  /** Never rejects. */
  readonly run: (task: FillTask) => Promise<FillAnswer>;
  readonly close: () => Promise<void>;
}

/** What the threads begin with. It lies beside this file, in the bundle as in the source. */
export const fillScript = (): URL =>
  new URL(import.meta.url.endsWith(".ts") ? "./fill-worker.ts" : "./fill-worker.cjs", import.meta.url);

/** The answer of a thread that ended before it gave one. */
export const lostFill = (problem: string): FillAnswer => ({ missing: [], problem });

/** More bytes of changed files than these are not held in memory. */
const mostGiven = 64 * 1024 * 1024;

/** For several worktrees, of `leastFiles` each (1000 where absent). Close it when no more are to come, and `pool` with it. */
export function openSiblingCopy(
  repository: InRepository,
  options: { readonly worktrees: readonly Worktree[]; readonly pool: FillThreads; readonly leastFiles?: number },
): SiblingCopy {
  const { worktrees, pool, leastFiles = usualLeast } = options;
  const sources = worktrees.flatMap(({ path, head, bare, locked, prunable }) =>
    head === undefined || bare || prunable !== undefined || locked?.startsWith(creationToken) === true
      ? []
      : [{ path, commit: head }],
  );
  const indexes = new Map<Oid, Promise<PlainIndex | undefined>>();
  const indexOf = (commit: Oid): Promise<PlainIndex | undefined> => {
    const found = indexes.get(commit) ?? readCleanIndex(repository, { commit, leastFiles });
    indexes.set(commit, found);
    return found;
  };
  const unfit = new Set<string>();
  return {
    add: (source) => sources.push(source),
    close: pool.close,
    copyInto: async (worktree, { signal }) => {
      const { path, admin, commit } = worktree;
      const source = sources.find((one) => one.commit === commit && one.path !== path && !unfit.has(one.path));
      if (source === undefined || !(await isLarge(source.path, { leastFiles })) || (await hasOwnRules(admin)))
        return false;
      const index = await indexOf(commit);
      if (index === undefined) return false;
      const bytes = await writeFiles(repository, { pool, index, tree: commit, from: source.path, to: path, signal });
      if (bytes === undefined) {
        // Changed, or not what it was taken for; the next worktree is not held up by it.
        unfit.add(source.path);
        return false;
      }
      return (await placeIndex(admin, bytes)) && isClean(repository, path);
    },
  };
}

/** Whether the index of a worktree is large enough for as many files as make this worth it. Costs next to nothing. */
async function isLarge(path: string, { leastFiles }: { readonly leastFiles: number }): Promise<boolean> {
  const gitDir = await gitDirOf(path);
  const index = gitDir === undefined ? undefined : await statOf(join(gitDir, "index"));
  return index !== undefined && index.size >= leastFiles * leastEntry;
}

/** A sparse checkout is handed on to new worktrees, and so are settings for one worktree. */
async function hasOwnRules(admin: string): Promise<boolean> {
  const found = await Promise.all(["info/sparse-checkout", "config.worktree"].map((name) => statOf(join(admin, name))));
  return found.some((one) => one !== undefined);
}

/** The index that git makes of a commit, without the times of any file; undefined where git would do more than write bytes. */
async function readCleanIndex(
  repository: InRepository,
  { commit, leastFiles }: { readonly commit: Oid; readonly leastFiles: number },
): Promise<PlainIndex | undefined> {
  const { git } = repository;
  const settings = await readSettings(repository);
  if (!areHarmless(settings)) return undefined;
  return withScratch(repository, async (folder) => {
    const file = join(folder, "index");
    const env = { GIT_INDEX_FILE: file };
    await git.write(["read-tree", commit], { env });
    const index = parsePlainIndex(await readFile(file), { hashBytes: commit.length / 2 });
    if (index === undefined || index.entries.length < leastFiles) return undefined;
    const { bytes, hashBytes } = index;
    const names = Array.from(index.entries, (at) => entryName(bytes, { at, hashBytes }));
    if (settings.get("core.ignorecase")?.includes("true") === true && haveCaseClash(names)) return undefined;
    const input = `${names.join("\0")}\0`;
    const args = ["check-attr", "--cached", "-z", "--stdin", "--all"];
    const { stdout } = await git.read(args, { env, input, bytes: true });
    return changeNothing(stdout) ? index : undefined;
  });
}

/** All values of each key, wherever they are set. */
async function readSettings({ git }: InRepository): Promise<ReadonlyMap<string, readonly string[]>> {
  const { stdout } = await git.read(["config", "--list", "-z"]);
  const settings = new Map<string, string[]>();
  for (const entry of stdout.split("\0")) {
    const end = entry.indexOf("\n");
    // A key without a value is one that is switched on.
    const [key, value] = end === -1 ? [entry, "true"] : [entry.slice(0, end), entry.slice(end + 1)];
    settings.set(key, [...(settings.get(key) ?? []), value.toLowerCase()]);
  }
  return settings;
}

/** Values with which git writes files as they are and keeps a plain index; any other one is a reason to leave it to git. */
const harmless: Readonly<Record<string, readonly string[]>> = {
  "core.autocrlf": ["false", "no", "off", "0"],
  "core.eol": [],
  "core.symlinks": ["true", "yes", "on", "1"],
  "core.sparsecheckout": ["false", "no", "off", "0"],
  "core.splitindex": ["false", "no", "off", "0"],
  "core.untrackedcache": ["false", "no", "off", "0", "keep"],
  // Set by ourselves as well.
  "core.fsmonitor": ["false", "no", "off", "0", ""],
  "feature.manyfiles": ["false", "no", "off", "0"],
};

const areHarmless = (settings: ReadonlyMap<string, readonly string[]>): boolean =>
  process.platform !== "win32" &&
  Object.entries(harmless).every(([key, values]) => (settings.get(key) ?? []).every((value) => values.includes(value)));

/** Attributes by which git changes the bytes of a file on its way into a worktree. */
const changing: ReadonlySet<string> = new Set(["filter", "ident", "text", "crlf", "eol", "working-tree-encoding"]);

/** Reads `check-attr -z`: name, attribute and value, each with a NUL behind it. */
function changeNothing(output: string): boolean {
  const parts = output.split("\0");
  for (let at = 0; at + 2 < parts.length; at += 3) {
    if (changing.has(parts[at + 1] ?? "") && parts[at + 2] !== "unset") return false;
  }
  return true;
}

/** Whether two names, or folders on their way, are one where letter case and the form of accents do not count. */
function haveCaseClash(names: readonly string[]): boolean {
  const known = new Map<string, string>();
  return names.some((name) => {
    const written = Buffer.from(name, "latin1").toString();
    for (let end = written.length; end > 0; end = written.lastIndexOf("/", end - 1)) {
      const path = written.slice(0, end);
      const folded = path.normalize("NFC").toLowerCase();
      const other = known.get(folded);
      if (other === path) return false;
      if (other !== undefined) return true;
      known.set(folded, path);
    }
    return false;
  });
}

interface Writing {
  readonly pool: FillThreads;
  readonly index: PlainIndex;
  readonly tree: Oid;
  /** Absolute folders. */
  readonly from: string;
  readonly to: string;
  readonly signal: AbortSignal;
}

/** The bytes of the new index; undefined where something was not as it has to be. */
async function writeFiles(repository: InRepository, options: Writing): Promise<Buffer | undefined> {
  const { pool, index, tree, from, to, signal } = options;
  const { entries, hashBytes } = index;
  const shared = new SharedArrayBuffer(index.bytes.length);
  const bytes = Buffer.from(shared);
  index.bytes.copy(bytes);
  // A second that is over when the index is written: git looks into every file that is not older than its index.
  const time = Math.floor(Date.now() / 1000) - 1;
  const task = { index: shared, hashBytes, tree, from, to, time };
  const missing: number[] = [];
  let isWell = (await pool.run({ ...task, entries, folders: true })).problem === undefined;
  let next = 0;
  const lane = async (): Promise<void> => {
    while (isWell && next < entries.length && missing.length <= mostMissing && !signal.aborted) {
      const part = entries.slice(next, (next += piece));
      const answer = await pool.run({ ...task, entries: part });
      missing.push(...answer.missing);
      isWell &&= answer.problem === undefined;
    }
  };
  // All of them have ended before anybody may move the folder away.
  await Promise.all(Array.from({ length: pool.most }, lane));
  if (signal.aborted) throw new Fault("interrupted", {});
  if (!isWell || missing.length > mostMissing) return undefined;
  if (missing.length > 0) {
    const given = await readObjects(repository, new Set(missing.map((at) => entryObject(bytes, { at, hashBytes }))));
    const answer = await pool.run({ ...task, given, entries: Uint32Array.from(missing) });
    if (answer.problem !== undefined || answer.missing.length > 0) return undefined;
  }
  sealIndex(bytes, { hashBytes });
  return bytes;
}

/** The bytes of each object that git has, by id. */
async function readObjects({ git }: InRepository, objects: ReadonlySet<string>): Promise<ReadonlyMap<string, Buffer>> {
  const input = [...objects].map((object) => `${object}\n`).join("");
  const { stdout } = await git.read(["cat-file", "--batch"], { input, bytes: true, most: mostGiven });
  const output = Buffer.from(stdout, "latin1");
  const found = new Map<string, Buffer>();
  for (let at = 0; at < output.length;) {
    const end = output.indexOf("\n", at);
    const [object = "", kind, size] = output.toString("latin1", at, end).split(" ");
    const begin = end + 1;
    if (kind !== "blob") break;
    at = begin + Number(size) + 1;
    // It was cut off: what is not found is missing for good.
    if (at > output.length) break;
    found.set(object, output.subarray(begin, at - 1));
  }
  return found;
}

/** As git writes it: beside, then in its place. False where that cannot be. */
async function placeIndex(admin: string, bytes: Buffer): Promise<boolean> {
  const lock = join(admin, "index.lock");
  const file = await open(lock, "wx", 0o666).catch(() => undefined);
  if (file === undefined) return false;
  try {
    await file.writeFile(bytes);
    await file.close();
    await rename(lock, join(admin, "index"));
    return true;
  } catch {
    await file.close().catch(() => undefined);
    await rm(lock, { force: true });
    return false;
  }
}

/** Whether git finds that the index is the commit's and each file as the index has it. */
async function isClean({ git }: InRepository, path: string): Promise<boolean> {
  const args = ["status", "--porcelain", "--untracked-files=no", "--no-renames"];
  try {
    return (await git.read(args, { cwd: path })).stdout === "";
  } catch (error) {
    if (isFault(error, "git-failed")) return false;
    throw error;
  }
}
