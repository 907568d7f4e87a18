// The line above each log that `logs` prints: whose it is, and where it lies.
import { type Content, bold, dim, paintLines, toned } from "./content.ts";
import type { Style, Tone } from "./style.ts";
import { wrap } from "./wrap.ts";

export interface LogHead {
  /** `agent`, `setup` or `check`. */
  readonly what: string;
  /** The check as the plan words it. */
  readonly check?: string;
  /** How it ended, or that it still runs. */
  readonly state: string;
  /** Path of the log. */
  readonly log: string;
  readonly style: Style;
}

const good = new Set(["passed", "cached", "approved"]);
const open = new Set(["running", "stale", "baseline-red", "not-run", "to-approve", "cancelled"]);

/** Two lines: what ran and how it ended, and the path, which is never cut. */
export function renderLogHead({ what, check, state, log, style }: LogHead): string {
  const tone: Tone = good.has(state) ? "ok" : open.has(state) ? "warn" : "bad";
  const rule = dim(style.glyph.rule.repeat(2));
  const name: Content = check === undefined ? bold(what) : [dim(`${what} `), bold(check)];
  return paintLines(
    [...wrap([rule, " ", name, "  ", toned(tone, state)], { width: style.width, indent: 3 }), dim(`   ${log}`)],
    style,
  );
}
