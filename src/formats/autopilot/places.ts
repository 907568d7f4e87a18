// Finds the tracking sections of a plan: the lists of issues that are done, blocked or skipped, and the lines on the whole.
import type { Range, StageStatus } from "../../core/plan.ts";
import type { Block, Entry, Table, TableRow } from "../markdown/block.ts";
import type { Document } from "../markdown/document.ts";
import { comparable, plainText } from "../markdown/inline.ts";
import { parseStatus } from "../status.ts";
import { type Field, type Issue, type KnownIssues, isBlank, issueAtStart } from "./issue.ts";
import type { Part } from "./outline.ts";

export interface Tracked extends Pick<Entry, "text" | "range" | "box" | "boxRange"> {
  readonly issue: Issue;
  /** All its lines with what is nested below it, line breaks included. */
  readonly lines: Range;
}

/** A list of entries or a table of rows. */
export interface TrackingList {
  readonly entries: readonly Tracked[];
  /** The entry that says there is none. */
  readonly none?: Range;
  /** What stands before the words of an entry: "* "; nothing before a row. */
  readonly bullet: string;
  /** Where a further entry goes: the end of a line. */
  readonly end: number;
  /** Nothing but the heading stands there, so an empty line has to come first. */
  readonly isBare: boolean;
  /** What the columns are called, where it is a table. */
  readonly columns?: readonly string[];
}

export interface Tracking {
  readonly completed?: TrackingList;
  readonly blocked?: TrackingList;
  readonly skipped?: TrackingList;
  readonly phase?: Field;
  readonly current?: Field;
  readonly blockers?: Field;
  readonly updated?: Field;
  /** The closing line on the plan as a whole. */
  readonly status?: Field;
}

type ListName = "completed" | "blocked" | "skipped";

const headings: Readonly<Record<ListName | "now", RegExp>> = {
  completed: /^(?:completed(?: issues| cards| tasks| stories)?|done|progress track(?:er|ing))(?:$|[ (:])/,
  blocked: /^(?:blocked|needs review)(?:$|[ (:/])/,
  skipped: /^skipped(?:$|[ (:])/,
  now: /^current (?:phase|status|issue|state)(?:$|[ (:])/,
};

/** The first section of each name counts. */
export function readTracking(
  doc: Document,
  { parts, known }: { readonly parts: readonly Part[]; readonly known: KnownIssues },
): Tracking {
  const find = (name: keyof typeof headings): Part | undefined =>
    parts.find(({ heading }) => heading !== undefined && headings[name].test(comparable(heading.text.slice(0, 200))));
  const lists = (["completed", "blocked", "skipped"] as const).flatMap((name) => {
    const part = find(name);
    const list = part === undefined ? undefined : readList(doc, { part, known, name });
    return list === undefined ? [] : [[name, list] as const];
  });
  const now = find("now");
  const lines = {
    phase: lineIn(now, /^(?:current )?phase$/),
    current: lineIn(now, /^current issue$/),
    blockers: lineIn(now, /^(?:blockers?|blocked(?: by)?)$/),
    ...closingLines(parts),
  };
  return {
    ...Object.fromEntries(lists),
    ...Object.fromEntries(Object.entries(lines).filter(([, field]) => field !== undefined)),
  };
}

/** "Last Updated", and the status in the same part. */
function closingLines(parts: readonly Part[]): {
  readonly updated?: Field | undefined;
  readonly status?: Field | undefined;
} {
  const updated = /^last updated?$/;
  const part = parts.findLast((one) => lineIn(one, updated) !== undefined);
  const status = lineIn(part, /^status$/);
  const isOne = status !== undefined && parseStatus(status.text) !== undefined;
  return { updated: lineIn(part, updated), status: isOne ? status : undefined };
}

/** The last label of that name in a part, on a line or at the start of an entry. */
function lineIn(part: Part | undefined, name: RegExp): Field | undefined {
  const block = part?.blocks.findLast(
    (one) =>
      (one.kind === "label" || one.kind === "entry") &&
      one.label !== undefined &&
      name.test(comparable(one.label.name)),
  );
  if (block?.kind !== "label" && block?.kind !== "entry") return undefined;
  if (block.label === undefined || block.valueRange === undefined || block.quoted === true) return undefined;
  return { text: block.label.value, range: block.valueRange };
}

function readList(
  doc: Document,
  from: { readonly part: Part; readonly known: KnownIssues; readonly name: ListName },
): TrackingList | undefined {
  const { part, known, name } = from;
  const { blocks, heading } = part;
  if (heading === undefined) return undefined;
  const table = blocks.find((block) => block.kind === "table" && block.quoted !== true);
  // A table of what is completed is one of results, with columns of its own.
  if (table?.kind === "table") return name === "completed" ? undefined : readRows(doc, { table, known });
  const top = blocks.filter((block) => block.kind === "entry" && block.depth === 0 && block.quoted !== true);
  const entries = blocks.flatMap((block, index): readonly Tracked[] => {
    if (block.kind !== "entry" || block.depth > 0 || block.quoted === true) return [];
    const found = issueAtStart(known, block.text);
    if (found === undefined || (name !== "completed" && !/^(?:$|[—–:(-])/.test(found.rest))) return [];
    return [{ ...block, issue: found.issue, lines: linesOf(doc, { blocks, index }) }];
  });
  const none = top.find((block) => block.kind === "entry" && saysNone(block.text));
  const last = entries.at(-1);
  const model = last ?? none ?? top.at(-1);
  const bullet =
    model === undefined
      ? "* "
      : doc.text.slice(doc.lineStarts[doc.position(model.range.start).line - 1], model.range.start);
  const before =
    last === undefined ? (model?.range.end ?? firstText(blocks)?.range.end ?? heading.range.end) : last.lines.end - 1;
  const line = doc.position(before).line - 1;
  return {
    entries,
    bullet: /^\d/.test(bullet) ? "* " : bullet,
    end: doc.lineEnds[line] ?? doc.text.length,
    isBare: model === undefined,
    ...(none === undefined ? {} : { none: none.range }),
  };
}

function readRows(doc: Document, from: { readonly table: Table; readonly known: KnownIssues }): TrackingList {
  const { table, known } = from;
  const { header, rows } = table;
  const rangeOf = ({ line }: TableRow): Range => ({
    start: doc.lineStarts[line - 1] ?? 0,
    end: doc.lineEnds[line - 1] ?? doc.text.length,
  });
  const none = rows.find(({ cells: [first] }) => first === undefined || saysNone(first.text));
  const last = rows.at(-1);
  return {
    entries: rows.flatMap((row): readonly Tracked[] => {
      const text = row.cells[0]?.text ?? "";
      const found = issueAtStart(known, text);
      const range = rangeOf(row);
      const lines = { start: range.start, end: doc.lineStarts[row.line] ?? doc.text.length };
      return found === undefined ? [] : [{ issue: found.issue, text, range, lines }];
    }),
    bullet: "",
    // The line below the header parts it from the rows.
    end: doc.lineEnds[last === undefined ? table.line : last.line - 1] ?? doc.text.length,
    isBare: false,
    columns: header.map((cell) => comparable(cell.text)),
    ...(none === undefined ? {} : { none: rangeOf(none) }),
  };
}

const firstText = (blocks: readonly Block[]): Block | undefined => blocks.find(({ kind }) => kind === "paragraph");

/** "(none)", "*None yet*", "—". */
export const saysNone = (text: string): boolean => {
  const words = plainText(text.slice(0, 100))
    .replaceAll(/[*_()[\].]/g, "")
    .trim()
    .toLowerCase();
  return isBlank(words) || /^(?:none|no \w+|nothing)(?: so far| yet)?$/.test(words);
};

/** From the start of the line of an entry to the start of the line that no longer belongs to it. */
function linesOf(doc: Document, at: { readonly blocks: readonly Block[]; readonly index: number }): Range {
  const { blocks, index } = at;
  const entry = blocks[index];
  let last = index;
  while ((blocks[last + 1]?.depth ?? 0) > (entry?.depth ?? 0)) last += 1;
  const start = doc.lineStarts[(entry?.line ?? 1) - 1] ?? 0;
  const ends = blocks.slice(index, last + 1).reduce((end, { range }) => Math.max(end, range.end), start);
  const line = doc.position(ends).line;
  return { start, end: doc.lineStarts[line] ?? doc.text.length };
}

/** What the sections say of each issue; what is blocked or skipped counts before what is ticked. */
export function trackedStatuses(tracking: Tracking): ReadonlyMap<Issue, StageStatus> {
  const statuses = new Map<Issue, StageStatus>();
  for (const { issue, box, text } of tracking.completed?.entries ?? []) {
    // Without a box, standing among the completed ones says it.
    const isDone = box === undefined ? parseStatus(text.split(/\s/)[0] ?? "") !== "not-started" : isTicked(box);
    if (isDone) statuses.set(issue, "complete");
  }
  for (const { issue } of tracking.blocked?.entries ?? []) statuses.set(issue, "blocked");
  for (const { issue } of tracking.skipped?.entries ?? []) statuses.set(issue, "skipped");
  return statuses;
}

export const isTicked = (box: string): boolean => /^[xX✓✔]$/.test(box);
