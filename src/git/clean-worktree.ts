// Tells of a worktree that nothing in it differs from its commit, without starting git, by git's own rule: a file whose size,
// times, number and owner are those in the index is what the index says.
//
// Only where all of this holds; in every other case git is asked:
// - the index is in a plain form, nothing in it is marked, in conflict or a submodule, and it comes to the tree of HEAD;
// - every file is as the index saw it, and older than the index, since what is not could have changed within the same tick;
// - nothing else lies there but our own stage files, and no pattern brings those back that our exclusion hides.
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { InRepository } from "./git.ts";
import { type IndexFile, type IndexFileEntry, parseIndexFile } from "./index-file.ts";
import { branchOf, readLooseRef } from "./loose-refs.ts";

/** Ours, in every worktree of a stage; what they are called in the repository's exclude file. */
const ownFiles = [".claude/plans/CURRENT_STAGE.md", ".claude/plans/STAGE.md"];
const ownFolders = new Set([".claude", ".claude/plans"]);
const modes = { file: 0o100_644, program: 0o100_755, link: 0o120_000 };

/** The index, and when it was written. */
export interface ReadIndex extends IndexFile {
  readonly mtimeNs: bigint;
}

/** An index that is not read yet. */
export interface IndexBytes {
  readonly bytes: Buffer;
  readonly mtimeNs: bigint;
}

/** The index file at `path`; undefined where there is none, or it is replaced meanwhile. */
export function readIndexBytes(path: string): IndexBytes | undefined {
  try {
    const before = lstatSync(path, { bigint: true });
    const bytes = readFileSync(path);
    const after = lstatSync(path, { bigint: true });
    const isSame = before.ino === after.ino && before.ctimeNs === after.ctimeNs;
    return isSame ? { bytes, mtimeNs: before.mtimeNs } : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined where only git can read it. */
export function parseIndexBytes({ bytes, mtimeNs }: IndexBytes): ReadIndex | undefined {
  const index = parseIndexFile(bytes);
  return index === undefined ? undefined : { ...index, mtimeNs };
}

export interface CleanStatus {
  /** What `git status --porcelain=v2 -z --branch` would say. */
  readonly status: string;
  /** All folders in it, absolute, itself among them. */
  readonly folders: readonly string[];
}

/** Of the worktree at `path` where it is clean; undefined where it may not be. `head`: the text of its HEAD. */
export function cleanStatus(
  repository: InRepository,
  { path, head, index }: { readonly path: string; readonly head: string; readonly index: ReadIndex },
): CleanStatus | undefined {
  const branch = branchOf(head);
  const commit = branch === undefined ? undefined : readLooseRef(repository, `refs/heads/${branch}`)?.oid;
  const tree = commit === undefined ? undefined : repository.known?.trees.get(commit);
  if (commit === undefined || tree === undefined || tree !== index.tree) return undefined;
  try {
    const isSame = index.entries.every((entry) => isAsIndexed(join(path, entry.name), { entry, index }));
    const folders = isSame ? foldersWithNothingElse(repository, { path, index }) : undefined;
    return folders && { status: `# branch.oid ${commit}\0# branch.head ${branch ?? ""}\0`, folders };
  } catch {
    return undefined;
  }
}

function isAsIndexed(
  path: string,
  { entry, index }: { readonly entry: IndexFileEntry; readonly index: ReadIndex },
): boolean {
  const found = entry.isPlain ? lstatSync(path, { bigint: true, throwIfNoEntry: false }) : undefined;
  if (found === undefined) return false;
  const isProgram = (found.mode & 0o100n) !== 0n;
  const mode = found.isFile() ? (isProgram ? modes.program : modes.file) : found.isSymbolicLink() ? modes.link : 0;
  return (
    entry.mode === mode &&
    low(found.size) === entry.size &&
    low(found.ino) === entry.ino &&
    low(found.uid) === entry.uid &&
    low(found.gid) === entry.gid &&
    found.mtimeNs === nanoseconds(entry.mtimeS, entry.mtimeNs) &&
    found.ctimeNs === nanoseconds(entry.ctimeS, entry.ctimeNs) &&
    found.mtimeNs < index.mtimeNs
  );
}

/** The index keeps 32 bits of each number. */
const low = (value: bigint): number => Number(BigInt.asUintN(32, value));

const nanoseconds = (seconds: number, rest: number): bigint => BigInt(seconds) * 1_000_000_000n + BigInt(rest);

/** Undefined where something else lies there, or what is ours would show. */
function foldersWithNothingElse(
  repository: InRepository,
  { path, index }: { readonly path: string; readonly index: IndexFile },
): readonly string[] | undefined {
  const names = new Set(index.entries.map(({ name }) => name));
  const folders = new Set([""]);
  for (const name of names) {
    for (let slash = name.lastIndexOf("/"); slash > 0; slash = name.lastIndexOf("/", slash - 1)) {
      folders.add(name.slice(0, slash));
    }
  }
  let ours = false;
  const found = [""];
  for (const folder of found) {
    for (const entry of readdirSync(join(path, folder), { withFileTypes: true })) {
      const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (name === ".git" || names.has(name)) continue;
      if (entry.isDirectory() && (folders.has(name) || ownFolders.has(name))) found.push(name);
      else if (!entry.isDirectory() && ownFiles.includes(name)) ours = true;
      else return undefined;
    }
  }
  if (ours && !areOursHidden(repository, { path, names })) return undefined;
  return found.map((folder) => join(path, folder));
}

/** What comes later or from deeper inside goes before the exclude file: there must be nothing that takes a pattern back. */
function areOursHidden(
  { commonDir }: InRepository,
  { path, names }: { readonly path: string; readonly names: ReadonlySet<string> },
): boolean {
  const excluded = readFileSync(join(commonDir, "info/exclude"), "latin1").split("\n");
  const inTree = ["", ...ownFolders].flatMap((folder) => {
    const name = folder === "" ? ".gitignore" : `${folder}/.gitignore`;
    return names.has(name) ? readFileSync(join(path, name), "latin1").split("\n") : [];
  });
  return (
    ownFiles.every((name) => excluded.includes(`/${name}`)) &&
    [...excluded, ...inTree].every((line) => !line.startsWith("!"))
  );
}
