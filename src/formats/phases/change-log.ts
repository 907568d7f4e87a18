// Reads and writes the change log of a plan, which also tells what is complete where nothing else does.
import type { TextEdit } from "../../core/finding.ts";
import type { StageStatus } from "../../core/plan.ts";
import type { Block, Entry, Heading } from "../markdown/block.ts";
import type { Document } from "../markdown/document.ts";
import { plainText } from "../markdown/inline.ts";
import { blocksBelow } from "../markdown/nesting.ts";
import { parseStatus } from "../status.ts";
import { bareTitle } from "./phase-list.ts";

export interface ChangeLog {
  readonly heading: Heading;
  /** Of the outermost list, in document order. */
  readonly entries: readonly Entry[];
  /** The last thing in the list, below its last entry or the entry itself. */
  readonly last: Block | undefined;
  /** New entries stand on top. */
  readonly newestFirst: boolean;
  /** By phase id in lower case, what the latest entry on it says. */
  readonly statuses: ReadonlyMap<string, StageStatus>;
  readonly noun: string;
}

export interface LoggedPhase {
  readonly id: string;
  readonly name: string;
}

/** The change log; absent where the plan has none, or one in a form that nothing can be added to, such as a table. */
export function readChangeLog(blocks: readonly Block[], noun: string): ChangeLog | undefined {
  const at = blocks.findIndex(
    (block) =>
      block.kind === "heading" && block.depth === 0 && /^change ?log$/.test(bareTitle(block.text.slice(0, 100))),
  );
  const heading = blocks[at];
  if (heading?.kind !== "heading") return undefined;
  const next = blocks.findIndex((block, index) => index > at && block.kind === "heading");
  const own = blocks.slice(at + 1, next === -1 ? blocks.length : next);
  if (own.some(({ kind, quoted }) => kind === "table" || quoted === true)) return undefined;
  const entries = own.filter((block) => block.kind === "entry").filter(({ depth }) => depth === 0);
  const lastEntry = entries.at(-1);
  const last = lastEntry === undefined ? undefined : (blocksBelow(own, own.indexOf(lastEntry)).at(-1) ?? lastEntry);
  const dates = entries.flatMap(({ text }) => datePattern.exec(text.slice(0, 60))?.[0] ?? []);
  const newestFirst = dates.length > 1 && (dates[0] ?? "") > (dates.at(-1) ?? "");
  const statuses = new Map<string, StageStatus>();
  for (const { text } of newestFirst ? entries.toReversed() : entries) {
    const said = readEntry(text, noun);
    if (said !== undefined) statuses.set(said.id.toLowerCase(), said.status);
  }
  return { heading, entries, last, newestFirst, statuses, noun };
}

const datePattern = /\d{4}-\d{2}-\d{2}/;

/** "2026-03-01: Phase 2 (API) complete". */
function readEntry(text: string, noun: string): { readonly id: string; readonly status: StageStatus } | undefined {
  const plain = plainText(text.slice(0, 400)).replace(/^\[?\d{4}-\d{2}-\d{2}\]?[\s:–—-]*/, "");
  if (plain.slice(0, noun.length).toLowerCase() !== noun) return undefined;
  const [, id, rest = ""] = /^ ?#?([\w.-]{1,40})(?=[\s(:])(.*)$/.exec(plain.slice(noun.length)) ?? [];
  if (id === undefined) return undefined;
  const words = rest.slice(rest.trimStart().startsWith("(") ? rest.lastIndexOf(")") + 1 : 0).replace(/^[\s:–—-]+/, "");
  const status = parseStatus(words.replace(/[.!]$/, ""));
  return status === undefined ? undefined : { id, status };
}

const words: Readonly<Record<StageStatus, string>> = {
  "not-started": "not started",
  "in-progress": "in progress",
  complete: "complete",
  blocked: "blocked",
  skipped: "skipped",
};

/** The edit that adds an entry for the phase, in the manner of the others; absent where the latest one says so already. */
export function logEdit(
  doc: Document,
  log: ChangeLog,
  { phase, status, today }: { readonly phase: LoggedPhase; readonly status: StageStatus; readonly today: string },
): TextEdit | undefined {
  if (log.statuses.get(phase.id.toLowerCase()) === status) return undefined;
  const name = phase.name === "" ? "" : ` (${phase.name})`;
  const noun = log.noun.slice(0, 1).toUpperCase() + log.noun.slice(1);
  const sentence = `${noun} ${phase.id}${name} ${words[status]}`;
  const lineEnd = doc.lineEnds[log.heading.line - 1] ?? doc.text.length;
  const lineBreak = /^\r\n|^\r/.exec(doc.text.slice(lineEnd, lineEnd + 2))?.[0] ?? "\n";
  const [first] = log.entries;
  const model = log.newestFirst ? first : log.entries.at(-1);
  if (model === undefined || first === undefined || log.last === undefined) {
    const text = `${lineBreak}${lineBreak}- ${today}: ${sentence}`;
    return { range: { start: lineEnd, end: lineEnd }, text };
  }
  const line = `${markOf(doc, model)}${dated(model.text, today)}${sentence}`;
  if (log.newestFirst) {
    const start = doc.lineStarts[first.line - 1] ?? first.range.start;
    return { range: { start, end: start }, text: `${line}${lineBreak}` };
  }
  const { end } = log.last.range;
  return { range: { start: end, end }, text: `${lineBreak}${line}` };
}

/** "- ", "* " or "4. ", with its indentation. */
function markOf(doc: Document, { line, range }: Entry): string {
  const mark = doc.text.slice(doc.lineStarts[line - 1], range.start);
  const number = /\d{1,9}/.exec(mark)?.[0];
  if (number !== undefined) return mark.replace(number, String(Number(number) + 1));
  return /^\s*[-*+]\s+$/.test(mark) ? mark : "- ";
}

/** The date before an entry as the others write it: "2026-03-01: ", "**2026-03-01** - ". */
function dated(model: string, today: string): string {
  const found = /^(?:\*\*|\[|`)?\d{4}-\d{2}-\d{2}(?:\*\*:?|\]|`|:\*\*)?(?:\s*[:–—-]\s+|\s+)/.exec(
    model.slice(0, 60),
  )?.[0];
  return found === undefined ? `${today}: ` : found.replace(datePattern, today);
}
