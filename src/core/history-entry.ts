// What is said of each event in the history of its stage.
import { describeBreach } from "./containment.ts";
import type { Event, WhatRan } from "./event.ts";
import { describeOutcome, type Outcome } from "./outcome.ts";
import type { StageId } from "./plan.ts";

export interface HistoryEntry {
  /** Milliseconds since the epoch; of a command its beginning. */
  readonly at: number;
  readonly attempt?: number;
  /** One sentence, without a full stop. */
  readonly text: string;
  readonly tone: "ok" | "bad" | "warn" | "plain" | "dim";
  /** Milliseconds. */
  readonly durationMs?: number;
  readonly commit?: string;
  /** Path of what it said. */
  readonly log?: string;
}

export type Told = Omit<HistoryEntry, "at" | "attempt">;

const whatWords: Readonly<Record<WhatRan, string>> = {
  setup: "set-up command",
  agent: "agent",
  check: "check",
  fix: "fix",
  baseline: "check on its base",
};

/** What ran, and its command. */
export const commandName = ({ what, command }: { readonly what: WhatRan; readonly command: string }): string =>
  `${whatWords[what]}: ${command}`;

/** The end of a sentence about a command, in the few words of a list. */
export const outcomeWords = (outcome: Outcome): string =>
  outcome.kind === "timed-out"
    ? "was stopped at its time limit"
    : outcome.kind === "not-run"
      ? `could not run: ${outcome.reason}`
      : describeOutcome(outcome);

export const outcomeTone = ({ kind }: Outcome): Told["tone"] =>
  kind === "passed" ? "ok" : kind === "cancelled" ? "warn" : "bad";

type StageEvent = Exclude<
  Extract<Event, { readonly stage?: StageId }>,
  { type: "command-started" | "command-finished" }
>;

/** What to say of an event about a stage; nothing of those that only announce another one. */
export function tell(
  event: StageEvent,
  { checkText }: { readonly checkText: (id: string) => string },
): Told | undefined {
  switch (event.type) {
    case "setup-started":
    case "refresh-started":
    case "removal-started":
    case "baseline-started":
    case "baseline-finished":
    case "operation-withdrawn":
      return undefined;
    case "stage-declared":
      return { text: `${declaredBy[event.by]} ${event.state}${because(event.note)}`, tone: "plain" };
    case "setup-finished":
      return { text: `worktree ready at ${event.path}, branch ${event.branch}`, tone: "ok", commit: event.base };
    case "setup-failed":
      return event.interrupted === true
        ? { text: `the set-up was interrupted and taken back: ${event.reason}`, tone: "warn" }
        : { text: `could not be set up: ${event.reason}`, tone: "bad" };
    case "refresh-finished":
      if (event.from === event.to) return undefined;
      return { text: "moved onto its new base", tone: "ok", commit: event.to };
    case "refresh-failed":
      return { text: `was not moved onto its new base: ${event.reason}`, tone: "warn" };
    case "base-conflict":
      return {
        text: `blocked: ${event.between.join(" and ")} cannot be merged, both change ${event.files.join(", ")}`,
        tone: "bad",
      };
    case "attempt-started":
      return { text: `attempt ${event.attempt} began`, tone: "plain" };
    case "check-cached":
      return {
        text: `check: ${event.command} passed before on the same content`,
        tone: "dim",
        commit: event.commit,
        log: event.log,
      };
    case "baseline-known":
      return {
        text: `check on its base: ${event.command} ${outcomeWords(event.outcome)}, as is known from before`,
        tone: "dim",
        commit: event.commit,
        log: event.log,
      };
    case "check-approved":
      return { text: `approved: ${checkText(event.check)}`, tone: "ok", commit: event.commit };
    case "stage-completed":
      return {
        text: event.proof === "declared" ? "complete, declared" : "complete, proven",
        tone: "ok",
        commit: event.commit,
      };
    case "stage-failed":
      return { text: `failed: ${event.reason}`, tone: "bad" };
    case "containment-breached":
      return { text: describeBreach(event), tone: "bad", log: event.log };
    case "stage-waiting":
      return { text: `waits for a person: ${event.reason}`, tone: "warn", ...at(event) };
    case "stage-skipped":
      return { text: `skipped: ${event.reason}`, tone: "dim" };
    case "stage-stopped":
      return {
        text: `${event.level === "hard" ? "stopped for a person" : "skipped"}: it ${event.reason}`,
        tone: "warn",
        ...at(event),
      };
    case "stop-cleared":
      return event.by === "person"
        ? { text: "approved in spite of a stop condition", tone: "ok", ...at(event) }
        : { text: "no stop condition applies any more", tone: "plain", ...at(event) };
    case "stage-merged":
      return { text: `merged: ${event.proof}`, tone: "ok", commit: event.commit };
    case "removal-finished": {
      const branch = event.branchDeleted ? `, and branch ${event.branch} with it` : "";
      return { text: `removed ${event.path}${branch}; to bring it back: ${event.restore}`, tone: "plain" };
    }
    case "plan-written":
      return { text: `the plan says ${event.status} now`, tone: "dim" };
    case "note":
      return { text: event.text, tone: "dim" };
  }
}

const declaredBy = { hint: "the plan said at first sight:", plan: "the plan says:", person: "marked" } as const;

const because = (note: string | undefined): string => (note === undefined || note === "" ? "" : `: ${note}`);

const at = ({ commit }: { readonly commit?: string }): { readonly commit?: string } =>
  commit === undefined ? {} : { commit };
