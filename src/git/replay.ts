// Rebases commits in memory: what `git rebase --onto` would make of them, without a worktree.
import type { Oid } from "../core/event.ts";
import type { ReplayTrouble } from "../core/refresh-plan.ts";
import { type ChangedPaths, listChangedPaths } from "./changed-paths.ts";
import { type CommitBytes, readCommits, rewriteCommit, subjectOf } from "./commit-bytes.ts";
import { writeCommit } from "./commit-object.ts";
import type { InRepository } from "./git.ts";
import { mergeTree } from "./merge-tree.ts";
import { withScratchObjects } from "./scratch.ts";

export type Replay =
  | {
      readonly kind: "commits";
      /** The last of the new commits; `onto` where nothing was to be kept. */
      readonly head: Oid;
      /** What differs from the old tip to the new one. */
      readonly changed: ChangedPaths;
      readonly kept: number;
      /** Commits that would change nothing any more. */
      readonly dropped: number;
    }
  | ReplayTrouble;

export interface ReplayRequest {
  /** Commits that it holds are not moved. */
  readonly base: Oid;
  readonly head: Oid;
  readonly onto: Oid;
  /** The new commits are kept in the repository, on no ref; else nothing is left behind. */
  readonly keep?: true;
}

/**
 * Moves the commits of `head` that neither `base` nor `onto` holds on top of `onto`, one after the other. Authors, dates and
 * messages stay, so that the same commits give the same result everywhere; signatures do not. As `git rebase` does, a commit
 * that comes to change nothing is dropped, and one that changed nothing before is kept. Merges are made as in `mergeTree`.
 * Touches no worktree, index or ref. Throws Fault `git-failed`.
 */
export async function replayCommits(repository: InRepository, request: ReplayRequest): Promise<Replay> {
  const picked = await listPicked(repository, request);
  const merge = picked.own.find(({ parents }) => parents.length !== 1);
  if (merge !== undefined) return { kind: "merge", commit: merge.oid, subject: subjectOf(merge) };
  const trial = await withScratchObjects(repository, ({ env }) =>
    pickAll(repository, { ...picked, from: request.head, probes: env, results: env }),
  );
  if (trial.kind !== "commits" || request.keep === undefined) return trial;
  // With a scratch folder of its own: an object that git finds there already, it would not write into the repository.
  return withScratchObjects(repository, ({ env, beside }) =>
    pickAll(repository, { ...picked, from: request.head, probes: env, results: beside }),
  );
}

interface Picked {
  readonly onto: CommitBytes;
  /** Oldest first. */
  readonly own: readonly CommitBytes[];
  readonly parentTrees: ReadonlyMap<Oid, Oid>;
}

async function listPicked(repository: InRepository, { base, head, onto }: ReplayRequest): Promise<Picked> {
  const args = ["rev-list", "--reverse", "--topo-order", "--parents", head, `^${base}`, `^${onto}`];
  const { stdout } = await repository.git.read(args);
  const lines = stdout.split("\n").filter((line) => line !== "");
  const oids = lines.map((line) => line.split(" ", 1)[0] ?? "");
  const commits = await readCommits(repository, [...new Set([onto, ...lines.flatMap((line) => line.split(" "))])]);
  const own = oids.map((oid) => commitIn(commits, oid));
  const parentTrees = new Map([...commits].map(([oid, { tree }]) => [oid, tree]));
  return { onto: commitIn(commits, onto), own, parentTrees };
}

function commitIn(commits: ReadonlyMap<Oid, CommitBytes>, oid: Oid): CommitBytes {
  const found = commits.get(oid);
  if (found === undefined) throw new Error(`git told nothing of the commit ${oid}`);
  return found;
}

type Environment = Readonly<Record<string, string>>;

async function pickAll(
  repository: InRepository,
  options: Picked & { readonly from: Oid; readonly probes: Environment; readonly results: Environment },
): Promise<Replay> {
  const { onto, own, parentTrees, from, probes, results } = options;
  let last: { readonly oid: Oid; readonly tree: Oid } = onto;
  let kept = 0;
  for (const commit of own) {
    const [parent = ""] = commit.parents;
    const parentTree = parentTrees.get(parent);
    const merge =
      parentTree === last.tree
        ? { kind: "tree" as const, tree: commit.tree }
        : await mergeFrom(repository, { commit, parent, tree: last.tree, probes, results });
    if (merge.kind === "conflict") {
      return { kind: "conflict", commit: commit.oid, subject: subjectOf(commit), files: merge.files };
    }
    if (merge.tree === last.tree && commit.tree !== parentTree) continue;
    const oid = await rewriteCommit(repository, { commit, tree: merge.tree, parent: last.oid, env: results });
    last = { oid, tree: merge.tree };
    kept += 1;
  }
  const changed = await listChangedPaths(repository, { from, to: last.oid, env: results });
  return { kind: "commits", head: last.oid, changed, kept, dropped: own.length - kept };
}

/** git merges commits, not trees: one that has `tree` and the same parent makes that parent the base of the merge. */
async function mergeFrom(
  repository: InRepository,
  {
    commit,
    parent,
    tree,
    probes,
    results,
  }: {
    readonly commit: CommitBytes;
    readonly parent: Oid;
    readonly tree: Oid;
    readonly probes: Environment;
    readonly results: Environment;
  },
) {
  const ours = await writeCommit(repository, { tree, parents: [parent], message: "probe", date: 0, env: probes });
  return mergeTree(repository, { ours, theirs: commit.oid, env: results });
}
