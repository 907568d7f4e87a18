// The timeline of the last run: an axis, one row for each stage, what is still to come, and what it all came to.
import type { StageId } from "../../core/plan.ts";
import type { StageTimeline } from "../../core/timeline.ts";
import { type TimelineTotals, workOf } from "../../core/timeline-totals.ts";
import type { StageView } from "../../core/view.ts";
import { displayWidth } from "../../report/columns.ts";
import { type Content, dim, toned, widthOf } from "../../report/content.ts";
import { sanitize } from "../../report/sanitize.ts";
import type { Style } from "../../report/style.ts";
import { formatElapsed } from "../frame/elapsed.ts";
import { fill, fillLeft } from "../frame/line.ts";
import { barContent, columnOf, type Piece, type Scale } from "./overview-bar.ts";
import { type OverviewFacts, type TimelineRow, untilOf } from "./overview-facts.ts";
import { axisContent, scaleFor } from "./overview-scale.ts";
import { stageLook } from "../state/phase.ts";

/** The first row to show where nobody scrolled: such that the last ones that began are seen, and one that comes next. */
export function followTop(rows: readonly TimelineRow[], height: number): number {
  const begun = rows.findLastIndex(({ row }) => row !== undefined) + 1;
  const last = Math.min(rows.length, begun + Math.min(2, Math.floor(height / 4)));
  return Math.max(0, Math.min(rows.length - height, last - height));
}

const timeWidth = 10;

/** The axis and the visible rows, each in exactly `width` columns, of which there are 30 at least. */
export function timelineLines(
  overview: OverviewFacts,
  { top, width, height }: { readonly top: number; readonly width: number; readonly height: number },
): readonly Content[] {
  const { timeline, run, style, estimate, now, rows, byId } = overview;
  if (timeline === undefined) return [];
  const isLive = run !== undefined && timeline.end === undefined;
  const until = untilOf(overview);
  const labels = labelWidths(rows, width);
  const scale = scaleFor({
    start: timeline.start,
    until,
    aheadMs: isLive ? (estimate.leftMs ?? 0) - (now - estimate.at) : 0,
    isLive,
    width: Math.max(1, width - 3 - labels.all - timeWidth),
  });
  const mark = isLive ? Math.min(scale.width - 1, Math.floor(columnOf(scale, until))) : undefined;
  const context = { overview, scale, labels, until, isLive, ...(mark === undefined ? {} : { mark }) };
  const axis = axisContent(scale, { style, ...(mark === undefined ? {} : { mark }) });
  // Everything has its width already: measuring a row of block characters once more costs more than all the rest.
  return [
    [" ".repeat(3 + labels.all), axis, " ".repeat(timeWidth)],
    ...rows.slice(top, top + height).map((row) => rowLine(row, { ...context, view: byId.get(row.stage) })),
  ];
}

interface Labels {
  readonly id: number;
  /** Id, name and the blanks behind each. */
  readonly all: number;
}

/** Of all rows, not only of those on screen: so that nothing moves when one scrolls. */
function labelWidths(rows: readonly TimelineRow[], width: number): Labels {
  const widest = rows.reduce((most, { stage }) => Math.max(most, displayWidth(stage)), 4);
  const id = Math.min(widest, Math.max(8, Math.floor(width * 0.24)));
  const name = width < 110 ? 0 : Math.min(28, Math.floor(width * 0.16));
  return { id, all: id + 1 + (name === 0 ? 0 : name + 1) };
}

interface RowContext {
  readonly overview: OverviewFacts;
  readonly view: StageView | undefined;
  readonly scale: Scale;
  readonly labels: Labels;
  readonly until: number;
  readonly isLive: boolean;
  readonly mark?: number;
}

function rowLine({ stage, row }: TimelineRow, context: RowContext): Content {
  const { overview, view, scale, labels, until, mark } = context;
  const { style, now, selected } = overview;
  const look = view === undefined ? { sign: " ", tone: "dim" as const } : stageLook(view, { style, now });
  const tone = stage === selected ? "bold" : row === undefined ? "dim" : "plain";
  const name = labels.all - labels.id - 2;
  const took = workOf(row, until);
  const bar = barContent(piecesOf({ stage, row }, context), {
    scale,
    style,
    until,
    ...(mark === undefined ? {} : { mark }),
  });
  return [
    toned(look.tone, ` ${look.sign} `),
    fill(toned(tone, sanitize(stage)), { width: labels.id, style }),
    " ",
    name < 1 ? "" : [fill(dim(view?.stage.name ?? ""), { width: name, style }), " "],
    bar,
    fillLeft(took === 0 ? "" : dim(` ${formatElapsed(took)}`), { width: timeWidth, style }),
  ];
}

/** What happened, and dots up to when it should be through. */
function piecesOf(
  { stage, row }: { readonly stage: StageId; readonly row: StageTimeline | undefined },
  context: RowContext,
): readonly Piece[] {
  const { overview, isLive } = context;
  const past = row?.intervals ?? [];
  const { startsInMs, endsInMs } = overview.estimate.stages.get(stage) ?? {};
  if (!isLive || startsInMs === undefined || endsInMs === undefined) return past;
  const { at } = overview.estimate;
  const start = Math.max(overview.now, at + startsInMs);
  const end = at + endsInMs;
  return end <= start ? past : [...past, { kind: "expected", start, end }];
}

/** What the run came to in at most `width` columns; the stages of the critical path where there is room for them. */
export function totalsContent(overview: OverviewFacts, width: number): Content {
  const { totals, style } = overview;
  if (totals === undefined) return "";
  const whole = describeTotals(totals, { style, withPath: true });
  return widthOf(whole) <= width ? whole : describeTotals(totals, { style, withPath: false });
}

/** Shorter than this is not worth a word. Milliseconds. */
const noticed = 1000;

function describeTotals(
  { elapsedMs, workMs, savedMs, waitingMs, criticalPath }: TimelineTotals,
  { style, withPath }: { readonly style: Style; readonly withPath: boolean },
): Content {
  const path = withPath ? ` (${criticalPath.stages.join(` ${style.glyph.arrow} `)})` : "";
  const parts: readonly Content[] = [
    [dim("elapsed "), formatElapsed(elapsedMs)],
    ...(criticalPath.ms < noticed ? [] : [[dim("critical path "), formatElapsed(criticalPath.ms), dim(path)]]),
    [dim("work "), formatElapsed(workMs)],
    ...(savedMs < noticed ? [] : [[dim("saved "), toned("ok", formatElapsed(savedMs))]]),
    ...(waitingMs < noticed ? [] : [[dim("waited for you "), toned("warn", formatElapsed(waitingMs))]]),
  ];
  return parts.map((part, place) => [place === 0 ? " " : dim(` ${style.glyph.dot} `), part]);
}
