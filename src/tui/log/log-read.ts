// What has to be read of a log next, and what was read folded into the view. Pure: the reading is done at the edge.
import { type LogRegion, agrees, readingFor } from "./log-region.ts";
import { withPages } from "./log-pages.ts";
import { searchRead, searchRequest } from "./log-search.ts";
import type { Redact } from "./log-text.ts";
import {
  type LogArea,
  type LogRequest,
  type LogStep,
  type LogView,
  isStale,
  lineBefore,
  isUnknown,
  pageBytes,
} from "./log-view.ts";
import { downFrom, screenOf, upFrom } from "./log-walk.ts";
import type { LogChunk } from "../source.ts";

/** Enough from the end for the last two pages, wherever the file ends. */
const tailReading = 2 * pageBytes + readingFor({ start: pageBytes, end: pageBytes }).bytes;

/** A log that follows its end, and the reading of its end. */
export function openLog(options: { readonly path: string; readonly redact: Redact; readonly wrap: boolean }): LogStep {
  const top = { offset: 0, row: 0 };
  const view = { ...options, pages: new Map(), follow: true, top, owed: 0, shift: 0, asked: [] };
  return ask(view, tailRequest(view));
}

const tailRequest = ({ path }: { readonly path: string }): LogRequest => ({
  path,
  purpose: "show",
  from: -tailReading,
  bytes: tailReading,
});

function ask(view: LogView, request: LogRequest): LogStep {
  if (view.asked.some(({ purpose }) => purpose === request.purpose)) return { view, requests: [] };
  return { view: { ...view, asked: [...view.asked, request] }, requests: [request] };
}

/** To be called a few times a second while the log may grow: asks for its size. */
export const tickLog = (view: LogView): LogStep =>
  view.asked.length > 0 ? { view, requests: [] } : ask(view, { path: view.path, purpose: "size", from: 0, bytes: 0 });

export interface LogAnswer {
  readonly request: LogRequest;
  /** Absent where it could not be read. */
  readonly chunk?: LogChunk;
}

/** Folds what was read into the view; an answer that nobody waits for changes nothing. */
export function logRead(view: LogView, { request, chunk }: LogAnswer, area: LogArea): LogStep {
  if (!view.asked.includes(request)) return { view, requests: [] };
  const answered = { ...view, asked: view.asked.filter((each) => each !== request) };
  if (chunk === undefined) return { view: stopScan(answered, request), requests: [] };
  if (request.purpose === "search") return settleLog(searchRead(answered, { request, chunk, area }), area);
  const known = view.size !== undefined && isOtherFile(view, chunk) ? emptied(answered) : answered;
  if (request.purpose === "size") {
    if (chunk.size === known.size) return settleLog(known, area, { but: request });
    // What is on screen stays until the new end can be shown.
    return view.follow && chunk.size > 0
      ? ask(known, tailRequest(view))
      : settleLog({ ...known, size: chunk.size }, area);
  }
  return settleLog(withPages({ ...known, size: chunk.size }, { chunk }), area, { but: request });
}

const isOtherFile = ({ size = 0, pages }: LogView, chunk: LogChunk): boolean =>
  chunk.size < size || [...pages.values()].some((region) => !agrees(region, chunk));

function emptied({ search, ...view }: LogView): LogView {
  const { size: _, ...rest } = view;
  const empty = { ...rest, pages: new Map<number, LogRegion>(), top: { offset: 0, row: 0 }, owed: 0 };
  return search === undefined ? empty : { ...empty, search: { text: search.text, direction: search.direction } };
}

function stopScan(view: LogView, { purpose }: LogRequest): LogView {
  if (purpose !== "search" || view.search === undefined) return view;
  const { scan: _, ...search } = view.search;
  return { ...view, search: { ...search, remark: "stopped" } };
}

/** Moves what is owed, keeps the screen within the file, and asks for what it lacks. `but`: was just read. */
export function settleLog(view: LogView, area: LogArea, { but }: { readonly but?: LogRequest } = {}): LogStep {
  if (view.size === undefined) return ask(view, tailRequest(view));
  const placed = inBounds(payOwed(view, area), area);
  const asking = searchRequest(placed);
  const searching = asking === undefined ? { view: placed, requests: [] } : ask(placed, asking);
  const page = wantedPage(placed, area);
  if (page === undefined) return searching;
  const part = readingFor({ start: page * pageBytes, end: (page + 1) * pageBytes });
  const request: LogRequest = { path: view.path, purpose: "show", ...part };
  // An answer that did not help would be asked for again for ever.
  if (but?.purpose === "show" && but.from === request.from && but.bytes === request.bytes) return searching;
  const showing = ask(searching.view, request);
  return { view: showing.view, requests: [...searching.requests, ...showing.requests] };
}

/** Goes on with a move that had to wait for a page. */
function payOwed(view: LogView, area: LogArea): LogView {
  if (view.follow) return view.owed === 0 ? view : { ...view, owed: 0 };
  const walk = { place: view.top, rows: Math.abs(view.owed), area };
  const walked = view.owed < 0 ? upFrom(view, walk) : downFrom(view, walk);
  return { ...view, top: walked.place, owed: Math.sign(view.owed) * walked.left };
}

/** No blank rows below the end: the last row is at the bottom at most. */
function inBounds(view: LogView, area: LogArea): LogView {
  if (view.follow || view.owed !== 0) return view;
  const shown = screenOf(view, area);
  if (shown.missing !== undefined || shown.rows >= area.rows) return view;
  return payOwed({ ...view, owed: shown.rows - area.rows }, area);
}

/** The page to read next: what the screen lacks, what has grown on it, what lies just above and below. */
function wantedPage(view: LogView, area: LogArea): number | undefined {
  const shown = screenOf(view, area);
  if (shown.missing !== undefined) return shown.missing;
  const stale = shown.lines.find(({ line }) => isStale(view, line.region));
  if (stale !== undefined) return stale.line.region.start / pageBytes;
  const first = shown.lines[0]?.line.offset ?? 0;
  const above = lineBefore(view, Math.max(0, Math.floor(first / pageBytes) * pageBytes));
  if (above !== undefined && isUnknown(above)) return above.page;
  const below = (Math.floor((shown.lines.at(-1)?.line.offset ?? 0) / pageBytes) + 1) * pageBytes;
  return below < (view.size ?? 0) && !view.pages.has(below / pageBytes) ? below / pageBytes : undefined;
}
