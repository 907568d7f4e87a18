// What changed in a plan since work last started on it, in data and in sentences.
import type { PlanChanges } from "./answers.ts";
import { knownStage } from "./identity.ts";
import { compareShapes, type ShapeChanges, shapeOf } from "./plan-changes.ts";
import type { Plan, StageId } from "./plan.ts";
import type { PlanState } from "./state.ts";

/** Undefined where nothing ever started. `at` is in milliseconds since the epoch. */
export function changesSince(plan: Plan, state: PlanState): (ShapeChanges & { readonly at: number }) | undefined {
  const { identities } = state;
  const started = identities?.started;
  if (identities === undefined || started === undefined) return undefined;
  const isAnother = (id: StageId): boolean => (knownStage(identities, id)?.born ?? 0) > started.seq;
  return { at: started.at, ...compareShapes(started.shape, { after: shapeOf(plan), isAnother }) };
}

/** What changed about one stage, one sentence each without a full stop. */
export function whyChanged(changes: PlanChanges | undefined, id: StageId): readonly string[] {
  if (changes === undefined) return [];
  const mine = <T extends { readonly id: StageId }>(entries: readonly T[]): readonly T[] =>
    entries.filter((entry) => entry.id === id);
  return [
    ...(changes.added.includes(id) ? ["it was added to the plan"] : []),
    ...mine(changes.renamed).map(({ from, another, movedFrom }) => {
      if (another !== true) return `it was called "${from}"`;
      const moved = movedFrom === undefined ? "" : `; a stage of its name had the id ${movedFrom}`;
      return `it is another stage: "${from}" had its id before${moved}`;
    }),
    ...mine(changes.rewired).map(({ before, after }) => `it needed ${idList(before)}, and needs ${idList(after)} now`),
  ];
}

const idList = (ids: readonly StageId[]): string => (ids.length === 0 ? "nothing" : ids.join(", "));
