// Reads and writes the change log of a plan, which also tells what is complete where nothing else does.
import type { TextEdit } from "../../core/finding.ts";
import type { StageStatus } from "../../core/plan.ts";
import type { Block, Entry, Heading, Table } from "../markdown/block.ts";
import type { Document } from "../markdown/document.ts";
import { plainText } from "../markdown/inline.ts";
import { blocksBelow } from "../markdown/nesting.ts";
import { column } from "../markdown/table.ts";
import { parseStatus } from "../status.ts";
import { bareTitle } from "./bare-title.ts";

export interface ChangeLog {
  readonly heading: Heading;
  readonly form: LogList | LogTable;
  /** New entries stand on top. */
  readonly newestFirst: boolean;
  /** By phase id in lower case, what the latest entry on it says. */
  readonly statuses: ReadonlyMap<string, StageStatus>;
  readonly noun: string;
}

interface LogList {
  readonly kind: "list";
  /** Of the outermost list, in document order. */
  readonly entries: readonly Entry[];
  /** The last thing in the list, below its last entry or the entry itself. */
  readonly last: Block | undefined;
}

interface LogTable {
  readonly kind: "table";
  readonly table: Table;
  /** Columns of the date and of what was changed. */
  readonly date: number;
  readonly change: number;
}

export interface LoggedPhase {
  readonly id: string;
  readonly name: string;
}

/** The change log; absent where the plan has none, or one in a form that nothing can be added to. */
export function readChangeLog(blocks: readonly Block[], noun: string): ChangeLog | undefined {
  const at = blocks.findIndex(
    (block) =>
      block.kind === "heading" && block.depth === 0 && /^change ?log$/.test(bareTitle(block.text.slice(0, 100))),
  );
  const heading = blocks[at];
  if (heading?.kind !== "heading") return undefined;
  const next = blocks.findIndex((block, index) => index > at && block.kind === "heading");
  const own = blocks.slice(at + 1, next === -1 ? blocks.length : next);
  if (own.some(({ quoted }) => quoted === true)) return undefined;
  const table = own.find((block) => block.kind === "table");
  const form = table === undefined ? listIn(own) : tableForm(table);
  if (form === undefined) return undefined;
  const said = textsOf(form);
  const dates = said.flatMap((text) => datePattern.exec(text.slice(0, 60))?.[0] ?? []);
  const newestFirst = dates.length > 1 && (dates[0] ?? "") > (dates.at(-1) ?? "");
  const statuses = new Map<string, StageStatus>();
  for (const text of newestFirst ? said.toReversed() : said) {
    const entry = readEntry(text, noun);
    if (entry !== undefined) statuses.set(entry.id.toLowerCase(), entry.status);
  }
  return { heading, form, newestFirst, statuses, noun };
}

function listIn(own: readonly Block[]): LogList {
  const entries = own.filter((block) => block.kind === "entry").filter(({ depth }) => depth === 0);
  const lastEntry = entries.at(-1);
  const last = lastEntry === undefined ? undefined : (blocksBelow(own, own.indexOf(lastEntry)).at(-1) ?? lastEntry);
  return { kind: "list", entries, last };
}

function tableForm(table: Table): LogTable | undefined {
  const date = column(table, ["date", "when"]);
  const change = column(table, [
    "change",
    "changes",
    "description",
    "what",
    "entry",
    "summary",
    "details",
    "note",
    "notes",
  ]);
  if (table.depth > 0 || date === undefined || change === undefined) return undefined;
  return { kind: "table", table, date, change };
}

/** What the entries say, each with its date before it. */
const textsOf = (form: LogList | LogTable): readonly string[] =>
  form.kind === "list"
    ? form.entries.map(({ text }) => text)
    : form.table.rows.map(({ cells }) => `${cells[form.date]?.text ?? ""}: ${cells[form.change]?.text ?? ""}`);

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
  const { form, newestFirst } = log;
  const headingEnd = doc.lineEnds[log.heading.line - 1] ?? doc.text.length;
  const lineBreak = /^\r\n|^\r/.exec(doc.text.slice(headingEnd, headingEnd + 2))?.[0] ?? "\n";
  const above = (line: number, text: string): TextEdit => {
    const start = doc.lineStarts[line - 1] ?? doc.text.length;
    return { range: { start, end: start }, text: `${text}${lineBreak}` };
  };
  const below = (end: number, text: string): TextEdit => ({ range: { start: end, end }, text: `${lineBreak}${text}` });
  if (form.kind === "table") {
    const { header, rows, range } = form.table;
    const cells = header.map((_, at) =>
      at === form.date ? today : at === form.change ? sentence.replaceAll("|", "\\|") : "",
    );
    const row = `| ${cells.join(" | ")} |`;
    const [first] = rows;
    return newestFirst && first !== undefined ? above(first.line, row) : below(range.end, row);
  }
  const { entries, last } = form;
  const [first] = entries;
  const model = newestFirst ? first : entries.at(-1);
  if (model === undefined || first === undefined || last === undefined) {
    return below(headingEnd, `${lineBreak}- ${today}: ${sentence}`);
  }
  const line = `${markOf(doc, model)}${dated(model.text, today)}${sentence}`;
  return newestFirst ? above(first.line, line) : below(last.range.end, line);
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
