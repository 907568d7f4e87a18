// What git says of the stages of a plan, asked anew each time and in as few calls as it takes.
import type { Oid } from "../core/event.ts";
import { Fault } from "../core/fault.ts";
import { refStage } from "../core/identity.ts";
import type { Plan, Stage, StageId } from "../core/plan.ts";
import { type PlanState, recordOf } from "../core/state.ts";
import { branchProblem } from "../core/refname.ts";
import type { StageFacts } from "../core/view.ts";
import { baseRef, countAheadBehind, listRefs, readRefs, resolveCommit } from "../git/refs.ts";
import { currentBranch, headCommit, readMainHead } from "../git/repository.ts";
import { listReadableWorktrees, type ReadableWorktrees } from "../git/readable-worktrees.ts";
import type { Pass } from "../git/remembered.ts";
import { isKnownOn } from "../git/worktree-answer.ts";
import { listWorktrees, type Worktree } from "../git/worktrees.ts";
import { nearest } from "../core/suggest.ts";
import { findFormer, findMoved } from "./former-stages.ts";
import { mapLimited } from "./limit.ts";
import { type PlaceOf, placesIn } from "./places.ts";
import type { Project } from "./project.ts";
import { readStaleBase } from "./stale-base.ts";
import { describeProof, type KnownProofs, proveWork, type Started, type Work } from "./work-facts.ts";
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
    const { commit, branch } = await readMainHead(repository);
    return { name: branch ?? commit.slice(0, 12), oid: commit };
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

const nowhere = { ahead: 0, behind: 0 };

/** Facts of the stages asked for (all, when none is named), by stage id. */
export async function readFacts(options: {
  readonly project: Project;
  readonly plan: Plan;
  /** The stages of the plan. */
  readonly byId: ReadonlyMap<StageId, Stage>;
  readonly state: PlanState;
  readonly base?: string;
  readonly stages?: readonly StageId[];
  readonly known: KnownProofs;
  /** For a reader: what of git is damaged is told, and the rest is answered. */
  readonly damaged?: (path: string | undefined) => void;
}): Promise<ReadonlyMap<StageId, StageFacts>> {
  const { project, plan, state, known } = options;
  const { repository } = project;
  const named = options.stages === undefined ? undefined : new Set(options.stages);
  const those = (ids: ReadonlySet<StageId>): readonly Stage[] => [...ids].flatMap((id) => options.byId.get(id) ?? []);
  const asked = named === undefined ? plan.stages : those(named);
  // Whether a base is stale depends on what became of the needs.
  const looked = named === undefined ? asked : those(new Set(asked.flatMap(({ id, needs }) => [id, ...needs])));
  const placeOf = placesIn(project);
  const pass: Pass = new Map();
  const [target, { worktrees, damage }, refs] = await Promise.all([
    readTarget(project, options),
    readWorktrees(project, { ...options, asked, placeOf, pass }),
    named === undefined
      ? listRefs(repository, ["refs/heads", "refs/stagetree/base"])
      : readRefs(repository, refsOf(looked, options)),
  ]);
  options.damaged?.(damage);
  const started = looked.map((stage): Started => {
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
  const { cores } = project.ambient;
  const proven = await mapLimited(counted, cores, async (entry): Promise<Work> => ({
    ...entry,
    proof: await proveWork(repository, { ...entry, state, target: target.oid, known }),
  }));
  const works = new Map(proven.map((work) => [work.stage.id, work]));

  // Of two registrations for one place the first counts.
  const byPath = new Map(worktrees.toReversed().map((worktree) => [worktree.path, worktree]));
  const isAsked = ({ stage }: Work): boolean => named === undefined || named.has(stage.id);
  const facts = await mapLimited(proven.filter(isAsked), cores, async (work) => {
    const { stage, branch, base, own, proof } = work;
    const path = await placeOf(stage);
    const around = { stage, path, plan, state, refs, worktrees };
    const former = findFormer(around);
    if (former !== undefined) return [stage.id, former] as const;
    const obstacle = await findMoved(around);
    const place = await readWorktree(project, { stage, path, found: byPath.get(path), worktrees, pass });
    const worktree = { path, ...(obstacle === undefined ? place : { exists: false }) };
    const { ahead, behind } = own;
    const staleBase = await readStaleBase(repository, { work, works, state, target });
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
      ...(staleBase === undefined ? {} : { staleBase }),
      ...(obstacle === undefined ? {} : { obstacle }),
      ...(proof === undefined ? {} : { mergedBy: describeProof(proof, target.name) }),
    };
    return [stage.id, found] as const;
  });
  return new Map(facts);
}

/** Names of all refs that the facts of these stages rest on, under old names, too. */
function refsOf(
  stages: readonly Stage[],
  { plan, state }: { readonly plan: Plan; readonly state: PlanState },
): readonly string[] {
  const ids = new Set(stages.map(({ id }) => id));
  const former = (state.identities?.retired ?? []).flatMap(({ id, record }) =>
    ids.has(id) && record.setup !== undefined ? [record.setup.branch] : [],
  );
  const refs = stages.flatMap((stage) => {
    const { setup } = recordOf(state, stage.id);
    return [
      `refs/heads/${stage.branch}`,
      baseRef({ plan: plan.id, stage: refStage(stage) }),
      ...(setup === undefined ? [] : [`refs/heads/${setup.branch}`]),
    ];
  });
  return [...new Set([...refs, ...former.map((branch) => `refs/heads/${branch}`)])];
}

/** All of them, unless those of the stages asked for are known, lie where they were made, and nobody touched them since. */
async function readWorktrees(
  project: Project,
  options: {
    readonly state: PlanState;
    readonly stages?: readonly StageId[];
    readonly asked: readonly Stage[];
    readonly placeOf: PlaceOf;
    readonly pass: Pass;
    readonly damaged?: (path: string | undefined) => void;
  },
): Promise<ReadableWorktrees> {
  const { repository } = project;
  const own = options.stages === undefined ? undefined : await knownWorktrees(project, options);
  if (own !== undefined) return { worktrees: own };
  return options.damaged === undefined
    ? { worktrees: await listWorktrees(repository) }
    : listReadableWorktrees(repository);
}

async function knownWorktrees(
  project: Project,
  given: {
    readonly asked: readonly Stage[];
    readonly state: PlanState;
    readonly placeOf: PlaceOf;
    readonly pass: Pass;
  },
): Promise<readonly Worktree[] | undefined> {
  const { asked, state, placeOf, pass } = given;
  const retired = new Set(state.identities?.retired.map(({ id }) => id));
  const found: Worktree[] = [];
  for (const stage of asked) {
    const { branch } = stage;
    const { setup } = recordOf(state, stage.id);
    const path = await placeOf(stage);
    const isPlain = setup?.path === path && setup.branch === branch && !retired.has(stage.id);
    if (!isPlain || !(await isKnownOn(project.repository, { path, branch, pass }))) return undefined;
    found.push({ path, branch, detached: false, bare: false, main: false });
  }
  return found;
}
