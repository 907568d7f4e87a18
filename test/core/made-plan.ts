// Plans, events and facts made to measure for the tests of the pure core.
import type { Event, Recorded } from "../../src/core/event.ts";
import type { CommandCheck, ManualCheck, Plan, Stage, StageStatus } from "../../src/core/plan.ts";
import { type PlanState, reduceAll } from "../../src/core/state.ts";
import { type StageFacts, type StageView, viewPlan } from "../../src/core/view.ts";

export const oid = (digit: string): string => digit.repeat(40);

export const commandCheck = (id: string, extra: Partial<CommandCheck> = {}): CommandCheck => ({
  id,
  kind: "command",
  text: `run ${id}`,
  command: `run-${id}`,
  alternatives: [],
  env: {},
  range: { start: 0, end: 0 },
  ...extra,
});

export const manualCheck = (id: string): ManualCheck => ({
  id,
  kind: "manual",
  text: `look at ${id}`,
  reason: "not plainly a command",
  range: { start: 0, end: 0 },
});

export const stageOf = (id: string, extra: Partial<Stage> = {}): Stage => ({
  id,
  name: `The ${id} stage`,
  kind: "auto",
  branch: `feature/${id}`,
  worktree: `../trees/${id}`,
  status: "not-started",
  needs: [],
  external: [],
  checks: [],
  parallel: false,
  files: { create: [], modify: [], delete: [] },
  brief: "",
  line: 1,
  ...extra,
});

export const planOf = (stages: readonly Stage[], extra: Partial<Plan> = {}): Plan => ({
  id: "sample",
  title: "Sample",
  format: "stages",
  path: "/repository/plan.md",
  status: "approved",
  stages,
  ...extra,
});

/** What a process says before it writes statuses into the plan: for each stage what was there, and what will be. */
export function writing(stages: Readonly<Record<string, readonly [before: StageStatus, after: StageStatus]>>): Event[] {
  const statuses = Object.entries(stages).map(([stage, [before, after]]) => ({ stage, before, after, spans: [] }));
  const change = { kind: "text", files: [], statuses } as const;
  return [
    { type: "operation-started", operation: "writing", kind: "write-back" },
    { type: "operation-intended", operation: "writing", stages: Object.keys(stages), changes: [change] },
  ];
}

/** The events as they would lie in the store: numbered from 1, one each millisecond. */
export const recorded = (events: readonly Event[], run?: string): readonly Recorded[] =>
  events.map((event, index) => ({
    seq: index + 1,
    at: index + 1,
    plan: "sample",
    ...(run === undefined ? {} : { run }),
    event,
  }));

export const stateOf = (...events: readonly Event[]): PlanState => reduceAll(recorded(events, "r1"));

interface FactsChange {
  readonly branch?: Partial<StageFacts["branch"]>;
  readonly worktree?: Partial<StageFacts["worktree"]>;
  readonly base?: string;
  readonly mergedBy?: string;
}

/** Nothing there but what is said. A branch or a worktree that is mentioned exists. */
export function factsOf(id: string, { branch, worktree, ...rest }: FactsChange = {}): StageFacts {
  return {
    branch: { name: `feature/${id}`, exists: branch !== undefined, ahead: 0, behind: 0, ...branch },
    worktree: { path: `/trees/${id}`, exists: worktree !== undefined, ...worktree },
    ...rest,
  };
}

/** A stage with one commit, checked out, nothing uncommitted. */
export const worked = (id: string, extra: FactsChange = {}): StageFacts =>
  factsOf(id, {
    ...extra,
    branch: { head: oid("a"), tree: oid("b"), ahead: 1, ...extra.branch },
    worktree: { dirty: 0, ...extra.worktree },
  });

/** The view of the only stage. */
export function viewOf(options: {
  readonly stage?: Stage;
  readonly plan?: Partial<Plan>;
  readonly events?: readonly Event[];
  readonly facts?: StageFacts;
}): StageView {
  const stage = options.stage ?? stageOf("one");
  const facts = new Map(options.facts === undefined ? [] : [[stage.id, options.facts]]);
  const [view] = viewPlan(planOf([stage], options.plan), stateOf(...(options.events ?? [])), facts);
  if (view === undefined) throw new Error("a plan with one stage has one view");
  return view;
}

export const setUp = (stage: string): Event => ({
  type: "setup-finished",
  stage,
  branch: `feature/${stage}`,
  path: `/trees/${stage}`,
  base: oid("0"),
  parents: [],
});

export const checkEnded = (
  stage: string,
  check: string,
  extra: Partial<Extract<Event, { type: "command-finished" }>> = {},
): Event => ({
  type: "command-finished",
  stage,
  attempt: 1,
  what: "check",
  check,
  command: `run-${check}`,
  log: `/logs/${check}`,
  outcome: { kind: "passed", durationMs: 5 },
  commit: oid("a"),
  tree: oid("b"),
  clean: true,
  key: `key-${check}`,
  ...extra,
});

export const completed = (stage: string, commit = oid("a")): Event => ({
  type: "stage-completed",
  stage,
  commit,
  proof: "proven",
});

export const declared = (
  stage: string,
  state: Extract<Event, { type: "stage-declared" }>["state"],
  by: "hint" | "plan" | "person" = "person",
): Event => ({ type: "stage-declared", stage, state, by });
