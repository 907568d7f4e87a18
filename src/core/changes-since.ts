// What changed in a plan since work last started on it, in data and in sentences.
import type { LeftWork, PlanNews } from "./answers.ts";
import { knownStage } from "./identity.ts";
import { compareShapes, type RenamedStage, type ShapeChanges, shapeOf } from "./plan-changes.ts";
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
export function whyChanged({ changes, left = [] }: PlanNews, id: StageId): readonly string[] {
  const gone = left.some(({ stage, why }) => stage === id && why === "removed") ? ["it was taken out of the plan"] : [];
  if (changes === undefined) return gone;
  const mine = <T extends { readonly id: StageId }>(entries: readonly T[]): readonly T[] =>
    entries.filter((entry) => entry.id === id);
  return [
    ...gone,
    ...(changes.added.includes(id) ? ["it was added to the plan"] : []),
    ...mine(changes.renamed).map((renamed) => `${renamedWords(renamed)}${oldWork(left, renamed)}`),
    ...mine(changes.rewired).map(({ before, after }) => `it needed ${idList(before)}, and needs ${idList(after)} now`),
  ];
}

function renamedWords({ id, from, to, another, movedFrom }: RenamedStage): string {
  if (from === to) return `its id was ${movedFrom ?? id}`;
  if (another !== true) return `it was called "${from}"`;
  const moved = movedFrom === undefined ? "" : `; a stage of its name had the id ${movedFrom}`;
  return `it is another stage: "${from}" had its id before${moved}`;
}

/** Where that lies which was done under the id it had before. */
function oldWork(left: readonly LeftWork[], { to, movedFrom }: RenamedStage): string {
  const work = left.find(({ stage, name }) => stage === movedFrom && name === to);
  return work === undefined ? "" : `, and its work is on ${work.branch ?? work.worktree ?? "no branch"}`;
}

const idList = (ids: readonly StageId[]): string => (ids.length === 0 ? "nothing" : ids.join(", "));
