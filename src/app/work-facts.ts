// What git says of the work of a stage: where it starts and ends, and how the target holds it.
import type { Oid } from "../core/event.ts";
import type { Stage } from "../core/plan.ts";
import { type PlanState, recordOf } from "../core/state.ts";
import type { Distance } from "../git/commit-graph.ts";
import { type MergeProof, proveMerged } from "../git/merged.ts";
import { type RefValue, resolveCommit } from "../git/refs.ts";
import type { Repository } from "../git/repository.ts";

const proofWords: Readonly<Record<MergeProof, string>> = {
  "same-commit": "is the same commit as",
  ancestor: "is contained in",
  "no-changes": "adds no change to",
  "equal-trees": "has the same content as",
  "merge-adds-nothing": "would add nothing to",
  "patch-id": "was rebased or cherry-picked into",
  squash: "was squash-merged into",
};

/** "is contained in main", as a reason. */
export const describeProof = (proof: MergeProof, target: string): string => `${proofWords[proof]} ${target}`;

/** Proofs by the commits they are about: commits never change, so within a session each is looked for once. */
export type KnownProofs = Map<string, MergeProof | undefined>;

export interface Started {
  readonly stage: Stage;
  readonly branch: RefValue | undefined;
  readonly base: Oid | undefined;
}

interface Counted extends Started {
  /** Against its base, and against the target. */
  readonly own: Distance;
  readonly toTarget: Distance;
}

export interface Work extends Counted {
  /** How the target holds it. */
  readonly proof: MergeProof | undefined;
}

/** How the target holds the work of a stage; undefined where it does not, or nobody can tell. Faults: those of git. */
export async function proveWork(
  repository: Repository,
  options: Counted & { readonly state: PlanState; readonly target: Oid; readonly known: KnownProofs },
): Promise<MergeProof | undefined> {
  const { stage, branch, base, own, toTarget, state, target, known } = options;
  const { completed, merged } = recordOf(state, stage.id);
  const work = { target, known, ...(base === undefined ? {} : { base }) };
  // A target without commits of its own cannot hold the branch's work in another form; that saves a dozen calls of git.
  const targetHasOwn = toTarget.behind > 0 || toTarget.ahead === 0;
  const isWork = own.ahead > 0 || completed !== undefined;
  const tip = branch !== undefined && targetHasOwn && isWork ? branch.oid : undefined;
  const proof = tip === undefined ? undefined : await proveOnce(repository, { ...work, head: tip });
  // A branch that was reset, or is gone, says nothing of the work that was complete; that has to be found itself.
  const isElsewhere = completed !== undefined && completed.commit !== branch?.oid && merged === undefined;
  return isElsewhere && (branch === undefined || proof !== undefined)
    ? proveOnce(repository, { ...work, head: completed.commit })
    : proof;
}

async function proveOnce(
  repository: Repository,
  options: { readonly head: Oid; readonly target: Oid; readonly base?: Oid; readonly known: KnownProofs },
): Promise<MergeProof | undefined> {
  const { known, ...question } = options;
  const key = [question.head, question.target, question.base].join(" ");
  if (!known.has(key)) {
    const isThere = (await resolveCommit(repository, question.head)) !== undefined;
    known.set(key, isThere ? await proveMerged(repository, question) : undefined);
  }
  return known.get(key);
}
