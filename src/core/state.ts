// The one fold of events into the state of a plan. Lines, JSON and the terminal UI all draw from it.
import type { Event, Recorded } from "./event.ts";
import { type Identities, noIdentities, recordShape } from "./identity.ts";
import {
  isOperationEvent,
  noOperations,
  pendingWrite,
  type Operations,
  reduceOperations,
  type StageTrace,
  turnTraces,
  withReplaced,
} from "./operation.ts";
import { PersistentMap } from "./persistent-map.ts";
import type { StageId, StageStatus } from "./plan.ts";
import { type BaselineRecord, emptyRecord, hasBegun, isRed, reduceStage, type StageRecord } from "./stage-record.ts";

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
  readonly seen?: PersistentMap<StageId, StageStatus>;
  readonly stages: PersistentMap<StageId, StageRecord>;
  /** Which stage each id stands for; absent as long as nothing was started. */
  readonly identities?: Identities<StageRecord>;
  readonly run?: RunRecord;
  /** What `undo` and `redo` know; absent as long as nothing was done. */
  readonly operations?: Operations;
  /** By fingerprint: a command that passed on that very content. Never filled by a run on a changing tree. */
  readonly passes: PersistentMap<string, { readonly log: string; readonly at: number; readonly durationMs: number }>;
  /** By fingerprint: a command that was red on the base of a stage. */
  readonly baselines?: PersistentMap<string, BaselineRecord>;
}

export const emptyState: PlanState = { seq: 0, stages: PersistentMap.from(), passes: PersistentMap.from() };

/** The record of a stage, empty where nothing happened yet. */
export const recordOf = (state: PlanState, stage: StageId): StageRecord => state.stages.get(stage) ?? emptyRecord;

/** The status of a stage last seen in, or written to, the plan file; undefined where it was never seen. */
export const seenStatus = (state: PlanState, stage: StageId): StageStatus | undefined => state.seen?.get(stage);

/** The status of a stage that is being written to the plan file, or was when the writer died; mostly undefined. */
export function writtenStatus(state: PlanState, stage: StageId): StageStatus | undefined {
  const write = pendingWrite(state.operations ?? noOperations, stage);
  return write?.before === seenStatus(state, stage) ? write?.after : undefined;
}

/** Folds one event into the state. Pure, total: an event of an unknown type changes nothing but `seq`. */
export function reduce(state: PlanState, recorded: Recorded): PlanState {
  const { event, at } = recorded;
  const next: PlanState = { ...state, seq: recorded.seq };
  switch (event.type) {
    case "plan-shape":
      return reshape(next, recorded.seq, { event, at });
    case "plan-seen":
      return { ...next, seen: PersistentMap.from(Object.entries(event.statuses)) };
    case "plan-written":
      return { ...next, seen: (state.seen ?? PersistentMap.from()).with(event.stage, event.status) };
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
      if (isOperationEvent(event)) return operate(next, { event, seq: recorded.seq, at });
      if (!("stage" in event) || typeof event.stage !== "string") return next;
      const before = recordOf(state, event.stage);
      const record = reduceStage(before, event, at);
      return record === before ? next : withStage(next, event.stage, record);
    }
  }
}

/** The fold of many. */
export const reduceAll = (events: readonly Recorded[], from: PlanState = emptyState): PlanState =>
  events.reduce(reduce, from);

/** A stage that came under the id of another one starts afresh: nothing of the other's record is its own. */
function reshape(
  state: PlanState,
  seq: number,
  recorded: { readonly event: Extract<Event, { type: "plan-shape" }>; readonly at: number },
): PlanState {
  const workOf = (id: StageId): StageRecord | undefined => {
    const record = recordOf(state, id);
    return hasBegun(record) ? record : undefined;
  };
  const { identities, fresh } = recordShape(state.identities ?? noIdentities, { ...recorded, seq, workOf });
  if (fresh.length === 0) return { ...state, identities };
  const kept = <T>(by: PersistentMap<StageId, T>): PersistentMap<StageId, T> => by.without((id) => fresh.includes(id));
  const seen = state.seen === undefined ? {} : { seen: kept(state.seen) };
  const operations = state.operations === undefined ? {} : { operations: withReplaced(state.operations, fresh) };
  return { ...state, identities, stages: kept(state.stages), ...seen, ...operations };
}

/** What is recorded of a stage now, as an operation keeps it. */
export function traceOf(state: PlanState, stage: StageId): StageTrace {
  const seen = seenStatus(state, stage);
  return { record: recordOf(state, stage), ...(seen === undefined ? {} : { seen }) };
}

/** Operations are noted; one that was taken back, or done again, takes what is recorded of its stages with it. */
function operate(state: PlanState, given: Omit<Parameters<typeof reduceOperations>[1], "trace">): PlanState {
  const { event } = given;
  const before = state.operations ?? noOperations;
  const trace = (stage: StageId): StageTrace => traceOf(state, stage);
  const operations = reduceOperations(before, { ...given, trace });
  const turned = event.type === "turn-finished" ? before.list.find(({ id }) => id === event.operation) : undefined;
  if (event.type !== "turn-finished" || turned === undefined) return { ...state, operations };
  const traces = [...turnTraces(turned, { direction: event.direction, trace })];
  const seen = new Map<StageId, StageStatus>(state.seen);
  for (const [stage, { seen: status }] of traces) {
    if (status === undefined) seen.delete(stage);
    else seen.set(stage, status);
  }
  const records = traces.reduce((result, [stage, { record }]) => withStage(result, stage, record), state);
  return { ...records, operations, ...(state.seen === undefined ? {} : { seen: PersistentMap.from(seen) }) };
}

const withStage = (state: PlanState, stage: StageId, record: StageRecord): PlanState => ({
  ...state,
  stages: state.stages.with(stage, record),
});

function withoutActivities(state: PlanState): PlanState {
  const busy = [...state.stages].filter(([, record]) => record.activities.length > 0);
  return busy.reduce((result, [stage, record]) => withStage(result, stage, { ...record, activities: [] }), state);
}

/** A pass counts for reuse only when the content was the same before and after the command. */
function rememberPass(state: PlanState, { event, at }: Recorded): PlanState {
  if (event.type !== "command-finished" || event.key === undefined) return state;
  if (event.what === "baseline" && isRed(event.outcome)) {
    const { outcome, log } = event;
    const known = state.baselines ?? PersistentMap.from<string, BaselineRecord>();
    return { ...state, baselines: known.with(event.key, { outcome, log }) };
  }
  if (event.outcome.kind !== "passed") return state;
  const pass = { log: event.log, at, durationMs: event.outcome.durationMs };
  return { ...state, passes: state.passes.with(event.key, pass) };
}
