// What a run cost, and what held it up: elapsed time, work, what ran side by side, the chain of stages that took longest.
import { type GraphStage, topologicalOrder } from "./graph.ts";
import type { StageId } from "./plan.ts";
import type { Interval, StageTimeline, Timeline } from "./timeline.ts";

/** All in milliseconds. */
export interface TimelineTotals {
  readonly elapsedMs: number;
  /** What all set-ups, agents and checks took, one after the other. */
  readonly workMs: number;
  /** `workMs` less the time in which at least one of them ran: what running side by side saved. */
  readonly savedMs: number;
  /** Nothing ran, and at least one stage waited for a person. */
  readonly waitingMs: number;
  /** How many ran at once on average, while anything did; 0 where nothing ran. */
  readonly parallelism: number;
  readonly criticalPath: CriticalPath;
}

/** The chain of needs whose stages took the most work together: no number of jobs would have been faster. */
export interface CriticalPath {
  readonly stages: readonly StageId[];
  readonly ms: number;
}

/** `stages`: the plan's, for who needs whom. `now`: the end of what goes on, in milliseconds since the epoch. */
export function timelineTotals(
  timeline: Timeline,
  { stages, now }: { readonly stages: readonly GraphStage[]; readonly now: number },
): TimelineTotals {
  const until = timeline.end ?? now;
  const all = [...timeline.stages.values()].flatMap(({ intervals }) => intervals);
  const work = all.filter(isWork);
  const busyMs = covered(work, until);
  const workMs = work.reduce((sum, one) => sum + lengthOf(one, until), 0);
  return {
    elapsedMs: Math.max(0, until - timeline.start),
    workMs,
    savedMs: workMs - busyMs,
    waitingMs: covered(all, until) - busyMs,
    parallelism: busyMs === 0 ? 0 : workMs / busyMs,
    criticalPath: longestChain(stages, (id) => workOf(timeline.stages.get(id), until)),
  };
}

const isWork = ({ kind }: Interval): boolean => kind !== "wait";

const lengthOf = ({ start, end }: Interval, until: number): number =>
  Math.max(0, Math.min(end ?? until, until) - start);

/** Milliseconds in which a stage was worked on up to `until`, waits aside; what ran side by side counts once. */
export const workOf = (row: StageTimeline | undefined, until: number): number =>
  row === undefined ? 0 : covered(row.intervals.filter(isWork), until);

/** Milliseconds that at least one of the intervals covers. */
function covered(intervals: readonly Interval[], until: number): number {
  let sum = 0;
  let reached = -Infinity;
  for (const { start, end = until } of intervals.toSorted((a, b) => a.start - b.start)) {
    const last = Math.min(end, until);
    if (last <= reached) continue;
    sum += Math.max(0, last - Math.max(start, reached));
    reached = last;
  }
  return sum;
}

/** Ties go to the stage that comes first in the plan; stages that took no time are not named. */
function longestChain(stages: readonly GraphStage[], weight: (id: StageId) => number): CriticalPath {
  const needs = new Map(stages.map((stage) => [stage.id, stage.needs]));
  const best = new Map<StageId, { readonly ms: number; readonly before?: StageId }>();
  let last: StageId | undefined;
  for (const id of topologicalOrder(stages)) {
    let before: StageId | undefined;
    for (const need of needs.get(id) ?? []) {
      if ((best.get(need)?.ms ?? 0) > (before === undefined ? 0 : (best.get(before)?.ms ?? 0))) before = need;
    }
    const ms = weight(id) + (before === undefined ? 0 : (best.get(before)?.ms ?? 0));
    best.set(id, { ms, ...(before === undefined ? {} : { before }) });
    if (ms > (last === undefined ? 0 : (best.get(last)?.ms ?? 0))) last = id;
  }
  const chain: StageId[] = [];
  for (let id = last; id !== undefined; id = best.get(id)?.before) if (weight(id) > 0) chain.push(id);
  return { stages: chain.toReversed(), ms: last === undefined ? 0 : (best.get(last)?.ms ?? 0) };
}
