// The time axis of the timeline: a span that changes seldom, marks at round times.
import { type Content, toned } from "../../report/content.ts";
import type { Style } from "../../report/style.ts";
import { columnOf, type Scale } from "./overview-bar.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Round lengths of time, each a whole multiple of something a person counts in. Milliseconds. */
const roundSpans: readonly number[] = [
  ...[1, 2, 5, 10, 15, 20, 30, 45].map((count) => count * second),
  ...[1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50].map((count) => count * minute),
  ...[1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12, 16, 20].map((count) => count * hour),
  ...[1, 1.5, 2, 3, 4, 5, 7, 10, 14, 21, 30, 60, 120, 240, 365].map((count) => count * day),
];

/** How much of what is to come is shown, against what is past: else the past would be squeezed into a corner. */
const mostAhead = 3;

/**
 * The scale for a run from `start` on. One that goes on gets room up to a round length, so that the picture stands still while
 * time passes; one that has ended fills the width.
 */
export function scaleFor({
  start,
  until,
  aheadMs,
  isLive,
  width,
}: {
  readonly start: number;
  readonly until: number;
  /** What is still to come, in milliseconds. */
  readonly aheadMs: number;
  readonly isLive: boolean;
  readonly width: number;
}): Scale {
  const past = Math.max(second, until - start);
  const needed = past + Math.min(Math.max(0, aheadMs), Math.max(past * mostAhead, minute / 2));
  const span = isLive ? (roundSpans.find((round) => round >= needed * 1.02) ?? needed) : past;
  return { from: start, msPerColumn: span / Math.max(1, width), width };
}

const tickSteps: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 7, 14, 30, 90, 365].map((count) => count * day),
];

const leastBetween = 11;

interface Label {
  readonly column: number;
  readonly text: string;
}

/** The axis: labels at round times since the start, each at its column, and the mark for now. Exactly the scale's width. */
export function axisContent(scale: Scale, { style, mark }: { readonly style: Style; readonly mark?: number }): Content {
  const { now } = style.timeline;
  const text = `${now}now`;
  const here = mark === undefined ? undefined : { column: Math.min(mark, scale.width - text.length), text };
  const parts: Content[] = [];
  let used = 0;
  for (const label of [
    ...ticksOf(scale, now).filter((tick) => !meets(tick, here)),
    ...(here === undefined ? [] : [here]),
  ]
    .filter(({ column }) => column >= 0)
    .toSorted((a, b) => a.column - b.column)) {
    parts.push(" ".repeat(label.column - used), toned(label === here ? "accent" : "dim", label.text));
    used = label.column + label.text.length;
  }
  return [parts, " ".repeat(Math.max(0, scale.width - used))];
}

function ticksOf(scale: Scale, glyph: string): readonly Label[] {
  const least = scale.msPerColumn * leastBetween;
  const step = tickSteps.find((one) => one >= least) ?? Math.ceil(least / day) * day;
  const ticks: Label[] = [];
  for (let time = 0; ; time += step) {
    const label = { column: Math.round(columnOf(scale, scale.from + time)), text: `${glyph}${tickLabel(time)}` };
    if (label.column + label.text.length > scale.width) return ticks;
    ticks.push(label);
  }
}

const meets = (tick: Label, here: Label | undefined): boolean =>
  here !== undefined && tick.column <= here.column + here.text.length && here.column <= tick.column + tick.text.length;

/** "0", "30 s", "1 m 30", "2 h", "3 h 15": short, since it stands under a line. */
export function tickLabel(ms: number): string {
  if (ms === 0) return "0";
  const seconds = Math.round(ms / second);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return joined([Math.floor(seconds / 60), "m"], seconds % 60);
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return joined([Math.floor(minutes / 60), "h"], minutes % 60);
  const hours = Math.round(minutes / 60);
  return joined([Math.floor(hours / 24), "d"], hours % 24);
}

const joined = ([count, unit]: readonly [number, string], rest: number): string =>
  rest === 0 ? `${count} ${unit}` : `${count} ${unit} ${String(rest).padStart(2, "0")}`;
