// How statuses written in the plan become states. At first sight they are hints, since real plans are rarely kept up; an
// edit seen after that is a person's word.
import type { Event } from "./event.ts";
import { noIdentities, replacedIn } from "./identity.ts";
import { shapeOf } from "./plan-changes.ts";
import type { Plan, StageStatus } from "./plan.ts";
import { type PlanState, seenStatus, writtenStatus } from "./state.ts";

/** The events that bring `state` up to what the plan file says now; empty when nothing changed. */
export function declarationsOf(plan: Plan, state: PlanState): readonly Event[] {
  const statuses: Record<string, StageStatus> = Object.create(null);
  const events: Event[] = [];
  let changed = state.seen === undefined;
  // What the plan says of a stage is no word about the one that had its id before.
  const others = replacedIn(shapeOf(plan), state.identities ?? noIdentities);
  for (const stage of plan.stages) {
    if (others.has(stage.id)) continue;
    statuses[stage.id] = stage.status;
    const before = seenStatus(state, stage.id);
    if (before === stage.status) continue;
    changed = true;
    // Ours: who wrote it has not said so yet, or died before.
    if (writtenStatus(state, stage.id) === stage.status) continue;
    const first = before === undefined;
    if (first && stage.status === "not-started") continue;
    events.push({ type: "stage-declared", stage: stage.id, state: stage.status, by: first ? "hint" : "plan" });
  }
  return changed ? [...events, { type: "plan-seen", statuses }] : [];
}
