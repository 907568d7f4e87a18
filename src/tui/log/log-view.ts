// A log of any size on the screen: which part of it is held, which line is at the top, what is searched for.
import { type LogRegion, endOfLine, indexBefore } from "./log-region.ts";
import { type Redact, rawLine } from "./log-text.ts";

/** Bytes of a page; pages begin at its multiples. */
export const pageBytes = 65_536;

/** A row on the screen: the line that begins at this byte offset, and which of its rows where it is wrapped. */
export interface LogPlace {
  readonly offset: number;
  readonly row: number;
}

/** A found text: the byte offset of its line, and where it stands in that line as it is shown (UTF-16 units). */
export interface LogMatch {
  readonly offset: number;
  readonly at: number;
}

export type Direction = "down" | "up";

/** A search that goes on: the file is looked through block by block, once round. */
export interface LogScan {
  readonly direction: Direction;
  /** Where it began: that match itself comes last. */
  readonly origin: LogMatch;
  /** The block to read next; how many there are, and how many were read: the first one is read twice. */
  readonly block: number;
  readonly blocks: number;
  readonly done: number;
}

export interface LogSearch {
  readonly text: string;
  /** Where "next" goes. */
  readonly direction: Direction;
  readonly match?: LogMatch;
  readonly scan?: LogScan;
  /** The whole file was looked through in vain, or the last search went over the end (the beginning) of the file. */
  readonly remark?: "none" | "wrapped" | "stopped";
}

/** What a reading is for; at most one of each is under way. */
export type LogPurpose = "show" | "size" | "search";

/** A part of the log that has to be read; the answer goes to `logRead`. */
export interface LogRequest {
  readonly path: string;
  readonly purpose: LogPurpose;
  /** Bytes; `from` counts from the end where it is negative. */
  readonly from: number;
  readonly bytes: number;
}

export interface LogView {
  /** Absolute. */
  readonly path: string;
  readonly redact: Redact;
  /** Bytes; absent until the first part was read. */
  readonly size?: number;
  /** Pages that are held, by their number. */
  readonly pages: ReadonlyMap<number, LogRegion>;
  /** Whether the end stays on screen; `top` means nothing then. */
  readonly follow: boolean;
  readonly top: LogPlace;
  /** Rows that are still to be moved as soon as what is there was read; negative is up. */
  readonly owed: number;
  readonly wrap: boolean;
  /** Columns that are hidden at the left where lines are not wrapped. */
  readonly shift: number;
  readonly search?: LogSearch;
  readonly asked: readonly LogRequest[];
}

/** Where the log is drawn, in terminal cells. */
export interface LogArea {
  readonly rows: number;
  readonly columns: number;
}

/** What came of a key or of an answer, and what has to be read because of it. */
export interface LogStep {
  readonly view: LogView;
  readonly requests: readonly LogRequest[];
}

/** One line of the log that is held. */
export interface LogLine {
  readonly region: LogRegion;
  readonly index: number;
  /** Byte offsets: where it begins, and behind its line end. */
  readonly offset: number;
  readonly end: number;
}

/** The number of the page that has to be read first. */
export interface Unknown {
  readonly page: number;
}

export const isUnknown = (found: LogLine | Unknown): found is Unknown => "page" in found;

/** Whether the file has grown in reach of this page since it was read. */
export const isStale = (view: LogView, region: LogRegion): boolean => region.isOpen && region.size !== view.size;

const lineOf = (region: LogRegion, index: number): LogLine => ({
  region,
  index,
  offset: region.lines[index] ?? region.stop,
  end: endOfLine(region, index),
});

/** The first line that begins at `offset` or behind it; absent at the end of the file. */
export function lineFrom(view: LogView, offset: number): LogLine | Unknown | undefined {
  const size = view.size ?? 0;
  for (let page = Math.floor(offset / pageBytes); page * pageBytes < size; page += 1) {
    const region = view.pages.get(page);
    if (region === undefined) return { page };
    const index = indexBefore(region, offset - 1) + 1;
    if (index < region.lines.length) return lineOf(region, index);
    if (isStale(view, region)) return { page };
  }
  return undefined;
}

/** The last line that begins before `offset`; absent at the beginning of the file. */
export function lineBefore(view: LogView, offset: number): LogLine | Unknown | undefined {
  for (let page = Math.floor((Math.min(offset, view.size ?? 0) - 1) / pageBytes); page >= 0; page -= 1) {
    const region = view.pages.get(page);
    if (region === undefined) return { page };
    const index = indexBefore(region, offset - 1);
    const isLast = index === region.lines.length - 1;
    if (isLast && isStale(view, region)) return { page };
    if (index >= 0) return lineOf(region, index);
  }
  return undefined;
}

/** A line as it stands in the file, without secrets and without its line end. */
export const rawText = (view: LogView, { region, index }: LogLine): string =>
  rawLine(region, { index, redact: view.redact });
