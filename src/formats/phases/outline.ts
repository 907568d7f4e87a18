// The headings of a document, each with the section below it.
import type { Block, Heading } from "../markdown/block.ts";

export interface Outline {
  readonly blocks: readonly Block[];
  /** The only heading of level 1, which names the document and is no phase of it. */
  readonly title: Heading | undefined;
  readonly headings: readonly {
    readonly heading: Heading;
    /** Index among the blocks. */
    readonly at: number;
    /** Index of the heading that ends its section, among the headings. */
    readonly next: number;
    readonly parent: Heading | undefined;
  }[];
}

export function outlineOf(blocks: readonly Block[]): Outline {
  const found = blocks.flatMap((block, at) =>
    block.kind === "heading" && block.depth === 0 && block.quoted !== true ? [{ heading: block, at }] : [],
  );
  /** By level, the nearest heading below of that level or above. */
  const below: number[] = Array.from({ length: 7 }, () => found.length);
  const nexts: number[] = [];
  for (let index = found.length - 1; index >= 0; index -= 1) {
    const level = found[index]?.heading.level ?? 6;
    nexts[index] = below[level] ?? found.length;
    below.fill(index, level);
  }
  const above: (Heading | undefined)[] = [];
  const headings = found.map(({ heading, at }, index) => {
    const parent = above.slice(0, heading.level).findLast((other) => other !== undefined);
    above.length = heading.level;
    above[heading.level] = heading;
    return { heading, at, next: nexts[index] ?? found.length, parent };
  });
  const [title, ...others] = found.filter(({ heading }) => heading.level === 1);
  return { blocks, headings, title: others.length === 0 ? title?.heading : undefined };
}

/** Where the block at `end` starts, or the last one before it ends. */
export const endOf = (blocks: readonly Block[], end: number): number =>
  blocks[end]?.range.start ?? blocks[end - 1]?.range.end ?? 0;
