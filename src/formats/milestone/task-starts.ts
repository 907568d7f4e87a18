// Finds where the tasks of a document begin: headings with a number, headings its neighbour names, boxes of a checklist.
import type { StageStatus } from "../../core/plan.ts";
import type { Block, Entry, Heading } from "../markdown/block.ts";
import { comparable } from "../markdown/inline.ts";
import { startsNeeds } from "./needs-lines.ts";
import type { Role } from "./place.ts";
import { type TaskHeading, looseName, readGroup, readTaskHeading, slugOf } from "./task-heading.ts";

export interface Start {
  /** Place of the heading among the blocks. */
  readonly at: number;
  /** Of a task that is a box of a checklist, that entry, as a heading below all others. */
  readonly heading: Heading;
  readonly id: string;
  readonly rawName: string;
  readonly numbered: boolean;
  /** What stands before the number says. */
  readonly hint?: StageStatus;
}

/** What PLAN has to know of a task of TASKS, and the other way round, to find it. */
export interface Named {
  readonly id: string;
  readonly rawName: string;
  readonly numbered: boolean;
}

const longestName = 500;
/** The level of a task that is a box: any heading ends it. */
const boxLevel = 7;

/** Whether the task is a box of a checklist, and no heading. */
export const isBoxTask = ({ level }: Heading): boolean => level === boxLevel;

/** The starts in document order. `neighbour` holds the tasks of the other file, as far as they are known. */
export function findStarts(
  blocks: readonly Block[],
  from: { readonly role: Role | undefined; readonly hasPhases: boolean; readonly neighbour: readonly Named[] },
): readonly Start[] {
  const { role, hasPhases, neighbour } = from;
  const numbered = numberedStarts(blocks, role);
  if (numbered.length > 0) return numbered;
  const named = namesOf(neighbour);
  const wanted = { named, wanted: neighbour.length };
  const ways = role === "tasks" ? [boxStarts, ...(hasPhases ? [] : [checklistStarts, flatStarts])] : [plainStarts];
  for (const find of ways) {
    const starts = find(blocks, wanted);
    if (starts.length > 0) return starts;
  }
  return [];
}

/** Headings with the number of a task. "Task 1.2" below "Task 1" is a part of it and no task of its own. */
function numberedStarts(blocks: readonly Block[], role: Role | undefined): readonly Start[] {
  const starts: Start[] = [];
  let outer: Start | undefined;
  blocks.forEach((block, at) => {
    if (block.kind !== "heading") return;
    if (outer !== undefined && block.level <= outer.heading.level) outer = undefined;
    const task = block.level > 1 && block.depth === 0 ? readTaskHeading(block.text, role) : undefined;
    if (task === undefined || (outer !== undefined && isPartOf(task, outer.id))) return;
    outer = startOf(task, { at, heading: block });
    starts.push(outer);
  });
  return starts;
}

const startOf = ({ id, rawName, hint }: TaskHeading, place: Pick<Start, "at" | "heading">): Start => ({
  ...place,
  id,
  rawName,
  numbered: true,
  ...(hint === undefined ? {} : { hint }),
});

const isPartOf = ({ id }: TaskHeading, outer: string): boolean =>
  id.startsWith(`${outer}.`) || id.startsWith(`${outer}-`);

/** Numbers, marks and a note such as "(Optional)" aside. */
const nameKey = (text: string): string =>
  looseName(readTaskHeading(text, "tasks")?.rawName ?? text.slice(0, longestName));

/** The first task of each name. */
function namesOf(tasks: readonly Named[]): ReadonlyMap<string, Named> {
  const names = new Map<string, Named>();
  for (const task of tasks) {
    const name = looseName(task.rawName);
    if (name !== "" && !names.has(name)) names.set(name, task);
  }
  return names;
}

interface Wanted {
  readonly named: ReadonlyMap<string, Named>;
  /** How many tasks the neighbour has. */
  readonly wanted: number;
}

/**
 * Headings without "Task", all of one level: those that are called as a task of the neighbour, or say what they depend on,
 * and where most sections that are counted ("4.1 Name") say so, the other counted ones too.
 */
function plainStarts(blocks: readonly Block[], { named, wanted }: Wanted): readonly Start[] {
  const found = [2, 3, 4].map((level) => plainStartsAt(blocks, { named, level }));
  const best = found.toSorted((a, b) => b.shared + b.saying - (a.shared + a.saying))[0];
  if (best === undefined) return [];
  return best.saying > 1 || (wanted > 0 && best.shared * 2 >= wanted) ? best.starts : [];
}

interface PlainStarts {
  readonly starts: readonly Start[];
  /** How many are called as a task of the neighbour. */
  readonly shared: number;
  /** How many others say what they depend on. */
  readonly saying: number;
}

function plainStartsAt(
  blocks: readonly Block[],
  { named, level }: { readonly named: ReadonlyMap<string, Named>; readonly level: number },
): PlainStarts {
  const sections = blocks.flatMap((block, at) =>
    block.kind === "heading" && block.level <= level && block.depth === 0 ? [{ heading: block, at }] : [],
  );
  const candidates = sections.flatMap(({ heading, at }, index) => {
    if (heading.level < level || readGroup(heading) !== undefined) return [];
    const task = named.get(nameKey(heading.text));
    const counted = readTaskHeading(heading.text, "tasks");
    const says = blocks.slice(at, sections[index + 1]?.at).some(startsNeeds);
    const rawName = counted?.rawName ?? heading.text;
    const id = counted?.id ?? task?.id ?? slugOf(heading.text);
    const start: Start = { at, heading, id, rawName, numbered: task?.numbered ?? counted !== undefined };
    return id === "" ? [] : [{ start, isShared: task !== undefined, says, isCounted: counted !== undefined }];
  });
  const counted = candidates.filter(({ isCounted }) => isCounted);
  const allCounted = counted.filter(({ says }) => says).length * 2 > counted.length;
  const chosen = candidates.filter(({ isShared, says, isCounted }) => isShared || says || (isCounted && allCounted));
  return {
    starts: chosen.map(({ start }) => start),
    shared: chosen.filter(({ isShared }) => isShared).length,
    saying: chosen.filter(({ isShared, says }) => says && !isShared).length,
  };
}

/** Boxes that are tasks: those with a number where most have one; all where at least half of the neighbour's are there. */
function boxStarts(blocks: readonly Block[], { named, wanted }: Wanted): readonly Start[] {
  const top = topBoxes(blocks, (heading) => !noTaskName.test(comparable(heading.text)));
  const numbered = top.flatMap(({ entry, at }): readonly Start[] => {
    const task = readTaskHeading(boxName(entry), "tasks");
    return task === undefined ? [] : [startOf(task, { at, heading: headingOf(entry) })];
  });
  if (numbered.length * 2 > top.length) return numbered;
  const shared = top.filter(({ entry }) => named.has(nameKey(boxName(entry))));
  return wanted > 0 && shared.length * 2 >= wanted ? top.flatMap((box) => plainBox(box, named)) : [];
}

/** A list without headings for its tasks: every box below the title or a heading that only says that tasks follow. */
const flatStarts = (blocks: readonly Block[]): readonly Start[] =>
  topBoxes(blocks, ({ level, text }) => level === 1 || listName.test(comparable(text))).flatMap((box) => plainBox(box));

interface TopBox {
  readonly entry: Entry;
  readonly at: number;
}

/** The boxes at the edge, below the headings that may hold tasks. */
function topBoxes(blocks: readonly Block[], mayHold: (heading: Heading) => boolean): readonly TopBox[] {
  let isOpen = true;
  return blocks.flatMap((block, at): readonly TopBox[] => {
    if (block.kind === "heading") isOpen = mayHold(block);
    return isOpen && isBox(block) && block.depth === 0 ? [{ entry: block, at }] : [];
  });
}

function plainBox({ entry, at }: TopBox, named?: ReadonlyMap<string, Named>): readonly Start[] {
  const rawName = boxName(entry);
  const id = named?.get(nameKey(rawName))?.id ?? slugOf(rawName);
  return id === "" ? [] : [{ at, heading: headingOf(entry), id, rawName, numbered: false }];
}

/** The text of the box without bold, and without what it says it depends on. */
const boxName = ({ text }: Entry): string =>
  text
    .slice(0, longestName)
    .replaceAll("**", "")
    .replace(/\s+(?:\(|[-–—,;] ?)depends on\b.*$/i, "");

const headingOf = ({ range, line, depth, text, textRange }: Entry): Heading => ({
  kind: "heading",
  level: boxLevel,
  range,
  line,
  depth,
  text,
  textRange,
});

const noTaskName =
  /^(?:(?:success|acceptance|exit|completion) criteria|definition of done|notes?|verification|testing|overview|.*\bchecklist)$/;
const listName = /^(?:tasks?|to ?dos?)(?: list)?$/;

/** Headings without numbers that have boxes directly below: of the third level, or where none has, of the second. */
function checklistStarts(blocks: readonly Block[]): readonly Start[] {
  const found: Start[] = [];
  let open: Start | undefined;
  blocks.forEach((block, at) => {
    if (block.kind === "heading") {
      const words = comparable(block.text);
      const isTask = (block.level === 2 || block.level === 3) && !noTaskName.test(words) && !listName.test(words);
      open = isTask ? { at, heading: block, id: slugOf(block.text), rawName: block.text, numbered: false } : undefined;
    } else if (open !== undefined && isBox(block)) {
      found.push(open);
      open = undefined;
    }
  });
  const thirds = found.filter(({ heading }) => heading.level === 3);
  return (thirds.length > 0 ? thirds : found).filter(({ id }) => id !== "");
}

/** A list entry with a checkbox, and no example of one in a quotation. */
export const isBox = (block: Block): block is Entry & { readonly box: string } =>
  block.kind === "entry" && block.box !== undefined && block.quoted !== true;
