// The content of a worktree as a tree, with whatever is not committed, while the user's index and HEAD stay as they are.
import type { Oid } from "../core/event.ts";
import { writeCommit } from "./commit-object.ts";
import type { InRepository } from "./git.ts";
import { unmark } from "./hidden-changes.ts";
import { copyIndex } from "./index-copy.ts";
import { readIndexEntries } from "./index-entries.ts";
import { parseStatus, readStatus } from "./inspect.ts";
import type { ContentAnswer, WorktreeAnswer } from "./known.ts";
import { withScratch, withScratchObjects } from "./scratch.ts";
import { askWorktree } from "./worktree-answer.ts";

export interface Content extends ContentAnswer {
  /** HEAD. */
  readonly commit: Oid;
  /** Tree of all files that are tracked or not ignored. Where the worktree is not clean, an id only: no such tree is stored. */
  readonly tree: Oid;
  /** The files are exactly those of `commit`. */
  readonly clean: boolean;
}

/**
 * What the worktree at `path` (absolute) holds now; ignored files do not count. Changes no index, ref or object. A dirty
 * submodule counts by its commit only. Throws Faults `git-failed`, `file-system`.
 */
export async function readContent(repository: InRepository, { path }: { readonly path: string }): Promise<Content> {
  const found = await lookAt(repository, path);
  const { known } = repository;
  const { answer } = found;
  const before = answer === undefined ? undefined : known?.contents.get(answer);
  if (before !== undefined) return before;
  const content = await contentOf(repository, { path, found }, (one) => Promise.resolve(one));
  if (answer !== undefined) known?.contents.set(answer, content);
  return content;
}

/** As `readContent`, while the tree can be read: by git calls that get `env`. */
export async function withContent<T>(
  repository: InRepository,
  { path }: { readonly path: string },
  look: (content: Content, env: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  return contentOf(repository, { path, found: await lookAt(repository, path) }, look);
}

async function contentOf<T>(
  repository: InRepository,
  { path, found }: { readonly path: string; readonly found: Found },
  look: (content: Content, env: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  if (found.isPlain) return look({ commit: found.commit, tree: found.headTree, clean: true }, {});
  return withScratchObjects(repository, async ({ env }) =>
    look(await writeFound(repository, { path, env, found }), env),
  );
}

/**
 * As `readContent`, and the tree is written to where `env` sends objects, as that of `withScratchObjects` does: so that the
 * content of several worktrees can be read side by side.
 */
export async function writeContent(
  repository: InRepository,
  { path, env }: { readonly path: string; readonly env: Readonly<Record<string, string>> },
): Promise<Content> {
  return writeFound(repository, { path, env, found: await lookAt(repository, path) });
}

interface Found {
  readonly commit: Oid;
  readonly headTree: Oid;
  /** `git status` tells of no change. */
  readonly isQuiet: boolean;
  /** And there is nothing that it would not tell of. */
  readonly isPlain: boolean;
  readonly marked: readonly string[];
  /** Equal as long as all of this holds. */
  readonly answer?: WorktreeAnswer;
}

async function lookAt(repository: InRepository, path: string): Promise<Found> {
  const answer = await askWorktree(repository, { path });
  const { modified, untracked, head } =
    answer === undefined ? await readStatus(repository, { path, ignored: false }) : parseStatus(answer.status);
  const marked = answer?.marked ?? (await readIndexEntries(repository, { path })).marked;
  const commit = head ?? (await headOf(repository, path));
  const headTree = await treeOf(repository, commit);
  const isQuiet = modified.length === 0 && untracked.length === 0;
  const found = { commit, headTree, isQuiet, isPlain: isQuiet && marked.length === 0, marked };
  return answer === undefined ? found : { ...found, answer };
}

/** Fails before the first commit. */
async function headOf(repository: InRepository, path: string): Promise<Oid> {
  const args = ["rev-parse", "--verify", "--end-of-options", "HEAD^{commit}"];
  return (await repository.git.read(args, { cwd: path })).stdout.trim();
}

async function writeFound(
  repository: InRepository,
  {
    path,
    env,
    found,
  }: { readonly path: string; readonly env: Readonly<Record<string, string>>; readonly found: Found },
): Promise<Content> {
  const { commit, headTree, isQuiet, isPlain, marked } = found;
  if (isPlain) return { commit, tree: headTree, clean: true };
  // What cannot be read, such as a nested repository without a commit, must not stop those who only look.
  const tree = await withScratch(repository, (folder) =>
    writeTree(repository, { path, folder, marked, env, alsoIgnored: [], lenient: true }),
  );
  return { commit, tree, clean: isQuiet && tree === headTree };
}

/** The tree of a commit. Throws Fault `git-failed`. */
export async function treeOf(repository: InRepository, commit: Oid): Promise<Oid> {
  const known = repository.known?.trees.get(commit);
  if (known !== undefined) return known;
  const { stdout } = await repository.git.read(["rev-parse", "--verify", "--end-of-options", `${commit}^{tree}`]);
  const tree = stdout.trim();
  repository.known?.trees.set(commit, tree);
  return tree;
}

/** Where in the archive commit of a snapshot the archive lies. */
export const archiveName = "files.tar";

/**
 * Saves everything in the worktree at `path` as a commit on top of HEAD and returns its id: changed, untracked and hidden
 * files, and of the ignored ones those in `ignored` (relative paths). With `archive` (absolute path of a file), the second
 * parent of the commit holds the index and the third holds that file. HEAD and index stay; the commit is on no branch, so
 * the caller gives it a ref. Throws Fault `git-failed` when a file cannot be read: a snapshot is whole or it is none.
 */
export async function snapshotCommit(
  repository: InRepository,
  {
    path,
    message,
    ignored = [],
    archive,
  }: {
    readonly path: string;
    readonly message: string;
    readonly ignored?: readonly string[];
    readonly archive?: string;
  },
): Promise<Oid> {
  const [head, { marked }] = await Promise.all([
    repository.git.read(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], { cwd: path, allowExit: [1] }),
    readIndexEntries(repository, { path }),
  ]);
  const parents = head.code === 0 ? [head.stdout.trim()] : [];
  const tree = await withScratch(repository, (folder) =>
    writeTree(repository, { path, folder, marked, env: {}, alsoIgnored: ignored, lenient: false }),
  );
  if (archive === undefined) return writeCommit(repository, { tree, parents, message });
  const index = await writeCommit(repository, {
    tree: await indexTree(repository, path),
    parents,
    message: "The index",
  });
  const files = await writeCommit(repository, {
    tree: await archiveTree(repository, archive),
    parents: [],
    message: "The files, byte for byte",
  });
  return writeCommit(repository, { tree, parents: [...parents, index, files], message });
}

/** The index as it is. A copy is asked, since git writes what it computed back into the index. */
const indexTree = (repository: InRepository, path: string): Promise<Oid> =>
  withScratch(repository, async (folder) => {
    const env = await copyIndex({ path, folder });
    return (await repository.git.write(["write-tree"], { cwd: path, env })).stdout.trim();
  });

async function archiveTree(repository: InRepository, archive: string): Promise<Oid> {
  const hashed = await repository.git.write(["hash-object", "-w", "--no-filters", "--", archive]);
  const input = `100644 blob ${hashed.stdout.trim()}\t${archiveName}\0`;
  return (await repository.git.write(["mktree", "-z"], { input })).stdout.trim();
}

async function writeTree(
  repository: InRepository,
  options: {
    readonly path: string;
    readonly folder: string;
    readonly marked: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly alsoIgnored: readonly string[];
    readonly lenient: boolean;
  },
): Promise<Oid> {
  const { path, folder, marked, alsoIgnored } = options;
  const env = { ...options.env, ...(await copyIndex({ path, folder })) };
  await unmark(repository, { path, names: marked, env });
  // Line endings that git would change on the way are no reason to save nothing.
  const adding = ["-c", "core.safecrlf=false", "add", "--all"];
  const add = options.lenient ? [...adding, "--ignore-errors"] : adding;
  await repository.git.write(add, { cwd: path, env, allowExit: options.lenient ? [1] : [] });
  if (alsoIgnored.length > 0) {
    await repository.git.write(
      [
        "-c",
        "core.safecrlf=false",
        "--literal-pathspecs",
        "add",
        "--force",
        "--pathspec-from-file=-",
        "--pathspec-file-nul",
      ],
      { cwd: path, env, input: alsoIgnored.map((name) => `${name}\0`).join("") },
    );
  }
  const { stdout } = await repository.git.write(["write-tree"], { cwd: path, env });
  return stdout.trim();
}

/**
 * Commits everything that is changed or untracked in the worktree at `path`, as the user, with the user's hooks and
 * settings; returns the commit, undefined when there was nothing to commit. A hook that refuses is Fault `git-failed` with
 * what it said.
 */
export async function commitAll(
  repository: InRepository,
  { path, message }: { readonly path: string; readonly message: string },
): Promise<Oid | undefined> {
  await repository.git.write(["add", "--all"], { cwd: path });
  const staged = await repository.git.read(["diff-index", "--cached", "--quiet", "HEAD", "--"], {
    cwd: path,
    allowExit: [1, 128],
  });
  if (staged.code === 0) return undefined;
  await repository.git.write(["commit", "--quiet", "--file=-"], { cwd: path, input: message, hooks: true });
  const { stdout } = await repository.git.read(["rev-parse", "--verify", "HEAD^{commit}"], { cwd: path });
  return stdout.trim();
}
