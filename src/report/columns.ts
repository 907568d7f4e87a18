// How many terminal columns text takes, and cutting it to fit.

// East Asian Wide and Fullwidth that are not emoji, as pairs of first and last code point (Unicode 16, gaps of unassigned
// code points closed). Emoji are asked of the engine's own tables.
const wide: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2630, 0x2637],
  [0x268a, 0x268f],
  [0x2e80, 0x303e],
  [0x3041, 0x3247],
  [0x3250, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6b],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18aff],
  [0x1aff0, 0x1b2ff],
  [0x1d300, 0x1d376],
  [0x1f200, 0x1f202],
  [0x1f210, 0x1f23b],
  [0x1f240, 0x1f248],
  [0x1f250, 0x1f251],
  [0x20000, 0x3fffd],
];

/** ASCII, Latin letters, and the signs and lines that screens are drawn with: one column each, and nothing joins them. */
const onlySingle =
  /^[\u0020-\u007E\u00A1-\u00AC\u00AE-\u02FF\u2013\u2014\u2018-\u201D\u2022\u2026\u2190-\u2193\u2500-\u25FC\u25FF\u2713\u2717\u276F\u2800-\u28FF]*$/u;
const emoji = /\p{Emoji_Presentation}/u;
// The vowels and finals of Korean that join the letter before them are among it.
const invisible = /^[\p{Mn}\p{Me}\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u1160-\u11FF\uD7B0-\uD7FF]$/u;
const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

/** Columns that `text`, already harmless and on one line, takes in a terminal. */
export function displayWidth(text: string): number {
  return onlySingle.test(text) ? text.length : widthOf(text);
}

/** `text` cut to `width` columns, with `ellipsis` at its end where something is missing. */
export function truncate(
  text: string,
  { width, ellipsis }: { readonly width: number; readonly ellipsis: string },
): string {
  if (displayWidth(text) <= width) return text;
  const mark = displayWidth(ellipsis) <= width ? ellipsis : ellipsis.slice(0, Math.max(0, width));
  return takeColumns(text, width - displayWidth(mark)) + mark;
}

/** The longest beginning of `text` that fits `width` columns; never cuts a character in two. */
export function takeColumns(text: string, width: number): string {
  if (onlySingle.test(text)) return text.slice(0, Math.max(0, width));
  let taken = "";
  let left = width;
  for (const { segment } of graphemes.segment(text)) {
    left -= widthOf(segment);
    if (left < 0) break;
    taken += segment;
  }
  return taken;
}

/** The columns `start` to `end` of `text`; half of a wide character at either edge becomes a blank. */
export function sliceColumns(text: string, { start, end }: { readonly start: number; readonly end: number }): string {
  if (onlySingle.test(text)) return text.slice(Math.max(0, start), Math.max(0, end));
  let taken = "";
  let at = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = at + widthOf(segment);
    if (at >= start && next <= end) taken += segment;
    else if (next > start && at < end) taken += " ".repeat(Math.min(next, end) - Math.max(at, start));
    at = next;
  }
  return taken;
}

/** `text` filled with spaces to `width` columns, never cut. */
export function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

/** `text` with its tabs turned into spaces up to the next multiple of `stop` columns. */
export function expandTabs(text: string, stop = 4): string {
  if (!text.includes("\t")) return text;
  const [first = "", ...rest] = text.split("\t");
  return rest.reduce((line, part) => `${line}${" ".repeat(stop - (displayWidth(line) % stop))}${part}`, first);
}

// Text is as wide as its characters, also where they join: most terminals count so, and one that draws a joined emoji
// narrower leaves a gap at worst, while the other way round a frame would wrap.
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return code < 0x20 || (code >= 0x7f && code < 0xa0) ? 0 : 1;
  if (invisible.test(character)) return 0;
  return emoji.test(character) || isWide(code) ? 2 : 1;
}

function isWide(code: number): boolean {
  let low = 0;
  let high = wide.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [first, last] = wide[middle] ?? [0, 0];
    if (code < first) high = middle - 1;
    else if (code > last) low = middle + 1;
    else return true;
  }
  return false;
}
