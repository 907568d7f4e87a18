// The blocks of a Markdown document that a plan is made of.
import type { Range } from "../../core/plan.ts";
import { type Document, textOf } from "./document.ts";
import type { Label } from "./inline.ts";

interface BlockBase {
  readonly range: Range;
  /** 1-based line of its first character. */
  readonly line: number;
  /** How many list entries it lies in. An entry does not lie in itself, nor does what follows the list mark instead of text. */
  readonly depth: number;
  /** Present where it stands in a quotation. */
  readonly quoted?: true;
}

export interface Heading extends BlockBase {
  readonly kind: "heading";
  readonly level: number;
  readonly text: string;
  /** The words alone, without the marks around them. */
  readonly textRange: Range;
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

export interface Entry extends BlockBase {
  readonly kind: "entry";
  /** Content of the checkbox, where the list entry has one: " ", "x", … */
  readonly box?: string;
  /** The one character between the brackets. */
  readonly boxRange?: Range;
  /** The number before the dot of a numbered list, as written. */
  readonly number?: string;
  /** One line, lines that belong to it joined by a space; without list mark and checkbox. */
  readonly text: string;
  readonly textRange: Range;
  /** Where the entry starts with one, as `- **Files**: …`; the value may go on over several lines. */
  readonly label?: Label;
  readonly valueRange?: Range;
}

export interface LabelLine extends BlockBase {
  readonly kind: "label";
  readonly label: Label;
  readonly valueRange: Range;
}

interface Paragraph extends BlockBase {
  readonly kind: "paragraph";
  /** One line, as in an entry. */
  readonly text: string;
  /** Present where a label stands right above, so that the value of that label may go on here. */
  readonly continuesLabel?: true;
}

export interface FrontMatter extends BlockBase {
  readonly kind: "front-matter";
  readonly content: Range;
}

export interface Cell {
  /** Markdown, trimmed; an escaped pipe is a plain one here. */
  readonly text: string;
  /** Exactly the trimmed text; empty, and inside the cell, where there is none. */
  readonly range: Range;
}

export interface TableRow {
  /** 1-based. */
  readonly line: number;
  readonly range: Range;
  /** As many as the row has, which may be fewer or more than the header has. */
  readonly cells: readonly Cell[];
}

/** A table with pipes. How its columns are aligned is not told. */
export interface Table extends BlockBase {
  readonly kind: "table";
  readonly header: readonly Cell[];
  readonly rows: readonly TableRow[];
}

export type Block = Heading | Fence | Entry | LabelLine | Paragraph | FrontMatter | Table;

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
