// The log on the screen: its visible lines with the matches marked, what is said of it, and what is copied from it.
import { type Content, dim } from "../../report/content.ts";
import { findAll, patternOf } from "./log-find.ts";
import { drawnRows, marked } from "./log-rows.ts";
import { shownSpans, shownText } from "./log-text.ts";
import { type LogArea, type LogLine, type LogView, rawText } from "./log-view.ts";
import { screenOf } from "./log-walk.ts";

/** The visible rows, each at most `area.columns` wide, harmless and without secrets; fewer where the log is shorter. */
export function visibleLogLines(view: LogView, area: LogArea): readonly Content[] {
  const shown = screenOf(view, area);
  const lines = shown.lines.flatMap(({ line, skip, rows }) =>
    drawnRows(view, markedSpans(view, line), area).slice(skip, skip + rows),
  );
  return shown.missing === undefined ? lines : view.follow ? [dim("reading"), ...lines] : [...lines, dim("reading")];
}

function markedSpans(view: LogView, line: LogLine) {
  const spans = shownSpans(rawText(view, line));
  if (view.search === undefined) return spans;
  const { text, match } = view.search;
  const shown = spans.map((span) => span.text).join("");
  const marks = findAll(shown, patternOf(text)).map(({ at, length }) => {
    const isCurrent = match?.offset === line.offset && match.at === at;
    return { at, length, tone: isCurrent ? ("found" as const) : ("match" as const) };
  });
  return marked(spans, marks);
}

/** What is to be said of the log, for the rule above it. */
export interface LogStatus {
  /** Whether its end stays on screen. */
  readonly follow: boolean;
  /** How far the last visible line is into the file, 0 to 100; absent before it was read. */
  readonly percent?: number;
  /** Bytes; absent before it was read. */
  readonly size?: number;
  readonly isEmpty: boolean;
  readonly wrap: boolean;
  /** Columns that are hidden at the left. */
  readonly shift: number;
  readonly search?: {
    readonly text: string;
    /** 0 to 100 while the search goes on. */
    readonly searching?: number;
    /** How far the match is into the file, 0 to 100. */
    readonly foundAt?: number;
    readonly remark?: "none" | "wrapped" | "stopped";
  };
}

export function logStatus(view: LogView, area: LogArea): LogStatus {
  const { size, follow, wrap, shift } = view;
  const end = screenOf(view, area).lines.at(-1)?.line.end ?? 0;
  return {
    follow,
    wrap,
    shift,
    isEmpty: size === 0,
    ...(size === undefined ? {} : { size, percent: size === 0 ? 100 : percent(end, size) }),
    ...searchStatus(view),
  };
}

const percent = (part: number, whole: number): number => Math.min(100, Math.floor((100 * part) / Math.max(1, whole)));

function searchStatus({ search, size = 0 }: LogView): Pick<LogStatus, "search"> {
  if (search === undefined) return {};
  const { text, scan, match, remark } = search;
  return {
    search: {
      text,
      ...(scan === undefined ? {} : { searching: percent(scan.done, scan.blocks + 1) }),
      ...(match === undefined ? {} : { foundAt: percent(match.offset, size) }),
      ...(remark === undefined ? {} : { remark }),
    },
  };
}

/** The same in a few words: `follow`, `41 %`, `searching 12 %`. */
export function logTitle(view: LogView, area: LogArea): string {
  const { follow, percent: at, shift, search } = logStatus(view, area);
  const parts = [
    search === undefined ? "" : searchWords(search),
    shift === 0 ? "" : `+${shift} columns`,
    follow ? "follow" : at === undefined ? "" : `${at} %`,
  ];
  return parts.filter((part) => part !== "").join("  ");
}

function searchWords({ text, searching, foundAt, remark }: NonNullable<LogStatus["search"]>): string {
  if (searching !== undefined) return `/${text} searching ${searching} %, Esc stops`;
  if (remark === "none") return `/${text} not found`;
  if (remark === "stopped") return `/${text} stopped`;
  if (foundAt === undefined) return `/${text}`;
  return `/${text} at ${foundAt} %${remark === "wrapped" ? ", went round" : ""}`;
}

/** What is copied: the line of the match that is marked and visible, else all visible lines; whole, harmless, plain. */
export function copiedLog(view: LogView, area: LogArea): string {
  const { lines } = screenOf(view, area);
  const match = lines.find(({ line }) => line.offset === view.search?.match?.offset);
  const copied = match === undefined ? lines : [match];
  return copied.map(({ line }) => shownText(rawText(view, line))).join("\n");
}
