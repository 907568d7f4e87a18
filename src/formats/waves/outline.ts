// Finds the waves of a plan and the tasks in them, before anything is made of them.
import type { Finding } from "../../core/finding.ts";
import type { Range } from "../../core/plan.ts";
import type { Block, Heading } from "../markdown/block.ts";
import type { Document } from "../markdown/document.ts";
import { comparable } from "../markdown/inline.ts";
import { readMarkdown } from "../markdown/markdown.ts";
import { type Fields, readFields } from "./fields.ts";
import { type TaskLine, type WaveName, nameOfUnnumbered, readWaveName } from "./names.ts";
import { taskLines } from "./task-lines.ts";

/** Each of them may wait for all before it, so their number has to end somewhere. */
const mostWaves = 500;

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
  const lines = taskLines(doc, blocks);
  const { starts: all, section } = waveStarts(blocks, lines);
  const starts = all.slice(0, mostWaves);
  const ends = endsOf(blocks, { starts, lines });
  const places = [...lines.keys()];
  let next = 0;
  const waves = starts.map(({ index, name, heading }): Wave => {
    const last = ends.get(index) ?? blocks.length;
    const end = blocks[last]?.range.start ?? doc.text.length;
    while ((places[next] ?? last) < index) next += 1;
    const own: number[] = [];
    for (let at = places[next]; at !== undefined && at < last; at = places[next]) {
      own.push(at);
      next += 1;
    }
    const tasks = own.flatMap((at, nth): readonly Task[] => {
      const [start, line, to] = [blocks[at], lines.get(at), own[nth + 1] ?? last];
      if (start === undefined || line === undefined) return [];
      const inside = blocks.slice(at + 1, to);
      const depth = start.kind === "entry" ? start.depth + 1 : start.depth;
      const range = { start: start.range.start, end: blocks[to]?.range.start ?? end };
      return [
        { line, heading: start.range, range, blocks: inside, fields: readFields(doc, { blocks: inside, depth }) },
      ];
    });
    const range = { start: heading.range.start, end };
    return {
      name,
      heading,
      range,
      blocks: blocks.slice(index + 1, last),
      intro: blocks.slice(index + 1, own[0] ?? last),
      tasks,
    };
  });
  return {
    doc,
    blocks,
    waves: inWorkingOrder(waves),
    ...(section === undefined ? {} : { section }),
    findings: [...findings, ...tooManyWaves(all), ...strayTasks(doc, { blocks, lines, waves })],
  };
}

function tooManyWaves(starts: readonly WaveStart[]): readonly Finding[] {
  const next = starts[mostWaves];
  if (next === undefined) return [];
  const message = `The plan has ${starts.length} waves, and more than ${mostWaves} are not read.`;
  const range = next.heading.textRange;
  return [{ rule: "plan.too-large", severity: "error", message, range, suggestion: "Write several plans." }];
}

/** Tasks with a type whose heading is not seen to be that of a wave: they must not get lost in silence. */
function strayTasks(
  doc: Document,
  {
    blocks,
    lines,
    waves,
  }: {
    readonly blocks: readonly Block[];
    readonly lines: ReadonlyMap<number, TaskLine>;
    readonly waves: readonly Wave[];
  },
): readonly Finding[] {
  if (waves.length === 0 || waves.length === mostWaves) return [];
  const read = new Set(waves.flatMap(({ tasks }) => tasks.map(({ line }) => line)));
  return [...lines].flatMap(([at, line]): readonly Finding[] => {
    const range = blocks[at]?.range;
    if (range === undefined || !line.attributes.has("type") || read.has(line)) return [];
    const message = `${line.id === undefined ? `"${line.title}"` : `Task ${line.id}`} stands in no wave, so it is not read.`;
    const suggestion = "Put it below a heading such as `### Wave 1: Name`.";
    return [{ rule: "wave.stray-task", severity: "warning", message, range, path: doc.path, suggestion }];
  });
}

interface WaveStart {
  readonly index: number;
  readonly name: WaveName;
  readonly heading: Heading;
}

/**
 * The headings of waves: those in the section of waves, where there is one, those elsewhere that name another wave and have
 * something below them, and those beside them that have tasks with a type below.
 */
function waveStarts(
  blocks: readonly Block[],
  lines: ReadonlyMap<number, TaskLine>,
): { readonly starts: readonly WaveStart[]; readonly section?: Heading } {
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
            index > first &&
            block.kind === "heading" &&
            block.level <= section.level &&
            !isWave.has(index) &&
            !(lines.has(index) && block.level >= (all[0]?.heading.level ?? 0)),
        )
      : -1;
  const isInside = ({ index }: WaveStart): boolean => index > first && (end === -1 || index < end);
  const inside = first === -1 ? [] : all.filter(isInside);
  const chosen = inside.length > 0 ? inside : all;
  const taken = new Set(chosen.map(({ name }) => name.id));
  const others = inside.length === 0 ? [] : all.filter((start) => !isInside(start) && !taken.has(start.name.id));
  const used = [...chosen, ...others.filter(({ index }) => hasSubstance(blocks, { index, lines }))];
  const starts = [...used, ...unnumbered(blocks, { used, lines })].toSorted((a, b) => a.index - b.index);
  const isOfSection = section?.kind === "heading" && inside.length > 0;
  return { starts, ...(isOfSection ? { section } : {}) };
}

const isWavesSection = ({ text, level }: Heading): boolean =>
  level > 1 &&
  text.length < 100 &&
  readWaveName(text) === undefined &&
  /^(?:\S+ )?waves?(?: \S+)?$/.test(comparable(text));

/** Whether a task or a field follows, and not only a remark on the wave. */
function hasSubstance(
  blocks: readonly Block[],
  { index, lines }: { readonly index: number; readonly lines: ReadonlyMap<number, TaskLine> },
): boolean {
  for (let at = index + 1; at < blocks.length; at += 1) {
    const block = blocks[at];
    if (lines.has(at) || block?.kind === "label") return true;
    if (block === undefined || block.kind === "heading") return false;
  }
  return false;
}

/** "### Quality gates" among "### Wave 1" and "### Wave 2": headings of their level with tasks of some type below. */
function unnumbered(
  blocks: readonly Block[],
  { used, lines }: { readonly used: readonly WaveStart[]; readonly lines: ReadonlyMap<number, TaskLine> },
): readonly WaveStart[] {
  const level = used[0]?.heading.level;
  if (level === undefined) return [];
  const known = new Set(used.map(({ index }) => index));
  const found = new Map<number, WaveStart>();
  let above: { readonly index: number; readonly heading: Heading } | undefined;
  blocks.forEach((block, index) => {
    const line = lines.get(index);
    if (line === undefined) {
      if (block.kind === "heading" && (block.level <= level || known.has(index))) above = { index, heading: block };
    } else if (above?.heading.level === level && line.attributes.has("type") && !known.has(above.index)) {
      found.set(above.index, { ...above, name: nameOfUnnumbered(above.heading.text) });
    }
  });
  return [...found.values()];
}

/**
 * For each start the index of the block that ends it: the next start, or a heading of its level or above that is not one of a
 * task at the level of the waves.
 */
function endsOf(
  blocks: readonly Block[],
  { starts, lines }: { readonly starts: readonly WaveStart[]; readonly lines: ReadonlyMap<number, TaskLine> },
): ReadonlyMap<number, number> {
  const known = new Set(starts.map(({ index }) => index));
  const ofWaves = starts[0]?.heading.level ?? 0;
  const ends = new Map<number, number>();
  /** By level, the nearest heading below of that level or above, or start. */
  const below: (number | undefined)[] = [];
  for (let index = blocks.length - 1; index >= 0; index -= 1) {
    const block = blocks[index];
    const isStart = known.has(index);
    if (block?.kind !== "heading" || (lines.has(index) && !isStart && block.level >= ofWaves)) continue;
    const end = below[block.level];
    if (isStart && end !== undefined) ends.set(index, end);
    for (let level = isStart ? 1 : block.level; level <= 6; level += 1) below[level] = index;
  }
  return ends;
}

/** By number where all but the final ones have one; otherwise as written. */
function inWorkingOrder(waves: readonly Wave[]): readonly Wave[] {
  const key = ({ name: { id } }: Wave): number => (id === "final" ? Number.POSITIVE_INFINITY : Number.parseFloat(id));
  const isNumbered = waves.every((wave) => !Number.isNaN(key(wave)));
  const rank = (wave: Wave): number => (isNumbered ? key(wave) : wave.name.id === "final" ? 1 : 0);
  // Infinity minus Infinity is no number.
  return waves.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(a) < rank(b) ? -1 : 1));
}
