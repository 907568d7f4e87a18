// Which stages to start next: as soon as they are ready, the most urgent, then the earlier phase, then the longest remaining
// path first.
// Level-triggered: it looks at the views as they are and remembers nothing.
import { longestRemainingPath } from "./graph.ts";
import type { Plan, Stage, StageId } from "./plan.ts";
import { planIsLive } from "./live-plan.ts";
import { isWorkable, type StageView } from "./view.ts";

export interface Progress {
  /** Stages that a worker has in hand. */
  readonly running: ReadonlySet<StageId>;
  /** Stages this run is through with, whatever came of it. */
  readonly settled: ReadonlySet<StageId>;
  /** Stages this run was asked for. */
  readonly asked: ReadonlySet<StageId>;
}

/**
 * Stages that can start now: by the priority that the plan gives them, where it gives any, then those of the earlier phase or
 * wave, then the one with the most work behind it first; ties in the order of the plan.
 */
export function startable(options: {
  readonly plan: Plan;
  readonly views: readonly StageView[];
  readonly progress: Progress;
  /** What one stage weighs, in any unit; 1 each where nothing is known. */
  readonly weight?: (id: StageId) => number;
}): readonly StageView[] {
  const { plan, views, progress } = options;
  if (!planIsLive(plan)) return [];
  const candidates = views.filter(
    (view) =>
      progress.asked.has(view.stage.id) &&
      !progress.running.has(view.stage.id) &&
      !progress.settled.has(view.stage.id) &&
      isWorkable(view) &&
      view.waitingFor.length === 0,
  );
  if (candidates.length < 2) return candidates;
  const before = startOrder(plan, options.weight ?? (() => 1));
  return candidates.toSorted((a, b) => before(a.stage, b.stage));
}

/** Which of two stages of the plan, if both can start, does so first: negative for `a`, 0 where the order of the plan decides. */
export function startOrder(plan: Plan, weight: (id: StageId) => number): (a: Stage, b: Stage) => number {
  const remaining = longestRemainingPath(plan.stages, weight);
  const groups = [...new Set(plan.stages.map(({ group }) => group))];
  const place = new Map(groups.map((group, index) => [group, index]));
  const groupOf = ({ group }: Stage): number => place.get(group) ?? 0;
  return (a, b) =>
    urgency(a) - urgency(b) || groupOf(a) - groupOf(b) || (remaining.get(b.id) ?? 0) - (remaining.get(a.id) ?? 0);
}

const leastUrgent = 10;

/** The number of a priority label such as `P0`, the most urgent; a stage without one comes after all that have one. */
const urgency = ({ labels }: Stage): number => {
  const digit = /^P(\d)$/i.exec(labels?.["priority"] ?? "")?.[1];
  return digit === undefined ? leastUrgent : Number(digit);
};

/** Past durations as weights: the time the checks and the agent of a stage took last, at least one second. */
export function durationWeights(views: readonly StageView[]): (id: StageId) => number {
  const weights = new Map(
    views.map((view) => {
      const checks = view.checks.reduce((sum, check) => {
        const outcome = check.record?.outcome;
        return outcome === undefined || outcome === "cached" ? sum : sum + outcome.durationMs;
      }, 0);
      return [view.stage.id, Math.max(1000, checks + (view.record.agent?.outcome.durationMs ?? 0))] as const;
    }),
  );
  return (id) => weights.get(id) ?? 1000;
}
