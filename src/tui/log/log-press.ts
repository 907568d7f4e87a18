// What the keys of the log do.
import { settleLog } from "./log-read.ts";
import { nextMatch, startSearch } from "./log-search.ts";
import { shownText } from "./log-text.ts";
import { displayWidth } from "../../report/columns.ts";
import { type Direction, type LogArea, type LogStep, type LogView, rawText } from "./log-view.ts";
import { screenOf } from "./log-walk.ts";

export type LogMove =
  | "up"
  | "down"
  | "page-up"
  | "page-down"
  | "half-up"
  | "half-down"
  | "first"
  /** To the end, and stay there while it grows. */
  | "last"
  | "left"
  | "right";

export type LogIntent =
  | { readonly type: "move"; readonly move: LogMove }
  | { readonly type: "wrap" }
  /** An empty text ends the search. */
  | { readonly type: "search"; readonly text: string; readonly direction?: Direction }
  | { readonly type: "next" | "previous" }
  /** Stops a search that goes on, else forgets the last one. */
  | { readonly type: "clear" };

/** Folds a key into the view. */
export function pressLog(view: LogView, intent: LogIntent, area: LogArea): LogStep {
  switch (intent.type) {
    case "move":
      return following(settleLog(moved(stopped(view), { move: intent.move, area }), area), { move: intent.move, area });
    case "wrap":
      return settleLog({ ...view, wrap: !view.wrap, shift: 0, top: { ...view.top, row: 0 } }, area);
    case "search":
      return settleLog(startSearch(view, { ...intent, area }), area);
    case "next":
    case "previous":
      return settleLog(nextMatch(view, { turn: intent.type === "previous", area }), area);
    case "clear":
      return settleLog(cleared(view), area);
  }
}

/** Whoever moves does not want to be taken elsewhere when something is found. */
function stopped(view: LogView): LogView {
  if (view.search?.scan === undefined) return view;
  const { scan: _, ...search } = view.search;
  return { ...view, search: { ...search, remark: "stopped" } };
}

function cleared(view: LogView): LogView {
  if (view.search?.scan !== undefined) return stopped(view);
  const { search: _, ...rest } = view;
  return rest;
}

function moved(view: LogView, { move, area }: { readonly move: LogMove; readonly area: LogArea }): LogView {
  const page = Math.max(1, area.rows - 1);
  const half = Math.max(1, Math.floor(area.rows / 2));
  switch (move) {
    case "first":
      return { ...view, follow: false, top: { offset: 0, row: 0 }, owed: 0 };
    case "last":
      return { ...view, follow: true, owed: 0 };
    case "left":
      return { ...view, shift: Math.max(0, view.shift - Math.floor(area.columns / 2)) };
    case "right":
      return canShift(view, area) ? { ...view, shift: view.shift + Math.floor(area.columns / 2) } : view;
    case "up":
    case "half-up":
    case "page-up":
      return up(view, { rows: { up: 1, "half-up": half, "page-up": page }[move], area });
    case "down":
    case "half-down":
    case "page-down":
      return view.follow
        ? view
        : { ...view, owed: view.owed + { down: 1, "half-down": half, "page-down": page }[move] };
  }
}

interface Distance {
  readonly rows: number;
  readonly area: LogArea;
}

function up(view: LogView, { rows, area }: Distance): LogView {
  if (!view.follow) return { ...view, owed: view.owed - rows };
  const shown = screenOf(view, area);
  const [first] = shown.lines;
  // All of it is on screen, so there is nothing above.
  if (first === undefined || (first.line.offset === 0 && first.skip === 0)) return view;
  return { ...view, follow: false, top: { offset: first.line.offset, row: first.skip }, owed: -rows };
}

/** Whoever reaches the end by going down follows it from there. */
function following(
  { view, requests }: LogStep,
  { move, area }: { readonly move: LogMove; readonly area: LogArea },
): LogStep {
  if (view.follow || !["down", "half-down", "page-down"].includes(move)) return { view, requests };
  const taller = screenOf(view, { ...area, rows: area.rows + 1 });
  const isEnd = view.owed === 0 && taller.missing === undefined && taller.rows <= area.rows;
  return { view: isEnd ? { ...view, follow: true } : view, requests };
}

function canShift(view: LogView, area: LogArea): boolean {
  if (view.wrap) return false;
  const edge = view.shift + area.columns;
  return screenOf(view, area).lines.some(({ line }) => displayWidth(shownText(rawText(view, line))) > edge);
}
