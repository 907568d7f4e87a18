// What git says of the stages of a plan, asked anew each time and in as few calls as it takes.
import type { Oid } from "../core/event.ts";
import { Fault } from "../core/fault.ts";
import { refStage } from "../core/identity.ts";
import type { Plan, StageId } from "../core/plan.ts";
import { type PlanState, recordOf } from "../core/state.ts";
import { branchProblem } from "../core/refname.ts";
import type { StageFacts } from "../core/view.ts";
import { type MergeProof, proveMerged } from "../git/merged.ts";
import { baseRef, countAheadBehind, listRefs, resolveCommit } from "../git/refs.ts";
import { currentBranch, headCommit, type Repository } from "../git/repository.ts";
import { listWorktrees } from "../git/worktrees.ts";
import { nearest } from "../core/suggest.ts";
import { findFormer, findMoved } from "./former-stages.ts";
import { mapLimited } from "./limit.ts";
import type { Project } from "./project.ts";
import { readWorktree } from "./worktree-facts.ts";

/** The branch that stages without needs start from and that all are merged into. */
export interface Target {
  /** Branch name, or the commit where HEAD is detached. */
  readonly name: string;
  readonly oid: Oid;
  /** The plan's base branch, where it does not exist yet and is to be made from this one. */
  readonly toMake?: string;
}

/** `--base`, else the plan's (or what that is to be made from), else the configuration's, else what the main worktree has checked out. Faults: base-missing, unborn-head. */
export async function readTarget(
  project: Project,
  options: { readonly plan: Plan; readonly base?: string },
): Promise<Target> {
  const { repository, config } = project;
  const named = options.base ?? options.plan.base ?? config.base;
  if (named === undefined) {
    const oid = await headCommit(repository);
    return { name: (await currentBranch(repository)) ?? oid.slice(0, 12), oid };
  }
  const oid = await resolveCommit(repository, named);
  if (oid !== undefined) return { name: named, oid };
  const { base, baseFrom } = options.base === undefined ? options.plan : {};
  const source = baseFrom === undefined ? undefined : await resolveCommit(repository, baseFrom);
  if (base === named && baseFrom !== undefined && source !== undefined) {
    return { name: baseFrom, oid: source, toMake: base };
  }
  await headCommit(repository);
  const branches = [...(await listRefs(repository, ["refs/heads"])).keys()].map((ref) =>
    ref.slice("refs/heads/".length),
  );
  const close = nearest(named, branches);
  const current = await currentBranch(repository);
  // What is nearly the branch at hand is a slip of the pen, and no branch to be made.
  const from = base === named && close !== current && branchProblem(base) === undefined ? current : undefined;
  throw new Fault("base-missing", {
    base: named,
    ...(close === undefined ? {} : { nearest: close }),
    ...(from === undefined ? {} : { from }),
  });
}

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

const nowhere = { ahead: 0, behind: 0 };

/** Proofs by the commits they are about: commits never change, so within a session each is looked for once. */
export type KnownProofs = Map<string, MergeProof | undefined>;

/** Facts of the stages asked for (all, when none is named), by stage id. */
export async function readFacts(options: {
  readonly project: Project;
  readonly plan: Plan;
  readonly state: PlanState;
  readonly base?: string;
  readonly stages?: readonly StageId[];
  readonly known: KnownProofs;
}): Promise<ReadonlyMap<StageId, StageFacts>> {
  const { project, plan, state, known } = options;
  const { repository } = project;
  const [target, worktrees, refs] = await Promise.all([
    readTarget(project, options),
    listWorktrees(repository),
    listRefs(repository, ["refs/heads", "refs/stagetree/base"]),
  ]);
  const asked = plan.stages.filter((stage) => options.stages === undefined || options.stages.includes(stage.id));
  const started = asked.map((stage) => {
    const branch = refs.get(`refs/heads/${stage.branch}`);
    const base = refs.get(baseRef({ plan: plan.id, stage: refStage(stage) }))?.oid;
    return { stage, branch, base };
  });
  const pairs = started.flatMap(({ branch, base }) =>
    branch === undefined
      ? []
      : [
          { branch: branch.oid, base: base ?? target.oid },
          { branch: branch.oid, base: target.oid },
        ],
  );
  const counts = (await countAheadBehind(repository, pairs)).values();
  const next = () => counts.next().value ?? nowhere;
  const counted = started.map((entry) =>
    entry.branch === undefined
      ? { ...entry, own: nowhere, toTarget: nowhere }
      : { ...entry, own: next(), toTarget: next() },
  );

  const facts = await mapLimited(counted, project.ambient.cores, async ({ stage, branch, base, own, toTarget }) => {
    const around = { stage, plan, state, refs, worktrees };
    const former = await findFormer(project, around);
    if (former !== undefined) return [stage.id, former] as const;
    const obstacle = await findMoved(project, around);
    const { path, ...place } = await readWorktree(project, { stage, worktrees });
    const worktree = obstacle === undefined ? { path, ...place } : { path, exists: false };
    const { ahead, behind } = own;
    const { completed, merged } = recordOf(state, stage.id);
    const work = { target: target.oid, known, ...(base === undefined ? {} : { base }) };
    // A target without commits of its own cannot hold the branch's work in another form; that saves a dozen calls of git.
    const targetHasOwn = toTarget.behind > 0 || toTarget.ahead === 0;
    const tip = branch !== undefined && targetHasOwn && (ahead > 0 || completed !== undefined) ? branch.oid : undefined;
    const tipProof = tip === undefined ? undefined : await proveOnce(repository, { ...work, head: tip });
    // A branch that was reset, or is gone, says nothing of the work that was complete; that has to be found itself.
    const isElsewhere = completed !== undefined && completed.commit !== branch?.oid && merged === undefined;
    const proof =
      isElsewhere && (branch === undefined || tipProof !== undefined)
        ? await proveOnce(repository, { ...work, head: completed.commit })
        : tipProof;
    const found: StageFacts = {
      branch: {
        name: stage.branch,
        exists: branch !== undefined,
        ahead,
        behind,
        ...(branch === undefined ? {} : { head: branch.oid }),
        ...(branch?.tree === undefined ? {} : { tree: branch.tree }),
      },
      worktree,
      ...(base === undefined ? {} : { base }),
      ...(obstacle === undefined ? {} : { obstacle }),
      ...(proof === undefined ? {} : { mergedBy: describeProof(proof, target.name) }),
    };
    return [stage.id, found] as const;
  });
  return new Map(facts);
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
