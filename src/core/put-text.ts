// Puts back what was written into texts, span by span.
import { applyDirection, type Direction, type WrittenSpan } from "./change.ts";

/**
 * The text of one file with the spans put back (undo), or written again (redo). The spans are those of one write, in order of
 * their place; undefined where the text does not have at each place what it should have there.
 */
export function putSpans(
  text: string,
  { spans, direction }: { readonly spans: readonly WrittenSpan[]; readonly direction: Direction },
): string | undefined {
  let shift = 0;
  let done = 0;
  let result = "";
  for (const { at, before, after } of spans) {
    const { from, to } = applyDirection({ before, after }, direction);
    const start = direction === "undo" ? at + shift : at;
    shift += after.length - before.length;
    if (text.slice(start, start + from.length) !== from) return undefined;
    result += text.slice(done, start) + to;
    done = start + from.length;
  }
  return result + text.slice(done);
}
