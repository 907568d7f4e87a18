// Reads what a single line or the head of a document holds: heading marks, front matter, comments within the text.
import type { Block } from "./block.ts";
import type { Document } from "./document.ts";

/** Level and words of a heading line that starts with its marks; closing marks are dropped. */
export function readHeading(line: string): { readonly level: number; readonly text: string } | undefined {
  const level = /^#{1,6}(?=[ \t]|$)/.exec(line)?.[0].length;
  if (level === undefined) return undefined;
  const words = line.slice(level).trim();
  let end = words.length;
  while (end > 0 && words[end - 1] === "#") end -= 1;
  const closed = end < words.length && (end === 0 || words[end - 1] === " " || words[end - 1] === "\t");
  return { level, text: withoutComments(closed ? words.slice(0, end) : words).trim() };
}

/** Front matter counts at the very start of the file only. Returns the index of the first line after it. */
export function readFrontMatter(doc: Document, blocks: Block[]): number {
  const { text, lineStarts, lineEnds } = doc;
  const lineText = (line: number): string => text.slice(lineStarts[line] ?? 0, lineEnds[line] ?? 0).trimEnd();
  if (lineEnds[0] === undefined || lineEnds[0] > 20 || lineText(0) !== "---") return 0;
  for (let line = 1; line < lineStarts.length; line += 1) {
    const length = (lineEnds[line] ?? 0) - (lineStarts[line] ?? 0);
    if (length > 20 || (lineText(line) !== "---" && lineText(line) !== "...")) continue;
    const content = { start: lineStarts[1] ?? 0, end: lineStarts[line] ?? 0 };
    blocks.push({ kind: "front-matter", content, range: { start: 0, end: lineEnds[line] ?? 0 }, line: 1 });
    return line + 1;
  }
  return 0;
}

/** Drops comments that start and end within the text. */
export function withoutComments(text: string): string {
  const last = text.lastIndexOf("-->");
  let start = last === -1 ? -1 : text.indexOf("<!--");
  if (start === -1 || start > last) return text;
  let result = "";
  let from = 0;
  while (start !== -1 && start + 4 <= last) {
    result += text.slice(from, start);
    from = text.indexOf("-->", start + 4) + 3;
    start = text.indexOf("<!--", from);
  }
  return result + text.slice(from);
}
