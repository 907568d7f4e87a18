// The content of a worktree as a tree, with whatever is not committed, while the user's index and HEAD stay as they are.
import type { Oid } from "../core/event.ts";
import { writeCommit } from "./commit-object.ts";
import type { InRepository } from "./git.ts";
import { listMarked, unmark } from "./hidden-changes.ts";
import { copyIndex } from "./index-copy.ts";
import { readStatus } from "./inspect.ts";
import { withScratch, withScratchObjects } from "./scratch.ts";

export interface Content {
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
export const readContent = (repository: InRepository, { path }: { readonly path: string }): Promise<Content> =>
  withContent(repository, { path }, (content) => Promise.resolve(content));

/** As `readContent`, while the tree can be read: by git calls that get `env`. */
export async function withContent<T>(
  repository: InRepository,
  { path }: { readonly path: string },
  look: (content: Content, env: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const [{ modified, untracked }, marked, head] = await Promise.all([
    readStatus(repository, { path, ignored: false }),
    listMarked(repository, path),
    repository.git.read(["rev-parse", "--verify", "--end-of-options", "HEAD^{commit}"], { cwd: path }),
  ]);
  const commit = head.stdout.trim();
  const headTree = await treeOf(repository, commit);
  const quiet = modified.length === 0 && untracked.length === 0;
  if (quiet && marked.length === 0) return look({ commit, tree: headTree, clean: true }, {});
  return withScratchObjects(repository, async ({ folder, env }) => {
    // What cannot be read, such as a nested repository without a commit, must not stop those who only look.
    const tree = await writeTree(repository, { path, folder, marked, env, alsoIgnored: [], lenient: true });
    return look({ commit, tree, clean: quiet && tree === headTree }, env);
  });
}

async function treeOf(repository: InRepository, commit: Oid): Promise<Oid> {
  const { stdout } = await repository.git.read(["rev-parse", "--verify", "--end-of-options", `${commit}^{tree}`]);
  return stdout.trim();
}

/**
 * Saves everything in the worktree at `path` as a commit on top of HEAD and returns its id: changed, untracked and hidden
 * files, and of the ignored ones those in `ignored` (relative paths). HEAD and index stay; the commit is on no branch, so
 * the caller gives it a ref. Throws Fault `git-failed` when a file cannot be read: a snapshot is whole or it is none.
 */
export async function snapshotCommit(
  repository: InRepository,
  {
    path,
    message,
    ignored = [],
  }: { readonly path: string; readonly message: string; readonly ignored?: readonly string[] },
): Promise<Oid> {
  const [head, marked] = await Promise.all([
    repository.git.read(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], { cwd: path, allowExit: [1] }),
    listMarked(repository, path),
  ]);
  const parents = head.code === 0 ? [head.stdout.trim()] : [];
  const tree = await withScratch(repository, (folder) =>
    writeTree(repository, { path, folder, marked, env: {}, alsoIgnored: ignored, lenient: false }),
  );
  return writeCommit(repository, { tree, parents, message });
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
  const add = options.lenient ? ["add", "--all", "--ignore-errors"] : ["add", "--all"];
  await repository.git.write(add, { cwd: path, env, allowExit: options.lenient ? [1] : [] });
  if (alsoIgnored.length > 0) {
    await repository.git.write(
      ["--literal-pathspecs", "add", "--force", "--pathspec-from-file=-", "--pathspec-file-nul"],
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
