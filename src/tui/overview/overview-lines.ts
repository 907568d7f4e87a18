// The overview of the plan: how far it is, how long it takes, what runs and waits, conflicts foreseen, the timeline.
import { type Content, bold, dim, toned } from "../../report/content.ts";
import { formatElapsed } from "../frame/elapsed.ts";
import { planEta } from "./eta-words.ts";
import { progressBar } from "../frame/header-lines.ts";
import { fill, titledRule } from "../frame/line.ts";
import { listLines, listsHeight } from "./overview-lists.ts";
import { type Overview, type OverviewFacts, overviewFacts, untilOf } from "./overview-facts.ts";
import { followTop, timelineLines, totalsContent } from "./overview-timeline.ts";

export interface OverviewPlace {
  readonly width: number;
  readonly height: number;
  /** First row of the timeline; without one the window follows the run. */
  readonly top?: number;
}

export interface OverviewDrawing {
  /** Exactly as many as the place is high, each exactly as wide. */
  readonly lines: readonly Content[];
  /** Where the timeline is scrolled to: its first row, how many there are, how many are seen. */
  readonly scroll: { readonly top: number; readonly count: number; readonly height: number };
}

/** Costs a few milliseconds for 500 stages on a large screen. */
export function drawOverview(shown: Overview, { width, height, top }: OverviewPlace): OverviewDrawing {
  const overview = overviewFacts(shown);
  const { style, rows } = overview;
  const head = [countsLine(overview, width), etaLine(overview)];
  // A rule, an axis, the totals.
  const around = rows.length === 0 ? 2 : 3;
  const free = Math.max(0, height - head.length);
  const wish = listsHeight(overview);
  const forRows = Math.min(rows.length, Math.max(2, free - around - Math.min(wish, Math.floor(free * 0.5))));
  const lists = listLines(overview, { width, height: Math.max(0, free - around - forRows) });
  const room = Math.max(0, free - lists.length - around);
  const last = Math.max(0, rows.length - room);
  const first = Math.max(0, Math.min(last, top ?? followTop(rows, room)));
  const scroll = { top: first, count: rows.length, height: Math.min(room, rows.length) };
  const exact = (line: Content): Content => fill(line, { width, style });
  const drawn =
    rows.length === 0
      ? [exact(dim("   Nothing ran yet."))]
      : [...timelineLines(overview, { top: first, width, height: room }), exact(totalsContent(overview, width))];
  const lines = [...head.map(exact), ...lists, timelineRule(overview, { scroll, width }), ...drawn].slice(0, height);
  const empty = Array.from({ length: height - lines.length }, () => " ".repeat(width));
  return { lines: [...lines, ...empty], scroll };
}

function countsLine({ views, style, sorted }: OverviewFacts, width: number): Content {
  const { finished, busy, next, needsYou, bad, behind, skipped } = sorted;
  const some = (count: number, word: string, tone: "accent" | "bad" | "warn" | "plain" | "dim"): Content =>
    count === 0 ? "" : [toned(tone, `  ${count} ${word}`)];
  return [
    " ",
    progressBar(views, { width: Math.max(8, Math.min(40, Math.floor(width / (width < 100 ? 8 : 4)))), style }),
    " ",
    bold(`${finished}/${views.length}`),
    dim(" complete"),
    some(busy.length, "running", "accent"),
    some(bad.length, "failed", "bad"),
    some(needsYou.length, needsYou.length === 1 ? "needs you" : "need you", "warn"),
    some(next.length, "queued", "plain"),
    some(behind.length, "held back", "dim"),
    some(skipped, "skipped", "dim"),
  ];
}

function etaLine({ estimate, now, views }: OverviewFacts): Content {
  const words = views.length === 0 ? "The plan has no stages." : planEta(estimate, { now });
  return [" ", words === "" ? toned("ok", "everything is complete") : estimate.isLive ? words : dim(words)];
}

function timelineRule(
  overview: OverviewFacts,
  { scroll, width }: { readonly scroll: OverviewDrawing["scroll"]; readonly width: number },
): Content {
  const { timeline, run, now, style } = overview;
  const { top, count, height } = scroll;
  if (timeline === undefined) return titledRule({ left: dim("Timeline") }, { width, style });
  const isLive = run !== undefined && timeline.end === undefined;
  const what = timeline.command === "run" ? "run" : "verification";
  const when = isLive ? `this ${what}` : `the last ${what}, ${formatElapsed(now - untilOf(overview))} ago`;
  const jobs = `, ${timeline.jobs} at a time`;
  const right = count > height ? { right: dim(`${top + 1}-${top + height} of ${count}`) } : {};
  return titledRule({ left: [dim("Timeline  "), dim(when + jobs)], ...right }, { width, style });
}
