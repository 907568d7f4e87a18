// The base of a stage that needs several others: their tips merged in memory, the same commit on every machine.
import type { Oid } from "../core/event.ts";
import type { BaseResult } from "../core/setup-plan.ts";
import { writeCommit } from "./commit-object.ts";
import type { InRepository } from "./git.ts";
import { mergeTree } from "./merge-tree.ts";

export interface Tip {
  /** Stage id, to name it in a conflict. */
  readonly stage: string;
  readonly oid: Oid;
}

interface Candidates {
  readonly onto: Oid;
  readonly tips: readonly Tip[];
  /** A tip at `onto` counts like any other, instead of being what all of them are held against. */
  readonly keepOnto?: boolean;
}

/**
 * The commit to start from: `onto` where it holds every tip; else the one tip that is left when duplicates, ancestors of
 * others and what `onto` holds are dropped; else a merge of those left. A merge depends on nothing but the ids of its
 * parents: author, date (the latest of the parents'), message and order are fixed, and neither the user's settings nor the
 * files of any worktree (`.gitattributes` among them) are looked at. A conflict names the first two stages that do not go
 * together. Touches no worktree, index or ref. Throws Fault `git-failed`, also for tips without a common history.
 */
export async function mergeBaseCommits(
  repository: InRepository,
  { onto, tips, keepOnto = false }: Candidates,
): Promise<BaseResult> {
  const left = await independentTips(repository, { onto, tips, keepOnto });
  const [first, ...others] = left;
  if (first === undefined) return { kind: "commit", oid: onto, parents: [] };
  const parents = left.map(({ oid }) => oid);
  if (others.length === 0) return { kind: "commit", oid: first.oid, parents };
  const date = await latestDate(repository, parents);
  let merged = first.oid;
  for (const [index, tip] of others.entries()) {
    const result = await mergeTree(repository, { ours: merged, theirs: tip.oid });
    if (result.kind === "conflict") {
      return nameConflict(repository, { before: left.slice(0, index + 1), tip, files: result.files });
    }
    // An intermediate commit is what git finds the next merge base from; the last one has all tips as its parents.
    const isLast = index === others.length - 1;
    const of = isLast ? parents : [merged, tip.oid];
    const message = `Merge ${of.length} commits into the base of a stage\n\n${of.join("\n")}`;
    merged = await writeCommit(repository, { tree: result.tree, parents: of, message, date });
  }
  return { kind: "commit", oid: merged, parents };
}

/** What is neither in `onto` nor in another tip, sorted by id, so that the order of needs in a plan does not matter. */
async function independentTips(
  repository: InRepository,
  { onto, tips, keepOnto }: Required<Candidates>,
): Promise<readonly Tip[]> {
  const byOid = new Map(tips.toReversed().map((tip) => [tip.oid, tip]));
  if (!keepOnto) byOid.delete(onto);
  if (byOid.size === 0) return [];
  const { stdout } = await repository.git.read(["merge-base", "--independent", onto, ...byOid.keys()]);
  const independent = new Set(stdout.split("\n"));
  return [...byOid.values()].filter(({ oid }) => independent.has(oid)).toSorted((a, b) => (a.oid < b.oid ? -1 : 1));
}

/** Seconds since the epoch. */
async function latestDate(repository: InRepository, commits: readonly Oid[]): Promise<number> {
  const args = ["rev-list", "--no-walk", "--no-commit-header", "--format=%ct", ...commits];
  const { stdout } = await repository.git.read(args);
  return Math.max(
    ...stdout
      .split("\n")
      .filter((line) => line !== "")
      .map(Number),
  );
}

/** `tip` conflicts with the merge of those before it; mostly one of them alone is the other side. */
async function nameConflict(
  repository: InRepository,
  { before, tip, files }: { readonly before: readonly Tip[]; readonly tip: Tip; readonly files: readonly string[] },
): Promise<BaseResult> {
  const [first] = before;
  for (const other of before.length > 1 ? before : []) {
    const result = await mergeTree(repository, { ours: other.oid, theirs: tip.oid });
    if (result.kind === "conflict") return { kind: "conflict", between: [other.stage, tip.stage], files: result.files };
  }
  return { kind: "conflict", between: [first?.stage ?? tip.stage, tip.stage], files };
}
