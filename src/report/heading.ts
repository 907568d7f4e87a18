// The first lines of what is shown of a plan: its title, and how far it is.
import type { PlanName } from "../core/answers.ts";
import { type Content, bold, dim, ok, toned, warn, widthOf } from "./content.ts";
import type { Style, Tone } from "./style.ts";
import { wrap } from "./wrap.ts";

/** Title, id and format of a plan, and a warning where nothing may start from it. */
export function renderHeading(
  plan: PlanName & { readonly status?: string; readonly live?: boolean; readonly closed?: string },
  style: Style,
): readonly Content[] {
  const about = [plan.id, plan.format].filter((part) => part !== "").join(` ${style.glyph.dot} `);
  const title: Content = [bold(plan.title), "  ", dim(about)];
  const lines = wrap(title, { width: style.width });
  if (plan.live !== false) return lines;
  const closed = `The plan ${plan.closed ?? `says it is ${plan.status ?? "closed"}`}, so nothing starts from it.`;
  return [...lines, ...wrap([warn(style.glyph.warning), " ", closed], { width: style.width, indent: 2 })];
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  /** What is worth a word beside the bar, such as "1 failed"; the empty ones are left out. */
  readonly parts: readonly { readonly number: number; readonly word: string; readonly tone: Tone }[];
  /** Said behind the counts. */
  readonly after?: Content;
}

const longestBar = 24;
const shortestBar = 8;

/** A bar with the counts beside it, over more lines where the width asks for it. */
export function renderProgress({ done, total, parts, after = "" }: Progress, style: Style): readonly Content[] {
  const counts: Content[] = [bold(`${done}/${total} complete`)];
  for (const { number, word, tone } of parts) {
    if (number > 0) counts.push(dim(` ${style.glyph.dot} `), toned(tone, `${number} ${word}`));
  }
  const beside: Content = [counts, after];
  const room = style.width - widthOf(beside) - 2;
  const length = room < shortestBar ? Math.min(longestBar, style.width) : Math.min(longestBar, room);
  const filled = total === 0 ? 0 : Math.floor((done * length) / total);
  const bar: Content = [ok(style.glyph.bar.repeat(filled)), dim(style.glyph.barEmpty.repeat(length - filled))];
  return room < shortestBar ? [bar, ...wrap(beside, { width: style.width })] : [[bar, "  ", beside]];
}

/** The last line of an answer: the command to type next. It is never cut, so that it can be copied. */
export const renderNext = (command: Content, style: Style): readonly Content[] => [
  "",
  [dim(`Next ${style.glyph.arrow} `), command],
];
