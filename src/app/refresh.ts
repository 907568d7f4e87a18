// Moves stages whose needs became other commits onto the base they would get now: facts, then a plan, then the change.
import type { SetupEntry } from "../core/answers.ts";
import { refStage } from "../core/identity.ts";
import type { StageId } from "../core/plan.ts";
import { noRefresh, planRefresh, type RefreshFacts, type RefreshPlan, whyNoRefresh } from "../core/refresh-plan.ts";
import type { StageView } from "../core/view.ts";
import { inspectWorktree } from "../git/inspect.ts";
import type { ChangedPaths } from "../git/changed-paths.ts";
import { findObstacle } from "../git/move.ts";
import { backupRef, baseRef, isAncestor } from "../git/refs.ts";
import { replayCommits } from "../git/replay.ts";
import type { Repository } from "../git/repository.ts";
import { verifyWorktree } from "../git/worktrees.ts";
import { applyRefresh } from "./apply-refresh.ts";
import { readTarget } from "./facts.ts";
import { describeProblem } from "./problem.ts";
import type { Session } from "./session.ts";
import { asOperation, type Operation } from "./operation.ts";
import { computeBase } from "./stage-base.ts";
import { writeStatuses } from "./write-back.ts";

export interface RefreshRequest {
  readonly stages: readonly StageId[];
  readonly signal: AbortSignal;
  readonly dryRun: boolean;
  /** Those with a stale base get an entry, the others none; also the ones that get it when a need of theirs is moved. */
  readonly onlyStale?: boolean;
}

/**
 * One entry for each stage asked for, and the plans they came from. A stage comes after its needs, since it may follow them in
 * the same go. The caller holds the plan's lock, unless it is a dry run; the views are fresh afterwards.
 */
export async function refreshStages(
  session: Session,
  request: RefreshRequest,
): Promise<{ readonly entries: readonly SetupEntry[]; readonly plans: readonly RefreshPlan[] }> {
  const { stages, dryRun } = request;
  const plans = dryRun
    ? await refreshAll(session, request)
    : await asOperation(session, { kind: "refresh" }, async (operation) => {
        const done = await refreshAll(session, { ...request, operation });
        const moved = done.flatMap(({ entry }) => (entry.outcome === "refreshed" ? [entry.id] : []));
        if (moved.length === 0) return done;
        // What stands on one that was moved is stale now.
        await session.look();
        await writeStatuses(session, { stages: moved, within: operation });
        return done;
      });
  const asked = stages.flatMap((id) => plans.filter(({ entry }) => entry.id === id));
  return { entries: asked.map(({ entry }) => entry), plans: asked };
}

async function refreshAll(
  session: Session,
  {
    stages,
    signal,
    onlyStale = false,
    operation,
  }: RefreshRequest & {
    /** Absent for a dry run. */
    readonly operation?: Operation;
  },
): Promise<readonly RefreshPlan[]> {
  const plans: RefreshPlan[] = [];
  for (const stage of inOrder(session, stages)) {
    await session.look([stage, ...session.view(stage).stage.needs]);
    if (onlyStale && session.view(stage).facts.staleBase === undefined) continue;
    const planned = signal.aborted
      ? noRefresh(session.view(stage), "failed", "interrupted")
      : await refreshOne(session, { stage, operation });
    plans.push(planned);
  }
  return plans;
}

/** Needs before those that need them; else as they were asked for. */
function inOrder(session: Session, stages: readonly StageId[]): readonly StageId[] {
  const ordered = new Set<StageId>();
  const seen = new Set<StageId>();
  const visit = (id: StageId): void => {
    if (seen.has(id)) return;
    seen.add(id);
    for (const need of session.plan.stages.find((stage) => stage.id === id)?.needs ?? []) visit(need);
    if (stages.includes(id)) ordered.add(id);
  };
  for (const id of stages) visit(id);
  return [...ordered];
}

async function refreshOne(
  session: Session,
  { stage, operation }: { readonly stage: StageId; readonly operation: Operation | undefined },
): Promise<RefreshPlan> {
  const view = session.view(stage);
  try {
    const { planned, check = nothing } = await assembleRefresh(session, { view, keep: operation !== undefined });
    if (operation === undefined || planned.move === undefined) return planned;
    return { ...planned, entry: await applyRefresh(session, { planned, check, operation }) };
  } catch (error) {
    const reason = describeProblem(error);
    if (reason === undefined) throw error;
    return noRefresh(view, "failed", reason);
  }
}

const nothing = (): Promise<undefined> => Promise.resolve(undefined);

/** What a refresh of the stage comes to, and the look at its worktree to be taken again. `keep`: the new commits are kept, to be moved to. Faults: those of git. */
async function assembleRefresh(
  session: Session,
  { view, keep }: { readonly view: StageView; readonly keep: boolean },
): Promise<{ readonly planned: RefreshPlan; readonly check?: () => Promise<string | undefined> }> {
  const none = whyNoRefresh(view);
  if (none !== undefined) return { planned: none };
  const { project, plan } = session;
  const { repository } = project;
  const { base } = view.facts;
  const { head } = view.facts.branch;
  if (base === undefined || head === undefined) throw new Error(`${view.stage.id} is stale without a base`);
  const named = session.base === undefined ? {} : { base: session.base };
  const fresh = await computeBase(session, { view, target: await readTarget(project, { plan, ...named }) });
  const own = { plan: plan.id, stage: refStage(view.stage) };
  const facts: RefreshFacts = {
    head,
    base,
    fresh,
    standsOn: "neither",
    refs: {
      branch: `refs/heads/${view.stage.branch}`,
      base: baseRef(own),
      backup: backupRef({ ...own, at: project.ambient.now() }),
    },
  };
  if (fresh.kind === "conflict" || fresh.oid === base) return { planned: planRefresh(view, facts) };
  const standsOn = await readStanding(repository, { head, base, fresh: fresh.oid });
  if (standsOn !== "old") return { planned: planRefresh(view, { ...facts, standsOn }) };
  const replay = await replayCommits(repository, { head, base, onto: fresh.oid, ...(keep ? { keep } : {}) });
  if (replay.kind !== "commits") return { planned: planRefresh(view, { ...facts, standsOn, replay }) };
  const { changed, kept, dropped } = replay;
  const check = () => worktreeProblem(repository, { view, changed });
  const problem = await check();
  const planned = planRefresh(view, {
    ...facts,
    standsOn,
    replay: { kind: "commits", head: replay.head, kept, dropped, sameTree: changed.all.length === 0 },
    ...(problem === undefined ? {} : { worktreeProblem: problem }),
  });
  return { planned, check };
}

/** A new base that lies before the old one is held by whatever stands on the old one, and is not where it stands. */
async function readStanding(
  repository: Repository,
  { head, base, fresh }: { readonly head: string; readonly base: string; readonly fresh: string },
): Promise<RefreshFacts["standsOn"]> {
  const isOnOld = await isAncestor(repository, { ancestor: base, of: head });
  const isOnNew = await isAncestor(repository, { ancestor: fresh, of: head });
  if (!isOnOld) return isOnNew ? "new" : "neither";
  return isOnNew && !(await isAncestor(repository, { ancestor: fresh, of: base })) ? "new" : "old";
}

/** What in the worktree keeps its files from being moved, with the way out; undefined where nothing does. */
async function worktreeProblem(
  repository: Repository,
  { view, changed }: { readonly view: StageView; readonly changed: ChangedPaths },
): Promise<string | undefined> {
  const { worktree, branch } = view.facts;
  const { path } = worktree;
  if (!worktree.exists) return undefined;
  const verdict = await verifyWorktree(repository, { path, branch: branch.name });
  if (verdict.kind !== "ours") return verdict.kind === "absent" ? `${path} is gone` : `${path} ${verdict.problem}`;
  const { modified, hidden, operation, submodules } = await inspectWorktree(repository, { path });
  if (operation !== undefined) return `a ${operation} goes on in ${path}; finish it, or abort it`;
  if (modified.length > 0) return `${listed(modified)} in ${path} is not committed; commit it, or put it back`;
  if (hidden.length > 0) {
    return `${listed(hidden)} in ${path} is changed, though git was told to overlook it; put it back first`;
  }
  const linked = submodules.map((one) => one.path).filter((name) => changed.all.includes(name));
  if (linked.length > 0)
    return `the submodule ${listed(linked)} in ${path} would have to move as well; move it yourself`;
  const obstacle = await findObstacle(repository, { path, changed });
  return obstacle === undefined ? undefined : `${obstacle} in ${path}; move it away first`;
}

function listed(names: readonly string[]): string {
  const [first = "", ...others] = names;
  return others.length === 0 ? first : `${first} (and ${others.length} more)`;
}
