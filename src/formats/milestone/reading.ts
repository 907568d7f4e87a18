// Reads the files of one milestone plan together: which tasks it has, and where each has its boxes.
import type { Entry } from "../markdown/block.ts";
import type { Document } from "../markdown/document.ts";
import type { PlanSource } from "../source.ts";
import { type Matching, matchTasks } from "./match.ts";
import { planIdOf, roleOf } from "./place.ts";
import { type Task, type TaskList, isListTitle, readTasks } from "./tasks.ts";
import { plainText } from "../markdown/inline.ts";

export interface MilestoneReading {
  readonly id: string;
  readonly title: string;
  /** Tasks are written out here. */
  readonly plan?: TaskList;
  /** Tasks are ticked off here. */
  readonly list?: TaskList;
  readonly hasSpec: boolean;
  /** The stages: the tasks of PLAN, or where it has none, those of TASKS. */
  readonly tasks: readonly Task[];
  /** PLAN against TASKS; absent where one of the two has no tasks. */
  readonly matching?: Matching;
  /** The boxes of each stage: those in TASKS, or where it has none there, its own. */
  readonly boxes: ReadonlyMap<Task, Boxes>;
}

export interface Boxes {
  readonly doc: Document;
  readonly entries: readonly Entry[];
}

/** Total. */
export function readMilestone({ documents }: PlanSource): MilestoneReading {
  const [first] = documents;
  const listDoc = documents.find((doc) => roleOf(doc) === "tasks");
  const planDoc = documents.find((doc) => doc !== listDoc && roleOf(doc) !== "spec");
  const hasSpec = documents.some((doc) => roleOf(doc) === "spec");
  const listAlone = listDoc === undefined ? undefined : readTasks(listDoc);
  const read = planDoc === undefined ? undefined : readTasks(planDoc, listAlone?.tasks);
  // Which boxes of a checklist without numbers are tasks, only PLAN tells.
  const needsNames = listAlone?.tasks.some(({ numbered }) => numbered) !== true && read !== undefined;
  const listFirst = listDoc !== undefined && needsNames ? readTasks(listDoc, read.tasks) : listAlone;
  // A file whose name says nothing can still be a checklist.
  const isList = listFirst === undefined && read?.title !== undefined && isListTitle(read.title.text);
  const plan = isList ? undefined : read;
  const list = isList ? read : listFirst;
  const hasBoth = (plan?.tasks.length ?? 0) > 0 && (list?.tasks.length ?? 0) > 0;
  const matching =
    plan !== undefined && list !== undefined && hasBoth
      ? matchTasks({ plan: plan.tasks, tasks: list.tasks }, { guess: false })
      : undefined;
  const tasks = (plan?.tasks.length ?? 0) > 0 ? (plan?.tasks ?? []) : (list?.tasks ?? []);
  const partners = new Map(matching?.pairs.map((pair) => [pair.plan, pair.tasks]));
  return {
    id: planIdOf(first.path),
    title: titleOf(plan) ?? titleOf(list) ?? planIdOf(first.path),
    hasSpec,
    tasks,
    boxes: new Map(tasks.map((task) => [task, boxesOf(task, partners.get(task))])),
    ...(plan === undefined ? {} : { plan }),
    ...(list === undefined ? {} : { list }),
    ...(matching === undefined ? {} : { matching }),
  };
}

function boxesOf(task: Task, partner: Task | undefined): Boxes {
  const owner = partner !== undefined && partner.boxes.length > 0 ? partner : task;
  return { doc: owner.doc, entries: owner.boxes };
}

/** Whether somebody ticked the box. */
export const isTicked = ({ box }: Entry): boolean => box !== undefined && /^[xX✓✔✅☑]$/u.test(box);

function titleOf(list: TaskList | undefined): string | undefined {
  const text = plainText(list?.title?.text.slice(0, 1000) ?? "");
  const bare = text.replace(/\s+[-–—:]\s+(?:implementation plan|plan|tasks?|task (?:check)?list)$/i, "").trim();
  return bare === "" ? undefined : bare;
}
