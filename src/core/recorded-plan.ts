// The plan as it was read, brought together with what is recorded of it: what has to be recorded anew, and its stages' names.
import type { Event } from "./event.ts";
import { knownStage, noIdentities, replacedIn, withOwnNames } from "./identity.ts";
import { isSameShape, shapeOf } from "./plan-changes.ts";
import type { Plan, StageId } from "./plan.ts";
import { type PlanState, recordOf } from "./state.ts";

/** Ids under which the plan has another stage than what is recorded. */
export const replacedStages = (plan: Plan, { identities = noIdentities }: PlanState): ReadonlySet<StageId> =>
  replacedIn(shapeOf(plan), identities);

/** Records the stages as the plan has them, where that is news. `start`: work starts on it. */
export function shapeEvents(
  plan: Plan,
  { state, start }: { readonly state: PlanState; readonly start?: true | undefined },
): readonly Event[] {
  const stages = shapeOf(plan);
  const isNews = start === true && !isSameShape(state.identities?.started?.shape ?? [], stages);
  if (!isNews && replacedStages(plan, state).size === 0) return [];
  return [{ type: "plan-shape", stages, ...(start === undefined ? {} : { start }) }];
}

/** The plan with the names that its stages have by what is recorded of them. */
export const withRecordedNames = (plan: Plan, state: PlanState): Plan => ({
  ...plan,
  stages: plan.stages.map((stage) =>
    withOwnNames(stage, {
      generation: knownStage(state.identities ?? noIdentities, stage.id)?.generation,
      setup: recordOf(state, stage.id).setup,
    }),
  ),
});
