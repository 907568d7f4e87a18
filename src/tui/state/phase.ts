// What a stage is doing at this moment, finer than its state: what a person watching wants to know at a glance.
import type { Activity } from "../../core/stage-record.ts";
import type { StageView } from "../../core/view.ts";
import { type Mark, checkHolds, checkMarks, stageMark } from "../../report/marks.ts";
import type { Style, Tone } from "../../report/style.ts";
import type { CheckState } from "../../core/view.ts";

export interface Look {
  /** One column. */
  readonly sign: string;
  readonly tone: Tone;
  readonly word: string;
}

interface Moment {
  readonly style: Style;
  /** Milliseconds since the epoch; the sign of what is busy turns with it. */
  readonly now: number;
}

/** As long as git has not answered, where anything else would be said of a branch, a worktree or a state. */
export const lookingWords = "looking at the repository";

/** Whether something of this stage runs now. */
export const isBusy = ({ record }: StageView): boolean =>
  record.activities.length > 0 || record.unfinishedSetup !== undefined;

export const isFinished = ({ state }: StageView): boolean => state === "complete" || state === "merged";

/** The activity that started first: it tells how long the stage has been busy. */
export const firstActivity = ({ record }: StageView): Activity | undefined =>
  record.activities.toSorted((a, b) => a.startedAt - b.startedAt)[0];

/** How many checks of a stage hold, of how many. */
export const countChecks = ({ checks }: StageView): { readonly good: number; readonly all: number } => ({
  good: checks.filter(({ state }) => checkHolds(state)).length,
  all: checks.length,
});

/** Sign, tone and word of a stage. What runs now wins over everything that is recorded. */
export function stageLook(view: StageView, { style, now }: Moment): Look {
  if (isBusy(view)) {
    const isSetup = view.record.unfinishedSetup !== undefined || firstActivity(view)?.what === "setup";
    return { sign: turning({ style, now }), tone: "accent", word: isSetup ? "setting up" : "running" };
  }
  if (view.waitsForPerson) return { ...lookOf(stageMark(view), style), word: "needs you" };
  if (view.state === "not-started" && !view.ready) return { ...lookOf(stageMark(view), style), word: "waiting" };
  return lookOf(stageMark(view), style);
}

/** Sign, tone and word of a check. */
export function checkLook(state: CheckState, { style, now }: Moment): Look {
  const look = lookOf(checkMarks[state], style);
  return state === "running" ? { ...look, sign: turning({ style, now }) } : look;
}

const lookOf = ({ glyph, tone, word }: Mark, style: Style): Look => ({ sign: style.glyph[glyph], tone, word });

function turning({ style, now }: Moment): string {
  const { spinner } = style.glyph;
  return spinner[Math.floor(now / 1000) % spinner.length] ?? "*";
}
