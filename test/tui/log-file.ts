// A log file in memory that answers what the log view asks for, and the naive reading of it that the view is held against.
import { plainText } from "../../src/report/content.ts";
import { visibleLogLines } from "../../src/tui/log/log-lines.ts";
import { logRead, openLog } from "../../src/tui/log/log-read.ts";
import { wrapRows } from "../../src/tui/log/log-rows.ts";
import { shownSpans, shownText } from "../../src/tui/log/log-text.ts";
import type { LogArea, LogRequest, LogStep, LogView } from "../../src/tui/log/log-view.ts";
import type { LogChunk } from "../../src/tui/source.ts";

/** What `TuiSource.readLog` answers for a file that holds `file`. */
export function readPartOf(
  file: Uint8Array,
  { from, bytes }: { readonly from: number; readonly bytes: number },
): LogChunk {
  const start = Math.min(file.length, from < 0 ? Math.max(0, file.length + from) : from);
  return { size: file.length, from: start, bytes: file.slice(start, start + bytes) };
}

/** Answers requests until there are none; fails where they never end. */
export function settle(step: LogStep, { file, area }: { readonly file: Uint8Array; readonly area: LogArea }): LogView {
  let { view } = step;
  const queue: LogRequest[] = [...step.requests];
  for (let count = 0; queue.length > 0; count += 1) {
    if (count > 10_000) throw new Error("it never stops asking");
    const request = queue.shift();
    if (request === undefined) break;
    const next = logRead(view, { request, chunk: readPartOf(file, request) }, area);
    view = next.view;
    queue.push(...next.requests);
  }
  return view;
}

export const opened = (
  file: Uint8Array,
  options: { readonly area: LogArea; readonly wrap?: boolean; readonly redact?: (text: string) => string },
): LogView =>
  settle(openLog({ path: "a.log", redact: options.redact ?? ((text) => text), wrap: options.wrap ?? false }), {
    file,
    area: options.area,
  });

export const shownLines = (view: LogView, area: LogArea): readonly string[] =>
  visibleLogLines(view, area).map((line) => plainText(line));

export interface NaiveLine {
  readonly offset: number;
  readonly raw: string;
}

const block = 4096;

/** All lines of the whole file; a line is broken at each multiple of 4096 bytes with no line end in the 4096 before. */
export function naiveLines(file: Uint8Array): readonly NaiveLine[] {
  const starts = new Set<number>(file.length === 0 ? [] : [0]);
  for (let at = 1; at < file.length; at += 1) {
    if (file[at - 1] === 10) starts.add(at);
    if (at % block !== 0 || file.subarray(at - block, at).includes(10)) continue;
    let whole = at;
    while (whole < at + 3 && ((file[whole] ?? 0) & 0xc0) === 0x80) whole += 1;
    if (whole < file.length && !file.subarray(at, whole + 1).includes(10)) starts.add(whole);
  }
  const places = [...starts].toSorted((a, b) => a - b);
  return places.map((offset, index) => {
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(file.subarray(offset, places[index + 1]));
    return { offset, raw: text.endsWith("\n") ? text.slice(0, -1) : text };
  });
}

/** The rows of all lines, each with the number of its line. */
export const naiveRows = (
  lines: readonly NaiveLine[],
  { columns, wrap }: { readonly columns: number; readonly wrap: boolean },
): readonly { readonly line: number; readonly text: string }[] =>
  lines.flatMap(({ raw }, line) => {
    const rows = wrapRows(shownSpans(raw), wrap ? columns : Number.MAX_SAFE_INTEGER);
    return rows.map((row) => ({ line, text: row.map(({ text }) => text).join("") }));
  });

/** Every place where `text` stands, letters of either case alike. */
export const naiveMatches = (
  lines: readonly NaiveLine[],
  text: string,
): readonly { readonly offset: number; readonly at: number }[] =>
  lines.flatMap(({ offset, raw }) => {
    const shown = shownText(raw).toLowerCase();
    const found: { offset: number; at: number }[] = [];
    for (let at = shown.indexOf(text); at !== -1; at = shown.indexOf(text, at + text.length))
      found.push({ offset, at });
    return found;
  });
