// What belongs to a list entry or to a label: the blocks below it, and its whole value.
import type { Range } from "../../core/plan.ts";
import type { Block } from "./block.ts";
import { comparable } from "./inline.ts";
import { captionKind } from "./leaf-text.ts";

/**
 * The blocks below the one at `index` that belong to it. To an entry: all that lies in it, deeper entries included. To a
 * label: all up to the next label, caption or heading, or the end of the entry it stands in. To any other block: none.
 */
export function blocksBelow(blocks: readonly Block[], index: number): readonly Block[] {
  const owner = blocks[index];
  if (owner?.kind !== "entry" && owner?.kind !== "label") return [];
  let end = index + 1;
  for (let block = blocks[end]; block !== undefined; block = blocks[end]) {
    if (owner.kind === "entry" ? block.depth <= owner.depth : endsLabel(block, owner.depth)) break;
    end += 1;
  }
  return blocks.slice(index + 1, end);
}

function endsLabel(block: Block, depth: number): boolean {
  if (block.depth < depth || block.kind === "heading") return true;
  if (block.depth > depth) return false;
  return block.kind === "label" || (block.kind === "paragraph" && captionKind(block.text) !== undefined);
}

export interface FoundLabel {
  /** For comparison: lower case, marks dropped. */
  readonly name: string;
  /** One line; empty where the label only announces what stands below it. */
  readonly value: string;
  /** All of the value, which may go over several lines. */
  readonly range: Range;
}

/** The label that the block at `index` is or starts with, the plain lines right below it taken as part of its value. */
export function labelAt(blocks: readonly Block[], index: number): FoundLabel | undefined {
  const block = blocks[index];
  if (block?.kind !== "entry" && block?.kind !== "label") return undefined;
  const { label, valueRange } = block;
  if (label === undefined || valueRange === undefined) return undefined;
  const name = comparable(label.name);
  const next = blocks[index + 1];
  const more = block.kind === "label" && next?.kind === "paragraph" && next.continuesLabel === true ? next : undefined;
  if (more === undefined) return { name, value: label.value, range: valueRange };
  const start = label.value === "" ? more.range.start : valueRange.start;
  return { name, value: `${label.value} ${more.text}`.trim(), range: { start, end: more.range.end } };
}
