// Finds the phases of a plan: those of its phases section, or where it has none, headings that are plainly phases.
import type { Range } from "../../core/plan.ts";
import type { Block, Heading } from "../markdown/block.ts";
import { comparable, plainText } from "../markdown/inline.ts";
import { blocksBelow } from "../markdown/nesting.ts";
import { type PhaseHeading, readPhaseHeading } from "./phase-heading.ts";

export interface Phase {
  readonly heading: PhaseHeading;
  /** Of the words of the heading; the places in `heading` are within it. */
  readonly textRange: Range;
  /** From the heading to the end of what belongs to it. */
  readonly range: Range;
  /** What belongs to it, without the heading. */
  readonly blocks: readonly Block[];
  /** The heading right above it, which tells phases from what repeats them further down. */
  readonly parent: Heading | undefined;
  readonly level: number;
}

export interface PhaseList {
  /** In document order, each id once. */
  readonly phases: readonly Phase[];
  /** Phases with the id of an earlier one. */
  readonly duplicates: readonly { readonly phase: Phase; readonly first: Phase }[];
  /** Named again where the document only looks back at them. */
  readonly repeats: readonly { readonly phase: Phase; readonly first: Phase }[];
  /** What they are called, in lower case. */
  readonly noun: string;
  /** The document has a section for its phases. */
  readonly inSection: boolean;
}

/** What plans of other systems call the same thing; the first one that there are several of counts. */
const nouns = ["phase", "work package", "milestone", "sprint", "iteration", "day"];

/** Reads the phases out of the blocks of a document. */
export function listPhases(blocks: readonly Block[]): PhaseList {
  const outline = outlineOf(blocks);
  const own = inPhasesSection(outline);
  if (own.length > 0) return { ...withoutSameIds(own, { isStrict: true }), noun: "phase", inSection: true };
  for (const noun of nouns) {
    const found = phasesIn(outline, { from: 0, to: outline.headings.length, noun });
    if (found.length >= 2) return { ...withoutSameIds(found, { isStrict: false }), noun, inSection: false };
  }
  return { ...withoutSameIds(numberedSteps(outline), { isStrict: true }), noun: "task", inSection: false };
}

interface Outline {
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

function outlineOf(blocks: readonly Block[]): Outline {
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

const sectionTitle =
  /^(?:(?:implementation|development|project|delivery|migration|execution|rollout|work|build)\s)?phases$|^phase (?:breakdown|details)$/;

const isPhasesSection = (heading: Heading): boolean =>
  heading.text.length < 200 && sectionTitle.test(bareTitle(heading.text));

/** A title in lower case without its number, a note and a colon: "4. Implementation Phases (draft):". */
export const bareTitle = (text: string): string =>
  comparable(text)
    .replace(/^(?:\d+(?:\.\d+){0,3}[.)]?|[ivx]+[.)])\s/, "")
    .replace(/\s?\([^()]*\)$/, "")
    .replace(/\s?:$/, "");

/** All sections of the topmost level that have phases. */
function inPhasesSection(outline: Outline): readonly Phase[] {
  const { headings } = outline;
  let best: { readonly level: number; readonly phases: readonly Phase[] } | undefined;
  for (const [index, { heading, next }] of headings.entries()) {
    if (!isPhasesSection(heading) || (best !== undefined && heading.level > best.level)) continue;
    const named = phasesIn(outline, { from: index + 1, to: next, noun: "phase", inSection: true });
    const phases = named.length > 0 ? named : listedPhases(outline, index);
    if (phases.length === 0) continue;
    const { level } = heading;
    best = best?.level === level ? { level, phases: [...best.phases, ...phases] } : { level, phases };
  }
  return best?.phases ?? [];
}

/** Headings of phases; what lies inside a phase is none. */
function phasesIn(
  outline: Outline,
  at: { readonly from: number; readonly to: number; readonly noun: string; readonly inSection?: boolean },
): readonly Phase[] {
  const { blocks, headings, title } = outline;
  const found: Phase[] = [];
  for (let index = at.from; index < at.to; index += 1) {
    const entry = headings[index];
    if (entry === undefined) break;
    const { heading, next } = entry;
    const read = heading === title ? undefined : readHeadingOf(heading, at);
    if (read === undefined) continue;
    const end = headings[next]?.at ?? blocks.length;
    found.push({
      heading: read,
      textRange: heading.textRange,
      range: { start: heading.range.start, end: endOf(blocks, end) },
      blocks: blocks.slice(entry.at + 1, end),
      parent: entry.parent,
      level: heading.level,
    });
    index = Math.max(index, next - 1);
  }
  return found;
}

/** The words of the heading as they stand in the document are needed for the places; a comment in them is rare enough. */
const readHeadingOf = (
  { text, textRange }: Heading,
  options: { readonly noun: string; readonly inSection?: boolean },
): PhaseHeading | undefined => {
  const read = readPhaseHeading(text, options);
  if (read?.status === undefined || text.length === textRange.end - textRange.start) return read;
  return { ...read, status: { ...read.status, spans: [] } };
};

const endOf = (blocks: readonly Block[], end: number): number =>
  blocks[end]?.range.start ?? blocks[end - 1]?.range.end ?? 0;

/** A section that lists its phases: `1. **Groundwork**`, or `- Phase 1: Groundwork`, each with its fields below. */
function listedPhases({ blocks, headings }: Outline, section: number): readonly Phase[] {
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

/** Numbered headings in the section of a plan that has no other name for its steps: `### 3. **Extend the model**`. */
function numberedSteps(outline: Outline): readonly Phase[] {
  const { blocks, headings } = outline;
  for (const [index, { heading, next }] of headings.entries()) {
    if (
      !/^(?:implementation|development|work|action|project)? ?(?:plan|steps|tasks)$/.test(
        bareTitle(heading.text.slice(0, 200)),
      )
    )
      continue;
    const found: Phase[] = [];
    for (let inner = index + 1; inner < next; inner += 1) {
      const step = headings[inner];
      if (step === undefined || step.heading.level !== heading.level + 1) continue;
      const [, id, name] = /^(\d{1,4})[.)] (\S.*)$/.exec(plainText(step.heading.text.slice(0, 400))) ?? [];
      if (id === undefined || name === undefined) continue;
      const end = headings[step.next]?.at ?? blocks.length;
      found.push({
        heading: { id, name },
        textRange: step.heading.textRange,
        range: { start: step.heading.range.start, end: endOf(blocks, end) },
        blocks: blocks.slice(step.at + 1, end),
        parent: heading,
        level: step.heading.level,
      });
    }
    if (found.length >= 2) return found;
  }
  return [];
}

/**
 * Each id once. Where phases have a section of their own, two of the same number are a mistake. Elsewhere they are one only
 * beside each other: further down, plans look back at what was done.
 */
function withoutSameIds(
  found: readonly Phase[],
  { isStrict }: { readonly isStrict: boolean },
): Pick<PhaseList, "phases" | "duplicates" | "repeats"> {
  const firsts = new Map<string, Phase>();
  const duplicates: { readonly phase: Phase; readonly first: Phase }[] = [];
  const repeats: { readonly phase: Phase; readonly first: Phase }[] = [];
  for (const phase of found) {
    const key = phase.heading.id.toLowerCase();
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, phase);
    else if (isStrict || (first.parent === phase.parent && first.level === phase.level))
      duplicates.push({ phase, first });
    else repeats.push({ phase, first });
  }
  return { phases: [...firsts.values()], duplicates, repeats };
}
