// The blocks of a Markdown document that a plan is made of.
import type { Range } from "../core/plan.ts";
import { type Document, textOf } from "./document.ts";
import type { Label } from "./inline.ts";

interface BlockBase {
  readonly range: Range;
  /** 1-based line of its first character. */
  readonly line: number;
}

export interface Heading extends BlockBase {
  readonly kind: "heading";
  readonly level: number;
  readonly text: string;
}

export interface Fence extends BlockBase {
  readonly kind: "fence";
  /** What follows the opening marks, trimmed. */
  readonly info: string;
  readonly content: Range;
  /** Absent where the document or the list ended first. */
  readonly closeLine?: number;
  /**
   * Where the fence is indented, in a list or quoted: each line of the content without what belongs to the container.
   * Absent where the content is one piece of the document, so that offsets in it can be written to.
   */
  readonly pieces?: readonly Range[];
}

interface Entry extends BlockBase {
  readonly kind: "entry";
  /** Content of the checkbox, where the list entry has one: " ", "x", … */
  readonly box?: string;
  /** One line, lines that belong to it joined by a space; without list mark and checkbox. */
  readonly text: string;
  readonly textRange: Range;
  /** How many list entries it lies in. */
  readonly depth: number;
}

interface LabelLine extends BlockBase {
  readonly kind: "label";
  readonly label: Label;
  readonly valueRange: Range;
}

interface Paragraph extends BlockBase {
  readonly kind: "paragraph";
  readonly text: string;
}

interface FrontMatter extends BlockBase {
  readonly kind: "front-matter";
  readonly content: Range;
}

export type Block = Heading | Fence | Entry | LabelLine | Paragraph | FrontMatter;

/** The text of a fence, and the way from an offset in it to one in the document. */
export interface FenceText {
  readonly text: string;
  /** Offset in the document; several lines of a quoted fence are not one piece there. */
  readonly toDocument: (offset: number) => number;
  /** Whether an edit of the text can be written back as an edit of the document. */
  readonly writable: boolean;
}

/** The content of a fence without the marks of the list or quotation around it. */
export function fenceText(doc: Document, fence: Fence): FenceText {
  const { content, pieces } = fence;
  if (pieces === undefined) {
    return { text: textOf(doc, content), writable: true, toDocument: (offset) => content.start + offset };
  }
  const starts: number[] = [];
  let length = 0;
  for (const piece of pieces) {
    starts.push(length);
    length += piece.end - piece.start + 1;
  }
  return {
    text: pieces.map((piece) => textOf(doc, piece)).join("\n"),
    writable: false,
    toDocument: (offset) => {
      const index = Math.max(
        0,
        starts.findLastIndex((start) => start <= offset),
      );
      return (pieces[index]?.start ?? content.start) + offset - (starts[index] ?? 0);
    },
  };
}
