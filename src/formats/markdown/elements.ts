// Reads the elements, written like those of HTML, that one format puts around the Markdown of its sections.
import type { Range } from "../../core/plan.ts";
import type { Document } from "./document.ts";
import { type FenceMark, closesFence, closingMark, fenceOpeners } from "./element-fence.ts";
import { type Closing, type Opening, type Tag, tagsInLine } from "./element-tag.ts";

export interface Element {
  readonly name: string;
  /** By name in lower case; the first one of a name counts. Without a prototype. */
  readonly attributes: Readonly<Record<string, string>>;
  /** With its tags. */
  readonly range: Range;
  /** What stands between them, white space included. */
  readonly content: Range;
  /** 1-based line of the opening tag. */
  readonly line: number;
  readonly children: readonly Element[];
}

export interface ElementOptions {
  /** In lower case. Tags of other names are text. */
  readonly names: ReadonlySet<string>;
  /** The part of the document to read. */
  readonly within?: Range;
}

interface OpenElement {
  readonly tag: Opening;
  readonly line: number;
  readonly children: Element[];
}

/**
 * The elements in order, each with those in it. A tag opens an element at the start of a line only, perhaps behind another
 * tag, and never in code or comments. An element that nobody closes ends with the one around it, or where the next one
 * of its name starts. If it held words before an element within it, that one is taken for its sibling.
 *
 * Total and linear for any text. A code fence ends where a line closes an element that was open before it, or else one
 * forgotten mark would hide the rest of the plan.
 */
export function readElements(doc: Document, { names, within }: ElementOptions): readonly Element[] {
  const { text, lineStarts, lineEnds } = doc;
  const bounds = within ?? { start: 0, end: text.length };
  const top: Element[] = [];
  const path: OpenElement[] = [];
  const lastComment = text.lastIndexOf("-->");
  let readTo = bounds.start;

  const isOpen = (name: string): boolean => path.some(({ tag }) => tag.name === name);

  const close = (at: { readonly contentEnd: number; readonly end: number; readonly byTag: boolean }): void => {
    const last = path.pop();
    if (last === undefined) return;
    const siblings = path.at(-1)?.children ?? top;
    const [first] = last.children;
    const contentStart = last.tag.range.end;
    const hasWords = first !== undefined && text.slice(contentStart, first.range.start).trim() !== "";
    const released = !at.byTag && hasWords;
    const contentEnd = released ? first.range.start : at.contentEnd;
    siblings.push({
      name: last.tag.name,
      attributes: last.tag.attributes,
      range: { start: last.tag.range.start, end: released ? contentEnd : at.end },
      content: { start: contentStart, end: contentEnd },
      line: last.line,
      children: released ? [] : last.children,
    });
    if (released) for (const child of last.children) siblings.push(child);
  };

  const closeAt = (offset: number): void => close({ contentEnd: offset, end: offset, byTag: false });

  const readOpening = (tag: Opening, line: number): void => {
    if (isOpen(tag.name)) {
      while (path.length > 0 && path.at(-1)?.tag.name !== tag.name) closeAt(tag.range.start);
      closeAt(tag.range.start);
    }
    path.push({ tag, line, children: [] });
    if (tag.isEmpty) close({ contentEnd: tag.range.end, end: tag.range.end, byTag: true });
  };

  const readClosing = (tag: Closing): void => {
    // In the middle of a sentence a tag is more likely spoken of, unless it closes what is open.
    if (!(tag.at !== "middle" ? isOpen(tag.name) : path.at(-1)?.tag.name === tag.name)) return;
    while (path.at(-1)?.tag.name !== tag.name) closeAt(tag.range.start);
    close({ contentEnd: tag.range.start, end: tag.range.end, byTag: true });
  };

  const read = (tag: Tag, line: number): void => {
    if (tag.kind === "comment") readTo = tag.range.end;
    else if (tag.kind === "opening") readOpening(tag, line);
    else readClosing(tag);
  };

  const lines = { first: doc.position(bounds.start).line - 1, last: doc.position(bounds.end).line - 1 };
  const openers = fenceOpeners(doc, lines);
  let fence: OpenFence | undefined;
  for (let line = lines.first; line <= lines.last; line += 1) {
    const start = Math.max(lineStarts[line] ?? 0, readTo);
    const end = Math.min(lineEnds[line] ?? 0, bounds.end);
    if (start > end) continue;
    const mark = openers.get(line);
    if (fence === undefined && mark !== undefined) {
      fence = { mark, open: new Map() };
      continue;
    }
    const tags = tagsInLine(text, { start, end, names, lastComment });
    if (fence !== undefined && !endsFence(fence, { tags, isOpen })) {
      if (closesFence(closingMark(text, { start, end }), fence.mark)) fence = undefined;
      continue;
    }
    fence = undefined;
    for (const tag of tags) read(tag, line + 1);
  }
  while (path.length > 0) closeAt(bounds.end);
  return top;
}

interface OpenFence {
  readonly mark: FenceMark;
  /** How many elements of a name were opened and not yet closed in it. */
  readonly open: Map<string, number>;
}

/** Whether a line of the fence closes an element from before it, so that the end of the fence was forgotten. */
function endsFence(
  { open }: OpenFence,
  { tags, isOpen }: { readonly tags: readonly Tag[]; readonly isOpen: (name: string) => boolean },
): boolean {
  for (const tag of tags) {
    if (tag.kind === "comment") continue;
    const count = open.get(tag.name) ?? 0;
    if (tag.kind === "opening") open.set(tag.name, tag.isEmpty ? count : count + 1);
    else if (count > 0) open.set(tag.name, count - 1);
    else if (tag.at === "start" && isOpen(tag.name)) return true;
  }
  return false;
}
