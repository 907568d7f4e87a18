// What git says of one worktree, asked anew only where something was touched that its answer rests on.
import { join } from "node:path";
import { Fault } from "../core/fault.ts";
import { cleanStatus, parseIndexBytes, readIndexBytes } from "./clean-worktree.ts";
import { entriesIn, isThere, namesIn, readText } from "./disk.ts";
import type { InRepository } from "./git.ts";
import { readIndexEntries } from "./index-entries.ts";
import { countEntries, type IndexFile } from "./index-file.ts";
import type { WorktreeAnswer } from "./known.ts";
import { branchOf, isPlainRef } from "./loose-refs.ts";
import { gitDirOf, type Ownership, readOwnership } from "./registration.ts";
import { type Answer, type Aside, askThrough, type Pass } from "./remembered.ts";

interface InWorktree {
  /** Absolute. */
  readonly path: string;
  /** Of a look at many worktrees. */
  readonly pass?: Pass | undefined;
  /** Of what changes all the time while a run goes on, and is left out of the look. */
  readonly aside?: Aside | undefined;
  /** As it was just read. */
  readonly ownership?: Ownership | undefined;
}

/** What is known of the worktree at `path` and still holds; undefined where git has to be asked. */
export const recallWorktree = ({ known }: InRepository, asked: InWorktree): WorktreeAnswer | undefined =>
  known?.worktrees.recall(keyOf(asked), asked);

/** What holds with something aside says nothing to who asks for all. */
const keyOf = ({ path, aside }: InWorktree): string => (aside === undefined ? path : `${path}\0`);

/**
 * What git says of the worktree at `path`; undefined where there is none. Changes nothing. Throws Faults `git-failed`,
 * `file-system`.
 */
export async function askWorktree(repository: InRepository, asked: InWorktree): Promise<WorktreeAnswer | undefined> {
  const { path, pass, aside, ownership } = asked;
  const known = recallWorktree(repository, asked);
  if (known !== undefined) return known;
  const gitDir = ownership?.kind === "ours" ? ownership.registration.admin : await gitDirOf(path);
  if (gitDir === undefined) return undefined;
  const read = (): Promise<Answer<WorktreeAnswer>> => readAnswer(repository, { path, gitDir, ownership });
  return askThrough(repository.known?.worktrees, { key: keyOf(asked), read, pass, aside });
}

async function readAnswer(
  repository: InRepository,
  { path, gitDir, ownership: known }: InWorktree & { readonly gitDir: string },
): Promise<Answer<WorktreeAnswer>> {
  const bytes = readIndexBytes(join(gitDir, "index"));
  const most = repository.known?.worktrees.most ?? 0;
  const index = bytes !== undefined && countEntries(bytes) < most ? parseIndexBytes(bytes) : undefined;
  const [head = "", names, ownership] = await Promise.all([
    readText(join(gitDir, "HEAD")),
    namesIn(gitDir),
    known ?? readOwnership(repository, { path }),
  ]);
  const clean = index === undefined ? undefined : cleanStatus(repository, { path, head, index });
  const [status, marked] = await Promise.all([
    clean?.status ?? askStatus(repository, { path, ignored: index !== undefined }),
    index === undefined
      ? readIndexEntries(repository, { path, bytes }).then((entries) => entries.marked)
      : index.entries.flatMap(({ name, isMarked }) => (isMarked && isThere(join(path, name)) ? [name] : [])),
  ]);
  const value = {
    gitDir,
    head,
    isOwn: ownership.kind === "ours",
    operations: names.filter(isOperation),
    status,
    marked,
  };
  const rests =
    index === undefined
      ? undefined
      : restsOf(repository, { path, index, answer: value, most, names, folders: clean?.folders });
  return rests === undefined ? { value } : { value, rests };
}

async function askStatus(
  repository: InRepository,
  { path, ignored }: InWorktree & { readonly ignored: boolean },
): Promise<string> {
  const args = ["status", "--porcelain=v2", "-z", "--branch", "--untracked-files=all", "--no-renames"];
  const ignoring = ignored ? ["--ignored=matching"] : [];
  const all = [...args, "--ignore-submodules=none", ...ignoring];
  const { git, known } = repository;
  // What git reads again of files that we just wrote, it may note in the index: nobody else works there yet.
  const isNew = known?.unsettled.delete(path) === true;
  const { stdout } = await (isNew ? git.write(all, { cwd: path }) : git.read(all, { cwd: path }));
  return stdout;
}

/** Files that git keeps while it is in the middle of something. */
const isOperation = (name: string): boolean =>
  ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply", "BISECT_LOG"].includes(name);

/**
 * All that git read for its answer: HEAD and what it leads to, the index, settings and patterns of the repository, every file
 * that is tracked or not ignored, and every folder in which a new one would be seen. The person's own settings are taken as
 * they were. Undefined where it reads more than this can name: submodules, repositories inside, refs in another form.
 */
function restsOf(
  { commonDir }: InRepository,
  {
    path,
    index,
    answer,
    most,
    names,
    folders,
  }: InWorktree & {
    readonly index: IndexFile;
    readonly answer: WorktreeAnswer;
    readonly most: number;
    /** In its git directory. */
    readonly names: readonly string[];
    /** All that are not ignored, where there is no other file in them than the index has; absent where nobody knows. */
    readonly folders: readonly string[] | undefined;
  },
): readonly string[] | undefined {
  const { gitDir, head, status } = answer;
  const branch = branchOf(head);
  const ref = branch === undefined ? undefined : `refs/heads/${branch}`;
  const isDetached = /^[0-9a-f]{40,64}\n?$/u.test(head);
  if (ref === undefined ? !isDetached : !isPlainRef({ commonDir }, ref)) return undefined;
  if (isThere(join(commonDir, "reftable"))) return undefined;
  if (index.entries.some(({ mode }) => mode === 0o160000)) return undefined;
  const said = status.split("\0");
  const untracked = said.flatMap((entry) => (entry.startsWith("? ") ? [entry.slice(2)] : []));
  if (untracked.some((name) => name.endsWith("/"))) return undefined;
  const ignored = new Set(said.flatMap((entry) => (entry.startsWith("! ") ? [entry.slice(2)] : [])));
  const found = folders ?? walk(path, { ignored, most });
  if (found === undefined) return undefined;
  const files = new Set([...index.entries.map(({ name }) => name), ...untracked]);
  return [
    gitDir,
    join(path, ".git"),
    // What comes or goes in its folder changes that.
    ...["HEAD", "index", "gitdir", ...names.filter((name) => name === "config.worktree" || name === "info")].map(
      (name) => join(gitDir, name),
    ),
    ...(names.includes("info") ? [join(gitDir, "info/sparse-checkout")] : []),
    ...["packed-refs", "config", "info/exclude", "info/attributes"].map((name) => join(commonDir, name)),
    ...(ref === undefined ? [] : [join(commonDir, ref)]),
    ...found,
    ...[...files].map((name) => join(path, name)),
  ];
}

/** The folders that are not ignored, and the files in them that hold patterns; undefined where those are too many. */
function walk(
  root: string,
  { ignored, most }: { readonly ignored: ReadonlySet<string>; readonly most: number },
): readonly string[] | undefined {
  const found: string[] = [root];
  const open = [""];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    // What cannot be read, git does not read either; that it can be read later changes its rights.
    for (const entry of entriesIn(join(root, folder))) {
      const name = folder + entry.name;
      if (entry.name === ".gitignore" || entry.name === ".gitattributes") found.push(join(root, name));
      if (!entry.isDirectory() || entry.name === ".git" || ignored.has(`${name}/`)) continue;
      found.push(join(root, name));
      open.push(`${name}/`);
      if (found.length > most) return undefined;
    }
  }
  return found;
}

/** Whether the worktree at `path` is registered here, from both sides, and on that branch; told from a few small files. */
export async function isKnownOn(
  repository: InRepository,
  { path, branch, pass }: InWorktree & { readonly branch: string },
): Promise<boolean> {
  const onBranch = `ref: refs/heads/${branch}\n`;
  const answer = recallWorktree(repository, { path, pass });
  if (answer !== undefined) return answer.isOwn && answer.head === onBranch;
  try {
    const ownership = await readOwnership(repository, { path });
    return ownership.kind === "ours" && (await readText(join(ownership.registration.admin, "HEAD"))) === onBranch;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    // What cannot be read is told by who asks git.
    return false;
  }
}
