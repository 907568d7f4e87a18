// Which stages work side by side, so that what they do may not go together.
import { createAncestry } from "./ancestry.ts";
import { needsFirst } from "./graph.ts";
import type { Plan } from "./plan.ts";
import type { StageView } from "./view.ts";

export type LivePair = readonly [StageView, StageView];

/** It has commits of its own, or changes that are not committed, and the target does not hold them. */
export const isLive = ({ facts, state }: StageView): boolean =>
  state !== "merged" &&
  facts.mergedBy === undefined &&
  facts.branch.head !== undefined &&
  (facts.branch.ahead > 0 || (facts.worktree.exists && facts.worktree.problem === undefined && isDirty(facts)));

const isDirty = ({ worktree }: StageView["facts"]): boolean => (worktree.dirty ?? 0) > 0;

/** Pairs of live stages neither of which waits for the other, in the order of the plan. */
export function livePairs(plan: Plan, views: readonly StageView[]): readonly LivePair[] {
  const ancestry = createAncestry();
  const needs = new Map(plan.stages.map((stage) => [stage.id, stage.needs]));
  for (const id of needsFirst(plan.stages)) ancestry.add(id, needs.get(id) ?? []);
  const live = views.filter(isLive);
  return live.flatMap((one, place) =>
    live
      .slice(place + 1)
      .filter(({ stage }) => !ancestry.waits(stage.id, one.stage.id) && !ancestry.waits(one.stage.id, stage.id))
      .map((other): LivePair => [one, other]),
  );
}
