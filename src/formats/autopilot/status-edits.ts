// Writes the status of one issue into its plan: its cell, its box, the lists of what is blocked and skipped. One writer for all.
import type { TextEdit } from "../../core/finding.ts";
import type { Range, StageStatus } from "../../core/plan.ts";
import type { StatusChange } from "../contract.ts";
import type { Document } from "../markdown/document.ts";
import { parseStatus, wordStatus } from "../status.ts";
import { type Field, type Issue, isBlank } from "./issue.ts";
import { isTicked, type Tracking, type TrackingList } from "./places.ts";

/** All edits of the places of one issue. The lines on the plan as a whole are not among them. */
export function issueEdits(
  doc: Document,
  from: { readonly issue: Issue; readonly tracking: Tracking; readonly change: StatusChange },
): readonly TextEdit[] {
  const { issue, tracking, change } = from;
  const { status } = change;
  const cell = issue.status === undefined ? undefined : cellEdit(issue.status, status);
  return [
    ...(cell === undefined ? [] : [cell]),
    ...boxEdits(doc, { ...from, list: tracking.completed }),
    ...listEdits(doc, { ...from, list: tracking.blocked, isWanted: status === "blocked" }),
    ...listEdits(doc, { ...from, list: tracking.skipped, isWanted: status === "skipped" }),
  ];
}

const titles: Readonly<Record<StageStatus, string>> = {
  "not-started": "Open",
  "in-progress": "In Progress",
  complete: "Done",
  blocked: "Blocked",
  skipped: "Skipped",
};

const boxes: Partial<Readonly<Record<StageStatus, string>>> = {
  "not-started": " ",
  "in-progress": "~",
  complete: "x",
  blocked: "!",
};

/** Absent where the cell says it already, or holds words of the author that are no status. */
function cellEdit({ text, range }: Field, status: StageStatus): TextEdit | undefined {
  if (isBlank(text)) return status === "not-started" ? undefined : { range, text: titles[status] };
  const said = parseStatus(text);
  if (said === undefined || said === status) return undefined;
  const isBox = /^\[.\]/u.test(text);
  const inner = boxes[status];
  if (isBox && inner !== undefined) return { range: { start: range.start + 1, end: range.start + 2 }, text: inner };
  if (isBox) return { range: { start: range.start, end: range.start + 3 }, text: "⏭" };
  const { start, end, text: words } = wordStatus(text, status);
  return { range: { start: range.start + start, end: range.start + end }, text: words };
}

interface ListChange {
  readonly issue: Issue;
  readonly list: TrackingList | undefined;
  readonly change: StatusChange;
}

/** The box of the issue among the completed ones; an entry without a box stands there or does not. */
function boxEdits(doc: Document, { issue, list, change }: ListChange): readonly TextEdit[] {
  const isDone = change.status === "complete";
  if (list === undefined) return [];
  const own = list.entries.filter((tracked) => tracked.issue === issue);
  const hasBoxes = list.entries.length === 0 || list.entries.some(({ box }) => box !== undefined);
  if (own.length === 0)
    return isDone ? [addition(doc, { list, text: `${hasBoxes ? "[x] " : ""}${callOf(issue)}` })] : [];
  return own.flatMap((tracked): readonly TextEdit[] => {
    const { box, boxRange } = tracked;
    if (box !== undefined && boxRange !== undefined) {
      return isTicked(box) === isDone ? [] : [{ range: boxRange, text: isDone ? "x" : " " }];
    }
    return isDone ? [] : [removal(doc, { list, tracked })];
  });
}

/** Stands in the list where it is wanted there, and in no other case. */
function listEdits(doc: Document, from: ListChange & { readonly isWanted: boolean }): readonly TextEdit[] {
  const { issue, list, change, isWanted } = from;
  if (list === undefined) return [];
  const own = list.entries.filter((tracked) => tracked.issue === issue);
  if (isWanted === own.length > 0) return [];
  if (isWanted) {
    const reason = oneLine(change.reason ?? "no reason was given");
    const tail = change.status === "blocked" ? `STOP: ${reason} — Needs: a person` : `Skipped: ${reason}`;
    const text =
      list.columns === undefined ? `${callOf(issue)} — ${tail}` : rowOf(list.columns, { issue, change, reason });
    return [addition(doc, { list, text })];
  }
  return own.map((tracked, index) => {
    const rest = list.entries.length - own.length > 0 || index > 0;
    return rest ? lineRemoval(doc, tracked.lines) : removal(doc, { list, tracked });
  });
}

/** A row of a table of stopped issues: what its columns ask for, as far as they are known. */
function rowOf(
  columns: readonly string[],
  from: { readonly issue: Issue; readonly change: StatusChange; readonly reason: string },
): string {
  const { issue, change, reason } = from;
  const cells = columns.map((name, index) => {
    if (index === 0) return issue.written;
    if (/\b(?:title|name|issue|description)\b/.test(name)) return oneLine(issue.name);
    if (/\b(?:reason|why|cause|blocker)\b/.test(name)) return reason;
    if (/\b(?:action|needs?|needed)\b/.test(name)) return change.status === "blocked" ? "a person" : "-";
    if (/\b(?:status|state)\b/.test(name)) return titles[change.status];
    return /\b(?:date|since|when)\b/.test(name) ? change.today : "-";
  });
  return `| ${cells.map((cell) => cell.replaceAll("|", String.raw`\|`)).join(" | ")} |`;
}

const callOf = ({ written, name }: Issue): string => `${written} — ${oneLine(name)}`;

const longestReason = 300;

/** A sentence that stays one entry of a list, whatever it came from. */
const oneLine = (text: string): string =>
  text
    .slice(0, longestReason)
    // oxlint-disable-next-line no-control-regex -- control characters are what is replaced
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/g, " ")
    .replaceAll("<!--", "<! --")
    .replaceAll("`", "'")
    .trim();

const lineBreak = (doc: Document): string => (doc.text.includes("\r\n") ? "\r\n" : "\n");

/** In place of "(none)", otherwise behind the last entry. */
function addition(doc: Document, { list, text }: { readonly list: TrackingList; readonly text: string }): TextEdit {
  if (list.none !== undefined && list.entries.length === 0) return { range: list.none, text };
  const gap = lineBreak(doc);
  return { range: { start: list.end, end: list.end }, text: `${gap}${list.isBare ? gap : ""}${list.bullet}${text}` };
}

/** The last entry leaves "(none)" behind, the last row a row of dashes, so that the list or table stays one. */
function removal(
  doc: Document,
  { list, tracked }: { readonly list: TrackingList; readonly tracked: TrackingList["entries"][number] },
): TextEdit {
  if (list.entries.length > 1) return lineRemoval(doc, tracked.lines);
  const { start } = tracked.range;
  const end = doc.text.slice(start, tracked.lines.end).trimEnd().length + start;
  const none = list.columns === undefined ? "(none)" : `|${" - |".repeat(list.columns.length)}`;
  return { range: { start, end }, text: none };
}

/** Whole lines; at the end of a file without a line break, the one before goes instead. */
function lineRemoval(doc: Document, { start, end }: Range): TextEdit {
  const isLast = end === doc.text.length && !/[\r\n]$/.test(doc.text);
  if (!isLast || start === 0) return { range: { start, end }, text: "" };
  return { range: { start: doc.lineEnds[doc.position(start).line - 2] ?? start, end }, text: "" };
}
