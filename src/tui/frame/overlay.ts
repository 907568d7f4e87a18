// One piece of text laid over a line, as a dialog lies over what is below it.
import { type Content, type Span, spansOf, widthOf } from "../../report/content.ts";
import { displayWidth, sliceColumns } from "../../report/columns.ts";

/** `line` with `piece` over it from column `left` on; what the line lacks before that is filled with blanks. */
export function overlay(line: Content, { piece, left }: { readonly piece: Content; readonly left: number }): Content {
  const right = left + widthOf(piece);
  const width = widthOf(line);
  const gap = " ".repeat(Math.max(0, left - width));
  return [cut(line, { start: 0, end: left }), gap, piece, cut(line, { start: right, end: Math.max(right, width) })];
}

/** The columns `start` to `end` of a line; half of a wide character at either edge becomes a blank. */
function cut(line: Content, { start, end }: { readonly start: number; readonly end: number }): readonly Span[] {
  const kept: Span[] = [];
  let at = 0;
  for (const { text, tone } of spansOf(line)) {
    const width = displayWidth(text);
    if (at < end && at + width > start) {
      kept.push({ text: sliceColumns(text, { start: Math.max(0, start - at), end: Math.min(width, end - at) }), tone });
    }
    at += width;
  }
  return kept;
}
