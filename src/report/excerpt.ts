// One line of a source text with a squiggle under the very range that is meant.
import type { Range } from "../core/plan.ts";
import { displayWidth, expandTabs, sliceColumns } from "./columns.ts";
import { type Content, dim, toned } from "./content.ts";
import { sanitize } from "./sanitize.ts";
import type { Source } from "./source.ts";
import type { Style, Tone } from "./style.ts";

export interface Excerpt {
  readonly source: Source;
  readonly range: Range;
  readonly style: Style;
  readonly tone: Tone;
  /** Character the range is underlined with. */
  readonly underline: string;
  /** Said behind the squiggle. */
  readonly note?: string;
  /** Columns that the line numbers take. */
  readonly numbers: number;
}

/** Two lines: the source line, and the squiggle. A long line is shown around the range only. */
export function renderExcerpt({ source, range, style, tone, underline, note, numbers }: Excerpt): readonly Content[] {
  const { line, column } = source.position(range.start);
  const text = source.line(line);
  const endOfRange = Math.max(0, Math.min(text.length, range.end - source.start(line)));
  const before = harmless(text.slice(0, column - 1));
  const marked = harmless(text.slice(column - 1, endOfRange));
  const whole = expandTabs(before + marked + harmless(text.slice(Math.max(column - 1, endOfRange))));
  const from = displayWidth(expandTabs(before));
  const length = Math.max(1, displayWidth(expandTabs(before + marked)) - from);
  const gutter = (label: string): Content => dim(`  ${label.padStart(numbers)} ${style.glyph.gutter} `);
  const room = Math.max(8, style.width - numbers - 5);
  const skip = firstColumn({ total: Math.max(displayWidth(whole), from + length), from, length, room });
  const shown = cut(whole, { skip, room, ellipsis: style.glyph.ellipsis });
  const squiggle = underline.repeat(Math.max(1, Math.min(length, room - (from - skip))));
  const noteFits = from - skip + squiggle.length + 1 + displayWidth(note ?? "") <= room;
  const under = [gutter(""), " ".repeat(from - skip), toned(tone, squiggle)];
  if (note === undefined) return [[gutter(String(line)), shown], under];
  const said = toned(tone, ` ${note}`);
  return noteFits
    ? [
        [gutter(String(line)), shown],
        [...under, said],
      ]
    : [[gutter(String(line)), shown], under, [gutter(""), toned(tone, note)]];
}

const harmless = (text: string): string => sanitize(text, { keepTabs: true });

/** The column a long line is shown from: the range begins in the first third, and is seen whole where that can be. */
function firstColumn(of: {
  readonly total: number;
  readonly from: number;
  readonly length: number;
  readonly room: number;
}): number {
  if (of.total <= of.room || of.from + of.length < of.room) return 0;
  const lead = Math.max(4, Math.min(Math.floor(of.room / 3), of.room - of.length - 4));
  return Math.max(0, Math.min(of.from - lead, of.total - of.room));
}

function cut(
  text: string,
  { skip, room, ellipsis }: { readonly skip: number; readonly room: number; readonly ellipsis: string },
): Content {
  const total = displayWidth(text);
  const mark = displayWidth(ellipsis);
  const left = skip > 0 ? mark : 0;
  const right = total - skip > room ? mark : 0;
  const middle = sliceColumns(text, { start: skip + left, end: skip + room - right });
  return [dim(left > 0 ? ellipsis : ""), middle, dim(right > 0 ? ellipsis : "")];
}
