// The tab of checks: each with its state, when and on which commit it ran, how long it took.
import type { CheckView, StageView } from "../../core/view.ts";
import { type Content, dim, toned } from "../../report/content.ts";
import type { Style } from "../../report/style.ts";
import { outcomeWords } from "./detail-lines.ts";
import { formatElapsed } from "../frame/elapsed.ts";
import { spread } from "../frame/line.ts";
import { type Pane, paneOf } from "./pane.ts";
import { checkLook } from "../state/phase.ts";

interface CheckContext {
  readonly style: Style;
  /** Terminal columns. */
  readonly width: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Place of the marked check; -1 for none. */
  readonly marked: number;
}

const linesOfCheck = 2;

/** First line of the check at `place`. */
export const lineOfCheck = (place: number): number => place * linesOfCheck;

/** Two lines a check: what it is and how it stands, then what is known of its last run. */
export function checkPane(view: StageView, context: CheckContext): Pane {
  const { width, style } = context;
  if (view.checks.length === 0) return paneOf([dim("   The plan gives this stage no checks.")], { width, style });
  const lines = view.checks.flatMap((check, place) => [
    checkLine(check, { ...context, isMarked: place === context.marked }),
    remarkLine(check, { ...context, view }),
  ]);
  return paneOf(lines, { width, style, sections: view.checks.map((_, place) => lineOfCheck(place)) });
}

function checkLine(check: CheckView, context: CheckContext & { readonly isMarked: boolean }): Content {
  const { style, now, width, isMarked } = context;
  const look = checkLook(check.state, { style, now });
  const marker = isMarked ? toned("accent", style.unicode ? " ❯ " : " =>") : "   ";
  const left = [marker, toned(look.tone, look.sign), ` ${check.text.replaceAll(/\s+/gu, " ")}`];
  return spread({ left, right: toned(look.tone, ` ${look.word} `) }, { width, style });
}

function remarkLine(check: CheckView, { view, now }: CheckContext & { readonly view: StageView }): Content {
  const { record, state, kind } = check;
  const running = view.record.activities.find((each) => each.check === check.id);
  if (running !== undefined) return dim(`     for ${formatElapsed(now - running.startedAt)}`);
  if (record === undefined) {
    if (state === "to-approve") return dim("     waits for you: a approves it");
    return dim(kind === "manual" ? "     for a person to judge" : "     not run yet: v runs it");
  }
  const facts = [
    outcomeWords(record.outcome),
    `${formatElapsed(now - record.at)} ago`,
    record.commit === undefined ? "" : `at ${record.commit.slice(0, 10)}`,
    state === "stale" ? "on other content than the branch holds now" : "",
    record.clean === false ? "with changes that were not committed" : "",
  ];
  return dim(`     ${facts.filter((fact) => fact !== "").join("  ")}`);
}
