// Gives stages their branches and worktrees: facts, then steps, then the changes, several stages at a time.
import type { SetupEntry } from "../core/answers.ts";
import type { Oid } from "../core/event.ts";
import { refStage } from "../core/identity.ts";
import type { StageId } from "../core/plan.ts";
import { planSetup, type BaseResult, type SetupFacts, type SetupPlan } from "../core/setup-plan.ts";
import { whyClosed } from "../core/live-plan.ts";
import { isWorkable, type StageView } from "../core/view.ts";
import { baseRef, countAheadBehind } from "../git/refs.ts";
import { fillScript, lostFill, openSiblingCopy, type SiblingCopy } from "../git/sibling-copy.ts";
import { listTrackedIn } from "../git/tracked.ts";
import { listWorktrees, verifyWorktree, type Worktree } from "../git/worktrees.ts";
import { openThreads } from "../host/threads.ts";
import { applySetup, type SetupSurroundings } from "./apply-setup.ts";
import { makeBaseBranch, withBaseBranch } from "./base-branch.ts";
import { readTarget, type Target } from "./facts.ts";
import { type PlannedCheckout, refuseShortage } from "./forecast.ts";
import { ownWork } from "./guard.ts";
import { describeLeftOut } from "./left-out.ts";
import { mapLimited } from "./limit.ts";
import { asOperation, type Operation } from "./operation.ts";
import { pathProblem, worktreePath } from "./places.ts";
import { describeProblem } from "./problem.ts";
import type { Session } from "./session.ts";
import { computeBase } from "./stage-base.ts";
import { excludeStageFiles, stageFiles, writeStageFiles } from "./stage-files.ts";
import { writeStatuses } from "./write-back.ts";

export interface SetupRequest {
  readonly stages: readonly StageId[];
  readonly jobs: number;
  readonly signal: AbortSignal;
  readonly dryRun?: boolean;
  /** False: git writes all files, whatever the configuration says. */
  readonly fastCheckout?: boolean;
  /** The views of the stages and of what they need were read a moment ago. */
  readonly isFresh?: true;
}

/**
 * One entry for each stage asked for, and the plans they came from (for a dry run). The views are fresh afterwards. Faults:
 * disk-short, before anything is made; those of git.
 */
export async function setupStages(
  session: Session,
  request: SetupRequest,
): Promise<{ readonly entries: readonly SetupEntry[]; readonly plans: readonly SetupPlan[] }> {
  const { project } = session;
  const needs = request.stages.flatMap((id) => session.view(id).stage.needs);
  if (request.isFresh !== true) await session.look([...new Set([...request.stages, ...needs])]);
  // Where nothing was in the way a moment ago, no worktree had one of these branches; `git worktree add` has the last word.
  const isFree = request.stages.every((id) => {
    const { exists, problem } = session.view(id).facts.worktree;
    return !exists && problem === undefined;
  });
  const [target, worktrees] = await Promise.all([
    readSessionTarget(session),
    isFree ? [] : listWorktrees(project.repository),
  ]);
  const plans = await mapLimited(request.stages, project.ambient.cores, (id) =>
    assembleOrFail(session, { view: session.view(id), target, worktrees }),
  );
  await refuseShortage(session, plans.flatMap(plannedCheckout));
  if (request.dryRun === true)
    return { entries: plans.map((plan) => plan.entry), plans: withBaseBranch(plans, target) };

  return asOperation(session, { kind: "setup" }, async (operation) => {
    const guard = session.guard();
    await ownWork(session, {
      owner: `branch ${target.toMake ?? ""}`,
      work: () => makeBaseBranch(session, { target, plans, operation }),
    });
    await ownWork(session, { owner: "info/exclude", work: () => excludeStageFiles(project) });
    // Set-ups go back to where they began when the run must end; nothing of a person's is in them.
    const signal = guard === undefined ? request.signal : AbortSignal.any([request.signal, guard.broken]);
    const siblings = request.fastCheckout === false ? undefined : await siblingsOf(session, plans);
    const surroundings: SetupSurroundings = {
      operation,
      signal,
      workers: workersFor(session, { plans, jobs: request.jobs }),
      trackedIn: trackedStageFiles(session),
      ...(siblings === undefined ? {} : { siblings }),
    };
    const entries = await applyAll(session, { plans, jobs: request.jobs, surroundings });
    await session.look(request.stages);
    // A set-up that failed changed nothing, the plan included.
    const told = entries.filter(({ outcome }) => outcome !== "failed").map(({ id }) => id);
    await writeStatuses(session, { stages: told, within: operation });
    return { entries, plans };
  });
}

async function applyAll(
  session: Session,
  options: {
    readonly plans: readonly SetupPlan[];
    readonly jobs: number;
    readonly surroundings: SetupSurroundings;
  },
): Promise<readonly SetupEntry[]> {
  const { plans, jobs, surroundings } = options;
  try {
    return await mapLimited(plans, jobs, async (plan) => {
      const work = () => applyOne(session, { plan, surroundings });
      return withNotes(session, await ownWork(session, { owner: plan.entry.id, work }));
    });
  } finally {
    await surroundings.siblings?.close();
  }
}

async function withNotes(session: Session, entry: SetupEntry): Promise<SetupEntry> {
  if (entry.outcome !== "created" && entry.outcome !== "exists") return entry;
  const notes = await describeLeftOut(session.project, entry.worktree);
  return notes.length === 0 ? entry : { ...entry, notes };
}

const plannedCheckout = ({ entry, base }: SetupPlan): readonly PlannedCheckout[] =>
  entry.outcome === "created" && base !== undefined ? [{ path: entry.worktree, commit: base }] : [];

/** With fewer worktrees of one commit git is as fast, since no file is read twice. */
const leastTrees = 3;

/** Where the configuration allows it and it pays. */
async function siblingsOf({ project }: Session, plans: readonly SetupPlan[]): Promise<SiblingCopy | undefined> {
  const bases = plans.flatMap(({ entry, base }) => (entry.outcome === "created" && base !== undefined ? [base] : []));
  const pays = bases.some((base) => bases.filter((other) => other === base).length >= leastTrees);
  if (!project.config.fastCheckout || !pays) return undefined;
  const pool = openThreads({ script: fillScript(), most: project.ambient.cores, lost: lostFill });
  return openSiblingCopy(project.repository, { worktrees: await listWorktrees(project.repository), pool });
}

/** One large worktree is checked out by several processes of git; where several worktrees are, they would be in each other's way. */
function workersFor(
  { project }: Session,
  { plans, jobs }: { readonly plans: readonly SetupPlan[]; readonly jobs: number },
): number {
  const made = plans.filter(({ entry }) => entry.outcome === "created").length;
  return Math.max(1, Math.floor(project.ambient.cores / Math.max(1, Math.min(made, jobs))));
}

/** Asks git once for each commit. */
function trackedStageFiles({ project }: Session): SetupSurroundings["trackedIn"] {
  const asked = new Map<Oid, Promise<readonly string[]>>();
  return (commit) => {
    const found = asked.get(commit) ?? listTrackedIn(project.repository, { commit, files: stageFiles });
    asked.set(commit, found);
    return found;
  };
}

async function applyOne(
  session: Session,
  options: { readonly plan: SetupPlan; readonly surroundings: SetupSurroundings },
): Promise<SetupEntry> {
  const { plan } = options;
  const { operation } = options.surroundings;
  const { entry } = plan;
  const view = session.view(entry.id);
  if (entry.outcome === "exists") {
    // A complete stage may have no worktree any more, and then gets none.
    if (!view.facts.worktree.exists) return entry;
    const reason = await adopt(session, { entry, view, operation }).then(() => undefined, describeOrThrow);
    return reason === undefined ? entry : { ...entry, outcome: "failed", reason };
  }
  const { conflict } = plan;
  if (conflict !== undefined && entry.outcome === "blocked" && !isSame(conflict, view.record.conflict)) {
    session.emit({ type: "base-conflict", stage: entry.id, ...conflict });
  }
  if (entry.outcome !== "created") return entry;
  return applySetup(session, options);
}

/** A worktree that is there already and verified: its files and its record are brought up to date, nothing else. */
async function adopt(
  session: Session,
  options: { readonly entry: SetupEntry; readonly view: StageView; readonly operation: Operation },
): Promise<void> {
  const { entry, view, operation } = options;
  const { stage, record } = view;
  await writeStageFiles(session.project, {
    plan: session.plan,
    stage,
    worktree: entry.worktree,
    ...(entry.base === undefined ? {} : { base: entry.base }),
  });
  if (record.setup?.path === entry.worktree && record.setup.branch === entry.branch) return;
  const base = entry.base ?? view.facts.branch.head;
  if (base === undefined) return;
  const { branch, worktree: path } = entry;
  const finished = { type: "setup-finished", stage: stage.id, branch, path, base, parents: [] } as const;
  await operation.intend({ stages: [stage.id], events: [finished] });
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

interface Surroundings {
  readonly view: StageView;
  readonly target: Target;
  readonly worktrees: readonly Worktree[];
}

async function assembleOrFail(session: Session, around: Surroundings): Promise<SetupPlan> {
  const found = await assemble(session, around).catch(describeOrThrow);
  if (typeof found !== "string") return found;
  const { stage, facts } = around.view;
  const entry = { id: stage.id, branch: stage.branch, worktree: facts.worktree.path };
  return { entry: { ...entry, outcome: "failed", reason: found }, steps: [], parents: [] };
}

function describeOrThrow(error: unknown): string {
  const reason = describeProblem(error);
  if (reason === undefined) throw error;
  return reason;
}

async function assemble(session: Session, { view, target, worktrees }: Surroundings): Promise<SetupPlan> {
  const { project, plan } = session;
  const { stage } = view;
  const path = await worktreePath(project, stage);
  const entry = { id: stage.id, branch: stage.branch, worktree: path };
  const { obstacle } = view.facts;
  if (obstacle !== undefined) {
    return { entry: { ...entry, outcome: "blocked", reason: obstacle.reason }, steps: [], parents: [] };
  }
  const found = await verifyWorktree(project.repository, { path, branch: stage.branch });
  if (found.kind !== "ours") {
    const idle = idleReason(session, view);
    if (idle !== undefined) return { entry: { ...entry, ...idle }, steps: [], parents: [] };
  }
  const base: BaseResult =
    found.kind === "ours"
      ? { kind: "commit", oid: target.oid, parents: [] }
      : await computeBase(session, { view, target });
  const problem = await pathProblem(project, path);
  const checkedOutAt = worktrees.find((worktree) => worktree.branch === stage.branch && worktree.path !== path)?.path;
  const facts: SetupFacts = {
    path,
    found,
    base,
    baseRef: baseRef({ plan: plan.id, stage: refStage(stage) }),
    ...(problem === undefined ? {} : { pathProblem: problem }),
    ...(checkedOutAt === undefined ? {} : { checkedOutAt }),
    ...(view.facts.base === undefined ? {} : { recordedBase: view.facts.base }),
    ...(await branchFacts(session, { view, base })),
  };
  const { copy, setup } = project.config;
  const planned = planSetup(view, facts, { copy, ...(setup === undefined ? {} : { command: setup }) });
  if (base.kind !== "conflict") return planned;
  return { ...planned, conflict: { between: base.between, files: base.files } };
}

/** Why a stage without a worktree gets none now; undefined when it may have one. */
function idleReason(session: Session, view: StageView): Pick<SetupEntry, "outcome" | "reason"> | undefined {
  if (view.state === "merged" || view.state === "complete") {
    return { outcome: "exists", reason: `it is ${view.state}; nothing is left to set up` };
  }
  if (view.waitingFor.length > 0) {
    return { outcome: "waiting", reason: `it waits for ${view.waitingFor.join(", ")}` };
  }
  const closed = whyClosed(session.plan);
  if (closed !== undefined) return { outcome: "waiting", reason: `the plan ${closed}` };
  return isWorkable(view) ? undefined : { outcome: "blocked", reason: view.reason ?? `it is ${view.state}` };
}

const readSessionTarget = ({ project, plan, base }: Session): Promise<Target> =>
  readTarget(project, { plan, ...(base === undefined ? {} : { base }) });

async function branchFacts(
  session: Session,
  options: { readonly view: StageView; readonly base: BaseResult },
): Promise<Pick<SetupFacts, "branchHead" | "branchHolds">> {
  const head = options.view.facts.branch.head;
  if (head === undefined) return {};
  if (options.base.kind === "conflict") return { branchHead: head };
  const counts = await countAheadBehind(session.project.repository, [{ branch: head, base: options.base.oid }]);
  const count = counts[0];
  const holds = count === undefined || count.behind === 0 ? "base" : count.ahead === 0 ? "behind-base" : "diverged";
  return { branchHead: head, branchHolds: holds };
}
