// The text of a plan with its lines: where each starts and ends, and which line and column an offset is.
import type { Range } from "../../core/plan.ts";

const byteOrderMark = "\uFEFF";

interface Position {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
}

export interface Document {
  /** As given; not looked at. */
  readonly path: string;
  /** Without a byte order mark, otherwise every character as it was read. */
  readonly text: string;
  readonly hasByteOrderMark: boolean;
  /** Offset of the first character of each line. A line ends at CRLF, LF or a lone CR. */
  readonly lineStarts: readonly number[];
  /** Offset after the last character of each line, the line break not counted. */
  readonly lineEnds: readonly number[];
  /** The line and column of an offset; an offset outside the text counts as its nearest end. */
  readonly position: (offset: number) => Position;
}

/** Splits the text of a plan into lines. Total: any string is a document. */
export function readDocument({ path, text: raw }: { readonly path: string; readonly text: string }): Document {
  const hasByteOrderMark = raw.startsWith(byteOrderMark);
  const text = hasByteOrderMark ? raw.slice(1) : raw;
  const { lineStarts, lineEnds } = splitLines(text);
  const position = (offset: number): Position => {
    const line = lineAt(lineStarts, Math.min(Math.max(offset, 0), text.length));
    const start = lineStarts[line] ?? 0;
    return { line: line + 1, column: Math.min(Math.max(offset, 0), text.length) - start + 1 };
  };
  return { path, text, hasByteOrderMark, lineStarts, lineEnds, position };
}

/** What to write to disk for a changed text of this document: the byte order mark is put back. */
export const fileText = (doc: Pick<Document, "hasByteOrderMark">, text: string): string =>
  doc.hasByteOrderMark ? byteOrderMark + text : text;

/** The document with another text, byte order mark and path kept. */
export const withText = (doc: Document, text: string): Document =>
  readDocument({ path: doc.path, text: fileText(doc, text) });

/** The part of the text that the range covers. */
export const textOf = (doc: Document, range: Range): string => doc.text.slice(range.start, range.end);

function splitLines(text: string): { readonly lineStarts: readonly number[]; readonly lineEnds: readonly number[] } {
  const lineStarts = [0];
  const lineEnds: number[] = [];
  const add = (end: number, next: number): void => {
    lineEnds.push(end);
    lineStarts.push(next);
  };
  if (text.includes("\r")) {
    const lineBreak = /\r\n|\n|\r/g;
    for (let found = lineBreak.exec(text); found !== null; found = lineBreak.exec(text)) {
      add(found.index, lineBreak.lastIndex);
    }
  } else {
    // Most files have LF alone, which is found several times as fast.
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) add(at, at + 1);
  }
  lineEnds.push(text.length);
  return { lineStarts, lineEnds };
}

/** Index of the last line that starts at or before the offset. */
function lineAt(lineStarts: readonly number[], offset: number): number {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
