// A heading with everything under it.
import type { Range } from "../../core/plan.ts";
import type { Block, Heading } from "./block.ts";
import type { Document } from "./document.ts";

export interface Section {
  readonly heading: Heading;
  /** All blocks between the heading and the next one of its level or above. */
  readonly blocks: readonly Block[];
  readonly range: Range;
}

/** The Markdown of a section, without the rule that parts it from the next one. */
export function sectionText(doc: Document, { range }: Pick<Section, "range">): string {
  const text = doc.text.slice(range.start, range.end).trimEnd();
  const lineBreak = Math.max(text.lastIndexOf("\n"), text.lastIndexOf("\r"));
  const hasRule = lineBreak !== -1 && /^[ \t]{0,3}(?:---+|\*\*\*+|___+)$/.test(text.slice(lineBreak + 1));
  return hasRule ? text.slice(0, lineBreak).trimEnd() : text;
}
