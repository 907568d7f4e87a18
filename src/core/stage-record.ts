// What is recorded of one stage, and how each event changes it.
import { describeBreach } from "./containment.ts";
import type { DeclaredState, Event, Oid, WhatRan } from "./event.ts";
import type { Outcome } from "./outcome.ts";
import type { StageId } from "./plan.ts";
import type { Stop, StopEvidence } from "./stops.ts";

export interface SetupRecord {
  readonly branch: string;
  readonly path: string;
  readonly base: Oid;
  readonly parents: readonly Oid[];
  /** Where the work of each need ended that the base holds. */
  readonly needs?: Readonly<Record<StageId, Oid>>;
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

/** What a check came to on the commit that the stage started from. */
export interface BaselineRecord {
  readonly outcome: Outcome;
  readonly log: string;
  readonly commit?: Oid;
}

/** It ran, and did not pass. */
export const isRed = (outcome: Outcome | "cached"): boolean =>
  outcome !== "cached" && ["failed", "signalled", "timed-out"].includes(outcome.kind);

/** A command that goes on right now, as far as events tell. */
export interface Activity {
  readonly what: WhatRan;
  readonly check?: string;
  readonly command: string;
  readonly log: string;
  readonly startedAt: number;
}

export type UnfinishedCommand = Extract<Event, { type: "command-started" }> & { readonly at: number };

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
  /** A `refresh-started` that has no end yet. */
  readonly unfinishedRefresh?: Extract<Event, { type: "refresh-started" }> & { readonly at: number };
  /** A `removal-started` that has no end yet. */
  readonly unfinishedRemoval?: Extract<Event, { type: "removal-started" }> & { readonly at: number };
  /** Every `command-started` that has no end yet; where its process died, what it started may still live. */
  readonly unfinishedCommands?: readonly UnfinishedCommand[];
  readonly conflict?: { readonly between: readonly [string, string]; readonly files: readonly string[] };
  readonly completed?: { readonly commit: Oid; readonly proof: "proven" | "declared" };
  readonly merged?: { readonly commit: Oid; readonly proof: string };
  readonly failed?: { readonly reason: string };
  readonly waiting?: { readonly reason: string; readonly now: string; readonly commit?: Oid };
  readonly skipped?: { readonly reason: string };
  /** A stop condition that applies, until a person or a later look says otherwise. */
  readonly stop?: Stop & { readonly commit?: Oid };
  /** What a person approved in spite of a stop condition, by the key of the condition. */
  readonly accepted?: Readonly<Record<string, StopEvidence>>;
  /** What changed outside of its worktree while a command of it ran; until it is tried again. */
  readonly breach?: Extract<Event, { type: "containment-breached" }>;
  readonly attempt: number;
  /** What runs now; cleared when its run ends, or is found to have died. */
  readonly activities: readonly Activity[];
  readonly agent?: { readonly outcome: Outcome; readonly log: string; readonly at: number };
  readonly checks: Readonly<Record<string, CheckRecord>>;
  /** By check id, as far as this attempt asked for it. */
  readonly baseline?: Readonly<Record<string, BaselineRecord>>;
  /** A `baseline-started` that has no end yet. */
  readonly unfinishedBaseline?: Extract<Event, { type: "baseline-started" }> & { readonly at: number };
  /** By check id: the tree that was approved, and at which commit. */
  readonly approvals: Readonly<Record<string, { readonly tree: Oid; readonly commit: Oid }>>;
}

export const emptyRecord: StageRecord = { attempt: 0, activities: [], checks: {}, approvals: {} };

/** Whether work on it left a trace: then a branch of its name may be there, too. */
export const hasBegun = (record: StageRecord): boolean =>
  record.setup !== undefined ||
  record.unfinishedSetup !== undefined ||
  record.unfinishedRemoval !== undefined ||
  record.unfinishedCommands !== undefined ||
  record.completed !== undefined ||
  record.merged !== undefined ||
  record.attempt > 0;

/** Folds one event about a stage into what is recorded of it. */
export function reduceStage(record: StageRecord, event: Event, at: number): StageRecord {
  switch (event.type) {
    case "stage-declared": {
      const kept = keepsStop(record, event.state) ? record : without(record, "stop");
      const rest = without(kept, "failed", "waiting", "skipped", "merged", "breach");
      const note = event.note === undefined ? {} : { note: event.note };
      // A word that says no more than the proof does not replace it.
      const base = event.state === "complete" ? rest : without(rest, "completed");
      return { ...base, declared: { state: event.state, by: event.by, ...note } };
    }
    case "setup-started":
      return { ...without(record, "conflict"), unfinishedSetup: { ...event, at } };
    case "setup-finished": {
      const { branch, path, base, parents } = event;
      const needs = event.needs === undefined ? {} : { needs: event.needs };
      const rest = without(record, "unfinishedSetup", "conflict", "failed", "waiting", "skipped", "merged", "breach");
      return { ...withoutDeclared(rest, progress), setup: { branch, path, base, parents, ...needs } };
    }
    case "setup-failed": {
      const activities = record.activities.filter((activity) => activity.what !== "setup");
      const rest = { ...without(record, "unfinishedSetup"), activities };
      return event.interrupted === true ? rest : { ...rest, failed: { reason: event.reason } };
    }
    case "refresh-started":
      return { ...record, unfinishedRefresh: { ...event, at } };
    case "refresh-finished":
      return finishRefresh(record, event);
    case "refresh-failed":
      return without(record, "unfinishedRefresh");
    case "base-conflict":
      return { ...record, conflict: { between: event.between, files: event.files } };
    case "attempt-started":
      return { ...without(record, "failed", "waiting", "skipped", "breach", "baseline"), attempt: event.attempt };
    case "command-started": {
      const check = event.check === undefined ? {} : { check: event.check };
      const activity = { what: event.what, ...check, command: event.command, log: event.log, startedAt: at };
      const unfinishedCommands = [...(record.unfinishedCommands ?? []), { ...event, at }];
      return { ...record, activities: [...record.activities, activity], unfinishedCommands };
    }
    case "command-finished":
      return finishCommand(record, event, at);
    case "check-cached": {
      const { command, log, key, commit, tree } = event;
      return withCheck(record, event.check, { outcome: "cached", command, log, at, key, commit, tree, clean: true });
    }
    case "baseline-started":
      return { ...record, unfinishedBaseline: { ...event, at } };
    case "baseline-finished":
      return without(record, "unfinishedBaseline");
    case "baseline-known":
      return withBaseline(record, event);
    case "check-approved": {
      const approval = { tree: event.tree, commit: event.commit };
      return { ...without(record, "waiting"), approvals: { ...record.approvals, [event.check]: approval } };
    }
    case "stage-completed": {
      const rest = without(record, "failed", "waiting", "skipped", "stop", "declared", "breach");
      return { ...rest, completed: { commit: event.commit, proof: event.proof } };
    }
    case "stage-failed":
      return fail(record, event.reason);
    case "containment-breached": {
      const reason = describeBreach(event);
      if (event.others === undefined) return { ...fail(record, reason), breach: event };
      // One of several: it is not known to have done anything wrong, but a person has to look.
      return { ...without(record, "failed"), waiting: { reason, now: event.now }, breach: event };
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
    case "stage-stopped": {
      const { type: _, stage: __, ...stop } = event;
      return { ...withoutDeclared(without(record, "failed", "waiting", "completed"), progress), stop };
    }
    case "stop-cleared": {
      const rest = without(record, "stop", "waiting");
      if (event.accepted === undefined) return rest;
      return { ...rest, accepted: { ...record.accepted, [event.accepted.key]: event.accepted.evidence } };
    }
    case "stage-merged":
      return { ...record, merged: { commit: event.commit, proof: event.proof } };
    case "removal-started":
      return { ...record, unfinishedRemoval: { ...event, at } };
    case "removal-finished": {
      const rest = without(record, "unfinishedRemoval", "setup", "failed", "waiting");
      if (!event.branchDeleted) return rest;
      // Work that was given up before the target had it is not there to build on.
      const gone = event.unmerged === true ? without(rest, "completed") : rest;
      return withoutDeclared(without(gone, "stop", "accepted"), progress);
    }
    default:
      return record;
  }
}

function fail(record: StageRecord, reason: string): StageRecord {
  const rest = without(record, "waiting", "completed");
  return { ...withoutDeclared(rest, [...progress, "complete"]), failed: { reason } };
}

/** What was proven, or declared, of the old content says nothing of the new one. */
function finishRefresh(record: StageRecord, event: Extract<Event, { type: "refresh-finished" }>): StageRecord {
  const { branch, base, parents, to } = event;
  const path = event.path ?? record.setup?.path;
  const needs = event.needs === undefined ? {} : { needs: event.needs };
  const setup = path === undefined ? {} : { setup: { branch, path, base, parents, ...needs } };
  const rest = { ...without(record, "unfinishedRefresh", "conflict", "baseline"), ...setup };
  if (event.sameTree === undefined) {
    return withoutDeclared(without(rest, "completed", "failed", "waiting", "breach"), [...progress, "complete"]);
  }
  const { completed } = record;
  return completed?.commit === event.from ? { ...rest, completed: { ...completed, commit: to } } : rest;
}

function finishCommand(
  record: StageRecord,
  event: Extract<Event, { type: "command-finished" }>,
  at: number,
): StageRecord {
  const activities = record.activities.filter((activity) => activity.log !== event.log);
  const open = (record.unfinishedCommands ?? []).filter(({ log }) => log !== event.log);
  const unfinished = open.length === 0 ? {} : { unfinishedCommands: open };
  const rest: StageRecord = { ...without(record, "unfinishedCommands"), ...unfinished, activities };
  if (event.what === "agent") return { ...rest, agent: { outcome: event.outcome, log: event.log, at } };
  if (event.check === undefined) return rest;
  if (event.what === "baseline") return withBaseline(rest, { ...event, check: event.check });
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

const withBaseline = (record: StageRecord, result: BaselineRecord & { readonly check: string }): StageRecord => {
  const { check, outcome, log, commit } = result;
  const at = commit === undefined ? {} : { commit };
  return { ...record, baseline: { ...record.baseline, [check]: { outcome, log, ...at } } };
};

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

/** A hard stop is lifted by approval, or by a person's word that all of it is complete; a soft one by any new word. */
const keepsStop = ({ stop }: StageRecord, declared: DeclaredState): boolean =>
  declared === "blocked" || declared === "skipped" || (stop?.level === "hard" && declared !== "complete");

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
