// Everything in a worktree that its removal would destroy. `git worktree remove` overlooks nine kinds of work; this does not.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Oid } from "../core/event.ts";
import { Fault } from "../core/fault.ts";
import { onDisk, readText, statOf } from "./disk.ts";
import type { InRepository } from "./git.ts";
import { listHiddenChanges } from "./hidden-changes.ts";
import { gitDirOf } from "./registration.ts";

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
  readonly operation?: Operation;
  /** The reason of git's lock, empty where none was given. */
  readonly locked?: string;
  readonly detached: boolean;
  /** Absent before the first commit. */
  readonly head?: Oid;
  /** HEAD is detached and holds commits that no branch, tag or remote-tracking branch has. */
  readonly unreachable: boolean;
  /** Initialised submodules: each is a repository of its own that goes with the worktree. */
  readonly submodules: readonly string[];
  /** Other repositories and worktrees that lie inside. */
  readonly nested: readonly string[];
}

/**
 * Looks at the worktree at `path` (absolute) and changes nothing. Independent of `status.showUntrackedFiles` and the like.
 * Throws Faults `git-failed`, `file-system`.
 */
export async function inspectWorktree(
  repository: InRepository,
  { path }: { readonly path: string },
): Promise<Inspection> {
  const gitDir = await gitDirOf(path);
  if (gitDir === undefined)
    throw new Fault("file-system", { action: "open", path: join(path, ".git"), code: "ENOENT" });
  const [status, hidden, submodules, operation, locked] = await Promise.all([
    readStatus(repository, { path, ignored: true }),
    listHiddenChanges(repository, { path }),
    listSubmodules(repository, path),
    readOperation(gitDir),
    readText(join(gitDir, "locked")),
  ]);
  const { head, detached } = status;
  const folders = [...status.ignored, ...status.untracked].filter((name) => name.endsWith("/"));
  const [nested, unreachable] = await Promise.all([
    findNested({ path, folders }),
    detached && head !== undefined ? isUnreachable(repository, head) : false,
  ]);
  return {
    modified: status.modified,
    untracked: status.untracked,
    ignored: status.ignored,
    hidden,
    detached,
    unreachable,
    submodules,
    nested,
    ...(operation === undefined ? {} : { operation }),
    ...(locked === undefined ? {} : { locked: locked.trimEnd() }),
    ...(head === undefined ? {} : { head }),
  };
}

/** How many files of the worktree are changed or untracked. Takes no lock, so it never disturbs who works there. */
export async function isDirty(repository: InRepository, { path }: { readonly path: string }): Promise<number> {
  const { modified, untracked } = await readStatus(repository, { path, ignored: false });
  return modified.length + untracked.length;
}

interface Status {
  readonly head?: Oid;
  readonly detached: boolean;
  readonly modified: readonly string[];
  readonly untracked: readonly string[];
  readonly ignored: readonly string[];
}

/** `git status` of the worktree at `path`, ignored files where asked for. Throws Fault `git-failed`. */
export async function readStatus(
  repository: InRepository,
  { path, ignored }: { readonly path: string; readonly ignored: boolean },
): Promise<Status> {
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

async function isUnreachable(repository: InRepository, head: Oid): Promise<boolean> {
  const args = ["rev-list", "--max-count=1", head, "--not", "--branches", "--tags", "--remotes"];
  return (await repository.git.read(args)).stdout !== "";
}

async function listSubmodules(repository: InRepository, path: string): Promise<readonly string[]> {
  const { stdout } = await repository.git.read(["ls-files", "--stage", "-z"], { cwd: path });
  const links = stdout
    .split("\0")
    .filter((entry) => entry.startsWith("160000 "))
    .map((entry) => entry.slice(entry.indexOf("\t") + 1));
  const initialised = await Promise.all(links.map((name) => statOf(join(path, name, ".git"))));
  return links.filter((_, index) => initialised[index] !== undefined);
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
