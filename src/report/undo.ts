// `undo` and `redo`: what was taken back or done again, and the list of what there is.
import type { ListedOperation, NamedOperation, UndoAnswer, UndoListAnswer } from "../core/undo-answers.ts";
import type { Direction } from "../core/change.ts";
import { typedNames } from "./command.ts";
import { type Content, accent, bold, dim, ok, paintLines, warn } from "./content.ts";
import { renderNext } from "./heading.ts";
import type { Style } from "./style.ts";
import { wrap } from "./wrap.ts";

interface About {
  readonly style: Style;
  /** How the plan is named in the commands that are shown. */
  readonly planWord: string;
}

const nothing = {
  undo: "There is nothing to take back: nothing was done in this plan yet, or all of it is taken back.",
  redo: "There is nothing to do again: nothing was taken back, or something was done since.",
} as const;

const nameOf = ({ command, stages }: NamedOperation): string => [command, stages.join(", ")].join(" ").trim();

/** Each step, and the command that turns it round again. */
export function renderTurn({
  answer,
  direction,
  style,
  planWord,
}: About & { readonly answer: UndoAnswer; readonly direction: Direction }): string {
  const { operation, steps, moved, dryRun = false } = answer;
  const { width } = style;
  if (operation === undefined) {
    const next = renderNext(accent(typedNames("status", planWord)), style);
    return paintLines([...wrap(nothing[direction], { width }), ...next], style);
  }
  const done = direction === "undo" ? "taken back" : "done again";
  if (moved !== undefined) {
    const refused: Content = [
      warn(style.glyph.warning),
      " ",
      bold(nameOf(operation)),
      `, of ${clock(operation.at)}, cannot be ${done}. Since then:`,
    ];
    return paintLines(
      [
        ...wrap(refused, { width, indent: 2 }),
        ...moved.flatMap((why) => wrap(["  ", why], { width, indent: 4 })),
        ...renderNext(accent(typedNames("undo", planWord).concat(" --list")), style),
      ],
      style,
    );
  }
  const head: Content = [
    ok(style.glyph.passed),
    " ",
    bold(nameOf(operation)),
    `, of ${clock(operation.at)}, ${dryRun ? "would be" : "is"} ${done}:`,
  ];
  const other = direction === "undo" ? "redo" : "undo";
  return paintLines(
    [
      ...wrap(head, { width, indent: 2 }),
      ...steps.flatMap((step) => wrap(["  ", step], { width, indent: 4 })),
      ...(dryRun ? ["", "Nothing was changed."] : []),
      ...renderNext(accent(typedNames(dryRun ? direction : other, planWord)), style),
    ],
    style,
  );
}

/** Newest first, each with what it did and whether it can be taken back now. */
export function renderOperations({ answer, style, planWord }: About & { readonly answer: UndoListAnswer }): string {
  const { operations } = answer;
  const { width } = style;
  if (operations.length === 0) {
    const next = renderNext(accent(typedNames("status", planWord)), style);
    return paintLines([...wrap(nothing.undo, { width }), ...next], style);
  }
  const next = operations.find((one) => one.next === "undo") === undefined ? "redo" : "undo";
  return paintLines(
    [...operationLines(answer, style), ...renderNext(accent(typedNames(next, planWord)), style)],
    style,
  );
}

/** The operations alone, or that there are none. */
export const operationLines = ({ operations }: UndoListAnswer, style: Style): readonly Content[] =>
  operations.length === 0
    ? wrap(nothing.undo, { width: style.width })
    : operations.flatMap((one) => linesOf(one, style));

function linesOf(one: ListedOperation, style: Style): readonly Content[] {
  const { width } = style;
  const name: Content = one.state === "undone" ? dim(nameOf(one)) : bold(nameOf(one));
  const cut = one.interrupted === undefined ? "" : ", interrupted";
  const head: Content = [mark(one, style), " ", name, dim(`  ${clock(one.at)}${cut}  `), verdict(one)];
  const lines = one.next !== undefined && !one.possible ? one.moved.map((why) => warn(why)) : [];
  return [
    ...wrap(head, { width, indent: 4 }),
    ...one.did.flatMap((what) => wrap(["    ", dim(what)], { width, indent: 6 })),
    ...lines.flatMap((line) => wrap(["    ", line], { width, indent: 6 })),
  ];
}

function mark(one: ListedOperation, style: Style): Content {
  if (one.next === undefined) return dim(style.glyph.dot);
  return one.possible ? ok(style.glyph.passed) : warn(style.glyph.warning);
}

function verdict({ state, next, possible }: ListedOperation): Content {
  if (state === "going-on") return "goes on";
  if (next === "undo") return possible ? ok("can be taken back now") : warn("cannot be taken back now:");
  if (next === "redo")
    return possible ? ok("taken back; can be done again now") : warn("taken back; cannot be done again:");
  return dim(state === "undone" ? "taken back" : "after the ones above");
}

/** Such as "2026-03-01 10:20 UTC". */
const clock = (at: string): string => `${at.slice(0, 16).replace("T", " ")} UTC`;
