// Which documents say something else once the application is at another moment.
import type { StageId } from "../../core/plan.ts";
import type { StageView } from "../../core/view.ts";
import type { DocRequest } from "../source.ts";
import type { Snapshot } from "./model.ts";

/**
 * Whether what is asked for may have another answer. A diff, and why a stage stands where it stands, cost questions to git: the
 * first is about its stage alone, the second about all that it needs as well; what happens to others touches neither.
 */
export function isTouchedBetween(before: Snapshot, now: Snapshot): (request: DocRequest) => boolean {
  if (before.plan !== now.plan || before.news !== now.news) return () => true;
  if (before.views === now.views) return ({ kind }) => kind !== "diff" && kind !== "why";
  const [viewsBefore, views] = [before, now].map((one) => new Map(one.views.map((view) => [view.stage.id, view])));
  const isOther = (stage: StageId): boolean => viewsBefore?.get(stage) !== views?.get(stage);
  return (request) => {
    if (request.kind === "diff") return isOther(request.stage);
    return request.kind !== "why" || [...withNeeds(request.stage, views ?? new Map())].some(isOther);
  };
}

/** The stage, and all that it needs, near and far. */
function withNeeds(stage: StageId, views: ReadonlyMap<StageId, StageView>): ReadonlySet<StageId> {
  const found = new Set([stage]);
  for (const id of found) for (const need of views.get(id)?.stage.needs ?? []) found.add(need);
  return found;
}
