// Gives stages their branches and worktrees: facts, then steps, then the changes, several stages at a time.
import type { SetupEntry } from "../core/answers.ts";
import { refStage } from "../core/identity.ts";
import type { StageId } from "../core/plan.ts";
import { planSetup, type BaseResult, type SetupFacts, type SetupPlan } from "../core/setup-plan.ts";
import { isWorkable, type StageView, whyClosed } from "../core/view.ts";
import { baseRef, countAheadBehind } from "../git/refs.ts";
import { listWorktrees, verifyWorktree, type Worktree } from "../git/worktrees.ts";
import { applySetup } from "./apply-setup.ts";
import { makeBaseBranch, withBaseBranch } from "./base-branch.ts";
import { readTarget, type Target } from "./facts.ts";
import { mapLimited } from "./limit.ts";
import { asOperation, type Operation } from "./operation.ts";
import { pathProblem, worktreePath } from "./places.ts";
import { describeProblem } from "./problem.ts";
import type { Session } from "./session.ts";
import { computeBase } from "./stage-base.ts";
import { excludeStageFiles, writeStageFiles } from "./stage-files.ts";
import { writeStatuses } from "./write-back.ts";

export interface SetupRequest {
  readonly stages: readonly StageId[];
  readonly jobs: number;
  readonly signal: AbortSignal;
  readonly dryRun?: boolean;
}

/** One entry for each stage asked for, and the plans they came from (for a dry run). The views are fresh afterwards. */
export async function setupStages(
  session: Session,
  request: SetupRequest,
): Promise<{ readonly entries: readonly SetupEntry[]; readonly plans: readonly SetupPlan[] }> {
  const { project } = session;
  const needs = request.stages.flatMap((id) => session.view(id).stage.needs);
  await session.look([...new Set([...request.stages, ...needs])]);
  const [target, worktrees] = await Promise.all([readSessionTarget(session), listWorktrees(project.repository)]);
  const plans = await mapLimited(request.stages, project.ambient.cores, (id) =>
    assembleOrFail(session, { view: session.view(id), target, worktrees }),
  );
  if (request.dryRun === true)
    return { entries: plans.map((plan) => plan.entry), plans: withBaseBranch(plans, target) };

  return asOperation(session, { kind: "setup" }, async (operation) => {
    await makeBaseBranch(session, { target, plans, operation });
    await excludeStageFiles(project);
    const { jobs, signal } = request;
    const entries = await mapLimited(plans, jobs, (plan) => applyOne(session, { plan, signal, operation }));
    await session.look(request.stages);
    // A set-up that failed changed nothing, the plan included.
    const told = entries.filter(({ outcome }) => outcome !== "failed").map(({ id }) => id);
    await writeStatuses(session, { stages: told, within: operation });
    return { entries, plans };
  });
}

async function applyOne(
  session: Session,
  options: { readonly plan: SetupPlan; readonly signal: AbortSignal; readonly operation: Operation },
): Promise<SetupEntry> {
  const { plan, operation } = options;
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
