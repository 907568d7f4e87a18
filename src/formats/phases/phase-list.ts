// Finds the phases of a plan: those of its phases section, or where it has none, headings that are plainly phases.
import type { Block, Heading } from "../markdown/block.ts";
import { bareTitle } from "./bare-title.ts";
import { type Outline, endOf, outlineOf } from "./outline.ts";
import type { Phase } from "./phase.ts";
import { type PhaseHeading, readPhaseHeading } from "./phase-heading.ts";
import { listedPhases, numberedHeadings } from "./plain-phases.ts";

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

const sectionTitle =
  /^(?:(?:implementation|development|project|delivery|migration|execution|rollout|work|build)\s)?phases(?: (?:and|&) (?:milestones|tasks|deliverables|timeline|dependencies))?$|^phase (?:breakdown|details)$/;

const isPhasesSection = (heading: Heading): boolean =>
  heading.text.length < 200 && sectionTitle.test(bareTitle(heading.text));

/**
 * The phases in all sections of the topmost level that have some: named headings, where there are any; else lists; else
 * headings that only have a number.
 */
function inPhasesSection(outline: Outline): readonly Phase[] {
  const sections = outline.headings.flatMap(({ heading, next }, index) =>
    isPhasesSection(heading) ? [{ index, level: heading.level, next }] : [],
  );
  const readers = [
    (index: number, next: number) => phasesIn(outline, { from: index + 1, to: next, noun: "phase", inSection: true }),
    (index: number) => listedPhases(outline, index),
    (index: number) => numberedHeadings(outline, index),
  ];
  for (const read of readers) {
    const found = sections.flatMap(({ index, level, next }) => {
      const phases = read(index, next);
      return phases.length === 0 ? [] : [{ level, phases }];
    });
    const top = found.reduce((least, { level }) => Math.min(least, level), 7);
    if (found.length > 0) return found.flatMap(({ level, phases }) => (level === top ? phases : []));
  }
  return [];
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

/** In the section of a plan that has no other name for its steps: `### 3. **Extend the model**`. */
function numberedSteps(outline: Outline): readonly Phase[] {
  for (const [index, { heading }] of outline.headings.entries()) {
    const title = bareTitle(heading.text.slice(0, 200));
    if (!/^(?:implementation|development|work|action|project)? ?(?:plan|steps|tasks)$/.test(title)) continue;
    const found = numberedHeadings(outline, index);
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
