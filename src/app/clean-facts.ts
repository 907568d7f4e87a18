// Everything that decides whether a stage's worktree and branch may go, read now.
import { join } from "node:path";
import { type CleanFacts, lossesOf, type SubmoduleFacts } from "../core/clean-plan.ts";
import type { Oid } from "../core/event.ts";
import type { StageId } from "../core/plan.ts";
import { isInside, readText } from "../git/disk.ts";
import { type Glance, glanceAt, inspectWorktree, type Submodule } from "../git/inspect.ts";
import { readOwnership } from "../git/registration.ts";
import { defaultBranch, type Repository } from "../git/repository.ts";
import { listWorktrees, verifyWorktree, type Worktree } from "../git/worktrees.ts";
import { hashContents } from "../host/content-hash.ts";
import { listWorkingFolders, workingInside, type WorkingFolder } from "../host/processes.ts";
import { readTarget, type Target } from "./facts.ts";
import { isJudgedByName, judgeIgnored } from "./precious.ts";
import type { Session } from "./session.ts";

/** What is the same for every stage, read once. */
export interface CleanAround {
  readonly target: Target;
  readonly worktrees: readonly Worktree[];
  readonly defaultBranch?: string;
  /** Commits that the main worktree is in the middle of merging or picking. */
  readonly merging: readonly Oid[];
  /** Absent where the system does not tell. */
  readonly folders?: readonly WorkingFolder[];
}

export async function readCleanAround(session: Session): Promise<CleanAround> {
  const { project, plan } = session;
  const { repository } = project;
  const [target, worktrees, usual, merging] = await Promise.all([
    readTarget(project, { plan, ...(session.base === undefined ? {} : { base: session.base }) }),
    listWorktrees(repository),
    defaultBranch(repository),
    readMerging(repository),
  ]);
  const folders = listWorkingFolders();
  return {
    target,
    worktrees,
    merging,
    ...(usual === undefined ? {} : { defaultBranch: usual }),
    ...(folders === undefined ? {} : { folders }),
  };
}

/** What a merge, or a pick, that stopped half-way left: its commits are needed until that is finished or aborted. */
async function readMerging({ commonDir }: Repository): Promise<readonly Oid[]> {
  const heads = await Promise.all(["MERGE_HEAD", "CHERRY_PICK_HEAD"].map((name) => readText(join(commonDir, name))));
  return heads.flatMap((text) => text?.split("\n").filter((line) => line !== "") ?? []);
}

export interface ReadFacts {
  readonly facts: CleanFacts;
  /**
   * Taken before everything else, where an equal one later on means that the facts still hold: not where something was
   * judged by what lies in files that git does not look into.
   */
  readonly glance?: Glance;
}

const nothing = {
  modified: [],
  untracked: [],
  precious: [],
  copies: [],
  hidden: [],
  marked: 0,
  detached: false,
  detachedCommits: false,
  submodules: [],
  nested: [],
  current: false,
} as const;

/**
 * Undefined where there is neither a worktree nor a branch. The session's view of the stage has to be fresh. With
 * `contents`, what lies in the files that would be lost is read as well.
 */
export async function readCleanFacts(
  session: Session,
  options: { readonly stage: StageId; readonly around: CleanAround; readonly contents?: true },
): Promise<ReadFacts | undefined> {
  const { stage, around } = options;
  const { repository, ambient } = session.project;
  const { branch, worktree, obstacle } = session.view(stage).facts;
  // What lies there is not this stage's, or not under this name.
  if (obstacle !== undefined && !branch.exists) return undefined;
  const { path } = worktree;
  const found = await verifyWorktree(repository, { path, branch: branch.name });
  if (found.kind === "absent" && !branch.exists) return undefined;
  const common = branchFacts(session, { stage, around });
  const isDetached = found.kind === "foreign" && found.detached === true;
  if (found.kind !== "ours" && !isDetached) {
    const head = branch.head === undefined ? {} : { head: branch.head };
    const there = found.kind === "absent" ? "absent" : { foreign: `${path} ${found.problem}` };
    return { facts: { ...common, ...nothing, ...head, worktree: there } };
  }
  // What git cannot look into, and so nobody, is kept.
  if (worktree.problem !== undefined && found.kind === "ours") {
    const head = branch.head === undefined ? {} : { head: branch.head };
    const foreign = `${path} cannot be looked into: ${worktree.problem}`;
    return { facts: { ...common, ...nothing, ...head, worktree: { foreign } } };
  }
  const [ownership, glance] = await Promise.all([readOwnership(repository, { path }), glanceAt(repository, { path })]);
  const { ignored, modified, untracked, hidden, ...rest } = await inspectWorktree(repository, { path, glance });
  const main = repository.mainWorktree;
  const [{ precious, copies }, submodules] = await Promise.all([
    judgeIgnored({ worktree: path, mainWorktree: main, ignored }),
    Promise.all(rest.submodules.map((one) => judgeSubmodule(one, { worktree: path, mainWorktree: main }))),
  ]);
  const lost = lossesOf({ modified, untracked, hidden, precious });
  const { folders } = around;
  const facts: CleanFacts = {
    ...common,
    worktree: "ours",
    modified,
    untracked,
    hidden,
    precious,
    copies,
    submodules,
    marked: rest.marked,
    nested: rest.nested,
    detached: rest.detached,
    detachedCommits: rest.unreachable,
    current: isInside(repository.here, path) || isInside(ambient.cwd, path),
    ...(folders === undefined ? {} : { processes: workingInside(folders, path).filter((pid) => pid !== ambient.pid) }),
    ...(ownership.kind === "ours" ? { registration: ownership.registration.admin } : {}),
    ...(rest.head === undefined ? {} : { head: rest.head }),
    ...(branch.head === undefined || branch.head === rest.head ? {} : { branchHead: branch.head }),
    ...(rest.operation === undefined ? {} : { operation: rest.operation }),
    ...(rest.locked === undefined ? {} : { locked: rest.locked }),
    ...(options.contents === undefined ? {} : { contents: await hashContents(path, lost) }),
  };
  const isPlain =
    lost.length === 0 && isJudgedByName(ignored) && rest.marked === 0 && submodules.length === 0 && !rest.detached;
  return { facts, ...(isPlain ? { glance } : {}) };
}

function branchFacts(
  session: Session,
  { stage, around }: { readonly stage: StageId; readonly around: CleanAround },
): Pick<
  CleanFacts,
  "stage" | "path" | "branch" | "branchExists" | "target" | "mergedBy" | "branchInUse" | "operation"
> {
  const { branch, worktree, base, mergedBy } = session.view(stage).facts;
  const { path } = worktree;
  const { target } = around;
  const isMerging = branch.head !== undefined && around.merging.includes(branch.head);
  const idle = `has no commit ${base === undefined ? `that ${target.name} lacks` : "beyond its base"}`;
  const held = mergedBy ?? (branch.exists && branch.ahead === 0 ? idle : undefined);
  const elsewhere = around.worktrees.find((one) => one.branch === branch.name && one.path !== path);
  // Where no remote says which branch is the default one, its two usual names are left alone.
  const isDefault =
    around.defaultBranch === undefined ? /^(?:main|master)$/u.test(branch.name) : branch.name === around.defaultBranch;
  const use =
    branch.name === target.name
      ? "it is the branch the others are merged into"
      : ((elsewhere && `it is checked out at ${elsewhere.path}`) ??
        (isDefault ? "it is the default branch of the repository" : undefined));
  return {
    stage,
    path,
    branch: branch.name,
    branchExists: branch.exists,
    target: target.name,
    ...(isMerging ? { operation: `merge of ${branch.name} in the main worktree` } : {}),
    ...(held === undefined ? {} : { mergedBy: held }),
    ...(use === undefined ? {} : { branchInUse: use }),
  };
}

/** A submodule is a repository: what is lost with it is told, its own submodules with it. */
async function judgeSubmodule(
  { path, inspection, unpushed }: Submodule,
  at: { readonly worktree: string; readonly mainWorktree: string },
): Promise<SubmoduleFacts> {
  const places = { worktree: join(at.worktree, path), mainWorktree: join(at.mainWorktree, path) };
  const { precious } = await judgeIgnored({ ...places, ignored: inspection.ignored });
  const inner = await Promise.all(inspection.submodules.map((one) => judgeSubmodule(one, places)));
  const { modified, untracked, hidden, nested, operation } = inspection;
  const problems = [
    ...(unpushed ? ["holds commits that no remote has"] : []),
    ...(operation === undefined ? [] : [`is in the middle of a ${operation}`]),
    ...said("holds uncommitted changes in", modified),
    ...said("holds untracked files:", untracked),
    ...said("holds changed files that git was told to overlook:", hidden),
    ...said("holds ignored files that nothing makes again:", precious),
    ...said("holds another repository or worktree:", nested),
    ...inner.flatMap((one) => one.problems.map((problem) => `(in its submodule ${one.path}) ${problem}`)),
  ];
  return { path, problems };
}

const said = (words: string, names: readonly string[]): readonly string[] =>
  names.length === 0 ? [] : [`${words} ${names.join(" ")}`];
