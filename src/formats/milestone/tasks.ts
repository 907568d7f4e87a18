// Finds the tasks of one document of a milestone plan, and where each begins and ends.
import type { StageStatus } from "../../core/plan.ts";
import type { Block, Entry, Heading } from "../markdown/block.ts";
import type { Document } from "../markdown/document.ts";
import { comparable, plainText } from "../markdown/inline.ts";
import { type Markdown, readMarkdown } from "../markdown/markdown.ts";
import type { Section } from "../markdown/section.ts";
import { startsNeeds } from "./needs-lines.ts";
import { type Role, roleOf } from "./place.ts";
import { displayName, phaseNumber, readTaskHeading, slugOf, statusHint } from "./task-heading.ts";
import { type Named, type Start, findStarts, isBox, isBoxTask } from "./task-starts.ts";

export interface Task {
  readonly doc: Document;
  readonly id: string;
  /** As written: what the names of PLAN and TASKS are compared by. */
  readonly rawName: string;
  /** As shown. */
  readonly name: string;
  /** Its number is written in its heading; otherwise its id is made of its name. */
  readonly numbered: boolean;
  readonly section: Section;
  /** The checklist of the task. */
  readonly boxes: readonly Entry[];
  /** Heading above that parts the tasks, such as "Phase 2: Storage". */
  readonly group?: Heading;
  /** What signs or words in the heading say. */
  readonly hint?: StageStatus;
}

export interface TaskList {
  readonly doc: Document;
  readonly markdown: Markdown;
  readonly title?: Heading;
  readonly tasks: readonly Task[];
  /** Headings such as "Phase 2: Storage", whether or not there are tasks below. */
  readonly phases: readonly Heading[];
}

/** Reads the tasks of a document. `neighbour` has those of the other file, none of which may be lost in a fence. */
export function readTasks(doc: Document, neighbour: readonly Named[] = []): TaskList {
  const role = readRole(doc);
  const names = new Set(neighbour.map(({ rawName }) => comparable(rawName)).filter((name) => name !== ""));
  const expects = (heading: string): string | undefined => {
    const task = readTaskHeading(heading, role);
    // The template of a task is what a fence may well hold.
    if (task !== undefined && !task.rawName.startsWith("[")) return `task ${task.id.toLowerCase()}`;
    const words = comparable(heading);
    return names.has(words) ? words : undefined;
  };
  const markdown = readMarkdown(doc, { expects, isLandmark: isDependenciesLine });
  const { blocks } = markdown;
  const headings = blocks.flatMap((block) => (block.kind === "heading" ? [block] : []));
  const title = headings.find(({ level }) => level === 1);
  const phases = headings.filter((heading) => heading.level > 1 && phaseNumber(heading) !== undefined);
  const starts = findStarts(blocks, { role, hasPhases: phases.length > 0, neighbour });
  const tasks = withPhaseIds(cutTasks(doc, { blocks, starts }));
  return { doc, markdown, tasks, phases, ...(title === undefined ? {} : { title }) };
}

/** Every task has this label, so that a line with nothing else on it lies in no code. */
const isDependenciesLine = (line: string): boolean => /^\*\*Dependencies(?::\*\*|\*\*:)[ \t]*$/.test(line);

/** What the document is for: its file name says so, or else its title. */
function readRole(doc: Document): Role | undefined {
  const role = roleOf(doc);
  if (role !== undefined) return role;
  const title = /^#[ \t][^\r\n]*/m.exec(doc.text.slice(0, 5000))?.[0];
  return title !== undefined && isListTitle(title) ? "tasks" : undefined;
}

/** "Milestone 4: Name - Tasks", "Rename - Task Checklist". */
export const isListTitle = (title: string): boolean => /\btasks?(?: (?:check)?list)?$/.test(comparable(title));

interface Cut extends Start {
  /** Place of the block after its last one. */
  readonly end: number;
  /** Place of the first heading in it that is none of the plan; `end` where there is none. */
  readonly foreign: number;
}

/**
 * A task goes on to the next task, or to a heading of its level or above. Examples that hold fences of their own come apart,
 * and then bring such headings to light in the middle of a task: those do not end it while its dependencies are still to come.
 */
function cutOf(blocks: readonly Block[], { start, stop }: { readonly start: Start; readonly stop: number }): Cut {
  const { at, heading } = start;
  if (isBoxTask(heading)) return { ...start, ...boxCut(blocks, { at, stop }) };
  let end: number | undefined;
  for (let index = at + 1; index < stop; index += 1) {
    const block = blocks[index];
    if (block?.kind === "heading" && block.level <= heading.level) {
      end ??= index;
      if (phaseNumber(block) !== undefined) break;
    }
    if (block === undefined || !startsNeeds(block)) continue;
    if (end === undefined) return { ...start, ...plainCut(blocks, { from: index, stop, level: heading.level }) };
    // Behind such a heading only the label of the template is sure to be of this task.
    if (block.kind !== "label" || comparable(block.label.name) !== "dependencies") continue;
    return { ...start, end: plainCut(blocks, { from: index, stop, level: heading.level }).end, foreign: end };
  }
  return { ...start, end: end ?? stop, foreign: end ?? stop };
}

/** To a box belongs what lies in its entry. */
function boxCut(
  blocks: readonly Block[],
  { at, stop }: { readonly at: number; readonly stop: number },
): { readonly end: number; readonly foreign: number } {
  const depth = blocks[at]?.depth ?? 0;
  let end = at + 1;
  while (end < stop && (blocks[end]?.depth ?? 0) > depth) end += 1;
  return { end, foreign: end };
}

function plainCut(
  blocks: readonly Block[],
  { from, stop, level }: { readonly from: number; readonly stop: number; readonly level: number },
): { readonly end: number; readonly foreign: number } {
  let end = from;
  for (; end < stop; end += 1) {
    const block = blocks[end];
    if (block?.kind === "heading" && block.level <= level) break;
  }
  return { end, foreign: end };
}

function cutTasks(
  doc: Document,
  from: { readonly blocks: readonly Block[]; readonly starts: readonly Start[] },
): readonly Task[] {
  const { blocks, starts } = from;
  const cuts = starts.map((start, index) => cutOf(blocks, { start, stop: starts[index + 1]?.at ?? blocks.length }));
  const groups = groupsOf(blocks, cuts);
  return cuts.map(({ at, heading, id, rawName, numbered, end, foreign, ...start }): Task => {
    const range = {
      start: heading.range.start,
      end: blocks[end]?.range.start ?? (blocks[end - 1] ?? heading).range.end,
    };
    const name = displayName(rawName);
    const group = groups.get(at);
    const hint = statusHint(rawName) ?? start.hint;
    return {
      doc,
      id,
      rawName,
      name: name === "" ? plainText(heading.text) : name,
      numbered,
      section: { heading, blocks: blocks.slice(at + 1, end), range },
      boxes: blocks.slice(at, foreign).filter(isBox),
      ...(group === undefined ? {} : { group }),
      ...(hint === undefined ? {} : { hint }),
    };
  });
}

const plainGroup =
  /^(?:(?:implementation|detailed|milestone)\s+)?(?:tasks?|plan|steps|phases?|checklist|to ?do)(?: (?:list|breakdown|details))?$/;

/** For each task the nearest heading above it, outside of other tasks, that is wider and says more than "Tasks". */
function groupsOf(blocks: readonly Block[], cuts: readonly Cut[]): ReadonlyMap<number, Heading> {
  const groups = new Map<number, Heading>();
  let above: readonly Heading[] = [];
  let from = 0;
  for (const { at, end, heading } of cuts) {
    for (; from < at; from += 1) {
      const block = blocks[from];
      if (block?.kind !== "heading" || block.level === 1) continue;
      above = [...above.filter(({ level }) => level < block.level), block];
    }
    from = end;
    const group = above.findLast(({ level, text }) => level < heading.level && !plainGroup.test(comparable(text)));
    if (group !== undefined) groups.set(at, group);
  }
  return groups;
}

/**
 * Numbers that begin anew in each phase get that of the phase before them: "1-1", "1-2", "2-1". Names that occur twice get
 * that of the heading above; the others stay as they are, so that one more task changes no id.
 */
function withPhaseIds(tasks: readonly Task[]): readonly Task[] {
  const counts = new Map<string, number>();
  for (const { id } of tasks) counts.set(id, (counts.get(id) ?? 0) + 1);
  if (counts.size === tasks.length) return tasks;
  const longer = tasks.map((task): Task => {
    const { id, group, numbered } = task;
    if (group === undefined || (numbered ? !/^\d+[a-z]?$/i.test(id) : counts.get(id) === 1)) return task;
    const prefix = numbered ? phaseNumber(group) : slugOf(group.text);
    return prefix === undefined ? task : { ...task, id: `${prefix}-${id}` };
  });
  // Where that does not help either, two tasks have one number, which is for the author to mend.
  return new Set(longer.map(({ id }) => id)).size === tasks.length ? longer : tasks;
}
