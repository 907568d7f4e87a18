// Finding a text in the lines of a log as they are shown: without secrets, escape sequences and overwritten progress bars.
import { withoutColours } from "./log-colours.ts";
import { type LogRegion, indexBefore, regionOf } from "./log-region.ts";
import { type Redact, decoded, openLine, rawLine, shownText } from "./log-text.ts";
import type { Direction, LogMatch } from "./log-view.ts";
import type { LogChunk } from "../source.ts";

/** What a person typed, taken literally; letters match in either case where none of them is a capital. */
export const patternOf = (text: string): RegExp =>
  new RegExp(text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`), /\p{Lu}/u.test(text) ? "gu" : "giu");

/** Where `text` stands in a line as it is shown, UTF-16 units. */
export const findAll = (line: string, pattern: RegExp): readonly { readonly at: number; readonly length: number }[] =>
  Array.from(line.matchAll(pattern), ({ index, 0: found }) => ({ at: index, length: found.length }));

/** Negative where `one` stands before `other`. */
export const compareMatches = (one: LogMatch, other: LogMatch): number =>
  one.offset - other.offset || one.at - other.at;

export interface Wanted {
  readonly text: string;
  readonly direction: Direction;
  readonly redact: Redact;
  /** Only what lies strictly behind this match in that direction, only what does not, or whatever is found. */
  readonly origin: LogMatch;
  readonly side: "behind" | "not-behind" | "any";
}

/** The first match, in the direction that is wanted, of the lines that begin in a part of what was read. */
export function findIn(
  { chunk, part }: { readonly chunk: LogChunk; readonly part: { readonly start: number; readonly end: number } },
  wanted: Wanted,
): LogMatch | undefined {
  const { direction, redact } = wanted;
  const pattern = patternOf(wanted.text);
  const text = decoded(chunk.bytes);
  const open = redact(text);
  // A blank may have been a tab.
  const sought = new RegExp(pattern.source.replaceAll(/ +/gu, String.raw`[ \t]+`), pattern.flags);
  if (holdsNone(open, sought)) return undefined;
  const region = regionOf(chunk, part);
  if (region === undefined) return undefined;
  const step = direction === "down" ? 1 : -1;
  const count = region.lines.length;
  for (let index = firstIndex(region, wanted); index >= 0 && index < count; index += step) {
    const bare = openLine(region, index);
    // Taking out what is secret and harmful is dear; a line that cannot match either way is passed over.
    if (holdsNone(open === text ? bare : redact(bare), sought)) continue;
    const raw = open === text ? bare : rawLine(region, { index, redact });
    const found = findAll(shownText(raw), pattern).map(({ at }) => ({ offset: region.lines[index] ?? 0, at }));
    const match = (direction === "down" ? found : found.toReversed()).find((each) => isWanted(each, wanted));
    if (match !== undefined) return match;
  }
  return undefined;
}

function firstIndex(region: LogRegion, { direction, origin, side }: Wanted): number {
  const isDown = direction === "down";
  if (side !== "behind") return isDown ? 0 : region.lines.length - 1;
  return isDown ? Math.max(0, indexBefore(region, origin.offset)) : indexBefore(region, origin.offset);
}

function isWanted(match: LogMatch, { direction, origin, side }: Wanted): boolean {
  if (side === "any") return true;
  const order = compareMatches(match, origin);
  return (direction === "down" ? order > 0 : order < 0) === (side === "behind");
}

// Anything but what surely stays as it is when it is made harmless; of the characters beyond U+FFFF, the emoji, as surrogates.
const unusual =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class
  /[^\t\n\r -~\u00A0-\u00AC\u00AE-\u02FF\u0370-\u05FF\u2010-\u2027\u2030-\u205E\u2190-\u2BFF\u3000-\u3163\u3165-\uD7A3\uD83C-\uD83E\uDC00-\uDFFF\uFF01-\uFF9F\uFFFC\uFFFD]/;

/** Whether it can be told at once, without looking at each line, that nothing matches: what makes a search fast. */
function holdsNone(text: string, sought: RegExp): boolean {
  const bare = withoutColours(text);
  return !unusual.test(bare) && bare.search(sought) === -1;
}
