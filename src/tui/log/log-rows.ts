// The rows of one line of a log on the screen: wrapped, or the columns that are visible; its matches marked.
import { displayWidth, sliceColumns, takeColumns } from "../../report/columns.ts";
import type { Span } from "../../report/content.ts";
import type { Tone } from "../../report/style.ts";
import { shownSpans } from "./log-text.ts";
import { type LogArea, type LogLine, type LogView, rawText } from "./log-view.ts";

/** `spans` in rows of at most `columns` columns; at least one row. Joined, the rows are the line again. */
export function wrapRows(spans: readonly Span[], columns: number): readonly (readonly Span[])[] {
  const width = Math.max(2, columns);
  let row: Span[] = [];
  const rows = [row];
  let left = width;
  const breakRow = (): void => {
    row = [];
    rows.push(row);
    left = width;
  };
  for (const { text, tone } of spans) {
    for (let rest = text; rest !== "";) {
      if (left <= 0) breakRow();
      // A cluster wider than a row is cut: it has no end that could be waited for.
      const head = takeColumns(rest, left) || (row.length === 0 ? firstCharacter(rest) : "");
      if (head === "") {
        breakRow();
        continue;
      }
      row.push({ text: head, tone });
      left -= displayWidth(head);
      rest = rest.slice(head.length);
    }
  }
  return rows;
}

const firstCharacter = (text: string): string => String.fromCodePoint(text.codePointAt(0) ?? 0);

/** The columns from `shift` on of one line that is not wrapped. */
export function slicedRow(
  spans: readonly Span[],
  { shift, columns }: { readonly shift: number; readonly columns: number },
): readonly Span[] {
  const row: Span[] = [];
  let at = 0;
  for (const { text, tone } of spans) {
    if (at >= shift + columns) break;
    row.push({ text: sliceColumns(text, { start: shift - at, end: shift + columns - at }), tone });
    at += displayWidth(text);
  }
  return row;
}

/** How many rows a line takes. */
export function countRows(
  view: LogView,
  { line, columns }: { readonly line: LogLine; readonly columns: number },
): number {
  if (!view.wrap) return 1;
  return wrapRows(shownSpans(rawText(view, line)), columns).length;
}

/** The row of the line in which its UTF-16 unit `at` stands; 0 where it is not wrapped. */
export function rowOf(
  view: LogView,
  { line, at, columns }: { readonly line: LogLine; readonly at: number; readonly columns: number },
): number {
  if (!view.wrap) return 0;
  let passed = 0;
  const rows = wrapRows(shownSpans(rawText(view, line)), columns);
  const found = rows.findIndex((row) => {
    passed += row.reduce((length, { text }) => length + text.length, 0);
    return at < passed;
  });
  return Math.max(0, found);
}

/** The rows of a line as they are drawn. */
export const drawnRows = (view: LogView, spans: readonly Span[], { columns }: LogArea): readonly (readonly Span[])[] =>
  view.wrap ? wrapRows(spans, columns) : [slicedRow(spans, { shift: view.shift, columns })];

/** `spans` with another tone at some places (UTF-16 units, in order, not overlapping). */
export function marked(
  spans: readonly Span[],
  marks: readonly { readonly at: number; readonly length: number; readonly tone: Tone }[],
): readonly Span[] {
  if (marks.length === 0) return spans;
  const found: Span[] = [];
  let start = 0;
  let next = 0;
  for (const { text, tone } of spans) {
    const end = start + text.length;
    let at = start;
    while (at < end) {
      while (next < marks.length && ends(marks[next]) <= at) next += 1;
      const mark = marks[next];
      const isIn = mark !== undefined && mark.at <= at;
      const until = Math.min(end, mark === undefined ? end : isIn ? ends(mark) : mark.at);
      found.push({ text: text.slice(at - start, until - start), tone: isIn ? mark.tone : tone });
      at = until;
    }
    start = end;
  }
  return found;
}

const ends = (mark: { readonly at: number; readonly length: number } | undefined): number =>
  mark === undefined ? Number.POSITIVE_INFINITY : mark.at + mark.length;
