// Reads what each task of a milestone plan says it requires and enables.
import type { Finding } from "../../core/finding.ts";
import { ancestorsOf, topologicalOrder } from "../../core/graph.ts";
import type { Range, StageId } from "../../core/plan.ts";
import type { Entry } from "../markdown/block.ts";
import {
  type Dependencies,
  type DependencyNode,
  type PreparedWorld,
  prepareWorld,
  readDependencies,
} from "../dependencies/dependencies.ts";
import type { Document } from "../markdown/document.ts";
import { comparable } from "../markdown/inline.ts";
import type { NeedSource } from "../stage-source.ts";
import type { Field, Part } from "./fields.ts";
import { needFields } from "./needs-lines.ts";
import { readGroup, slugOf } from "./task-heading.ts";
import { isBoxTask } from "./task-starts.ts";
import type { Task } from "./tasks.ts";

/** "M2.1" is part of the milestone 2, which is worth a name where a plan has several. */
function milestoneOf(id: StageId): { readonly noun: string; readonly number: string } | undefined {
  const number = /^M(\d+)\./i.exec(id)?.[1];
  return number === undefined ? undefined : { noun: "milestone", number };
}

/** What the tasks of a plan are called in each other's fields. */
export function worldOf(tasks: readonly Task[]): PreparedWorld {
  const ids = new Set<string>();
  const nouns = new Set<string>();
  const isOfMany = new Set(tasks.flatMap(({ id }) => milestoneOf(id)?.number ?? [])).size > 1;
  const nodes = tasks.map(({ id, name, group, section }): DependencyNode => {
    const part = (group === undefined ? undefined : readGroup(group)) ?? (isOfMany ? milestoneOf(id) : undefined);
    if (part !== undefined) ids.add(part.number);
    if (part !== undefined) nouns.add(part.noun);
    const aliases = [name, section.heading.text, `task ${id}`, `task-${id}-${slugOf(name)}`];
    return { id, aliases, ...(part === undefined ? {} : { group: part.number }) };
  });
  return prepareWorld({ nodes, nouns: ["task"], groups: { nouns: [...nouns], ids: [...ids] } });
}

const enableFields = /^(?:enables|blocks|unlocks|enables tasks?)$/;

export interface TaskNeeds {
  /** Absent where the task has no such field. */
  readonly requires?: Dependencies;
  /** Ids that it says come after it. Never an edge: authors contradict themselves in these. */
  readonly enables: readonly { readonly id: StageId; readonly range: Range }[];
}

/** The fields of one task. */
export function readNeeds(
  task: Task,
  { fields, world }: { readonly fields: readonly Field[]; readonly world: PreparedWorld },
): TaskNeeds {
  const own = fields.filter(({ name }) => needFields.test(name));
  const parts = own.length === 0 ? partsOfBox(task) : own.flatMap(partsOf);
  const requires = parts.length === 0 && own.length === 0 ? undefined : readDependencies(task.id, { parts, world });
  const listed = fields.filter(({ name }) => enableFields.test(name)).flatMap(partsOf);
  // "All other tasks" says nothing that could be wrong.
  const named = readDependencies(task.id, { parts: listed, world }).needs.filter(({ isImplied }) => isImplied !== true);
  const enables = [...(requires?.enables ?? []), ...named];
  return requires === undefined ? { enables } : { requires, enables };
}

/** "- [ ] M1.3: Rank (depends on M1.1)" */
function partsOfBox({ section: { heading } }: Task): readonly Part[] {
  const text = isBoxTask(heading) ? /\bdepends on:? [^()]+/i.exec(heading.text.slice(0, 1000))?.[0] : undefined;
  return text === undefined ? [] : [{ text, range: heading.textRange }];
}

/** What is waited for, also unknown ids; what follows from "all previous tasks" only where it is not named as well. */
export function needsOf({ needs, unknown }: Dependencies): readonly NeedSource[] {
  const seen = new Set(needs.flatMap(({ id, isImplied }) => (isImplied === true ? [] : id)));
  const implied = needs.filter(({ id, isImplied }) => isImplied === true && !seen.has(id) && seen.add(id).size > 0);
  return [...needs.filter(({ isImplied }) => isImplied !== true), ...implied, ...unknown];
}

/** The value and the bullets; what is below a bullet are notes on it, unless it only announces them: "Requires:". */
function partsOf({ value, blocks }: Field): readonly Part[] {
  const entries = blocks.filter((block) => block.kind === "entry");
  const chosen: Entry[] = [];
  let deepest = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    if (entry.depth > deepest) continue;
    const announces = entry.text.replaceAll("*", "").trimEnd().endsWith(":");
    deepest = announces ? entry.depth + 1 : entry.depth;
    chosen.push(entry);
  }
  const prose =
    entries.length > 0 || value !== undefined ? [] : blocks.filter((block) => block.kind === "paragraph").slice(0, 1);
  return [
    ...(value === undefined ? [] : [value]),
    ...chosen.map(({ text, textRange }) => ({ text, range: textRange })),
    ...prose.map(({ text, range }) => ({ text, range })),
  ];
}

/**
 * In a phase whose strategy is sequential, a task that says nothing itself waits for the one before it. By the task, what it
 * waits for, and the words that say so.
 */
export function sequentialNeeds(
  tasks: readonly Task[],
  strategies: ReadonlyMap<Task["group"], Part>,
): ReadonlyMap<Task, { readonly id: StageId; readonly range: Range }> {
  const result = new Map<Task, { readonly id: StageId; readonly range: Range }>();
  for (const [index, task] of tasks.entries()) {
    const before = tasks[index - 1];
    const strategy = task.group === undefined ? undefined : strategies.get(task.group);
    if (before === undefined || before.group !== task.group || strategy === undefined) continue;
    if (/^sequential\b/.test(comparable(strategy.text))) result.set(task, { id: before.id, range: strategy.range });
  }
  return result;
}

/** A plan where everything contradicts itself says so after this many; each one costs a walk through the graph. */
const mostWalks = 100;

interface Enabling {
  readonly id: StageId;
  readonly doc: Document;
  readonly needs: readonly StageId[];
  readonly enables: TaskNeeds["enables"];
}

/** `enables.contradiction`, worth knowing only: a task enables one that it waits for, or one that enables it. */
export function enablesFindings(stages: readonly Enabling[]): readonly Finding[] {
  const found: Finding[] = [];
  const enabled = new Map(stages.map(({ id, enables }) => [id, new Set(enables.map((other) => other.id))]));
  const seen = new Set<StageId>();
  const told = new Set<string>();
  const order = new Map(topologicalOrder(stages).map((id, index) => [id, index]));
  let walks = 0;
  for (const { id, doc, enables } of stages) {
    // What comes later in an order that fits cannot be waited for; only the rest is worth a walk. In a knot there is no order.
    const place = order.get(id) ?? Number.POSITIVE_INFINITY;
    const earlier = enables.some((other) => (order.get(other.id) ?? -1) < place);
    walks += earlier ? 1 : 0;
    if (walks > mostWalks) break;
    const ancestors = earlier ? ancestorsOf(stages, id) : new Set<StageId>();
    for (const { id: other, range } of enables) {
      if (other === id) continue;
      const waits = ancestors.has(other);
      // Of two that enable each other and do not wait either, the second one says so.
      const mutual = seen.has(other) && enabled.get(other)?.has(id) === true && !told.has(`${other} ${id}`);
      if (!waits && !mutual) continue;
      told.add(`${id} ${other}`);
      found.push({
        rule: "enables.contradiction",
        severity: "info",
        message: waits
          ? `\`${id}\` says that it enables \`${other}\`, but it waits for \`${other}\`; what it requires counts.`
          : `\`${id}\` and \`${other}\` both say that they enable the other; what they require counts.`,
        path: doc.path,
        range,
      });
    }
    seen.add(id);
  }
  return found;
}
