// Reads what a single line or the head of a document holds: heading marks, captions, front matter.
import type { Range } from "../../core/plan.ts";
import type { FrontMatter } from "./block.ts";
import type { Document } from "./document.ts";
import { trimRange, withoutComments } from "./joined-text.ts";

export interface HeadingLine {
  readonly level: number;
  /** Without comments. */
  readonly text: string;
  /** Where the words stand in the line. */
  readonly words: Range;
}

/** Level and words of a heading line that starts with its marks; closing marks are dropped. */
export function readHeading(line: string): HeadingLine | undefined {
  const level = /^#{1,6}(?=[ \t]|$)/.exec(line)?.[0].length;
  if (level === undefined) return undefined;
  const { start, end: last } = trimRange(line, { start: level, end: line.length });
  let end = last;
  while (end > start && line[end - 1] === "#") end -= 1;
  const closed = end < last && (end === start || line[end - 1] === " " || line[end - 1] === "\t");
  const words = trimRange(line, { start, end: closed ? end : last });
  return { level, text: withoutComments(line.slice(words.start, words.end)).trim(), words };
}

/**
 * Whether a line is a caption: bold from its start, and behind that nothing or a note in parentheses, as in
 * `**Task 1.1: Name** (type: auto)`.
 */
export function captionKind(line: string): "noted" | "bare" | undefined {
  if (!line.startsWith("**")) return undefined;
  const close = line.indexOf("**", 3);
  if (close === -1) return undefined;
  const rest = line.slice(close + 2).trim();
  if (rest === "") return "bare";
  return rest.startsWith("(") && rest.endsWith(")") ? "noted" : undefined;
}

export interface FrontMatterLines {
  readonly block: FrontMatter;
  /** Index of the first line after it. */
  readonly next: number;
}

/** Front matter counts at the very start of the file only. */
export function readFrontMatter(doc: Document): FrontMatterLines | undefined {
  const { text, lineStarts, lineEnds } = doc;
  const lineText = (line: number): string => text.slice(lineStarts[line] ?? 0, lineEnds[line] ?? 0).trimEnd();
  if (lineEnds[0] === undefined || lineEnds[0] > 20 || lineText(0) !== "---") return undefined;
  for (let line = 1; line < lineStarts.length; line += 1) {
    const length = (lineEnds[line] ?? 0) - (lineStarts[line] ?? 0);
    if (length > 20 || (lineText(line) !== "---" && lineText(line) !== "...")) continue;
    const content = { start: lineStarts[1] ?? 0, end: lineStarts[line] ?? 0 };
    const range = { start: 0, end: lineEnds[line] ?? 0 };
    return { block: { kind: "front-matter", content, range, line: 1, depth: 0 }, next: line + 1 };
  }
  return undefined;
}
