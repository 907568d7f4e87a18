// Stages that a plan no longer has, as far as the record tells: enough to look at what is left of them, and to remove it.
import { knownStage, noIdentities } from "./identity.ts";
import type { Plan, Stage, StageId } from "./plan.ts";
import type { SetupRecord } from "./stage-record.ts";
import type { PlanState } from "./state.ts";

/** Work of a stage that is not in the plan, where it was set up. Whether it is still there only git knows. */
export interface LeftStage {
  readonly id: StageId;
  readonly name: string;
  readonly setup: SetupRecord;
  /** Another stage has its id now. */
  readonly isReplaced: boolean;
}

/** The stages that were set up and are not in the plan any more: taken out of it, or followed by another under their id. */
export function leftStages(plan: Pick<Plan, "stages">, state: PlanState): readonly LeftStage[] {
  const { known, retired } = state.identities ?? noIdentities;
  const present = new Set(plan.stages.map(({ id }) => id));
  const branches = new Set(plan.stages.map(({ branch }) => branch));
  const gone = Object.entries(state.stages).flatMap(([id, { setup }]): readonly LeftStage[] => {
    if (present.has(id) || setup === undefined) return [];
    return [{ id, name: knownStage({ known }, id)?.name ?? id, setup, isReplaced: false }];
  });
  const replaced = retired.flatMap(({ id, name, record: { setup } }): readonly LeftStage[] =>
    setup === undefined ? [] : [{ id, name, setup, isReplaced: true }],
  );
  // A stage that got a new id and kept the branch that the plan names for it has its work there.
  return [...gone.filter(({ setup }) => !branches.has(setup.branch)), ...replaced];
}

/** Those whose id no stage of the plan has, in the form of stages. */
export const removedStages = (plan: Pick<Plan, "stages">, state: PlanState): readonly Stage[] =>
  leftStages(plan, state).flatMap(({ id, name, setup, isReplaced }): readonly Stage[] => {
    if (isReplaced) return [];
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
