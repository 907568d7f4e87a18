// Finds the prose section of each stage, and what its label lines say.
import type { Range } from "../../core/plan.ts";
import type { Block } from "../markdown/block.ts";
import type { Document } from "../markdown/document.ts";
import { codeSpans, comparable, parseLabel } from "../markdown/inline.ts";
import type { Section } from "../markdown/section.ts";

/** A label line of a stage: what it says, and where. */
export interface LabelValue {
  readonly value: string;
  readonly range: Range;
}

/** The words of a heading without "Stage 3:" before them, for comparison. */
export const headingKey = (heading: string): string =>
  comparable(heading).replace(/^(?:stage|step|phase)?\s*\d+[a-z]?\s*[:.)–—-]\s*/, "");

interface Candidate {
  readonly section: Section;
  readonly stageId?: string;
  readonly number?: number;
}

/**
 * The section of each stage, in the order given: by name first, then by its Stage ID line, then by number. Headings may
 * repeat further down, as in a list of what is left to do; the first one counts.
 */
export function findSections(
  blocks: readonly Block[],
  stages: readonly { readonly id: string; readonly name: string }[],
): readonly (Section | undefined)[] {
  const candidates = listCandidates(blocks);
  const byKey = groupBy(candidates, ({ section }) => headingKey(section.heading.text));
  const byId = groupBy(candidates, ({ stageId }) => stageId);
  const byNumber = groupBy(candidates, ({ number }) => number);
  const ids = new Set(stages.map(({ id }) => id));
  const taken = new Set<Candidate>();
  const result: (Section | undefined)[] = stages.map(() => undefined);
  const take = (index: number, found: Candidate | undefined): void => {
    if (found === undefined || result[index] !== undefined) return;
    taken.add(found);
    result[index] = found.section;
  };
  const free = (list: readonly Candidate[] | undefined, id: string): Candidate | undefined => {
    const open = (list ?? []).filter((candidate) => !taken.has(candidate));
    const own = open.find(({ stageId }) => stageId === id);
    return own ?? open.find(({ stageId }) => stageId === undefined || !ids.has(stageId));
  };
  stages.forEach(({ id, name }, index) => take(index, free(byKey.get(comparable(name)), id)));
  stages.forEach(({ id, name }, index) => take(index, free(byKey.get(headingKey(name)), id)));
  stages.forEach(({ id }, index) => take(index, free(byId.get(id), id)));
  stages.forEach(({ id }, index) => take(index, free(byKey.get(comparable(id)), id)));
  stages.forEach(({ id }, index) => take(index, free(byNumber.get(index + 1), id)));
  return result;
}

/** Every heading below the title with its section, in document order. */
function listCandidates(blocks: readonly Block[]): readonly Candidate[] {
  const ends = sectionEnds(blocks);
  return blocks.flatMap((block, index): readonly Candidate[] => {
    if (block.kind !== "heading" || block.level === 1) return [];
    const end = ends.get(index) ?? blocks.length;
    const next = blocks[end];
    const last = blocks[end - 1] ?? block;
    const range = { start: block.range.start, end: next?.range.start ?? last.range.end };
    const number = /^(?:stage|step|phase)\s+(\d{1,6})\b/.exec(comparable(block.text))?.[1];
    // Blocks are cut out when asked for: nested sections share them, and most headings are no stage.
    const section = {
      heading: block,
      range,
      get blocks() {
        return blocks.slice(index + 1, end);
      },
    };
    const stageId = stageIdAfter(blocks, index);
    return [
      {
        section,
        ...(stageId === undefined ? {} : { stageId }),
        ...(number === undefined ? {} : { number: Number(number) }),
      },
    ];
  });
}

/** For each heading the index of the block that ends its section. */
function sectionEnds(blocks: readonly Block[]): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  /** By level, the nearest heading below of that level or above. */
  const below: (number | undefined)[] = [];
  for (let index = blocks.length - 1; index >= 0; index -= 1) {
    const block = blocks[index];
    if (block?.kind !== "heading") continue;
    const { level } = block;
    const end = below[level];
    if (end !== undefined) ends.set(index, end);
    for (let other = level; other <= 6; other += 1) below[other] = index;
  }
  return ends;
}

function stageIdAfter(blocks: readonly Block[], heading: number): string | undefined {
  for (let index = heading + 1; index < blocks.length; index += 1) {
    const block = blocks[index];
    if (block === undefined || block.kind === "heading") return undefined;
    const label = block.kind === "label" ? block.label : block.kind === "entry" ? parseLabel(block.text) : undefined;
    if (label !== undefined && comparable(label.name) === "stage id") return bareValue(label.value);
  }
  return undefined;
}

/** The value without code marks and quotes, and without a note behind it. */
export const bareValue = (value: string): string => codeSpans(value)[0]?.code.trim() ?? value.trim();

/** The label lines between the heading and the first heading below it, by comparable name; the first one counts. */
export function sectionLabels(doc: Document, section: Section): ReadonlyMap<string, LabelValue> {
  const labels = new Map<string, LabelValue>();
  for (const block of section.blocks) {
    if (block.kind === "heading") break;
    const found = labelOf(doc, block);
    if (found === undefined || labels.has(found.name)) continue;
    labels.set(found.name, { value: found.value, range: found.range });
  }
  return labels;
}

/** A label line, or a list entry written as one. */
function labelOf(doc: Document, block: Block): (LabelValue & { readonly name: string }) | undefined {
  if (block.kind === "label") {
    return { name: comparable(block.label.name), value: block.label.value, range: block.valueRange };
  }
  if (block.kind !== "entry" || block.box !== undefined) return undefined;
  const line = doc.text.slice(block.range.start, doc.lineEnds[block.line - 1]);
  const label = parseLabel(line);
  if (label === undefined) return undefined;
  const start = block.range.start + label.valueStart;
  return { name: comparable(label.name), value: label.value, range: { start, end: start + label.value.length } };
}

function groupBy<Value, Key>(
  list: readonly Value[],
  keyOf: (value: Value) => Key | undefined,
): ReadonlyMap<Key, readonly Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const value of list) {
    const key = keyOf(value);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
