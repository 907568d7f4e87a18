// The plain reporter: one line for each thing that happened, the stage in front.
import type { Recorded } from "../core/event.ts";
import type { Plan } from "../core/plan.ts";
import { displayWidth, pad, truncate } from "./columns.ts";
import { type Content, accent, dim, fit, paintLines, toned } from "./content.ts";
import { type Narration, narrate } from "./narrate.ts";
import type { Reporter, ReporterOptions } from "./contract.ts";
import { sanitize } from "./sanitize.ts";
import type { Style } from "./style.ts";
import { renderSummary } from "./summary.ts";
import { tailLines } from "./tail.ts";
import { wrap } from "./wrap.ts";

export interface NarrationLook {
  readonly style: Style;
  readonly plan: Plan;
  readonly readTail: (path: string) => string;
  readonly explain?: (tail: string) => string | undefined;
}

/** Lines of a log shown under a command that failed. */
const shownTail = 12;
const widestPrefix = 24;

/** What is said of one thing that happened; wrapped at a terminal, in one piece where a program may read it. */
export function narrationLines(narration: Narration, look: NarrationLook): readonly Content[] {
  const { style, plan } = look;
  const { stage, mark, text, log, now } = narration;
  const columns = prefixWidth(plan, style);
  const name = truncate(sanitize(stage ?? ""), { width: columns, ellipsis: style.glyph.ellipsis });
  const prefix = (sign: Content): Content =>
    stage === undefined ? [sign, " "] : [dim(pad(name, columns)), " ", sign, " "];
  const room = Math.max(16, style.width - (stage === undefined ? 2 : columns + 3));
  const parts = style.interactive ? wrap(text, { width: room }) : [text];
  const said = log === undefined ? "" : look.readTail(log);
  const hint = look.explain?.(said);
  return [
    ...parts.map((part, index): Content => [
      prefix(index === 0 ? toned(mark.tone, style.glyph[mark.glyph]) : " "),
      part,
    ]),
    ...tailLines(said, shownTail).map((line): Content => [
      prefix(dim(style.glyph.gutter)),
      style.interactive ? fit(line, { width: room, style }) : line,
    ]),
    ...(hint === undefined ? [] : wrap(hint, { width: room }).map((line): Content => [prefix(" "), line])),
    ...(now === undefined ? [] : [[prefix(dim(style.glyph.arrow)), accent(now)]]),
  ];
}

function prefixWidth(plan: Plan, style: Style): number {
  const widest = Math.max(0, ...plan.stages.map(({ id }) => displayWidth(sanitize(id))));
  return Math.min(widest, widestPrefix, Math.floor(style.width / 3));
}

/** Writes lines as things happen, and the summary at the end. */
export function makeLinesReporter(options: ReporterOptions): Reporter {
  const { write, style, plan, planWord = plan.path, now } = options;
  const { startedAt = now() } = options;
  return {
    event(recorded: Recorded) {
      const narration = narrate(recorded, { plan, planWord });
      if (narration !== undefined) write(paintLines(narrationLines(narration, options), style));
    },
    end(answer) {
      write(`\n${renderSummary({ answer, style, planWord, elapsedMs: now() - startedAt })}`);
    },
    close() {},
  };
}
