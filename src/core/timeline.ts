// When each stage was set up, worked on, checked and left waiting in the last run: a fold of its events, and nothing else.
import type { Event, Recorded } from "./event.ts";
import { type Outcome, passed } from "./outcome.ts";
import type { StageId } from "./plan.ts";

/** `wait`: it stood still until a person did something. */
export type IntervalKind = "setup" | "agent" | "check" | "wait";

/** Times are milliseconds since the epoch. */
export interface Interval {
  readonly kind: IntervalKind;
  readonly start: number;
  /** Absent while it goes on. */
  readonly end?: number;
  /** Absent while it goes on, and for a wait. */
  readonly result?: "ok" | "bad" | "stopped";
  readonly check?: string;
  /** Path of what it said. */
  readonly log?: string;
}

export interface StageTimeline {
  readonly stage: StageId;
  /** In the order in which they began; those of commands that ran side by side overlap. */
  readonly intervals: readonly Interval[];
  /** When the run first had to do with it, and when its last attempt began. */
  readonly start: number;
  readonly attemptAt: number;
  /** What the run made of it, and when; absent as long as that is open. */
  readonly end?: number;
  readonly outcome?: "complete" | "failed" | "waiting" | "skipped" | "blocked";
}

/** The last run of a plan. */
export interface Timeline {
  readonly command: "run" | "verify";
  readonly pid: number;
  readonly jobs: number;
  /** The stages it was asked for. */
  readonly asked: readonly StageId[];
  readonly start: number;
  /** Absent while it goes on. */
  readonly end?: number;
  /** `lost`: its process died. */
  readonly result?: "done" | "failed" | "person-needed" | "interrupted" | "lost";
  /** Time of its last event. */
  readonly seenAt: number;
  /** In the order in which the run came to them. */
  readonly stages: ReadonlyMap<StageId, StageTimeline>;
}

/**
 * The timeline after further events of the plan, in their order; undefined as long as no run began. What happens between runs
 * belongs to none. Linear in the events and the stages of the run.
 */
export function foldTimeline(events: readonly Recorded[], from?: Timeline): Timeline | undefined {
  const first = events.findLastIndex(({ event }) => event.type === "run-started");
  let timeline = first === -1 ? from : begin(events[first]);
  if (timeline === undefined) return undefined;
  const stages = new Map(timeline.stages);
  for (const recorded of events.slice(first + 1)) {
    if (timeline.end !== undefined) break;
    timeline = apply(timeline, { recorded, stages });
  }
  return timeline === from ? from : { ...timeline, stages };
}

function begin(recorded: Recorded | undefined): Timeline | undefined {
  if (recorded?.event.type !== "run-started") return undefined;
  const { command, pid, jobs, stages: asked } = recorded.event;
  return { command, pid, jobs, asked, start: recorded.at, seenAt: recorded.at, stages: new Map() };
}

type Rows = Map<StageId, StageTimeline>;

function apply(
  timeline: Timeline,
  { recorded, stages }: { readonly recorded: Recorded; readonly stages: Rows },
): Timeline {
  const { event, at } = recorded;
  if (event.type === "run-finished") {
    closeAll(stages, at);
    return { ...timeline, end: at, result: event.result, seenAt: at };
  }
  if (event.type === "run-lost") {
    // Another one may have begun before the loss was noticed.
    if (event.pid !== timeline.pid) return timeline;
    closeAll(stages, timeline.seenAt);
    return { ...timeline, end: timeline.seenAt, result: "lost" };
  }
  if ("stage" in event && typeof event.stage === "string") {
    const before = stages.get(event.stage);
    const row = before ?? { stage: event.stage, intervals: [], start: at, attemptAt: at };
    const after = applyToRow(row, { event, at });
    if (after !== row) stages.set(event.stage, after);
  }
  return { ...timeline, seenAt: at };
}

interface Happening {
  readonly event: Event;
  readonly at: number;
}

function applyToRow(row: StageTimeline, { event, at }: Happening): StageTimeline {
  switch (event.type) {
    case "setup-started":
    case "refresh-started":
      return open(goOn(row, at), { kind: "setup", start: at });
    case "setup-finished":
    case "refresh-finished":
      return close(row, { kind: "setup", end: at, result: "ok" });
    case "refresh-failed":
      return close(row, { kind: "setup", end: at, result: "bad" });
    case "setup-failed": {
      if (event.interrupted === true) return close(row, { kind: "setup", end: at, result: "stopped" });
      return settle(close(row, { kind: "setup", end: at, result: "bad" }), { outcome: "failed", at });
    }
    case "attempt-started":
      // The set-up before the first attempt is part of it.
      return { ...goOn(row, at), attemptAt: row.intervals.some(({ kind }) => kind !== "setup") ? at : row.attemptAt };
    case "command-started": {
      const kind = kindOf[event.what];
      // The set-up command is a part of the set-up that goes on.
      if (kind === "setup" && row.intervals.some((one) => one.kind === "setup" && one.end === undefined)) return row;
      const check = event.check === undefined ? {} : { check: event.check };
      return open(goOn(row, at), { kind, start: at, log: event.log, ...check });
    }
    case "command-finished":
      return finishCommand(row, { event, at });
    case "check-cached": {
      const cached = { kind: "check", start: at, end: at, result: "ok", check: event.check, log: event.log } as const;
      return open(goOn(row, at), cached);
    }
    case "stage-completed":
      return settle(row, { outcome: "complete", at });
    case "stage-failed":
      return settle(row, { outcome: "failed", at });
    case "base-conflict":
      return settle(row, { outcome: "blocked", at });
    case "stage-skipped":
      return settle(row, { outcome: "skipped", at });
    case "stage-waiting":
      return wait(row, at);
    case "containment-breached":
      return event.others === undefined ? settle(row, { outcome: "failed", at }) : wait(row, at);
    case "stage-stopped":
      return event.level === "hard" ? wait(row, at) : settle(row, { outcome: "skipped", at });
    case "check-approved":
    case "stop-cleared":
    case "stage-declared":
      return row.outcome === "waiting" ? goOn(row, at) : row;
    default:
      return row;
  }
}

const kindOf = { setup: "setup", agent: "agent", fix: "agent", check: "check", baseline: "check" } as const;

const open = (row: StageTimeline, interval: Interval): StageTimeline => ({
  ...row,
  intervals: [...row.intervals, interval],
});

/** Ends the open intervals of a kind. */
function close(
  row: StageTimeline,
  {
    kind,
    ...ending
  }: { readonly kind: IntervalKind; readonly end: number; readonly result?: "ok" | "bad" | "stopped" },
): StageTimeline {
  const isOpen = (one: Interval): boolean => one.kind === kind && one.end === undefined;
  if (!row.intervals.some(isOpen)) return row;
  return { ...row, intervals: row.intervals.map((one) => (isOpen(one) ? { ...one, ...ending } : one)) };
}

/** It is under way again: whatever was said of it before is history. */
function goOn(row: StageTimeline, at: number): StageTimeline {
  const { outcome: _, end: __, ...rest } = close(row, { kind: "wait", end: at });
  return rest;
}

const settle = (
  row: StageTimeline,
  { outcome, at }: { readonly outcome: NonNullable<StageTimeline["outcome"]>; readonly at: number },
): StageTimeline => ({ ...close(row, { kind: "wait", end: at }), outcome, end: at });

function wait(row: StageTimeline, at: number): StageTimeline {
  const isWaiting = row.intervals.some(({ kind, end }) => kind === "wait" && end === undefined);
  const waiting = isWaiting ? row : open(row, { kind: "wait", start: at });
  return { ...waiting, outcome: "waiting", end: at };
}

function finishCommand(
  row: StageTimeline,
  { event, at }: { readonly event: Extract<Event, { type: "command-finished" }>; readonly at: number },
): StageTimeline {
  const result = resultOf(event.outcome);
  const place = row.intervals.findLastIndex((one) => one.log === event.log && one.end === undefined);
  const begun = row.intervals[place];
  if (begun !== undefined) return { ...row, intervals: row.intervals.with(place, { ...begun, end: at, result }) };
  // Part of a set-up, which has an interval of its own.
  if (event.what === "setup") return row;
  // Its start was not told: an old record, or one that another process wrote.
  const check = event.check === undefined ? {} : { check: event.check };
  const start = at - event.outcome.durationMs;
  return open(goOn(row, at), { kind: kindOf[event.what], start, end: at, result, log: event.log, ...check });
}

function resultOf(outcome: Outcome): "ok" | "bad" | "stopped" {
  if (passed(outcome)) return "ok";
  return outcome.kind === "cancelled" ? "stopped" : "bad";
}

/** The run is over: nothing goes on. */
function closeAll(stages: Rows, at: number): void {
  for (const [stage, row] of stages) {
    if (row.intervals.every(({ end }) => end !== undefined)) continue;
    const intervals = row.intervals.map((one): Interval => {
      if (one.end !== undefined) return one;
      return one.kind === "wait" ? { ...one, end: at } : { ...one, end: at, result: "stopped" };
    });
    stages.set(stage, { ...row, intervals });
  }
}
