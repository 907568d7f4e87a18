// The glyph, colour and word of every state: one table for tables, lines, graphs and the terminal UI.
import type { Severity } from "../core/finding.ts";
import type { CheckState, StageState } from "../core/view.ts";
import type { RunEntry } from "../core/answers.ts";
import type { Glyphs, Tone } from "./style.ts";

export interface Mark {
  readonly glyph: keyof Omit<Glyphs, "spinner">;
  readonly tone: Tone;
  readonly word: string;
}

export const stageMarks: Readonly<Record<StageState, Mark>> = {
  "not-started": { glyph: "notStarted", tone: "dim", word: "not started" },
  "in-progress": { glyph: "inProgress", tone: "accent", word: "in progress" },
  complete: { glyph: "complete", tone: "ok", word: "complete" },
  merged: { glyph: "merged", tone: "merged", word: "merged" },
  failed: { glyph: "failed", tone: "bad", word: "failed" },
  blocked: { glyph: "blocked", tone: "bad", word: "blocked" },
  skipped: { glyph: "skipped", tone: "dim", word: "skipped" },
};

/** A stage that is not started, and nothing stands in its way. */
export const readyMark: Mark = { glyph: "ready", tone: "accent", word: "ready" };

/** A stage in progress that stands still until a person acts. */
export const waitingMark: Mark = { glyph: "waiting", tone: "warn", word: "waits for you" };

export const checkMarks: Readonly<Record<CheckState, Mark>> = {
  passed: { glyph: "passed", tone: "ok", word: "passed" },
  cached: { glyph: "cached", tone: "ok", word: "cached" },
  failed: { glyph: "failed", tone: "bad", word: "failed" },
  "baseline-red": { glyph: "stale", tone: "warn", word: "baseline red" },
  stale: { glyph: "stale", tone: "warn", word: "stale" },
  "not-run": { glyph: "notStarted", tone: "dim", word: "not run" },
  running: { glyph: "inProgress", tone: "accent", word: "running" },
  approved: { glyph: "passed", tone: "ok", word: "approved" },
  "to-approve": { glyph: "waiting", tone: "warn", word: "to approve" },
};

export const severityMarks: Readonly<Record<Severity, Mark>> = {
  error: { glyph: "error", tone: "bad", word: "error" },
  warning: { glyph: "warning", tone: "warn", word: "warning" },
  info: { glyph: "info", tone: "accent", word: "info" },
};

export const resultMarks: Readonly<Record<RunEntry["result"], Mark>> = {
  done: { glyph: "complete", tone: "ok", word: "done" },
  failed: { glyph: "failed", tone: "bad", word: "failed" },
  skipped: { glyph: "skipped", tone: "dim", word: "skipped" },
  waiting: { glyph: "waiting", tone: "warn", word: "waits for you" },
};

/** The mark of a stage as a person should see it: readiness and waiting count for more than the bare state. */
export function stageMark(of: {
  readonly state: StageState;
  readonly ready: boolean;
  readonly waitsForPerson?: boolean;
}): Mark {
  if (of.state === "not-started" && of.ready) return readyMark;
  if (of.state === "in-progress" && of.waitsForPerson === true) return waitingMark;
  return stageMarks[of.state];
}

/** A check that no longer stands in the way of its stage. */
export const checkHolds = (state: CheckState): boolean =>
  state === "passed" || state === "cached" || state === "approved";
