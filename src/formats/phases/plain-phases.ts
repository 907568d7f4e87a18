// Phases whose headings or list entries do not say that they are phases, which their section does.
import type { Block } from "../markdown/block.ts";
import { plainText } from "../markdown/inline.ts";
import { blocksBelow } from "../markdown/nesting.ts";
import { type Outline, endOf } from "./outline.ts";
import type { Phase } from "./phase.ts";
import { type PhaseHeading, readPhaseHeading } from "./phase-heading.ts";

/** A section that lists its phases: `1. **Groundwork**`, or `- Phase 1: Groundwork`, each with its fields below. */
export function listedPhases({ blocks, headings }: Outline, section: number): readonly Phase[] {
  const own = headings[section];
  if (own === undefined) return [];
  const end = headings[own.next]?.at ?? blocks.length;
  const found: Phase[] = [];
  for (let at = own.at + 1; at < end; at += 1) {
    const block = blocks[at];
    if (block?.kind !== "entry" || block.depth > 0 || block.quoted === true) continue;
    const heading = listedHeading(block);
    if (heading === undefined) continue;
    const below = blocksBelow(blocks, at);
    found.push({
      heading,
      textRange: block.textRange,
      range: { start: block.range.start, end: below.at(-1)?.range.end ?? block.range.end },
      blocks: below,
      parent: own.heading,
      level: own.heading.level + 1,
    });
  }
  return found;
}

const longestName = 120;

function listedHeading(entry: Extract<Block, { kind: "entry" }>): PhaseHeading | undefined {
  const { text, label, number } = entry;
  const title = label === undefined ? text : label.name;
  const read = readPhaseHeading(title, { noun: "phase", inSection: true });
  if (read !== undefined) {
    const name = read.name === "" && label !== undefined ? plainText(label.value).slice(0, longestName) : read.name;
    const { id, time, priority } = read;
    return {
      id,
      name,
      ...(time === undefined ? {} : { time }),
      ...(priority === undefined ? {} : { priority }),
    };
  }
  if (number === undefined || title.length > longestName * 2) return undefined;
  return { id: number, name: plainText(title).slice(0, longestName) };
}

/** Headings right below a section that start with a number: `### 3. Extend the model`. */
export function numberedHeadings({ blocks, headings }: Outline, section: number): readonly Phase[] {
  const own = headings[section];
  if (own === undefined) return [];
  const found: Phase[] = [];
  for (const { heading, at, next } of headings.slice(section + 1, own.next)) {
    if (heading.level !== own.heading.level + 1) continue;
    const [, id, name] = /^(\d{1,4})[.):] (\S.*)$/.exec(plainText(heading.text.slice(0, 400))) ?? [];
    if (id === undefined || name === undefined) continue;
    const end = headings[next]?.at ?? blocks.length;
    found.push({
      heading: { id, name },
      textRange: heading.textRange,
      range: { start: heading.range.start, end: endOf(blocks, end) },
      blocks: blocks.slice(at + 1, end),
      parent: own.heading,
      level: heading.level,
    });
  }
  return found;
}
