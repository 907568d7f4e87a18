// Whether a branch's work is contained in another commit, and how we know.
import type { Oid } from "../core/event.ts";
import { writeCommit } from "./commit-object.ts";
import type { InRepository } from "./git.ts";
import { mergeTree } from "./merge-tree.ts";
import { isAncestor } from "./refs.ts";
import { withScratchObjects } from "./scratch.ts";

/**
 * `same-commit`, `ancestor`: the target holds the branch's commits. `patch-id`: it holds each of its changes as another
 * commit (rebased, cherry-picked). `squash`: it holds all of them as one commit. `no-changes`, `equal-trees`,
 * `merge-adds-nothing`: it holds the content, not the commits; whoever deletes the branch keeps a backup ref.
 */
export type MergeProof =
  | "same-commit"
  | "ancestor"
  | "no-changes"
  | "equal-trees"
  | "merge-adds-nothing"
  | "patch-id"
  | "squash";

interface Question {
  readonly head: Oid;
  readonly target: Oid;
  /**
   * Where the branch's own work starts, for a branch made on top of others: then `patch-id` and `squash` ask for the
   * commits after it only. The merge base with the target when absent.
   */
  readonly base?: Oid;
}

/**
 * The first proof that `target` holds the work of `head`, cheapest first; undefined where none is found, which for a
 * squash with a hand-edited conflict is all that can be said. A branch without commits of its own is an `ancestor`.
 * Writes no object into the repository. Throws Fault `git-failed`.
 */
export async function proveMerged(repository: InRepository, question: Question): Promise<MergeProof | undefined> {
  const { head, target } = question;
  if (head === target) return "same-commit";
  const [forks, base] = await Promise.all([mergeBases(repository, question), ownBase(repository, question)]);
  if (forks.includes(head)) return "ancestor";
  const [fork] = forks;
  const starts = [...new Set([fork, base].filter((start) => start !== undefined))];
  const [headTree = "", targetTree, ...startTrees] = await readTrees(repository, [head, target, ...starts]);
  if (startTrees.includes(headTree)) return "no-changes";
  if (headTree === targetTree) return "equal-trees";
  if (fork === undefined) return undefined;
  return withScratchObjects(repository, async ({ env }) => {
    const merge = await mergeTree(repository, { ours: target, theirs: head, env });
    if (merge.kind === "tree" && merge.tree === targetTree) return "merge-adds-nothing";
    if (await everyPatchIsIn(repository, { head, target, limit: base ?? fork })) return "patch-id";
    for (const start of starts) {
      const squashed = await writeCommit(repository, {
        tree: headTree,
        parents: [start],
        message: "squash",
        date: 0,
        env,
      });
      if (await everyPatchIsIn(repository, { head: squashed, target, limit: start, env })) return "squash";
    }
    return undefined;
  });
}

async function mergeBases(repository: InRepository, { head, target }: Question): Promise<readonly Oid[]> {
  const { stdout } = await repository.git.read(["merge-base", "--all", head, target], { allowExit: [1] });
  return stdout.split("\n").filter((line) => line !== "");
}

/** The base, where the branch still stands on it: after a rebase it says nothing any more. */
async function ownBase(repository: InRepository, { head, base }: Question): Promise<Oid | undefined> {
  if (base === undefined || base === head) return undefined;
  return (await isAncestor(repository, { ancestor: base, of: head })) ? base : undefined;
}

async function readTrees(repository: InRepository, commits: readonly Oid[]): Promise<readonly Oid[]> {
  const names = commits.map((commit) => `${commit}^{tree}`);
  const { stdout } = await repository.git.read(["rev-parse", ...names]);
  return stdout.trimEnd().split("\n");
}

type Environment = Readonly<Record<string, string>>;

/**
 * Whether each commit of limit..head has a twin with the same patch on the target's side. git leaves merge commits out of
 * that comparison, and a merge can carry changes of its own, so a branch with merges is never proven this way.
 */
async function everyPatchIsIn(
  repository: InRepository,
  {
    head,
    target,
    limit,
    env = {},
  }: { readonly head: Oid; readonly target: Oid; readonly limit: Oid; readonly env?: Environment },
): Promise<boolean> {
  const range = [head, `^${limit}`, `^${target}`];
  const merges = await repository.git.read(["rev-list", "--merges", "--max-count=1", ...range], { env });
  if (merges.stdout !== "") return false;
  const { stdout } = await repository.git.read(["cherry", target, head, limit], { env });
  const marks = stdout.split("\n").filter((line) => line !== "");
  return marks.length > 0 && marks.every((line) => line.startsWith("-"));
}
