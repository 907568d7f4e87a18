// The lines of one block as one line of text, comments dropped, and the way from there back to the document.
import type { Range } from "../../core/plan.ts";
import { codeSpans } from "./inline.ts";

export interface JoinedText {
  /** Each line trimmed, joined by a space. */
  readonly text: string;
  /** The place in the document of a part of the text. */
  readonly locate: (part: Range) => Range;
}

/** A piece of the document, and where it stands in the joined text. */
interface Placed {
  readonly at: number;
  readonly start: number;
  readonly end: number;
}

/** Joins pieces of the document, most often the lines of a paragraph. Comments count only where they end in there. */
export function joinLines(text: string, pieces: readonly Range[]): JoinedText {
  const [only] = pieces;
  const joined =
    only !== undefined && pieces.length === 1
      ? text.slice(only.start, only.end).trim()
      : pieces.map(({ start, end }) => text.slice(start, end).trim()).join(" ");
  const comments = joined.includes("<!--") ? commentRanges(joined) : [];
  // Most places are never asked for.
  if (comments.length === 0) return { text: joined, locate: (part) => locateIn(placeLines(text, pieces), part) };
  const kept = trimKept(joined, between(joined, comments));
  return {
    text: kept.map(({ start, end }) => joined.slice(start, end)).join(""),
    locate: (part) => locateIn(placeLines(text, pieces), locateIn(kept, part)),
  };
}

function placeLines(text: string, pieces: readonly Range[]): readonly Placed[] {
  let at = 0;
  return pieces.map((piece) => {
    const line = trimRange(text, piece);
    const placed = { at, ...line };
    at += line.end - line.start + 1;
    return placed;
  });
}

/** The range without white space at its ends; empty at its start where nothing else is in it. */
export function trimRange(text: string, { start, end }: Range): Range {
  const whole = text.slice(start, end);
  const from = start + whole.length - whole.trimStart().length;
  return from === end ? { start, end: start } : { start: from, end: start + whole.trimEnd().length };
}

/** Drops comments that start and end within the text; what code marks surround is no comment. */
export function withoutComments(text: string): string {
  if (!text.includes("<!--")) return text;
  return between(text, commentRanges(text))
    .map(({ start, end }) => text.slice(start, end))
    .join("");
}

function commentRanges(text: string): readonly Range[] {
  const last = text.lastIndexOf("-->");
  const spans = text.includes("`") ? codeSpans(text) : [];
  const found: Range[] = [];
  let next = 0;
  let end = 0;
  for (let start = text.indexOf("<!--"); start !== -1 && start + 2 <= last; start = text.indexOf("<!--", end)) {
    while ((spans[next]?.end ?? Number.POSITIVE_INFINITY) <= start) next += 1;
    const span = spans[next];
    const inCode = span !== undefined && span.start < start && span.start >= (found.at(-1)?.end ?? 0);
    end = inCode ? span.end : text.indexOf("-->", start + 2) + 3;
    if (!inCode) found.push({ start, end });
  }
  return found;
}

/** What lies around the given parts, with its place once those are gone. */
function between(text: string, dropped: readonly Range[]): readonly Placed[] {
  const kept: Placed[] = [];
  let at = 0;
  let start = 0;
  for (const part of [...dropped, { start: text.length, end: text.length }]) {
    if (part.start > start) kept.push({ at, start, end: part.start });
    at += Math.max(0, part.start - start);
    start = part.end;
  }
  return kept;
}

function trimKept(text: string, kept: readonly Placed[]): readonly Placed[] {
  const isBlank = ({ start, end }: Placed): boolean => text.slice(start, end).trim() === "";
  const first = kept.findIndex((part) => !isBlank(part));
  const inner = first === -1 ? [] : kept.slice(first, kept.findLastIndex((part) => !isBlank(part)) + 1);
  const result: Placed[] = [];
  let at = 0;
  for (const [index, { start, end }] of inner.entries()) {
    const trimmed = trimRange(text, { start, end });
    const from = index === 0 ? trimmed.start : start;
    const to = index === inner.length - 1 ? trimmed.end : end;
    result.push({ at, start: from, end: to });
    at += to - from;
  }
  return result;
}

function locateIn(placed: readonly Placed[], { start, end }: Range): Range {
  const first = placeOf(placed, start);
  return end <= start ? { start: first, end: first } : { start: first, end: placeOf(placed, end - 1) + 1 };
}

function placeOf(placed: readonly Placed[], offset: number): number {
  let low = 0;
  let high = placed.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((placed[middle]?.at ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const part = placed[low];
  return part === undefined ? 0 : Math.min(part.start + offset - part.at, part.end);
}
