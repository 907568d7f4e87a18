// Finds code fences among elements, where lists and their indents mean little.
import type { Range } from "../../core/plan.ts";
import type { Document } from "./document.ts";
import { cursorAt, enterList, enterQuote, fenceMark, listMarkLength } from "./line-cursor.ts";

export interface FenceMark {
  readonly code: number;
  readonly length: number;
}

export interface LineSpan {
  /** 0-based. */
  readonly first: number;
  readonly last: number;
}

/** As CommonMark has it: the same mark, at least as long. */
export const closesFence = (closer: FenceMark | undefined, opener: FenceMark): boolean =>
  closer !== undefined && closer.code === opener.code && closer.length >= opener.length;

/** The mark that stands alone on its line, whatever its indent. */
export function closingMark(text: string, { start, end }: Range): FenceMark | undefined {
  let cursor = cursorAt(text, { start, end, column: 0 });
  if (text[cursor.next] === ">") cursor = enterQuote(text, cursor);
  const mark = fenceMark(text, cursor);
  return mark !== undefined && text.slice(mark.after, end).trim() === "" ? mark : undefined;
}

/** By line, the marks that open a fence where they stand outside of one, also behind a list mark; those that never end left out. */
export function fenceOpeners(doc: Document, { first, last }: LineSpan): ReadonlyMap<number, FenceMark> {
  const { text, lineStarts, lineEnds } = doc;
  const longest = new Map<number, number>();
  const openers = new Map<number, FenceMark>();
  for (let line = last; line >= first; line -= 1) {
    const range = { start: lineStarts[line] ?? 0, end: lineEnds[line] ?? text.length };
    const opener = openingMark(text, range);
    if (opener !== undefined && (longest.get(opener.code) ?? 0) >= opener.length) openers.set(line, opener);
    const closer = closingMark(text, range);
    if (closer !== undefined) longest.set(closer.code, Math.max(longest.get(closer.code) ?? 0, closer.length));
  }
  return openers;
}

function openingMark(text: string, { start, end }: Range): FenceMark | undefined {
  let cursor = cursorAt(text, { start, end, column: 0 });
  if (text[cursor.next] === ">") cursor = enterQuote(text, cursor);
  const listMark = listMarkLength(text, cursor);
  if (listMark > 0) cursor = enterList(text, cursor, listMark);
  const mark = fenceMark(text, cursor);
  // An info string with a back-tick makes it a code span.
  return mark === undefined || (mark.code === 0x60 && text.slice(mark.after, end).includes("`")) ? undefined : mark;
}
