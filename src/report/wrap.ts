// Breaks text into lines at words, tones kept.
import { displayWidth, takeColumns } from "./columns.ts";
import { type Content, type Span, spansOf } from "./content.ts";

export interface WrapOptions {
  /** Columns of a line, indent included. */
  readonly width: number;
  /** Blanks before every line but the first. */
  readonly indent?: number;
}

/** `content` as lines of at most `width` columns, broken at blanks only; a word longer than a line is cut. */
export function wrap(content: Content, { width, indent = 0 }: WrapOptions): readonly Content[] {
  const hanging = indent < width - 8 ? indent : 0;
  const later = Math.max(1, width - hanging);
  const lines: Span[][] = [[]];
  let used = 0;
  const room = (): number => (lines.length === 1 ? Math.max(1, width) : later);
  for (const { pieces, columns, isBlank } of wordsOf(content)) {
    if (used + columns <= room()) {
      if (isBlank && used === 0 && lines.length > 1) continue;
      lines.at(-1)?.push(...pieces);
      used += columns;
      continue;
    }
    if (isBlank) continue;
    if (used > 0) lines.push([]);
    used = 0;
    for (const piece of pieces) {
      let rest = piece.text;
      while (used + displayWidth(rest) > room()) {
        const head = takeColumns(rest, room() - used) || (used > 0 ? "" : (Array.from(rest)[0] ?? ""));
        lines.at(-1)?.push({ ...piece, text: head });
        rest = rest.slice(head.length);
        lines.push([]);
        used = 0;
      }
      lines.at(-1)?.push({ ...piece, text: rest });
      used += displayWidth(rest);
    }
  }
  return lines.map((line, index) => (index === 0 ? line : [" ".repeat(hanging), line]));
}

interface Word {
  /** More than one where the tone changes within it: a full stop behind code stays with the code. */
  readonly pieces: Span[];
  columns: number;
  readonly isBlank: boolean;
}

function wordsOf(content: Content): readonly Word[] {
  const words: Word[] = [];
  for (const { text, tone } of spansOf(content)) {
    for (const part of text.match(/ +|[^ ]+/gu) ?? []) {
      const isBlank = part.startsWith(" ");
      const columns = displayWidth(part);
      const last = words.at(-1);
      if (last !== undefined && !isBlank && !last.isBlank) {
        last.pieces.push({ text: part, tone });
        last.columns += columns;
      } else words.push({ pieces: [{ text: part, tone }], columns, isBlank });
    }
  }
  return words;
}
