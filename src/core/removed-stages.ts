// Work that a plan has no place for any more, as far as the record tells: enough to look at it, and to remove it.
import { knownStage, noIdentities } from "./identity.ts";
import type { Plan, Stage, StageId } from "./plan.ts";
import type { SetupRecord, StageRecord } from "./stage-record.ts";
import type { PlanState } from "./state.ts";

/** Work under names that the plan does not have, where it was set up. Whether it is still there only git knows. */
export interface LeftStage {
  readonly id: StageId;
  readonly name: string;
  readonly setup: SetupRecord;
  /** The stage was taken out, another one has its id now, or the plan names another branch for it. */
  readonly why: "removed" | "replaced" | "moved";
  /** A run works on it at this moment. */
  readonly isBusy: boolean;
}

/** What was set up and does not belong to any stage of the plan as it is now. */
export function leftStages(plan: Pick<Plan, "stages">, state: PlanState): readonly LeftStage[] {
  const { known, retired } = state.identities ?? noIdentities;
  const present = new Set(plan.stages.map(({ id }) => id));
  const holders = new Map(plan.stages.map(({ id, branch }) => [branch, id]));
  const nameOf = (id: StageId): string => knownStage({ known }, id)?.name ?? id;
  const left = (id: StageId, given: Left): readonly LeftStage[] => {
    const { record, name, why } = given;
    const { setup, activities } = record;
    return setup === undefined ? [] : [{ id, name, setup, why, isBusy: activities.length > 0 }];
  };
  const own = [...state.stages].flatMap(([id, record]) =>
    left(id, { record, name: nameOf(id), why: present.has(id) ? "moved" : "removed" }),
  );
  const replaced = retired.flatMap(({ id, name, record }) => left(id, { record, name, why: "replaced" }));
  // The branch that a stage is given in the plan is its own, whatever was there; a new one under an old id is told otherwise.
  return [...own, ...replaced].filter(({ id, setup, why }) => {
    const holder = holders.get(setup.branch);
    return holder === undefined || (why === "replaced" && holder === id);
  });
}

interface Left extends Pick<LeftStage, "name" | "why"> {
  readonly record: StageRecord;
}

/** Those whose id no stage of the plan has, in the form of stages. */
export const removedStages = (plan: Pick<Plan, "stages">, state: PlanState): readonly Stage[] =>
  leftStages(plan, state).flatMap(({ id, name, setup, why }): readonly Stage[] => {
    if (why !== "removed") return [];
    const generation = knownStage(state.identities ?? noIdentities, id)?.generation;
    return [
      {
        ...blank,
        id,
        name,
        ...(generation === undefined ? {} : { generation }),
        branch: setup.branch,
        worktree: setup.path,
      },
    ];
  });

const blank = {
  kind: "auto",
  status: "not-started",
  needs: [],
  external: [],
  checks: [],
  parallel: false,
  files: { create: [], modify: [], delete: [] },
  brief: "",
  line: 1,
} as const;
