// The plan as a write-back finds it in its file: read anew, unless the file is byte for byte what this process wrote last.
import { replacedIn } from "../core/identity.ts";
import { shapeOf } from "../core/plan-changes.ts";
import type { Plan, StageId, StageStatus } from "../core/plan.ts";
import { type Marking, startMarking } from "../formats/marking.ts";
import type { PlanSource } from "../formats/source.ts";
import { isUnchanged, openPlan } from "./plan-file.ts";
import type { Project } from "./project.ts";

export interface CurrentPlan {
  readonly source: PlanSource;
  /** SHA-256 of each file, by its path. */
  readonly hashes: ReadonlyMap<string, string>;
  /** What each stage is in the file; none where that is no plan. */
  readonly statuses: ReadonlyMap<StageId, StageStatus>;
  /** Ids that stand for another stage in the file by now than in `seenBy`. */
  readonly others: ReadonlySet<StageId>;
  readonly seenBy: Plan;
  /** Of `source`. */
  readonly marking: Marking;
}

/** As it is now in the file at `path`, seen by who knows it as `plan`. Faults: those of `openPlan`. */
export async function readCurrent(
  project: Project,
  given: { readonly path: string; readonly plan: Plan; readonly kept: CurrentPlan | undefined },
): Promise<CurrentPlan> {
  const { path, plan, kept } = given;
  if (kept?.seenBy === plan && isUnchanged(kept)) return kept;
  const file = await openPlan(project, path);
  const shape = file.plan === undefined ? undefined : shapeOf(file.plan);
  return {
    source: file.source,
    hashes: file.hashes,
    statuses: new Map((file.plan?.stages ?? []).map(({ id, status }) => [id, status])),
    others: shape === undefined ? new Set() : replacedIn(shape, { shape: shapeOf(plan), known: {} }),
    seenBy: plan,
    marking: startMarking(file.source),
  };
}

/**
 * What may be kept of what was just written, for the next write-back. Only of a plan in one file, whose bytes tell all; what
 * else there is of a plan with several can have changed without them.
 */
export const keepable = (written: CurrentPlan): CurrentPlan | undefined =>
  written.marking.read !== undefined && written.statuses.size > 0 && written.hashes.size === 1 ? written : undefined;
