// Searching a log of any size: one block a step, so that keys are heard in between, once round the file.
import { displayWidth } from "../../report/columns.ts";
import { compareMatches, findAll, findIn, patternOf } from "./log-find.ts";
import { withPages } from "./log-pages.ts";
import { readingFor } from "./log-region.ts";
import { rowOf } from "./log-rows.ts";
import { shownText } from "./log-text.ts";
import {
  type Direction,
  type LogArea,
  type LogMatch,
  type LogRequest,
  type LogScan,
  type LogSearch,
  type LogView,
  isUnknown,
  lineFrom,
  rawText,
} from "./log-view.ts";
import { screenOf } from "./log-walk.ts";
import type { LogChunk } from "../source.ts";

/** Bytes that are searched in one step: some ten milliseconds at worst. */
const searchBytes = 524_288;

/** Begins to search for `text`. A log that is followed is searched from its end up, where no direction is given. */
export function startSearch(
  view: LogView,
  { text, direction, area }: { readonly text: string; readonly direction?: Direction; readonly area: LogArea },
): LogView {
  const { search: _, ...rest } = view;
  if (text === "") return rest;
  const going = direction ?? (view.follow ? "up" : "down");
  const { lines } = screenOf(view, area);
  const edge = going === "down" ? lines[0]?.line.offset : lines.at(-1)?.line.end;
  return scanFrom({ ...view, search: { text, direction: going } }, { offset: edge ?? 0, at: -1 }, going);
}

/** Goes to the next match in the direction of the search, or the other way. */
export function nextMatch(view: LogView, { turn, area }: { readonly turn: boolean; readonly area: LogArea }): LogView {
  if (view.search === undefined) return view;
  const { direction, match } = view.search;
  const going = turn ? (direction === "down" ? "up" : "down") : direction;
  const { lines } = screenOf(view, area);
  const isSeen = lines.some(({ line }) => line.offset === match?.offset);
  // Whoever scrolled away goes on from there.
  const edge = {
    offset: (going === "up" && view.follow ? lines.at(-1)?.line.end : lines[0]?.line.offset) ?? 0,
    at: -1,
  };
  return scanFrom(view, match !== undefined && isSeen ? match : edge, going);
}

function scanFrom(view: LogView, origin: LogMatch, direction: Direction): LogView {
  const { search, size = 0 } = view;
  if (search === undefined) return view;
  const { remark: _, scan: __, ...quiet } = search;
  const blocks = Math.ceil(size / searchBytes);
  if (blocks === 0) return { ...view, search: { ...quiet, remark: "none" } };
  const block = Math.min(blocks - 1, Math.floor(origin.offset / searchBytes));
  return { ...view, search: { ...quiet, scan: { direction, origin, block, blocks, done: 0 } } };
}

const blockOf = ({ block }: LogScan) => ({ start: block * searchBytes, end: (block + 1) * searchBytes });

/** The reading that the search waits for. */
export function searchRequest({ path, search }: LogView): LogRequest | undefined {
  return search?.scan === undefined ? undefined : { path, purpose: "search", ...readingFor(blockOf(search.scan)) };
}

/** Looks through a block that was read: goes to the match, or on to the next block. */
export function searchRead(
  view: LogView,
  { request, chunk, area }: { readonly request: LogRequest; readonly chunk: LogChunk; readonly area: LogArea },
): LogView {
  const scan = view.search?.scan;
  // The search may be another one by now.
  if (view.search === undefined || scan === undefined || request.from !== searchRequest(view)?.from) return view;
  const { text } = view.search;
  const { direction, origin, done, blocks } = scan;
  const side = done === 0 ? "behind" : done === blocks ? "not-behind" : "any";
  const wanted = { text, direction, redact: view.redact, origin, side } as const;
  const match = findIn({ chunk, part: blockOf(scan) }, wanted);
  const { scan: _, remark: __, ...search } = view.search;
  if (match !== undefined) return goTo(view, { search, match, chunk, area, scan });
  if (done === blocks) return { ...view, search: { ...search, remark: "none" } };
  const block = (scan.block + (direction === "down" ? 1 : blocks - 1)) % blocks;
  return { ...view, search: { ...search, scan: { ...scan, block, done: done + 1 } } };
}

interface Found {
  readonly search: LogSearch;
  readonly match: LogMatch;
  readonly scan: LogScan;
  readonly chunk: LogChunk;
  readonly area: LogArea;
}

/** Brings a match on screen: where it is there already nothing moves, else it comes into the upper third. */
function goTo(view: LogView, { search, match, scan, chunk, area }: Found): LogView {
  const order = compareMatches(match, scan.origin);
  const isBehind = scan.direction === "down" ? order > 0 : order < 0;
  const shown = screenOf(view, area);
  const top = shown.lines[0];
  const pinned = top === undefined ? view.top : { offset: top.line.offset, row: top.skip };
  const held = withPages(
    {
      ...view,
      size: Math.max(view.size ?? 0, chunk.size),
      follow: false,
      top: pinned,
      search: isBehind ? { ...search, match } : { ...search, match, remark: "wrapped" },
    },
    { chunk, only: match.offset },
  );
  const line = lineFrom(held, match.offset);
  if (line === undefined || isUnknown(line)) return { ...held, top: { offset: match.offset, row: 0 } };
  const row = rowOf(held, { line, at: match.at, columns: area.columns });
  const seen = shown.lines.find((each) => each.line.offset === match.offset);
  const isSeen = seen !== undefined && row >= seen.skip && row < seen.skip + seen.rows;
  const shift = shiftFor(held, { text: shownText(rawText(held, line)), match, area });
  if (isSeen) return { ...held, shift };
  return { ...held, shift, top: { offset: match.offset, row }, owed: -Math.floor(area.rows / 3) };
}

/** The least shift to the right with which a match is visible. */
function shiftFor(
  view: LogView,
  { text, match, area }: { readonly text: string; readonly match: LogMatch; readonly area: LogArea },
): number {
  const found = findAll(text, patternOf(view.search?.text ?? "")).find(({ at }) => at === match.at);
  if (view.wrap || found === undefined) return view.shift;
  const start = displayWidth(text.slice(0, found.at));
  const end = start + displayWidth(text.slice(found.at, found.at + found.length));
  if (end <= area.columns) return 0;
  const isSeen = start >= view.shift && end <= view.shift + area.columns;
  return isSeen ? view.shift : Math.max(0, start - Math.floor(area.columns / 3));
}
