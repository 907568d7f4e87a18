// Cuts one line of a table into its cells.
import type { Range } from "../../core/plan.ts";
import type { Cell } from "./block.ts";
import { codeSpans } from "./inline.ts";
import { trimRange } from "./joined-text.ts";

/**
 * The cells of a row as GitHub cuts it: at each pipe without a backslash before it, in code marks as well. People forget
 * that: where this gives more cells than `expected`, and leaving code spans whole gives just as many, they stay whole.
 */
export function splitRow(
  text: string,
  { start, end, expected }: Range & { readonly expected?: number },
): readonly Cell[] {
  const line = trimRange(text, { start, end });
  const row = text.slice(line.start, line.end);
  const cuts = pipesIn(row);
  const plain = cellsBetween(row, { cuts, at: line.start });
  if (expected === undefined || plain.length <= expected || !row.includes("`")) return plain;
  const whole = cellsBetween(row, { cuts: outsideOfCode(row, cuts), at: line.start });
  return whole.length === expected ? whole : plain;
}

function pipesIn(row: string): readonly number[] {
  const cuts: number[] = [];
  for (let index = 0; index < row.length; index += 1) {
    const code = row.charCodeAt(index);
    if (code === 0x5c) index += 1;
    else if (code === 0x7c) cuts.push(index);
  }
  return cuts;
}

function outsideOfCode(row: string, cuts: readonly number[]): readonly number[] {
  const spans = codeSpans(row);
  let next = 0;
  return cuts.filter((cut) => {
    while ((spans[next]?.end ?? Number.POSITIVE_INFINITY) <= cut) next += 1;
    return (spans[next]?.start ?? Number.POSITIVE_INFINITY) > cut;
  });
}

/** `row` is trimmed and starts at `at` in the document. A pipe at either end opens or closes the row. */
function cellsBetween(row: string, from: { readonly cuts: readonly number[]; readonly at: number }): readonly Cell[] {
  const { cuts, at } = from;
  const cells: Cell[] = [];
  const first = cuts[0] === 0 ? 1 : 0;
  let start = first;
  for (const cut of [...cuts.slice(first), row.length]) {
    if (cut === row.length && start === row.length && cuts.length > first) break;
    cells.push(cellOf(row, { start, end: cut, at }));
    start = cut + 1;
  }
  return cells;
}

function cellOf(row: string, { start, end, at }: Range & { readonly at: number }): Cell {
  const range = trimRange(row, { start, end });
  const text = row.slice(range.start, range.end).replaceAll("\\|", "|");
  // What is written into an empty cell should have a space before it, where there is one.
  const from = range.start === range.end ? Math.min(start + 1, end) : range.start;
  return { text, range: { start: at + from, end: at + Math.max(from, range.end) } };
}

/** The number of columns that a line such as `|---|:--:|` announces; absent for any other line. */
export function delimiterColumns(text: string, { start, end }: Range): number | undefined {
  const first = text.charCodeAt(start);
  if (first !== 0x7c && first !== 0x2d && first !== 0x3a) return undefined;
  const row = text.slice(start, end);
  if (!row.includes("|") || !/^[-:| \t]+$/.test(row)) return undefined;
  const cells = splitRow(text, { start, end });
  return cells.every((cell) => /^:?-+:?$/.test(cell.text)) ? cells.length : undefined;
}
