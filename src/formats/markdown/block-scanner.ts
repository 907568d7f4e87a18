// One pass over a document, line by line: Markdown text to blocks. Linear: a line is looked at once, save for repairs.
import type { Range } from "../../core/plan.ts";
import type { Block } from "./block.ts";
import { type Container, type Followed, type Place, follow, opening, placeIn } from "./container.ts";
import type { Document } from "./document.ts";
import { parseLabel } from "./inline.ts";
import { joinLines } from "./joined-text.ts";
import { captionKind, readFrontMatter, readHeading } from "./leaf-text.ts";
import { type LineCursor, cursorAt, fenceMark, isRule } from "./line-cursor.ts";
import { type OpenBlock, type OpenText, closed, tableHeader } from "./open-block.ts";
import { splitRow } from "./table-row.ts";

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

interface OpenFence {
  readonly code: number;
  readonly length: number;
  readonly info: string;
  readonly start: number;
  readonly line: number;
  readonly place: Place;
  readonly containers: number;
  readonly bare: boolean;
  readonly pieces: Range[];
}

/**
 * The blocks of a document in order. Indented code and HTML comments are left out, and so are headings that are underlined:
 * `---` below a line is a rule. A table ends at a line without a pipe, which GitHub would make a row of one cell.
 */
export function scanBlocks(doc: Document, policy: ScanPolicy): readonly Block[] {
  const { text, lineStarts, lineEnds } = doc;
  const blocks: Block[] = [];
  const lastCommentEnd = text.lastIndexOf("-->");
  let containers: readonly Container[] = [];
  let fence: OpenFence | undefined;
  let open: OpenBlock | undefined;
  let commentEnd = 0;
  /** The last label line, and the containers it stands in. */
  let label: { readonly line: number; readonly containers: readonly Container[] } | undefined;

  const match = (line: number): Followed =>
    follow(text, {
      containers,
      cursor: cursorAt(text, { start: lineStarts[line] ?? 0, column: 0, end: lineEnds[line] ?? text.length }),
    });

  const closeOpen = (): void => {
    if (open !== undefined) blocks.push(closed(text, open));
    open = undefined;
  };

  const closeFence = (ended: OpenFence, { end, line }: { readonly end: number; readonly line?: number }): void => {
    const contentStart = lineStarts[ended.line + 1] ?? text.length;
    const lastLine = line === undefined ? undefined : lineStarts[line];
    const content = { start: contentStart, end: Math.max(contentStart, lastLine ?? end) };
    blocks.push({
      ...ended.place,
      kind: "fence",
      info: ended.info,
      range: { start: ended.start, end },
      line: ended.line + 1,
      content,
      ...(line === undefined ? {} : { closeLine: line + 1 }),
      ...(ended.place.quoted === true ? { pieces: ended.pieces } : {}),
    });
    fence = undefined;
  };

  /** A line inside a fence. False where the line ends the container of the fence and so is not part of it. */
  const readFenceLine = (current: OpenFence, line: number): boolean => {
    const { cursor, matched } = match(line);
    if (matched < current.containers) {
      closeFence(current, { end: lineEnds[line - 1] ?? text.length });
      return false;
    }
    const mark = cursor.indent <= 3 ? fenceMark(text, cursor) : undefined;
    const closes = mark !== undefined && mark.code === current.code && mark.length >= current.length;
    if (closes && cursorAt(text, { ...cursor, start: mark.after }).blank) {
      closeFence(current, { end: cursor.end, line });
    } else if (current.place.quoted === true) {
      current.pieces.push({ start: cursor.start, end: cursor.end });
    }
    return true;
  };

  const startText = ({ next, end }: LineCursor, at: { readonly line: number; readonly mark?: string }): void => {
    const { line, mark } = at;
    const place = placeIn(containers, { asEntry: mark !== undefined });
    const shared = { start: next, line, place, matched: containers.length };
    if (mark === undefined) {
      const continuesLabel = label?.line === line - 1 && label.containers === containers;
      open = { kind: "paragraph", ...shared, continuesLabel, pieces: [{ start: next, end }] };
      return;
    }
    const box =
      text[next] === "[" ? /^\[([^\][])\](?=[ \t]|$)/.exec(text.slice(next, Math.min(end, next + 4)))?.[1] : undefined;
    open = {
      kind: "entry",
      ...shared,
      ...(mark.length > 1 ? { number: mark.slice(0, -1) } : {}),
      ...(box === undefined ? {} : { box }),
      pieces: [{ start: box === undefined ? next : next + 3, end }],
    };
  };

  /** A line outside of fences: opens containers from left to right, then one leaf block. */
  const readLine = (line: number): void => {
    const matching = match(line);
    let { cursor } = matching;
    const closeUnmatched = (): void => {
      closeOpen();
      containers = containers.slice(0, matching.matched);
    };
    if (cursor.blank) {
      closeOpen();
      // A blank line ends a quotation but not a list.
      if (containers.slice(matching.matched).some(({ kind }) => kind === "quotation")) closeUnmatched();
      return;
    }
    let mark: string | undefined;
    let opened = matching.matched === containers.length;
    while (!cursor.blank && cursor.indent <= 3 && containers.length < deepest) {
      const outer = opened ? containers.at(-1) : containers[matching.matched - 1];
      const inner = opening(text, { outer, cursor });
      if (inner === undefined) break;
      if (opened) closeOpen();
      else closeUnmatched();
      opened = true;
      mark = inner.container.kind === "list" ? inner.mark : undefined;
      containers = [...containers, inner.container];
      ({ cursor } = inner);
    }
    if (cursor.blank) return;
    const closeOther = opened ? closeOpen : closeUnmatched;
    if (cursor.indent <= 3 && readLeaf({ cursor, line, isEntry: mark !== undefined, closeOther })) return;
    if (open !== undefined && continueOpen(open, { cursor, line, matched: matching.matched })) return;
    closeOther();
    if (cursor.indent <= 3) startText(cursor, mark === undefined ? { line } : { line, mark });
  };

  /** A line that is plain text, while a block is open. False where it does not belong to it. */
  const continueOpen = (
    current: OpenBlock,
    at: { readonly cursor: LineCursor; readonly line: number; readonly matched: number },
  ): boolean => {
    const { cursor, line, matched } = at;
    const { next, end } = cursor;
    const isLazy = matched < containers.length;
    if (current.kind === "table") {
      if (isLazy || !text.slice(next, end).includes("|")) return false;
      const range = { start: next, end };
      current.rows.push({
        line: line + 1,
        range,
        cells: splitRow(text, { ...range, expected: current.header.length }),
      });
      current.end = end;
      return true;
    }
    const header = matched === current.matched ? tableHeader(doc, current, { start: next, end }) : undefined;
    if (header !== undefined) {
      const start = current.pieces.pop()?.start ?? next;
      const isAll = current.pieces.length === 0;
      if (isAll) open = undefined;
      closeOpen();
      containers = containers.slice(0, matched);
      const place = isAll ? current.place : placeIn(containers, { asEntry: false });
      open = { kind: "table", start, line: line - 1, place, header, rows: [], end };
      return true;
    }
    const caption = text[next] === "*" ? captionKind(text.slice(next, end)) : undefined;
    if (isLazy ? caption !== undefined : caption === "noted" && current.kind === "paragraph") return false;
    if (!isLazy && current.kind === "paragraph" && isCaption(current)) return false;
    current.pieces.push({ start: next, end });
    current.matched = matched;
    return true;
  };

  /** A paragraph that is a caption so far; what follows directly below is text of its own. */
  const isCaption = ({ pieces }: OpenText): boolean => {
    const [first] = pieces;
    if (first === undefined || pieces.length > 1 || text[first.start] !== "*") return false;
    return captionKind(text.slice(first.start, first.end)) === "noted";
  };

  /** Headings, fences, comments and labels. False where the line is plain text. */
  const readLeaf = (at: {
    readonly cursor: LineCursor;
    readonly line: number;
    readonly isEntry: boolean;
    readonly closeOther: () => void;
  }): boolean => {
    const { cursor, line } = at;
    const { next, end } = cursor;
    const range = { start: next, end };
    const placing = { asEntry: at.isEntry };
    const mark = fenceMark(text, cursor);
    if (mark !== undefined) {
      const info = text.slice(mark.after, end).trim();
      if (mark.code === 0x60 && info.includes("`")) return false;
      at.closeOther();
      if (policy.ignores(line)) return true;
      const bare = info === "" || info.toLowerCase() === "text";
      fence = {
        ...mark,
        info,
        start: next,
        line,
        place: placeIn(containers, placing),
        containers: containers.length,
        bare,
        pieces: [],
      };
      return true;
    }
    const heading = text[next] === "#" ? readHeading(text.slice(next, end)) : undefined;
    if (heading !== undefined) {
      at.closeOther();
      const { level, text: words } = heading;
      const textRange = { start: next + heading.words.start, end: next + heading.words.end };
      blocks.push({
        kind: "heading",
        level,
        text: words,
        textRange,
        range,
        line: line + 1,
        ...placeIn(containers, placing),
      });
      if (containers.length === 0) policy.sawHeading(words, line);
      return true;
    }
    if (text.startsWith("<!--", next) && lastCommentEnd >= next + 2) {
      // A comment between two rows of a table does not end it.
      if (open?.kind !== "table") at.closeOther();
      commentEnd = text.indexOf("-->", next + 2) + 3;
      return true;
    }
    const joined = !at.isEntry && text.startsWith("**", next) ? joinLines(text, [range]) : undefined;
    const found = joined === undefined ? undefined : parseLabel(joined.text);
    if (joined === undefined || found === undefined) return isRule(text, cursor) && (at.closeOther(), true);
    at.closeOther();
    const valueRange = joined.locate({ start: found.valueStart, end: found.valueStart + found.value.length });
    blocks.push({ ...placeIn(containers, placing), kind: "label", label: found, range, valueRange, line: line + 1 });
    label = { line, containers };
    return true;
  };

  const frontMatter = readFrontMatter(doc);
  if (frontMatter !== undefined) blocks.push(frontMatter.block);
  let line = frontMatter?.next ?? 0;
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
  closeOpen();
  if (fence !== undefined) closeFence(fence, { end: text.length });
  return blocks;
}
