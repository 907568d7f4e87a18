// What happened to a stage as a pane: the newest first, a line with the date where the day changes.
import { type Content, dim, toned, widthOf } from "../../report/content.ts";
import { formatDuration } from "../../report/duration.ts";
import type { Style } from "../../report/style.ts";
import { wrap } from "../../report/wrap.ts";
import { spread } from "../frame/line.ts";
import { type Pane, type PaneView, paneOf } from "./pane.ts";
import type { HistoryEntry } from "../../core/history-entry.ts";

export interface HistoryPane extends Pane {
  /** The entry that the line is about. */
  readonly entryAt: (line: number) => HistoryEntry | undefined;
}

/** So many are laid out; whoever needs more has the events. */
const mostEntries = 500;

/** The entries, newest first. Its sections are the attempts and days, by their newest line. Hours are those of the machine. */
export function historyPane(entries: readonly HistoryEntry[], view: PaneView): HistoryPane {
  const lines: Content[] = [];
  const owners: (HistoryEntry | undefined)[] = [];
  const sections: number[] = [];
  let group = "";
  for (const entry of entries.slice(0, mostEntries)) {
    const title = titleOf(entry);
    if (title !== group) {
      if (lines.length > 0) lines.push("");
      sections.push(lines.length);
      lines.push(dim(` ${title}`));
      owners.length = lines.length;
      group = title;
    }
    for (const line of entryLines(entry, view)) {
      owners[lines.length] = entry;
      lines.push(line);
    }
  }
  if (entries.length === 0) lines.push(dim(" Nothing happened to this stage yet."));
  if (entries.length > mostEntries) lines.push("", dim(` and ${entries.length - mostEntries} older entries`));
  return { ...paneOf(lines, { ...view, sections }), entryAt: (line) => owners[line] };
}

function titleOf({ at, attempt }: HistoryEntry): string {
  const when = new Date(at);
  const day = `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
  return attempt === undefined ? day : `${day}  attempt ${attempt}`;
}

const two = (number: number): string => String(number).padStart(2, "0");

function entryLines(entry: HistoryEntry, { width, style }: PaneView): readonly Content[] {
  const when = new Date(entry.at);
  const clock = `${two(when.getHours())}:${two(when.getMinutes())}:${two(when.getSeconds())}`;
  const head: Content = [dim(` ${clock} `), toned(entry.tone, signOf(entry, style)), " "];
  const indent = widthOf(head);
  const remark: Content = dim(` ${remarkOf(entry)} `);
  const room = Math.max(12, width - indent - widthOf(remark));
  const tone = entry.tone === "bad" || entry.tone === "dim" ? entry.tone : "plain";
  const [first = "", ...rest] = wrap(toned(tone, entry.text), { width: room });
  return [
    spread({ left: [head, first], right: remark }, { width, style }),
    ...rest.map((line): Content => [" ".repeat(indent), line]),
  ];
}

function signOf({ tone }: HistoryEntry, { glyph }: Style): string {
  switch (tone) {
    case "ok":
      return glyph.passed;
    case "bad":
      return glyph.failed;
    case "warn":
      return glyph.warning;
    case "plain":
    case "dim":
      return glyph.dot;
  }
}

function remarkOf({ durationMs, commit }: HistoryEntry): string {
  const parts = [durationMs === undefined ? "" : formatDuration(durationMs), commit?.slice(0, 8) ?? ""];
  return parts.filter((part) => part !== "").join("  ");
}
