// Cuts a named part out of a plan: a heading with all that is below it.
import type { Range } from "../../core/plan.ts";
import type { Block, Heading } from "../markdown/block.ts";
import type { Document } from "../markdown/document.ts";
import { comparable } from "../markdown/inline.ts";

export interface Part {
  readonly heading: Heading;
  readonly blocks: readonly Block[];
  readonly range: Range;
}

/** The first heading whose comparable words fit, up to the next heading of its level or above. */
export function partNamed(
  blocks: readonly Block[],
  { doc, name }: { readonly doc: Document; readonly name: RegExp },
): Part | undefined {
  const start = blocks.findIndex(
    (block) =>
      block.kind === "heading" && block.level > 1 && block.text.length < 200 && name.test(comparable(block.text)),
  );
  const heading = blocks[start];
  if (heading?.kind !== "heading") return undefined;
  const end = blocks.findIndex((block, at) => at > start && block.kind === "heading" && block.level <= heading.level);
  const last = end === -1 ? blocks.length : end;
  // Where another part follows, it ends there; a part at the end of another one ends with the last of its blocks.
  const until = blocks[last]?.range.start ?? blocks.at(-1)?.range.end ?? doc.text.length;
  return { heading, blocks: blocks.slice(start + 1, last), range: { start: heading.range.start, end: until } };
}
