// Cuts a document into the parts below each heading, with the headings that each part lies under.
import type { Block, Heading } from "../markdown/block.ts";

export interface Part {
  /** Absent for what stands before the first heading. */
  readonly heading?: Heading;
  /** The headings it lies under, its own first, then outwards. */
  readonly above: readonly Heading[];
  /** What stands between its heading and the next one of any level. */
  readonly blocks: readonly Block[];
}

/** All parts in document order. Headings in lists and quotations count as text. */
export function outlineOf(blocks: readonly Block[]): readonly Part[] {
  const parts: Part[] = [];
  const open: (Heading | undefined)[] = [];
  let heading: Heading | undefined;
  let from = 0;
  const close = (to: number): void => {
    const above = open.flatMap((one) => one ?? []).toReversed();
    parts.push({ above, blocks: blocks.slice(from, to), ...(heading === undefined ? {} : { heading }) });
  };
  blocks.forEach((block, index) => {
    if (block.kind !== "heading" || block.depth > 0 || block.quoted === true) return;
    close(index);
    heading = block;
    open.length = block.level;
    open[block.level] = block;
    from = index + 1;
  });
  close(blocks.length);
  return parts;
}

/** The part and those below its heading, up to the next heading of its level or above. */
export function withParts(parts: readonly Part[], part: Part): readonly Part[] {
  const start = parts.indexOf(part);
  const level = part.heading?.level ?? 0;
  let end = start + 1;
  while (end < parts.length && (parts[end]?.heading?.level ?? 0) > level) end += 1;
  return parts.slice(start, end);
}
