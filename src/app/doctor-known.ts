// Everything that the record and the plans found here know by name: what is not among it belongs to nobody.
import { join } from "node:path";
import { noIdentities } from "../core/identity.ts";
import { refStage } from "../core/identity.ts";
import type { Plan, StageId } from "../core/plan.ts";
import type { SetupRecord, StageRecord } from "../core/stage-record.ts";
import { type PlanState, reduceAll } from "../core/state.ts";
import { canonicalPath } from "../git/disk.ts";
import { openStore } from "../host/store.ts";
import type { Ambient } from "./ambient.ts";
import type { KnownPlace } from "./doctor-repository.ts";
import { worktreePath } from "./places.ts";
import type { Project } from "./project.ts";

export type Records = ReadonlyMap<string, PlanState>;

/** What is recorded of every plan. The store must be sound. */
export function readRecords(ambient: Ambient, commonDir: string): Records {
  const store = openStore({ directory: join(commonDir, "stagetree"), now: ambient.now, readonly: true });
  try {
    return new Map(store.plans().map((plan) => [plan, reduceAll(store.read(plan))]));
  } finally {
    store.close();
  }
}

/** Records of stages, also of those whose id another one has now. */
function recordsOf(state: PlanState): readonly (readonly [StageId, StageRecord])[] {
  const { retired } = state.identities ?? noIdentities;
  return [...state.stages, ...retired.map(({ id, record }) => [id, record] as const)];
}

/** Where a stage was set up, or was just being set up when that was stopped. */
const setupsOf = ({
  setup,
  unfinishedSetup,
  unfinishedRemoval,
}: StageRecord): readonly Pick<SetupRecord, "branch" | "path">[] =>
  [setup, unfinishedSetup, unfinishedRemoval].filter((one) => one !== undefined);

/** The places of worktrees, recorded and planned. */
export async function listKnownPlaces(
  records: Records,
  { project, plans }: { readonly project?: Project | undefined; readonly plans: readonly Plan[] },
): Promise<readonly KnownPlace[]> {
  const places = new Map<string, KnownPlace>();
  for (const [plan, state] of records) {
    for (const [stage, record] of recordsOf(state)) {
      for (const { path, branch } of setupsOf(record)) {
        const canonical = await canonicalPath(path);
        const isHalf = record.unfinishedSetup?.path === path;
        places.set(canonical, { path: canonical, plan, stage, branch, isHalf });
      }
    }
  }
  for (const plan of project === undefined ? [] : plans) {
    for (const stage of plan.stages) {
      const path = project === undefined ? "" : await worktreePath(project, stage);
      if (!places.has(path))
        places.set(path, { path, plan: plan.id, stage: stage.id, branch: stage.branch, isHalf: false });
    }
  }
  return [...places.values()];
}

/** Branches of stages, by what is recorded and what is planned. */
export const knownBranches = (records: Records, plans: readonly Plan[]): ReadonlySet<string> =>
  new Set([
    ...plans.flatMap(({ stages }) => stages.map(({ branch }) => branch)),
    ...[...records.values()].flatMap((state) =>
      recordsOf(state).flatMap(([, record]) => setupsOf(record).map(({ branch }) => branch)),
    ),
  ]);

export interface KnownStages {
  /** Names in refs of the stages that are in the plan, or were set up. */
  readonly live: ReadonlySet<string>;
  /** Ids that there ever were. */
  readonly ever: ReadonlySet<StageId>;
}

/** By plan id what stages it has. */
export function knownStages(records: Records, plans: readonly Plan[]): ReadonlyMap<string, KnownStages> {
  const ids = new Set([...records.keys(), ...plans.map(({ id }) => id)]);
  return new Map(
    [...ids].map((id) => {
      const plan = plans.find((one) => one.id === id);
      const state = records.get(id);
      const { known, shape, retired } = state?.identities ?? noIdentities;
      // Of a plan that lies elsewhere only the record tells what it has.
      const planned = plan?.stages.map((stage) => refStage(stage)) ?? shape.map((stage) => stage.id);
      const generations = Object.entries(known).flatMap(([stage, { generation }]) =>
        Array.from({ length: generation }, (_, index) => refStage({ id: stage, generation: index + 1 })),
      );
      const recorded = state === undefined ? [] : recordsOf(state);
      const worked = new Set(recorded.filter(([, record]) => setupsOf(record).length > 0).map(([stage]) => stage));
      const isWorked = (name: string): boolean => worked.has(name.replace(/~\d+$/u, ""));
      const live = new Set([...planned, ...worked, ...generations.filter(isWorked)]);
      const ever = new Set([
        ...(plan?.stages ?? shape).map((stage) => stage.id),
        ...Object.keys(known),
        ...recorded.map(([stage]) => stage),
        ...retired.map((stage) => stage.id),
      ]);
      return [id, { live, ever }] as const;
    }),
  );
}
