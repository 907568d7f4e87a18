// Finds the waves of a plan and the tasks in them, before anything is made of them.
import type { Finding } from "../../core/finding.ts";
import type { Range } from "../../core/plan.ts";
import type { Block, Heading } from "../markdown/block.ts";
import type { Document } from "../markdown/document.ts";
import { comparable } from "../markdown/inline.ts";
import { readMarkdown } from "../markdown/markdown.ts";
import { type Fields, readFields } from "./fields.ts";
import { type TaskLine, type WaveName, readTaskLine, readWaveName } from "./names.ts";

/** Every task can wait for every task of another wave, so their number has to end somewhere. */
export const mostTasks = 500;

export interface Task {
  readonly line: TaskLine;
  /** The line that announces it. */
  readonly heading: Range;
  /** All of it. */
  readonly range: Range;
  readonly blocks: readonly Block[];
  readonly fields: Fields;
}

export interface Wave {
  readonly name: WaveName;
  readonly heading: Heading;
  readonly range: Range;
  /** All blocks below its heading. */
  readonly blocks: readonly Block[];
  /** Those before the first task. */
  readonly intro: readonly Block[];
  readonly tasks: readonly Task[];
}

export interface Outline {
  readonly doc: Document;
  readonly blocks: readonly Block[];
  /** In the order in which they are worked on: by number, the final one last. */
  readonly waves: readonly Wave[];
  /** The section that the waves stand in, where it has a heading. */
  readonly section?: Heading;
  readonly findings: readonly Finding[];
}

/** Total and linear. Headings inside of code are none; a wave that a stray closing mark would hide is seen. */
export function readOutline(doc: Document): Outline {
  const { blocks, findings } = readMarkdown(doc, { expects: (heading) => readWaveName(heading)?.id });
  const { starts: headings, section } = waveStarts(blocks);
  const ends = endsOf(blocks, new Set(headings.map(({ index }) => index)));
  let left = mostTasks;
  const waves = headings.map(({ index, name, heading }): Wave => {
    const own = blocks.slice(index + 1, ends.get(index) ?? blocks.length);
    const next = blocks[ends.get(index) ?? blocks.length];
    const end = next?.range.start ?? doc.text.length;
    const starts = taskStarts(own);
    const found = starts.slice(0, Math.max(0, left));
    left -= Math.max(1, starts.length);
    const tasks = found.map(({ at, line }, place): Task => {
      const start = own[at];
      const to = found[place + 1]?.at ?? own.length;
      const inside = own.slice(at + 1, to);
      const depth = start?.kind === "entry" ? start.depth + 1 : (start?.depth ?? 0);
      const range = { start: start?.range.start ?? end, end: own[to]?.range.start ?? end };
      return { line, heading: start?.range ?? range, range, blocks: inside, fields: readFields(inside, depth) };
    });
    const intro = own.slice(0, found[0]?.at ?? own.length);
    return { name, heading, range: { start: heading.range.start, end }, blocks: own, intro, tasks };
  });
  const kept = waves.slice(0, mostTasks);
  return {
    doc,
    blocks,
    waves: inWorkingOrder(kept),
    ...(section === undefined ? {} : { section }),
    findings: [...findings, ...(left < 0 ? [tooLarge(waves.at(-1)?.heading.range)] : [])],
  };
}

const tooLarge = (range: Range = { start: 0, end: 0 }): Finding => ({
  rule: "plan.too-large",
  severity: "error",
  message: `The plan has more than ${mostTasks} tasks; the rest is not read.`,
  range,
  suggestion: "Write several plans.",
});

interface WaveStart {
  readonly index: number;
  readonly name: WaveName;
  readonly heading: Heading;
}

/**
 * The headings of waves: those in the section of waves, where there is one, and those elsewhere that name another wave and
 * have something below them.
 */
function waveStarts(blocks: readonly Block[]): { readonly starts: readonly WaveStart[]; readonly section?: Heading } {
  const all = blocks.flatMap((block, index): readonly WaveStart[] => {
    if (block.kind !== "heading" || block.level === 1 || block.depth > 0 || block.quoted === true) return [];
    const name = readWaveName(block.text);
    return name === undefined ? [] : [{ index, name, heading: block }];
  });
  const first = blocks.findIndex((block) => block.kind === "heading" && isWavesSection(block));
  const section = blocks[first];
  const isWave = new Set(all.map(({ index }) => index));
  const end =
    section?.kind === "heading"
      ? blocks.findIndex(
          (block, index) =>
            index > first && block.kind === "heading" && block.level <= section.level && !isWave.has(index),
        )
      : -1;
  const isInside = ({ index }: WaveStart): boolean => index > first && (end === -1 || index < end);
  const inside = first === -1 ? [] : all.filter(isInside);
  const chosen = inside.length > 0 ? inside : all;
  const taken = new Set(chosen.map(({ name }) => name.id));
  const others = inside.length === 0 ? [] : all.filter((start) => !isInside(start) && !taken.has(start.name.id));
  const used = [...chosen, ...others.filter(({ index }) => hasSubstance(blocks, index))];
  const isOfSection = section?.kind === "heading" && inside.length > 0;
  return { starts: used.toSorted((a, b) => a.index - b.index), ...(isOfSection ? { section } : {}) };
}

const isWavesSection = ({ text, level }: Heading): boolean =>
  level > 1 &&
  text.length < 100 &&
  readWaveName(text) === undefined &&
  /^(?:\S+ )?waves?(?: \S+)?$/.test(comparable(text));

/** Whether a task or a field follows, and not only a remark on the wave. */
function hasSubstance(blocks: readonly Block[], index: number): boolean {
  for (let at = index + 1; at < blocks.length; at += 1) {
    const block = blocks[at];
    if (block === undefined || block.kind === "heading") return false;
    if (block.kind === "label" || taskLineOf(block) !== undefined) return true;
  }
  return false;
}

/** For each start the index of the block that ends it: the next start, or a heading of its level or above. */
function endsOf(blocks: readonly Block[], starts: ReadonlySet<number>): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  /** By level, the nearest heading below of that level or above, or start. */
  const below: (number | undefined)[] = [];
  for (let index = blocks.length - 1; index >= 0; index -= 1) {
    const block = blocks[index];
    if (block?.kind !== "heading") continue;
    const isStart = starts.has(index);
    const end = below[block.level];
    if (isStart && end !== undefined) ends.set(index, end);
    for (let level = isStart ? 1 : block.level; level <= 6; level += 1) below[level] = index;
  }
  return ends;
}

/** The announcement of a task that a block is: a line in bold, a heading, or an entry with a type. */
function taskLineOf(block: Block): TaskLine | undefined {
  if (block.quoted === true) return undefined;
  switch (block.kind) {
    case "heading":
      return readTaskLine(block.text);
    case "label": {
      const line = readTaskLine(`${block.label.name}: ${block.label.value}`);
      return line?.id === undefined && line?.attributes.has("type") !== true ? undefined : line;
    }
    case "paragraph":
      return block.depth === 0 && block.text.startsWith("**") ? readTaskLine(captionOf(block.text)) : undefined;
    case "entry": {
      const line = block.depth === 0 && block.text.startsWith("**") ? readTaskLine(block.text) : undefined;
      return line?.attributes.has("type") === true ? line : undefined;
    }
    default:
      return undefined;
  }
}

/** Text that stands right below a bold line belongs to its paragraph, but not to the line. */
function captionOf(text: string): string {
  const close = text.indexOf("**", 2);
  const rest = close === -1 ? "" : text.slice(close + 2).trim();
  if (close === -1 || rest === "" || rest.startsWith("(") || /^[:–—-]/u.test(rest)) return text;
  return text.slice(0, close + 2);
}

function taskStarts(blocks: readonly Block[]): readonly { readonly at: number; readonly line: TaskLine }[] {
  return blocks.flatMap((block, at) => {
    const line = taskLineOf(block);
    return line === undefined ? [] : [{ at, line }];
  });
}

/** By number where all but the final ones have one; otherwise as written. */
function inWorkingOrder(waves: readonly Wave[]): readonly Wave[] {
  const key = ({ name: { id } }: Wave): number => (id === "final" ? Number.POSITIVE_INFINITY : Number.parseFloat(id));
  const isNumbered = waves.every((wave) => !Number.isNaN(key(wave)));
  const rank = (wave: Wave): number => (isNumbered ? key(wave) : wave.name.id === "final" ? 1 : 0);
  // Infinity minus Infinity is no number.
  return waves.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(a) < rank(b) ? -1 : 1));
}
