// When each stage, and the plan as far as it can go, will be through: the scheduler played forward with expected times.
import { type Past, type ExpectedWork, expectedTimes, hasAgents } from "./expected.ts";
import { type Plan, type Stage, type StageId, hasOwnWork } from "./plan.ts";
import { durationWeights, startOrder } from "./schedule.ts";
import { timeLeft, wholeTime } from "./time-left.ts";
import { planIsLive } from "./live-plan.ts";
import { isWorkable, type StageView } from "./view.ts";

/** Why a stage does not get there by itself. */
export interface Held {
  /** `stopped`: failed, blocked or skipped. `unknown`: nobody knows how long it takes. `not-asked`: the run leaves it out. */
  readonly why: "person" | "stopped" | "unknown" | "not-asked";
  /** The stage that holds it, often itself. */
  readonly by: StageId;
}

/** All times in milliseconds from now. */
export interface StageEstimate {
  /** 0 for one that runs. */
  readonly startsInMs?: number;
  /** When its commands are through; absent where that is not known, or where it is through already. */
  readonly endsInMs?: number;
  /** All that it takes, from its start; absent where that is not known. */
  readonly expectedMs?: number;
  /** At least a part of its own time is the median of others. */
  readonly isGuess: boolean;
  /** It runs for longer than it was expected to. */
  readonly isLate?: true;
  /** What keeps it from being complete after that, or from being started. */
  readonly held?: Held;
}

export interface PlanEstimate {
  /** When it was made: what all its times count from, in milliseconds since the epoch. */
  readonly at: number;
  readonly jobs: number;
  /** What it is about: the run that goes on, or one that would be started now. */
  readonly isLive: boolean;
  /** Milliseconds until everything is through that gets there by itself; absent where nothing does, or nothing is known. */
  readonly leftMs?: number;
  readonly isGuess: boolean;
  /** Stages whose commands get through by themselves, running ones among them. */
  readonly coming: number;
  /** Unfinished stages that do not get complete by themselves, by what keeps them. */
  readonly held: Readonly<Record<Held["why"], number>>;
  /** Every unfinished stage. */
  readonly stages: ReadonlyMap<StageId, StageEstimate>;
}

export interface EstimateRequest extends Past {
  readonly plan: Plan;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How many stages run at once. */
  readonly jobs: number;
  /** Set while a run goes on; it leaves out what it was not asked for, and does not come back to what it settled. */
  readonly live?: { readonly command: "run" | "verify"; readonly asked: readonly StageId[] };
}

/** Plays `run` forward from now, in the order in which it starts stages. Pure; the same request gives the same answer. */
export function estimatePlan(request: EstimateRequest): PlanEstimate {
  const { plan, views, jobs, live } = request;
  const isVerify = live?.command === "verify";
  const times = expectedTimes(request, isVerify ? "commands" : "all");
  const order = startOrder(plan, durationWeights(views));
  const context: Context = {
    ...request,
    times,
    asked: live === undefined ? undefined : new Set(live.asked),
    agents: hasAgents(request),
  };
  const play = playForward(views, { context, order, needsCount: !isVerify });
  const held = { person: 0, stopped: 0, unknown: 0, "not-asked": 0 };
  let leftMs: number | undefined;
  let coming = 0;
  let isGuess = false;
  for (const estimate of play.values()) {
    if (estimate.held !== undefined) held[estimate.held.why] += 1;
    if (estimate.endsInMs === undefined) continue;
    coming += 1;
    leftMs = Math.max(leftMs ?? 0, estimate.endsInMs);
    isGuess ||= estimate.isGuess;
  }
  return {
    at: request.now,
    jobs,
    isLive: live !== undefined,
    isGuess,
    coming,
    held,
    stages: play,
    ...(leftMs === undefined ? {} : { leftMs }),
  };
}

interface Context extends EstimateRequest {
  readonly times: ReadonlyMap<StageId, ExpectedWork>;
  readonly asked: ReadonlySet<StageId> | undefined;
  readonly agents: boolean;
}

const isDone = ({ state }: StageView): boolean => state === "complete" || state === "merged";

/** Whether a worker has it in hand: something of it runs, or the run has begun with it and not said yet how it ended. */
function isInHand({ stage, record }: StageView, { live, timeline }: EstimateRequest): boolean {
  if (record.activities.length > 0 || record.unfinishedSetup !== undefined) return true;
  if (live === undefined || timeline === undefined || timeline.end !== undefined) return false;
  const row = timeline.stages.get(stage.id);
  return row !== undefined && row.outcome === undefined;
}

function playForward(
  views: readonly StageView[],
  {
    context,
    order,
    needsCount,
  }: {
    readonly context: Context;
    readonly order: (a: Stage, b: Stage) => number;
    readonly needsCount: boolean;
  },
): ReadonlyMap<StageId, StageEstimate> {
  const result = new Map<StageId, StageEstimate>();
  const open = new Map<StageId, number>();
  const dependents = new Map<StageId, StageView[]>();
  const busy = new Set(views.filter((view) => isInHand(view, context)));
  const unfinished = views.filter((view) => !isDone(view) || busy.has(view));
  const left = new Set(unfinished.map(({ stage }) => stage.id));
  const ranks = new Map(unfinished.toSorted((a, b) => order(a.stage, b.stage)).map((view, rank) => [view, rank]));
  const ready: Queue<StageView> = [];
  const running: Queue<StageView> = [];
  let free = context.jobs;
  let clock = 0;

  const offer = (view: StageView): void => {
    const held = whyNotStarted(view, context);
    if (held !== undefined) result.set(view.stage.id, { isGuess: false, held });
    else push(ready, { key: ranks.get(view) ?? 0, value: view });
  };
  const start = (view: StageView): void => {
    free -= 1;
    const estimate = begin(view, { context, clock, isBusy: busy.has(view) });
    result.set(view.stage.id, estimate);
    // Of unknown length: it keeps its place, and nobody can tell what comes after it.
    if (estimate.endsInMs !== undefined) push(running, { key: estimate.endsInMs, value: view });
  };
  for (const view of unfinished) {
    const needs = needsCount
      ? new Set(view.stage.needs.filter((need) => left.has(need) && need !== view.stage.id))
      : [];
    open.set(view.stage.id, [...needs].length);
    for (const need of needs) {
      const waiting = dependents.get(need);
      if (waiting === undefined) dependents.set(need, [view]);
      else waiting.push(view);
    }
  }
  for (const view of busy) start(view);
  for (const view of unfinished) if (open.get(view.stage.id) === 0 && !busy.has(view)) offer(view);
  for (;;) {
    for (const next of ready.splice(-Math.max(0, free), free > 0 ? free : 0).toReversed()) start(next.value);
    const ended = pop(running);
    if (ended === undefined) break;
    free += 1;
    clock = ended.key;
    if (result.get(ended.value.stage.id)?.held !== undefined) continue;
    for (const dependent of dependents.get(ended.value.stage.id) ?? []) {
      const more = (open.get(dependent.stage.id) ?? 0) - 1;
      open.set(dependent.stage.id, more);
      if (more === 0 && !result.has(dependent.stage.id)) offer(dependent);
    }
  }
  for (const { value } of ready)
    result.set(value.stage.id, { isGuess: false, held: { why: "unknown", by: value.stage.id } });
  explainRest(unfinished, { result, dependents });
  return result;
}

/** What no worker ever gets to waits for the first of its needs that does not get there. */
function explainRest(
  unfinished: readonly StageView[],
  {
    result,
    dependents,
  }: { readonly result: Map<StageId, StageEstimate>; readonly dependents: ReadonlyMap<StageId, readonly StageView[]> },
): void {
  const queue = unfinished.filter(({ stage }) => result.get(stage.id)?.held !== undefined).map(({ stage }) => stage.id);
  for (const id of queue) {
    const held = result.get(id)?.held;
    if (held === undefined) continue;
    for (const { stage } of dependents.get(id) ?? []) {
      if (result.has(stage.id)) continue;
      result.set(stage.id, { isGuess: false, held });
      queue.push(stage.id);
    }
  }
  // In, or behind, a cycle.
  for (const { stage } of unfinished) {
    if (!result.has(stage.id)) result.set(stage.id, { isGuess: false, held: { why: "stopped", by: stage.id } });
  }
}

/** Why the run does not start it once its needs are there. */
function whyNotStarted(view: StageView, { plan, asked, timeline, live, agents }: Context): Held | undefined {
  const by = view.stage.id;
  if (asked !== undefined && !asked.has(by)) return { why: "not-asked", by };
  if (view.waitsForPerson) return { why: "person", by };
  if (live === undefined ? !planIsLive(plan) : false) return { why: "stopped", by };
  if (!isWorkable(view)) return { why: "stopped", by };
  const settled = live === undefined ? undefined : timeline?.stages.get(by)?.outcome;
  if (settled === "failed" || settled === "blocked" || settled === "skipped") return { why: "stopped", by };
  if (live?.command === "verify") return view.facts.worktree.exists ? undefined : { why: "not-asked", by };
  const { branch, worktree } = view.facts;
  const isEmpty = branch.ahead === 0 && (worktree.dirty ?? 0) === 0;
  // Nobody but a person can do its work.
  return hasOwnWork(view.stage) && !agents && isEmpty ? { why: "person", by } : undefined;
}

function begin(
  view: StageView,
  { context, clock, isBusy }: { readonly context: Context; readonly clock: number; readonly isBusy: boolean },
): StageEstimate {
  const { id } = view.stage;
  const work = context.times.get(id) ?? { checks: [], isParallel: false };
  const whole = wholeTime(work);
  const left = isBusy ? timeLeft(work, { record: view.record, now: context.now }) : whole;
  const known = { startsInMs: clock, ...(whole === undefined ? {} : { expectedMs: whole.ms }) };
  if (left === undefined) return { ...known, isGuess: false, held: { why: "unknown", by: id } };
  const asks = view.checks.some(({ state }) => state === "to-approve");
  return {
    ...known,
    endsInMs: clock + left.ms,
    isGuess: left.isGuess,
    ...("isLate" in left && left.isLate ? { isLate: true } : {}),
    ...(asks ? { held: { why: "person", by: id } } : {}),
  };
}

/** The smallest key last; of equal ones the one that came first. */
type Queue<T> = Entry<T>[];

interface Entry<T> {
  readonly key: number;
  readonly value: T;
}

function push<T>(queue: Queue<T>, entry: Entry<T>): void {
  // Sorted by insertion: as many as jobs, or as stages that are ready at once.
  let low = 0;
  let high = queue.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((queue[middle]?.key ?? 0) > entry.key) low = middle + 1;
    else high = middle;
  }
  queue.splice(low, 0, entry);
}

const pop = <T>(queue: Queue<T>): Entry<T> | undefined => queue.pop();
