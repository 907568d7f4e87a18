// Breaks text into lines at words, tones kept.
import { displayWidth, takeColumns } from "./columns.ts";
import { type Content, type Span, spansOf } from "./content.ts";

export interface WrapOptions {
  /** Columns of a line, indent included. */
  readonly width: number;
  /** Blanks before every line but the first. */
  readonly indent?: number;
}

/** `content` as lines of at most `width` columns, broken at blanks; a word longer than a line is cut. */
export function wrap(content: Content, { width, indent = 0 }: WrapOptions): readonly Content[] {
  const hanging = indent < width - 8 ? indent : 0;
  const lines: Span[][] = [[]];
  let used = 0;
  for (const word of wordsOf(content)) {
    const columns = displayWidth(word.text);
    const blank = word.text.trim() === "";
    const room = Math.max(1, width - (lines.length === 1 ? 0 : hanging));
    if (used + columns <= room) {
      if (blank && used === 0 && lines.length > 1) continue;
      lines.at(-1)?.push(word);
      used += columns;
      continue;
    }
    if (blank) continue;
    let rest = word.text;
    if (used > 0) lines.push([]);
    const later = Math.max(1, width - hanging);
    while (displayWidth(rest) > (lines.length === 1 ? width : later)) {
      const head = takeColumns(rest, lines.length === 1 ? width : later) || Array.from(rest)[0] || "";
      lines.at(-1)?.push({ ...word, text: head });
      rest = rest.slice(head.length);
      lines.push([]);
    }
    lines.at(-1)?.push({ ...word, text: rest });
    used = displayWidth(rest);
  }
  return lines.map((line, index) => (index === 0 ? line : [" ".repeat(hanging), line]));
}

function wordsOf(content: Content): readonly Span[] {
  return spansOf(content).flatMap(({ text, tone }) =>
    (text.match(/ +|[^ ]+/gu) ?? []).map((word) => ({ text: word, tone })),
  );
}
