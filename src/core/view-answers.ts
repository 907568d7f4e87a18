// The parts of a view that more than one document holds.
import type { OutsideChange } from "./event.ts";
import type { StageId } from "./plan.ts";
import { isRed } from "./stage-record.ts";
import type { CheckView, StageView } from "./view.ts";

/** What a check came to on the commit that its stage started from. */
export interface BaselineAnswer {
  readonly state: "passed" | "red" | "unknown";
  readonly commit?: string;
  readonly log: string;
}

/** What changed outside of a stage's worktree while a command of it ran. */
export interface BreachAnswer {
  readonly command: string;
  readonly changes: readonly OutsideChange[];
  /** Changes that are not listed. */
  readonly more?: number;
  /** Stages whose commands ran at the same time and can have done it just as well. */
  readonly others: readonly StageId[];
}

export function baselineAnswer({ baseline }: CheckView): { readonly baseline?: BaselineAnswer } {
  if (baseline === undefined) return {};
  const { outcome, log, commit } = baseline;
  const state = outcome.kind === "passed" ? "passed" : isRed(outcome) ? "red" : "unknown";
  return { baseline: { state, log, ...(commit === undefined ? {} : { commit }) } };
}

export function breachAnswer({ record }: StageView): { readonly breach?: BreachAnswer } {
  const { breach } = record;
  if (breach === undefined) return {};
  const { command, changes, more, others = [] } = breach;
  const stages = [...new Set(others.map(({ stage }) => stage))];
  return { breach: { command, changes, ...(more === undefined ? {} : { more }), others: stages } };
}
