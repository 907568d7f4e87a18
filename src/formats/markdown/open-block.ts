// A block that goes on over several lines, while it is being read, and what becomes of it.
import type { Range } from "../../core/plan.ts";
import type { Block, Cell, Entry, TableRow } from "./block.ts";
import type { Place } from "./container.ts";
import type { Document } from "./document.ts";
import { parseLabel } from "./inline.ts";
import { joinLines } from "./joined-text.ts";
import { delimiterColumns, splitRow } from "./table-row.ts";

interface OpenBase {
  readonly start: number;
  /** 0-based. */
  readonly line: number;
  readonly place: Place;
}

export interface OpenText extends OpenBase {
  readonly kind: "entry" | "paragraph";
  readonly box?: string;
  readonly number?: string;
  readonly continuesLabel?: boolean;
  readonly pieces: Range[];
  /** How many lists and quotations the last line lies in; a lazy one lies in fewer than the block. */
  matched: number;
}

export interface OpenTable extends OpenBase {
  readonly kind: "table";
  readonly header: readonly Cell[];
  readonly rows: TableRow[];
  end: number;
}

export type OpenBlock = OpenText | OpenTable;

/** The block, once its last line is read. Objects are copied before anything is added to them, which is the fast way. */
export function closed(text: string, open: OpenBlock): Block {
  const { start, place } = open;
  const line = open.line + 1;
  if (open.kind === "table") {
    const { header, rows, end } = open;
    return { ...place, kind: "table", range: { start, end }, line, header, rows };
  }
  const { pieces } = open;
  const joined = joinLines(text, pieces);
  const shared = { ...place, range: { start, end: pieces.at(-1)?.end ?? start }, line, text: joined.text };
  if (open.kind === "paragraph") {
    const { continuesLabel } = open;
    return continuesLabel === true
      ? { ...shared, kind: "paragraph", continuesLabel }
      : { ...shared, kind: "paragraph" };
  }
  const { number, box } = open;
  let entry: Entry = { ...shared, kind: "entry", textRange: trimmedRange(text, pieces) };
  if (number !== undefined) entry = { ...entry, number };
  if (box !== undefined) entry = { ...entry, box, boxRange: { start: start + 1, end: start + 1 + box.length } };
  const label = parseLabel(joined.text);
  if (label === undefined) return entry;
  const valueRange = joined.locate({ start: label.valueStart, end: label.valueStart + label.value.length });
  return { ...entry, label, valueRange };
}

/** From the first to the last character of a text that may go over several lines. */
function trimmedRange(text: string, pieces: readonly Range[]): Range {
  const { start, end } = pieces[0] ?? { start: 0, end: 0 };
  const indent = end - start - text.slice(start, end).trimStart().length;
  return { start: start + indent, end: Math.max(start + indent, pieces.at(-1)?.end ?? end) };
}

/**
 * The cells of the last line of an open text, where the line below makes it the header of a table. GitHub wants as many
 * columns below as above; where both lines start with a pipe, nobody meant anything else than a table, so they may differ.
 */
export function tableHeader(doc: Document, open: OpenText, below: Range): readonly Cell[] | undefined {
  const columns = delimiterColumns(doc.text, below);
  const line = open.pieces.at(-1);
  if (columns === undefined || line === undefined) return undefined;
  const header = splitRow(doc.text, { ...line, expected: columns });
  const piped = doc.text[below.start] === "|" && doc.text[line.start] === "|";
  return piped || header.length === columns ? header : undefined;
}
