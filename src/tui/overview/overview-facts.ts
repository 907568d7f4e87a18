// What the overview is drawn from, and the stages of the plan sorted by what a person wants to know of them.
import type { PlanEstimate, StageEstimate } from "../../core/estimate.ts";
import type { Plan, StageId } from "../../core/plan.ts";
import type { StageTimeline, Timeline } from "../../core/timeline.ts";
import { type TimelineTotals, timelineTotals } from "../../core/timeline-totals.ts";
import type { StageView } from "../../core/view.ts";
import type { Style } from "../../report/style.ts";
import { isBusy, isFinished } from "../state/phase.ts";
import type { ForeseenConflict, LiveRun } from "../source.ts";

/** All that there is to say at one moment, and how it is shown. */
export interface Overview {
  readonly plan: Plan;
  readonly views: readonly StageView[];
  readonly estimate: PlanEstimate;
  /** The run that goes on. */
  readonly run?: LiveRun;
  /** Of the last run; absent where there was none, or as long as it is not read. */
  readonly timeline?: Timeline;
  /** Absent as long as nobody looked. */
  readonly conflicts?: { readonly conflicts: readonly ForeseenConflict[]; readonly left?: number };
  readonly selected?: StageId;
  readonly style: Style;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The same, counted and sorted. */
export interface OverviewFacts extends Overview {
  readonly sorted: Sorted;
  /** Of the timeline: what the run came to, in that order, then what it will come to. */
  readonly rows: readonly TimelineRow[];
  readonly totals?: TimelineTotals;
  readonly byId: ReadonlyMap<StageId, StageView>;
}

/** A stage in the timeline; without `row` it is still to come. */
export interface TimelineRow {
  readonly stage: StageId;
  readonly row?: StageTimeline;
}

/** Linear in the stages and in what the run did, but for sorting. */
export function overviewFacts(overview: Overview): OverviewFacts {
  const { plan, views, timeline } = overview;
  return {
    ...overview,
    sorted: sortStages(overview),
    rows: timelineRows(overview),
    byId: new Map(views.map((view) => [view.stage.id, view])),
    ...(timeline === undefined
      ? {}
      : { totals: timelineTotals(timeline, { stages: plan.stages, now: untilOf(overview) }) }),
  };
}

function timelineRows({ timeline, estimate, run }: Overview): readonly TimelineRow[] {
  if (timeline === undefined) return [];
  const past = [...timeline.stages.values()].map((row) => ({ stage: row.stage, row }));
  if (run === undefined || timeline.end !== undefined) return past;
  const coming = [...estimate.stages]
    .filter(([stage, { endsInMs }]) => endsInMs !== undefined && !timeline.stages.has(stage))
    .toSorted(([, a], [, b]) => (a.startsInMs ?? 0) - (b.startsInMs ?? 0));
  return [...past, ...coming.map(([stage]) => ({ stage }))];
}

/** Each stage in one list, or in one count. */
export interface Sorted {
  readonly busy: readonly StageView[];
  /** What starts next first. */
  readonly next: readonly StageView[];
  readonly needsYou: readonly StageView[];
  /** Failed or blocked. */
  readonly bad: readonly StageView[];
  /** They wait for one that needs a person, failed, or is not part of the run. */
  readonly behind: readonly StageView[];
  readonly skipped: number;
  readonly finished: number;
}

/** Linear in the stages, but for the sorting of those that come next. */
export function sortStages({ views, estimate }: Overview): Sorted {
  const busy: StageView[] = [];
  const next: StageView[] = [];
  const needsYou: StageView[] = [];
  const bad: StageView[] = [];
  const behind: StageView[] = [];
  const counts = { skipped: 0, finished: 0 };
  for (const view of views) {
    const found = estimate.stages.get(view.stage.id);
    if (isBusy(view)) busy.push(view);
    else if (isFinished(view)) counts.finished += 1;
    else if (view.waitsForPerson || isYours(view, found)) needsYou.push(view);
    else if (view.state === "failed" || view.state === "blocked") bad.push(view);
    else if (view.state === "skipped") counts.skipped += 1;
    else if (found?.startsInMs === undefined && view.waitingFor.length > 0 && found?.held?.why !== "unknown")
      behind.push(view);
    else next.push(view);
  }
  const startOf = ({ stage }: StageView): number => estimate.stages.get(stage.id)?.startsInMs ?? Infinity;
  const order = (a: StageView, b: StageView): number => (startOf(a) === startOf(b) ? 0 : startOf(a) - startOf(b));
  return { busy, next: next.toSorted(order), needsYou, bad, behind, ...counts };
}

/** Nobody but a person can do its work, and it is its turn. */
const isYours = ({ stage, ready }: StageView, estimate: StageEstimate | undefined): boolean =>
  ready && estimate?.startsInMs === undefined && estimate?.held?.why === "person" && estimate.held.by === stage.id;

/** Up to when things went on: now, or the last that was heard of a run that is over. Milliseconds since the epoch. */
export const untilOf = ({ timeline, run, now }: Overview): number =>
  timeline === undefined ? now : (timeline.end ?? (run === undefined ? timeline.seenAt : now));
