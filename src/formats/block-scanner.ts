// One pass over a document, line by line: Markdown text to blocks. Linear: a line is looked at once, save for repairs.
import type { Range } from "../core/plan.ts";
import type { Block } from "./block.ts";
import type { Document } from "./document.ts";
import { parseLabel } from "./inline.ts";
import { readFrontMatter, readHeading, withoutComments } from "./leaf-text.ts";
import {
  type LineCursor,
  cursorAt,
  enterIndent,
  enterList,
  enterQuote,
  fenceMark,
  isRule,
  listMarkLength,
} from "./line-cursor.ts";

/** Deeper containers are read as text: nobody writes them, and each line would pay for all of them. */
const deepest = 32;

/** What the scanner asks while it reads, so that the repair of stray closers can decide. Lines are 0-based here. */
export interface ScanPolicy {
  /** The mark that opens a fence on this line is to be ignored. */
  readonly ignores: (line: number) => boolean;
  /**
   * A fence without a language is open since `openLine`, and `line` starts with `#` or `*`, or is the end of the
   * document. True: the fence is none, so reading starts again behind its opening mark.
   */
  readonly repairs: (openLine: number, line: number) => boolean;
  /** A heading outside of fences was read. */
  readonly sawHeading: (text: string, line: number) => void;
}

/** A list or quotation that the current line lies in. `columns` is 0 for a quotation. */
interface Container {
  readonly columns: number;
}

interface OpenFence {
  readonly code: number;
  readonly length: number;
  readonly info: string;
  readonly start: number;
  readonly line: number;
  readonly depth: number;
  readonly quoted: boolean;
  readonly bare: boolean;
  readonly pieces: Range[];
}

interface OpenText {
  readonly kind: "entry" | "paragraph";
  readonly start: number;
  readonly line: number;
  readonly depth: number;
  readonly box?: string;
  readonly pieces: Range[];
}

/** The blocks of a document in order. Indented code, tables and HTML comments are left out. */
export function scanBlocks(doc: Document, policy: ScanPolicy): readonly Block[] {
  const { text, lineStarts, lineEnds } = doc;
  const blocks: Block[] = [];
  const lastCommentEnd = text.lastIndexOf("-->");
  let containers: Container[] = [];
  let fence: OpenFence | undefined;
  let open: OpenText | undefined;
  let commentEnd = 0;

  const closeText = (): void => {
    if (open === undefined) return;
    const { kind, start, line, pieces } = open;
    const range = { start, end: pieces.at(-1)?.end ?? start };
    const joined = pieces.map((piece) => withoutComments(text.slice(piece.start, piece.end)).trim()).join(" ");
    const shared = { range, line: line + 1, text: joined };
    if (kind === "paragraph") blocks.push({ kind, ...shared });
    else
      blocks.push({
        kind,
        ...shared,
        textRange: trimmedRange(text, pieces),
        depth: open.depth,
        ...(open.box === undefined ? {} : { box: open.box }),
      });
    open = undefined;
  };

  const closeFence = (closed: OpenFence, { end, line }: { readonly end: number; readonly line?: number }): void => {
    const contentStart = lineStarts[closed.line + 1] ?? text.length;
    const lastLine = line === undefined ? undefined : lineStarts[line];
    const content = { start: contentStart, end: Math.max(contentStart, lastLine ?? end) };
    blocks.push({
      kind: "fence",
      info: closed.info,
      range: { start: closed.start, end },
      line: closed.line + 1,
      content,
      ...(line === undefined ? {} : { closeLine: line + 1 }),
      ...(closed.quoted ? { pieces: closed.pieces } : {}),
    });
    fence = undefined;
  };

  /** Follows the containers that the line continues; tells how many. */
  const match = (line: number): { readonly cursor: LineCursor; readonly matched: number } => {
    let cursor = cursorAt(text, { start: lineStarts[line] ?? 0, column: 0, end: lineEnds[line] ?? text.length });
    let matched = 0;
    for (const { columns } of containers) {
      if (columns === 0) {
        if (cursor.blank || cursor.indent > 3 || text[cursor.next] !== ">") break;
        cursor = enterQuote(text, cursor);
      } else if (!cursor.blank) {
        if (cursor.indent < columns) break;
        cursor = enterIndent(text, cursor, columns);
      }
      matched += 1;
    }
    return { cursor, matched };
  };

  /** A line inside a fence. False where the line ends the container of the fence and so is not part of it. */
  const readFenceLine = (current: OpenFence, line: number): boolean => {
    const { cursor, matched } = match(line);
    if (matched < current.depth) {
      closeFence(current, { end: lineEnds[line - 1] ?? text.length });
      return false;
    }
    const mark = cursor.indent <= 3 ? fenceMark(text, cursor) : undefined;
    const closes = mark !== undefined && mark.code === current.code && mark.length >= current.length;
    if (closes && cursorAt(text, { ...cursor, start: mark.after }).blank) {
      closeFence(current, { end: cursor.end, line });
    } else if (current.quoted) {
      current.pieces.push({ start: cursor.start, end: cursor.end });
    }
    return true;
  };

  const startText = (kind: OpenText["kind"], { next, end }: LineCursor, line: number): void => {
    const box =
      kind === "entry" ? /^\[([^\][])\](?=[ \t]|$)/.exec(text.slice(next, Math.min(end, next + 4)))?.[1] : undefined;
    const depth = containers.length - 1;
    const start = box === undefined ? next : next + 3;
    open = { kind, start: next, line, depth, pieces: [{ start, end }], ...(box === undefined ? {} : { box }) };
  };

  /** A line outside of fences: opens containers from left to right, then one leaf block. */
  const readLine = (line: number): void => {
    const matching = match(line);
    let { cursor } = matching;
    const closeUnmatched = (): void => {
      closeText();
      containers = containers.slice(0, matching.matched);
    };
    if (cursor.blank) {
      closeText();
      // A blank line ends a quotation but not a list.
      if (containers.slice(matching.matched).some(({ columns }) => columns === 0)) closeUnmatched();
      return;
    }
    let isEntry = false;
    let opened = matching.matched === containers.length;
    for (; !cursor.blank && cursor.indent <= 3 && containers.length < deepest;) {
      const isQuote = text[cursor.next] === ">";
      const markLength = isQuote ? 1 : listMarkLength(text, cursor);
      if (markLength === 0 || (!isQuote && isRule(text, cursor))) break;
      if (!opened) closeUnmatched();
      opened = true;
      closeText();
      isEntry = !isQuote;
      const inside = isQuote ? enterQuote(text, cursor) : enterList(text, cursor, markLength);
      containers = [...containers, { columns: isQuote ? 0 : inside.column - cursor.column }];
      cursor = inside;
    }
    if (cursor.blank) return;
    const kind = isEntry ? "entry" : "paragraph";
    if (cursor.indent <= 3 && readLeaf({ cursor, line, isEntry, closeUnmatched: opened ? closeText : closeUnmatched }))
      return;
    if (open !== undefined && !isEntry) {
      open.pieces.push({ start: cursor.next, end: cursor.end });
      return;
    }
    if (!opened) closeUnmatched();
    if (cursor.indent <= 3) startText(kind, cursor, line);
  };

  /** Headings, fences, comments and labels. False where the line is plain text. */
  const readLeaf = (at: {
    readonly cursor: LineCursor;
    readonly line: number;
    readonly isEntry: boolean;
    readonly closeUnmatched: () => void;
  }): boolean => {
    const { cursor, line } = at;
    const { next, end } = cursor;
    const range = { start: next, end };
    const mark = fenceMark(text, cursor);
    if (mark !== undefined) {
      const info = text.slice(mark.after, end).trim();
      if (mark.code === 0x60 && info.includes("`")) return false;
      at.closeUnmatched();
      if (policy.ignores(line)) return true;
      const bare = info === "" || info.toLowerCase() === "text";
      const quoted = containers.some(({ columns }) => columns === 0);
      fence = { ...mark, info, start: next, line, depth: containers.length, quoted, bare, pieces: [] };
      return true;
    }
    const headingText = readHeading(text.slice(next, end));
    if (headingText !== undefined) {
      at.closeUnmatched();
      blocks.push({ kind: "heading", ...headingText, range, line: line + 1 });
      if (containers.length === 0) policy.sawHeading(headingText.text, line);
      return true;
    }
    if (text.startsWith("<!--", next) && lastCommentEnd >= next + 2) {
      at.closeUnmatched();
      commentEnd = text.indexOf("-->", next + 2) + 3;
      return true;
    }
    const label = at.isEntry ? undefined : parseLabel(withoutComments(text.slice(next, end)));
    if (label === undefined) return isRule(text, cursor) && (at.closeUnmatched(), true);
    at.closeUnmatched();
    const valueStart = next + label.valueStart;
    const valueRange = { start: valueStart, end: valueStart + label.value.length };
    blocks.push({ kind: "label", label, range, valueRange, line: line + 1 });
    return true;
  };

  let line = readFrontMatter(doc, blocks);
  for (; line < lineStarts.length; line += 1) {
    const start = lineStarts[line] ?? 0;
    if (start < commentEnd) continue;
    if (fence !== undefined) {
      const suspect = fence.bare && (text[start] === "#" || text[start] === "*");
      if (suspect && policy.repairs(fence.line, line)) {
        line = fence.line;
        fence = undefined;
        continue;
      }
      if (readFenceLine(fence, line)) {
        const atEnd = fence !== undefined && line === lineStarts.length - 1;
        if (atEnd && fence.bare && policy.repairs(fence.line, line + 1)) {
          line = fence.line;
          fence = undefined;
        }
        continue;
      }
    }
    readLine(line);
  }
  closeText();
  if (fence !== undefined) closeFence(fence, { end: text.length });
  return blocks;
}

/** From the first to the last character of a text that may go over several lines. */
function trimmedRange(text: string, pieces: readonly Range[]): Range {
  const { start, end } = pieces[0] ?? { start: 0, end: 0 };
  const indent = end - start - text.slice(start, end).trimStart().length;
  return { start: start + indent, end: Math.max(start + indent, pieces.at(-1)?.end ?? end) };
}
