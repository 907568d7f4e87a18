// `attach`: whom it looks on at; and how the last run ended, where none goes on.
import type { Counts } from "../core/event.ts";
import { type Content, dim, ok, paintLines, warn } from "./content.ts";
import { formatClock } from "./duration.ts";
import type { Style } from "./style.ts";
import { wrap } from "./wrap.ts";

/** One line for standard error. */
export function renderLooksOn({
  holder,
  style,
}: {
  readonly holder: { readonly pid?: number; readonly since?: number };
  readonly style: Style;
}): string {
  const who = holder.pid === undefined ? "another process" : `process ${holder.pid}`;
  const since = holder.since === undefined ? "" : ` since ${formatClock(holder.since)}`;
  const text = `Looks on at ${who}, which works on this plan${since}. Ctrl-C ends only the looking on.`;
  return paintLines(wrap(dim(text), { width: style.width }), style);
}

/** Nothing goes on; what became of the last run. `at` is milliseconds since the epoch. */
export function renderLastRun({
  at,
  result,
  counts,
  style,
}: {
  readonly at: number;
  readonly result: string;
  readonly counts: Counts;
  readonly style: Style;
}): string {
  const { done, failed, waiting, skipped } = counts;
  const sign: Content = result === "done" ? ok(style.glyph.passed) : warn(style.glyph.warning);
  const ended = `${done} done, ${failed} failed, ${waiting} waiting for you, ${skipped} skipped`;
  const text = `Nothing runs for this plan now. The last run ended at ${formatClock(at)}: ${ended}.`;
  return paintLines(wrap([sign, " ", text], { width: style.width, indent: 2 }), style);
}
