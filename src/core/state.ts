// The one fold of events into the state of a plan. Lines, JSON and the terminal UI all draw from it.
import type { DeclaredState, Event, Oid, Recorded, WhatRan } from "./event.ts";
import type { Outcome } from "./outcome.ts";
import type { StageId, StageStatus } from "./plan.ts";

export interface SetupRecord {
  readonly branch: string;
  readonly path: string;
  readonly base: Oid;
  readonly parents: readonly Oid[];
}

/** The last thing known of one check of one stage. */
export interface CheckRecord {
  readonly outcome: Outcome | "cached";
  readonly command: string;
  readonly log: string;
  readonly at: number;
  readonly key?: string;
  readonly commit?: Oid;
  readonly tree?: Oid;
  readonly clean?: boolean;
}

/** A command that goes on right now, as far as events tell. */
export interface Activity {
  readonly what: WhatRan;
  readonly check?: string;
  readonly command: string;
  readonly log: string;
  readonly startedAt: number;
}

/** What is recorded of a stage; what is really so is decided together with git's facts in `view.ts`. */
export interface StageRecord {
  readonly declared?: {
    readonly state: DeclaredState;
    readonly by: "hint" | "plan" | "person";
    readonly note?: string;
  };
  readonly setup?: SetupRecord;
  /** A `setup-started` that has no end yet. */
  readonly unfinishedSetup?: Extract<Event, { type: "setup-started" }> & { readonly at: number };
  /** A `removal-started` that has no end yet. */
  readonly unfinishedRemoval?: Extract<Event, { type: "removal-started" }>;
  readonly conflict?: { readonly between: readonly [string, string]; readonly files: readonly string[] };
  readonly completed?: { readonly commit: Oid; readonly proof: "proven" | "declared" };
  readonly merged?: { readonly commit: Oid; readonly proof: string };
  readonly failed?: { readonly reason: string };
  readonly waiting?: { readonly reason: string; readonly now: string; readonly commit?: Oid };
  readonly skipped?: { readonly reason: string };
  readonly attempt: number;
  /** What runs now; cleared when its run ends, or is found to have died. */
  readonly activities: readonly Activity[];
  readonly agent?: { readonly outcome: Outcome; readonly log: string; readonly at: number };
  readonly checks: Readonly<Record<string, CheckRecord>>;
  /** By check id: the tree that was approved, and at which commit. */
  readonly approvals: Readonly<Record<string, { readonly tree: Oid; readonly commit: Oid }>>;
}

export interface RunRecord {
  readonly id: string;
  readonly command: "run" | "verify";
  readonly pid: number;
  readonly jobs: number;
  readonly stages: readonly StageId[];
  readonly startedAt: number;
  readonly finished?: Extract<Event, { type: "run-finished" }> & { readonly at: number };
}

export interface PlanState {
  readonly seq: number;
  /** Statuses last seen in, or written to, the plan file. */
  readonly seen?: Readonly<Record<StageId, StageStatus>>;
  readonly stages: Readonly<Record<StageId, StageRecord>>;
  readonly run?: RunRecord;
  /** By fingerprint: a command that passed on that very content. Never filled by a run on a changing tree. */
  readonly passes: Readonly<Record<string, { readonly log: string; readonly at: number; readonly durationMs: number }>>;
}

export const emptyState: PlanState = { seq: 0, stages: {}, passes: {} };
export const emptyRecord: StageRecord = { attempt: 0, activities: [], checks: {}, approvals: {} };

/** The record of a stage, empty where nothing happened yet. */
export const recordOf = (state: PlanState, stage: StageId): StageRecord =>
  (Object.hasOwn(state.stages, stage) ? state.stages[stage] : undefined) ?? emptyRecord;

/** The status of a stage last seen in, or written to, the plan file; undefined where it was never seen. */
export const seenStatus = (state: PlanState, stage: StageId): StageStatus | undefined =>
  state.seen !== undefined && Object.hasOwn(state.seen, stage) ? state.seen[stage] : undefined;

/** Folds one event into the state. Pure, total: an event of an unknown type changes nothing but `seq`. */
export function reduce(state: PlanState, recorded: Recorded): PlanState {
  const { event, at } = recorded;
  const next: PlanState = { ...state, seq: recorded.seq };
  switch (event.type) {
    case "plan-seen":
      return { ...next, seen: event.statuses };
    case "plan-written":
      return { ...next, seen: { ...state.seen, [event.stage]: event.status } };
    case "run-started":
      return {
        ...withoutActivities(next),
        run: {
          id: recorded.run ?? String(recorded.seq),
          command: event.command,
          pid: event.pid,
          jobs: event.jobs,
          stages: event.stages,
          startedAt: at,
        },
      };
    case "run-finished":
      return state.run === undefined
        ? next
        : { ...withoutActivities(next), run: { ...state.run, finished: { ...event, at } } };
    case "run-lost": {
      // Whoever found it lost may have looked a moment before it said how it ended, or before another one began.
      if (state.run?.pid !== event.pid || state.run.finished !== undefined) return next;
      const { run: _, ...rest } = withoutActivities(next);
      return rest;
    }
    case "command-finished":
      return withStage(rememberPass(next, recorded), event.stage, reduceStage(recordOf(state, event.stage), event, at));
    case "note":
      return next;
    default: {
      if (!("stage" in event) || typeof event.stage !== "string") return next;
      const before = recordOf(state, event.stage);
      const record = reduceStage(before, event, at);
      return record === before ? next : withStage(next, event.stage, record);
    }
  }
}

export const reduceAll = (events: readonly Recorded[], from: PlanState = emptyState): PlanState =>
  events.reduce(reduce, from);

const withStage = (state: PlanState, stage: StageId, record: StageRecord): PlanState => ({
  ...state,
  stages: { ...state.stages, [stage]: record },
});

function withoutActivities(state: PlanState): PlanState {
  const busy = Object.entries(state.stages).filter(([, record]) => record.activities.length > 0);
  return busy.reduce((result, [stage, record]) => withStage(result, stage, { ...record, activities: [] }), state);
}

/** A pass counts for reuse only when the content was the same before and after the command. */
function rememberPass(state: PlanState, { event, at }: Recorded): PlanState {
  if (event.type !== "command-finished" || event.key === undefined || event.outcome.kind !== "passed") return state;
  const pass = { log: event.log, at, durationMs: event.outcome.durationMs };
  return { ...state, passes: { ...state.passes, [event.key]: pass } };
}

function reduceStage(record: StageRecord, event: Event, at: number): StageRecord {
  switch (event.type) {
    case "stage-declared": {
      const rest = without(record, "failed", "waiting", "skipped", "merged");
      const note = event.note === undefined ? {} : { note: event.note };
      // A word that says no more than the proof does not replace it.
      const base = event.state === "complete" ? rest : without(rest, "completed");
      return { ...base, declared: { state: event.state, by: event.by, ...note } };
    }
    case "setup-started":
      return { ...without(record, "conflict"), unfinishedSetup: { ...event, at } };
    case "setup-finished": {
      const { branch, path, base, parents } = event;
      const rest = without(record, "unfinishedSetup", "conflict", "failed", "waiting", "skipped", "merged");
      return { ...withoutDeclared(rest, progress), setup: { branch, path, base, parents } };
    }
    case "setup-failed": {
      const activities = record.activities.filter((activity) => activity.what !== "setup");
      const rest = { ...without(record, "unfinishedSetup"), activities };
      return event.interrupted === true ? rest : { ...rest, failed: { reason: event.reason } };
    }
    case "base-conflict":
      return { ...record, conflict: { between: event.between, files: event.files } };
    case "attempt-started":
      return { ...without(record, "failed", "waiting", "skipped"), attempt: event.attempt };
    case "command-started": {
      const check = event.check === undefined ? {} : { check: event.check };
      const activity = { what: event.what, ...check, command: event.command, log: event.log, startedAt: at };
      return { ...record, activities: [...record.activities, activity] };
    }
    case "command-finished":
      return finishCommand(record, event, at);
    case "check-cached": {
      const { command, log, key, commit, tree } = event;
      return withCheck(record, event.check, { outcome: "cached", command, log, at, key, commit, tree, clean: true });
    }
    case "check-approved": {
      const approval = { tree: event.tree, commit: event.commit };
      return { ...without(record, "waiting"), approvals: { ...record.approvals, [event.check]: approval } };
    }
    case "stage-completed": {
      const rest = without(record, "failed", "waiting", "skipped", "declared");
      return { ...rest, completed: { commit: event.commit, proof: event.proof } };
    }
    case "stage-failed": {
      const rest = without(record, "waiting", "completed");
      return { ...withoutDeclared(rest, [...progress, "complete"]), failed: { reason: event.reason } };
    }
    case "stage-waiting":
      return {
        ...without(record, "failed"),
        waiting: {
          reason: event.reason,
          now: event.now,
          ...(event.commit === undefined ? {} : { commit: event.commit }),
        },
      };
    case "stage-skipped":
      return { ...record, skipped: { reason: event.reason } };
    case "stage-merged":
      return { ...record, merged: { commit: event.commit, proof: event.proof } };
    case "removal-started":
      return { ...record, unfinishedRemoval: event };
    case "removal-finished": {
      const rest = without(record, "unfinishedRemoval", "setup", "failed", "waiting");
      if (!event.branchDeleted) return rest;
      // Work that was given up before the target had it is not there to build on.
      return withoutDeclared(event.unmerged === true ? without(rest, "completed") : rest, progress);
    }
    default:
      return record;
  }
}

function finishCommand(
  record: StageRecord,
  event: Extract<Event, { type: "command-finished" }>,
  at: number,
): StageRecord {
  const activities = record.activities.filter((activity) => activity.log !== event.log);
  const rest = { ...record, activities };
  if (event.what === "agent") return { ...rest, agent: { outcome: event.outcome, log: event.log, at } };
  if (event.check === undefined) return rest;
  const { outcome, command, log, key, commit, tree, clean } = event;
  return withCheck(rest, event.check, {
    outcome,
    command,
    log,
    at,
    ...(key === undefined ? {} : { key }),
    ...(commit === undefined ? {} : { commit }),
    ...(tree === undefined ? {} : { tree }),
    ...(clean === undefined ? {} : { clean }),
  });
}

const withCheck = (record: StageRecord, check: string, result: CheckRecord): StageRecord => ({
  ...record,
  checks: { ...record.checks, [check]: result },
});

function without<Key extends keyof StageRecord>(record: StageRecord, ...keys: readonly Key[]): Omit<StageRecord, Key> {
  const copy: Partial<StageRecord> = { ...record };
  for (const key of keys) delete copy[key];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys were just deleted
  return copy as Omit<StageRecord, Key>;
}

/** Declared states that what happens later overtakes; the others are decisions, which stay. */
const progress: readonly DeclaredState[] = ["not-started", "in-progress"];

const withoutDeclared = <T extends Partial<StageRecord>>(
  record: T,
  states: readonly DeclaredState[],
): T | Omit<T, "declared"> => {
  if (record.declared === undefined || !states.includes(record.declared.state)) return record;
  const { declared: _, ...rest } = record;
  return rest;
};
