// The end of a log file as lines, and the few of them that are on screen. Only those are made harmless: it costs time.
import { expandTabs, takeColumns } from "../report/columns.ts";
import { sanitize } from "../report/sanitize.ts";

/** How much of a log is held: enough to scroll back some hundred lines, little enough to read four times a second. */
export const tailBytes = 65_536;

export interface LogTail {
  /** Absolute. */
  readonly path: string;
  /** Raw: with escape sequences and all. */
  readonly lines: readonly string[];
  /** Whether the file holds more in front of these lines. */
  readonly partial: boolean;
}

export interface LogWindow {
  readonly rows: number;
  readonly columns: number;
  /** Lines below the window; 0 follows the end. */
  readonly below: number;
}

/** Splits the raw end of a log. The first line of a part is left out: it may begin in the middle. */
export function parseTail(path: string, text: string): LogTail {
  const isPartial = Buffer.byteLength(text) >= tailBytes;
  const lines = text.replace(/\r?\n$/u, "").split(/\r?\n/u);
  const whole = isPartial ? lines.slice(1) : lines;
  return { path, lines: text === "" ? [] : whole, partial: isPartial };
}

/** The visible lines, harmless and cut to the width. */
export function visibleLines(tail: LogTail, { rows, columns, below }: LogWindow): readonly string[] {
  const end = Math.max(0, tail.lines.length - below);
  return tail.lines.slice(Math.max(0, end - rows), end).map((line) => takeColumns(harmless(line), columns));
}

/** How far one can scroll up: the number of lines that do not fit below the window's first one. */
export const furthestUp = (tail: LogTail | undefined, rows: number): number =>
  Math.max(0, (tail?.lines.length ?? 0) - rows);

/** A progress bar writes the same line again and again after `\r`; what a terminal would show is the last of them. */
function harmless(line: string): string {
  const shown = line.replace(/\r+$/u, "").split("\r").at(-1) ?? "";
  return expandTabs(sanitize(shown.slice(0, longestLine), { keepTabs: true }));
}

/** No screen is wider; a log without line ends must not cost more. */
const longestLine = 2000;
