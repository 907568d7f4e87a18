// Walking over the lines of a log in rows of the screen, as far as they are held.
import { countRows } from "./log-rows.ts";
import {
  type LogArea,
  type LogLine,
  type LogPlace,
  type LogView,
  isUnknown,
  lineBefore,
  lineFrom,
} from "./log-view.ts";

/** A line of which some rows are on screen. */
export interface ShownLine {
  readonly line: LogLine;
  /** How many of its rows are above the screen, and how many are on it. */
  readonly skip: number;
  readonly rows: number;
}

export interface Screen {
  readonly lines: readonly ShownLine[];
  /** Rows that are taken. */
  readonly rows: number;
  /** A page without which there is nothing to show for the other rows. */
  readonly missing?: number;
}

/** What stands on the screen, from the top line on, or up to the end. */
export function screenOf(view: LogView, area: LogArea): Screen {
  if (!view.follow) return screenFrom(view, { top: view.top, area });
  const end = endPlace(view, area);
  const shown = screenFrom(view, { top: end.place, area });
  return end.missing === undefined ? shown : { ...shown, missing: end.missing };
}

export function screenFrom(view: LogView, { top, area }: { readonly top: LogPlace; readonly area: LogArea }): Screen {
  const lines: ShownLine[] = [];
  let rows = 0;
  let skip = top.row;
  for (let offset = top.offset; rows < area.rows;) {
    const line = lineFrom(view, offset);
    if (line === undefined) break;
    if (isUnknown(line)) return { lines, rows, missing: line.page };
    const count = countRows(view, { line, columns: area.columns });
    const shown = Math.min(count - Math.min(skip, count - 1), area.rows - rows);
    lines.push({ line, skip: Math.min(skip, count - 1), rows: shown });
    rows += shown;
    skip = 0;
    offset = line.end;
  }
  return { lines, rows };
}

/** The highest line that is on screen with the last one; as far up as lines are held. */
export function endPlace(view: LogView, area: LogArea): { readonly place: LogPlace; readonly missing?: number } {
  const size = view.size ?? 0;
  return upFrom(view, { place: { offset: size, row: 0 }, rows: area.rows, area });
}

interface Walk {
  readonly place: LogPlace;
  readonly rows: number;
  readonly area: LogArea;
}

interface Walked {
  readonly place: LogPlace;
  /** Rows that are left to go, and the page that is missing for it. */
  readonly left: number;
  readonly missing?: number;
}

/** The place `rows` rows further up, or the first one. */
export function upFrom(view: LogView, { place, rows, area }: Walk): Walked {
  let at = place;
  let left = rows;
  while (left > 0) {
    const step = Math.min(left, at.row);
    at = { ...at, row: at.row - step };
    left -= step;
    if (left === 0) break;
    const line = lineBefore(view, at.offset);
    if (line === undefined) return { place: at, left: 0 };
    if (isUnknown(line)) return { place: at, left, missing: line.page };
    at = { offset: line.offset, row: countRows(view, { line, columns: area.columns }) };
  }
  return { place: at, left };
}

/** The place `rows` rows further down, or the last one. */
export function downFrom(view: LogView, { place, rows, area }: Walk): Walked {
  let at = place;
  let left = rows;
  for (;;) {
    const line = lineFrom(view, at.offset);
    if (line === undefined) return { place: at, left: 0 };
    if (isUnknown(line)) return { place: at, left, missing: line.page };
    const last = countRows(view, { line, columns: area.columns }) - 1;
    const step = Math.min(left, Math.max(0, last - at.row));
    at = { offset: line.offset, row: Math.min(last, at.row) + step };
    left -= step;
    if (left === 0) return { place: at, left };
    const next = lineFrom(view, line.end);
    if (next === undefined) return { place: at, left: 0 };
    if (isUnknown(next)) return { place: at, left, missing: next.page };
    at = { offset: next.offset, row: 0 };
    left -= 1;
    if (left === 0) return { place: at, left };
  }
}
