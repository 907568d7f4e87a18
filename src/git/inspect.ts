// Everything in a worktree that its removal would destroy. `git worktree remove` overlooks nine kinds of work; this does not.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Oid } from "../core/event.ts";
import { Fault } from "../core/fault.ts";
import { onDisk, readText, statOf } from "./disk.ts";
import type { InRepository } from "./git.ts";
import { listHiddenChanges } from "./hidden-changes.ts";
import { readIndexEntries } from "./index-entries.ts";
import { gitDirOf, type Ownership } from "./registration.ts";
import type { Pass } from "./remembered.ts";
import { askWorktree, recallWorktree } from "./worktree-answer.ts";

export type Operation = "merge" | "rebase" | "cherry-pick" | "revert" | "bisect";

/** Paths are relative to the worktree, folders end with a slash. */
export interface Inspection {
  /** Tracked files that differ from HEAD, staged or not. */
  readonly modified: readonly string[];
  readonly untracked: readonly string[];
  /** A folder that is ignored as a whole is one entry. */
  readonly ignored: readonly string[];
  /** Changed files that git was told to overlook: assume-unchanged, skip-worktree. */
  readonly hidden: readonly string[];
  /** How many files git was told to overlook, changed or not. */
  readonly marked: number;
  readonly operation?: Operation;
  /** The reason of git's lock, empty where none was given. */
  readonly locked?: string;
  readonly detached: boolean;
  /** Absent before the first commit. */
  readonly head?: Oid;
  /** HEAD is detached and holds commits that no branch, tag or remote-tracking branch has. */
  readonly unreachable: boolean;
  /** Initialised submodules: each is a repository of its own that goes with the worktree. */
  readonly submodules: readonly Submodule[];
  /** Other repositories and worktrees that lie inside. */
  readonly nested: readonly string[];
}

export interface Submodule {
  /** Relative to the worktree it is in. */
  readonly path: string;
  readonly inspection: Inspection;
  /** A branch, HEAD or a stash holds commits that no remote-tracking branch has. */
  readonly unpushed: boolean;
}

/** What is soon asked again: equal glances mean that nothing came or went in between. */
export interface Glance {
  readonly status: Status;
  readonly operation?: Operation;
  readonly locked?: string;
  /** Which file the index is and when it was written; what git was told to overlook and the submodules are noted in it. */
  readonly index: string;
}

/** A look at the worktree at `path` that takes one call of git. Throws Faults `git-failed`, `file-system`. */
export async function glanceAt(repository: InRepository, { path }: { readonly path: string }): Promise<Glance> {
  const gitDir = await gitDirOf(path);
  if (gitDir === undefined)
    throw new Fault("file-system", { action: "open", path: join(path, ".git"), code: "ENOENT" });
  // Before the status: what comes after it is news then.
  const index = await statOf(join(gitDir, "index"));
  const [status, operation, locked] = await Promise.all([
    readStatus(repository, { path, ignored: true }),
    readOperation(gitDir),
    readText(join(gitDir, "locked")),
  ]);
  return {
    status,
    index: index === undefined ? "" : `${index.ino}:${index.size}:${index.mtimeMs}:${index.ctimeMs}`,
    ...(operation === undefined ? {} : { operation }),
    ...(locked === undefined ? {} : { locked: locked.trimEnd() }),
  };
}

/**
 * Looks at the worktree at `path` (absolute) and changes nothing. Independent of `status.showUntrackedFiles` and the like.
 * What a glance just saw is not asked again. Throws Faults `git-failed`, `file-system`.
 */
export async function inspectWorktree(
  repository: InRepository,
  { path, glance }: { readonly path: string; readonly glance?: Glance },
): Promise<Inspection> {
  const [{ status, operation, locked }, entries] = await Promise.all([
    glance ?? glanceAt(repository, { path }),
    readIndexEntries(repository, { path }),
  ]);
  const { head, detached } = status;
  const folders = [...status.ignored, ...status.untracked].filter((name) => name.endsWith("/"));
  const [hidden, submodules, nested, unreachable] = await Promise.all([
    listHiddenChanges(repository, { path, marked: entries.marked }),
    inspectSubmodules(repository, { path, links: entries.links }),
    findNested({ path, folders }),
    detached && head !== undefined ? isUnreachable(repository, { path, head }) : false,
  ]);
  // A stash that was applied leaves conflicts without any file that says so.
  const unfinished = operation ?? (entries.conflicts.length > 0 ? "merge" : undefined);
  return {
    modified: status.modified,
    untracked: status.untracked,
    ignored: status.ignored,
    hidden,
    marked: entries.marked.length,
    detached,
    unreachable,
    submodules,
    nested,
    ...(unfinished === undefined ? {} : { operation: unfinished }),
    ...(locked === undefined ? {} : { locked }),
    ...(head === undefined ? {} : { head }),
  };
}

/**
 * How many files of the worktree at `path` are changed or untracked; `ownership`: as it was just read. Takes no lock, so it
 * never disturbs who works there. Throws Faults `git-failed`, `file-system`.
 */
export async function countDirty(
  repository: InRepository,
  options: { readonly path: string; readonly ownership?: Ownership | undefined },
): Promise<number> {
  return dirtyIn(await readStatus(repository, { ...options, ignored: false }));
}

/** The same of one of our worktrees that nothing was touched in since somebody looked; undefined where that is not known. */
export function recallDirty(
  repository: InRepository,
  asked: { readonly path: string; readonly pass?: Pass },
): number | undefined {
  const known = recallWorktree(repository, asked);
  return known?.isOwn === true ? dirtyIn(parseStatus(known.status)) : undefined;
}

const dirtyIn = ({ modified, untracked }: Status): number => modified.length + untracked.length;

interface Status {
  readonly head?: Oid;
  readonly detached: boolean;
  readonly modified: readonly string[];
  readonly untracked: readonly string[];
  readonly ignored: readonly string[];
}

/**
 * `git status` of the worktree at `path`, ignored files where asked for: then git is always asked anew, since removals rest on
 * it. Throws Fault `git-failed`.
 */
export async function readStatus(
  repository: InRepository,
  {
    path,
    ignored,
    ownership,
  }: { readonly path: string; readonly ignored: boolean; readonly ownership?: Ownership | undefined },
): Promise<Status> {
  const answer = ignored ? undefined : await askWorktree(repository, { path, ownership });
  if (answer !== undefined) return { ...parseStatus(answer.status), ignored: [] };
  const args = ["status", "--porcelain=v2", "-z", "--branch", "--untracked-files=all", "--no-renames"];
  const ignoring = ignored ? ["--ignored=matching"] : [];
  const { stdout } = await repository.git.read([...args, "--ignore-submodules=none", ...ignoring], { cwd: path });
  return parseStatus(stdout);
}

/** Reads `git status --porcelain=v2 -z --branch --no-renames`: each entry has a fixed number of fields before its path. */
export function parseStatus(output: string): Status {
  const modified: string[] = [];
  const untracked: string[] = [];
  const ignored: string[] = [];
  let head: Oid | undefined;
  let detached = false;
  for (const entry of output.split("\0")) {
    if (entry.startsWith("# branch.oid ")) {
      const oid = entry.slice("# branch.oid ".length);
      if (oid !== "(initial)") head = oid;
    } else if (entry === "# branch.head (detached)") detached = true;
    else if (entry.startsWith("1 ")) modified.push(afterFields(entry, 8));
    else if (entry.startsWith("u ")) modified.push(afterFields(entry, 10));
    else if (entry.startsWith("? ")) untracked.push(entry.slice(2));
    else if (entry.startsWith("! ")) ignored.push(entry.slice(2));
  }
  return { detached, modified, untracked, ignored, ...(head === undefined ? {} : { head }) };
}

function afterFields(entry: string, fields: number): string {
  let start = 0;
  for (let field = 0; field < fields; field++) start = entry.indexOf(" ", start) + 1;
  return entry.slice(start);
}

const operationMarks: readonly (readonly [string, Operation])[] = [
  ["rebase-merge", "rebase"],
  ["rebase-apply", "rebase"],
  ["MERGE_HEAD", "merge"],
  ["CHERRY_PICK_HEAD", "cherry-pick"],
  ["REVERT_HEAD", "revert"],
  ["BISECT_LOG", "bisect"],
];

/** What git was in the middle of, from the files it keeps for that. */
async function readOperation(gitDir: string): Promise<Operation | undefined> {
  const found = await Promise.all(operationMarks.map(([name]) => statOf(join(gitDir, name))));
  return operationMarks.find((_, index) => found[index] !== undefined)?.[1];
}

/** Asked at `path`: a submodule is a repository of its own. */
async function isUnreachable(
  repository: InRepository,
  { path, head }: { readonly path: string; readonly head: Oid },
): Promise<boolean> {
  const args = ["rev-list", "--max-count=1", head, "--not", "--branches", "--tags", "--remotes"];
  return (await repository.git.read(args, { cwd: path })).stdout !== "";
}

/** Each is looked at like a worktree, its own submodules with it. */
async function inspectSubmodules(
  repository: InRepository,
  { path, links }: { readonly path: string; readonly links: readonly string[] },
): Promise<readonly Submodule[]> {
  const initialised = await Promise.all(links.map((name) => statOf(join(path, name, ".git"))));
  const found: Submodule[] = [];
  for (const name of links.filter((_, index) => initialised[index] !== undefined)) {
    const place = join(path, name);
    const inspection = await inspectWorktree(repository, { path: place });
    found.push({ path: name, inspection, unpushed: await hasUnpushed(repository, place) });
  }
  return found;
}

/** Tags do not count: those that came with a clone often lie on no branch of the remote any more. */
async function hasUnpushed(repository: InRepository, path: string): Promise<boolean> {
  // With a wildcard: without one, git looks for refs below it.
  const own = ["HEAD", "--branches", "--glob=refs/stas[h]"];
  const { code, stdout } = await repository.git.read(["rev-list", "--max-count=1", ...own, "--not", "--remotes"], {
    cwd: path,
    // Before its first commit HEAD is no commit.
    allowExit: [128],
  });
  return code !== 0 || stdout !== "";
}

/** Folders that git does not look into can hide a repository; symbolic links are not followed. */
async function findNested({
  path,
  folders,
}: {
  readonly path: string;
  readonly folders: readonly string[];
}): Promise<readonly string[]> {
  const nested: string[] = [];
  const open = [...folders];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const absolute = join(path, folder);
    const entries = await onDisk(readdir(absolute, { withFileTypes: true }), { action: "read", path: absolute });
    if (entries.some(({ name }) => name === ".git")) nested.push(folder);
    for (const entry of entries) {
      if (entry.isDirectory() && entry.name !== ".git") open.push(`${folder}${entry.name}/`);
    }
  }
  return nested.toSorted();
}
