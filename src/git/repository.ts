// The repository a command was called in: where its git directory and its main worktree lie.
import { lstat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Oid } from "../core/event.ts";
import { Fault, isFault } from "../core/fault.ts";
import { canonicalPath, readText } from "./disk.ts";
import { type Git, type GitResult, type InRepository, openGit } from "./git.ts";
import { createKnown, type HeadAnswer } from "./known.ts";
import { branchOf, isPlainRef, looseRefs, readLooseRef } from "./loose-refs.ts";
import { findPlainRepository, isOnPath } from "./plain-repository.ts";
import { type Answer, askThrough } from "./remembered.ts";
import { askVersion } from "./version.ts";
import { listReadableWorktrees } from "./readable-worktrees.ts";
import type { Worktree } from "./worktrees.ts";

/** Its `git` runs in the main worktree unless a call says otherwise. */
export interface Repository extends InRepository {
  /** Real path. In a layout without one (a bare repository with worktrees): the worktree of the repository's HEAD branch. */
  readonly mainWorktree: string;
  /** Top level of the worktree the command was called in. */
  readonly here: string;
  readonly inLinkedWorktree: boolean;
  /** Settles once it is known which git this is. Rejects with the Faults `git-missing`, `git-too-old`. No call of `git` outruns it. */
  readonly ready: () => Promise<void>;
}

/**
 * Finds the repository around `directory` (absolute; may be gone, then its nearest parent counts). The environment's own
 * idea of a repository, as in a hook, is not believed. Throws Faults `git-missing`, `git-too-old`, `not-a-repository`
 * (with git's own words, such as those on dubious ownership), `bare-repository`. With `lazy`, a plain repository is told
 * from its files before git was asked anything: whoever acts on that waits for `ready`, or asks git, first.
 */
export async function openRepository(options: {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly lazy?: true;
}): Promise<Repository> {
  const { environment } = options;
  const directory = await nearestFolder(options.directory);
  const outside = openGit({ directory, environment });
  const plain = findPlainRepository({ directory, environment });
  const ready = askOnce(() => requireVersion(outside));
  if (plain !== undefined) {
    const { top, commonDir } = plain;
    if (options.lazy !== true || !isOnPath(environment)) await ready();
    const git = afterwards(openGit({ directory: top, environment }), ready);
    return { git, commonDir, known: createKnown(), ...inMain(top), ready };
  }
  const asked = outside.read(
    // The booleans between the paths are separators that survive a newline in a path.
    [
      "rev-parse",
      "--path-format=absolute",
      "--git-common-dir",
      "--is-bare-repository",
      "--git-dir",
      "--is-inside-work-tree",
      "--show-toplevel",
    ],
    { allowExit: [128] },
  );
  // An old git may fail on these words; that it is old is then what has to be told.
  asked.catch(() => undefined);
  await ready();
  const found = await asked;
  const place = await parsePlace(found, directory);
  const { commonDir, top } = place;
  if (!place.linked && top !== undefined) {
    const git = openGit({ directory: top, environment });
    return { git, commonDir, known: createKnown(), ...inMain(top), ready };
  }
  const main = await findMain({ git: outside, commonDir }, top);
  if (main === undefined) throw new Fault("bare-repository", { directory });
  const git = openGit({ directory: main, environment });
  const inLinkedWorktree = place.linked && top !== main;
  return { git, commonDir, known: createKnown(), mainWorktree: main, here: top ?? main, inLinkedWorktree, ready };
}

const inMain = (top: string) => ({ mainWorktree: top, here: top, inLinkedWorktree: false });

async function requireVersion(git: Git): Promise<void> {
  const { isEnough, found, needed } = await askVersion(git);
  if (!isEnough) throw new Fault("git-too-old", { found, needed });
}

function askOnce(ask: () => Promise<void>): () => Promise<void> {
  let asked: Promise<void> | undefined;
  return () => (asked ??= ask());
}

/** Nothing is written before git is known to be the right one; a question may be asked meanwhile. */
const afterwards = (git: Git, ready: () => Promise<void>): Git => ({
  read: async (args, call) => {
    const isReady = ready();
    const asked = git.read(args, call);
    asked.catch(() => undefined);
    await isReady;
    return asked;
  },
  write: async (args, call) => {
    await ready();
    return git.write(args, call);
  },
});

async function nearestFolder(directory: string): Promise<string> {
  const found = await lstat(directory).catch(() => undefined);
  const parent = dirname(directory);
  return found !== undefined || parent === directory ? directory : nearestFolder(parent);
}

interface Place {
  readonly commonDir: string;
  /** Absent outside any worktree: in a bare repository, or inside the git directory. */
  readonly top?: string;
  readonly linked: boolean;
}

async function parsePlace(found: GitResult, directory: string): Promise<Place> {
  const parts = /^(.+?)\n(?:true|false)\n(.+?)\n(?:true|false)\n(?:(.+)\n)?$/s.exec(found.stdout);
  if (parts === null) {
    const stderr = found.stderr.trim();
    if (/not a git repository|dubious ownership|must be run in a work tree/.test(stderr)) {
      throw new Fault("not-a-repository", { directory, stderr });
    }
    throw new Fault("git-failed", { args: ["rev-parse"], code: found.code, stderr });
  }
  const [, common = "", own = "", top] = parts;
  const commonDir = await canonicalPath(common);
  const linked = (await canonicalPath(own)) !== commonDir;
  return { commonDir, linked, ...(top === undefined ? {} : { top: await canonicalPath(top) }) };
}

/** The main worktree as seen from elsewhere: from a linked worktree, from inside the git directory, from a bare folder. */
async function findMain(from: InRepository, top: string | undefined): Promise<string | undefined> {
  const { worktrees: listed } = await listReadableWorktrees(from);
  const main = listed.find((worktree) => worktree.main);
  const path = main === undefined ? undefined : await canonicalPath(main.path);
  if (main !== undefined && !main.bare && path !== undefined && path !== from.commonDir) return path;
  const configured = await from.git.read(["config", "--get", "core.worktree"], {
    cwd: from.commonDir,
    env: { GIT_DIR: from.commonDir },
    allowExit: [1],
  });
  if (configured.code === 0 && main?.bare === false) return canonicalPath(configured.stdout.replace(/\n$/, ""));
  return (await worktreeOfHead(from, listed)) ?? top;
}

async function worktreeOfHead(from: InRepository, listed: readonly Worktree[]): Promise<string | undefined> {
  const branch = await currentBranch(from);
  const found = listed.find(
    (worktree) => !worktree.main && worktree.branch !== undefined && worktree.branch === branch,
  );
  return found === undefined ? undefined : canonicalPath(found.path);
}

/** The branch checked out in the main worktree (short name); undefined when its HEAD is detached. */
export async function currentBranch(repository: InRepository): Promise<string | undefined> {
  const { code, stdout } = await repository.git.read(["symbolic-ref", "--quiet", "HEAD"], {
    ...ofMain(repository),
    allowExit: [1],
  });
  return code === 0 ? stdout.trimEnd().replace(/^refs\/heads\//, "") : undefined;
}

/** The branch that a clone of the remote would be on; where no remote says so, undefined. */
export async function defaultBranch(repository: InRepository): Promise<string | undefined> {
  const { code, stdout } = await repository.git.read(["symbolic-ref", "--quiet", "refs/remotes/origin/HEAD"], {
    allowExit: [1, 128],
  });
  return code === 0 ? stdout.trimEnd().replace(/^refs\/remotes\/origin\//, "") : undefined;
}

/** The commit checked out in the main worktree. Throws Fault `unborn-head` before the first commit. */
export async function headCommit(repository: InRepository): Promise<Oid> {
  try {
    const { stdout } = await repository.git.read(
      ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"],
      ofMain(repository),
    );
    return stdout.trim();
  } catch (error) {
    if (!isFault(error, "git-failed")) throw error;
    throw new Fault("unborn-head", { branch: (await currentBranch(repository)) ?? "HEAD" });
  }
}

/** Both of these at once. Throws Fault `unborn-head` before the first commit. */
export async function readMainHead(
  repository: InRepository,
): Promise<{ readonly commit: Oid; readonly branch?: string }> {
  const plain = await readPlainHead(repository);
  if (plain !== undefined) return plain;
  const read = async (): Promise<Answer<HeadAnswer>> => {
    const [commit, branch] = await Promise.all([headCommit(repository), currentBranch(repository)]);
    const value = branch === undefined ? { commit } : { commit, branch };
    const refs = branch === undefined ? [] : [`refs/heads/${branch}`];
    const loose = refs.every((ref) => isPlainRef(repository, ref)) ? looseRefs(repository, { names: refs }) : undefined;
    return loose === undefined ? { value } : { value, rests: [join(repository.commonDir, "HEAD"), ...loose] };
  };
  return askThrough(repository.known?.heads, { key: "", read });
}

/** Undefined where it is not on a branch with a file of its own. */
async function readPlainHead(repository: InRepository): Promise<HeadAnswer | undefined> {
  const branch = branchOf((await readText(join(repository.commonDir, "HEAD"))) ?? "");
  const commit = branch === undefined ? undefined : readLooseRef(repository, `refs/heads/${branch}`)?.oid;
  return branch === undefined || commit === undefined ? undefined : { commit, branch };
}

/** HEAD of the shared git directory is the main worktree's, whatever worktree the command was called in. */
const ofMain = ({
  commonDir,
}: Pick<InRepository, "commonDir">): { readonly cwd: string; readonly env: Record<string, string> } => ({
  cwd: commonDir,
  env: { GIT_DIR: commonDir },
});
