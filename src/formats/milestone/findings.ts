// Says what is worth knowing of the files of a milestone plan as a whole: what is missing, and where PLAN and TASKS disagree.
import type { Finding } from "../../core/finding.ts";
import type { Block, Heading } from "../markdown/block.ts";
import type { Document } from "../markdown/document.ts";
import type { PlanSource } from "../source.ts";
import { roleOf } from "./place.ts";
import type { MilestoneReading } from "./reading.ts";
import { phaseNumber } from "./task-heading.ts";
import type { Task, TaskList } from "./tasks.ts";

/** Lines that are named one by one. */
const mostNamed = 10;

/** Findings of the Markdown itself, of a missing SPEC, and of tasks that only one of PLAN and TASKS has. */
export function readingFindings(reading: MilestoneReading, source: PlanSource): readonly Finding[] {
  const { plan, list, matching } = reading;
  return [
    ...[plan, list].flatMap((read) => (read === undefined ? [] : markdownFindings(read))),
    ...specFindings(reading, source),
    ...looseFindings(reading),
    ...(matching?.missing ?? []).map(missingFinding),
    ...(matching?.extra ?? []).map(extraFinding),
  ];
}

const markdownFindings = ({ doc, markdown }: TaskList): readonly Finding[] =>
  markdown.findings.map((finding) => ({ path: doc.path, ...finding }));

/** The start of the document, as far as there is one. */
const headOf = (doc: Document, list?: TaskList): Pick<Finding, "range" | "path"> => ({
  range: list?.title?.textRange ?? { start: 0, end: Math.min(doc.lineEnds[0] ?? 0, 200) },
  path: doc.path,
});

function specFindings({ plan, list, hasSpec }: MilestoneReading, { documents }: PlanSource): readonly Finding[] {
  const [first] = documents;
  if (hasSpec || plan === undefined || list === undefined || roleOf(plan.doc) !== "plan") return [];
  return [
    {
      rule: "milestone.no-spec",
      severity: "info",
      message: "There is no SPEC beside PLAN and TASKS, which says what the milestone is for.",
      ...headOf(first, plan),
    },
  ];
}

/** `milestone.loose-boxes`: a phase of TASKS has boxes of its own and no tasks, so none of its work is a stage. */
function looseFindings({ list, tasks }: MilestoneReading): readonly Finding[] {
  // Where PLAN says what the tasks are, TASKS is free to list more.
  if (list === undefined || tasks.length === 0 || tasks !== list.tasks) return [];
  const { blocks } = list.markdown;
  const own = new Set<Block>(list.tasks.flatMap(({ section }) => section.blocks));
  const headings = new Set<Block>(list.tasks.map(({ section }) => section.heading));
  const found: Finding[] = [];
  let phase: Heading | undefined;
  let count = 0;
  const end = (): void => {
    if (phase !== undefined && count > 0) found.push(looseFinding(list.doc, { phase, count }));
    count = 0;
  };
  for (const block of blocks) {
    if (block.kind === "heading" && !own.has(block)) {
      end();
      phase = !headings.has(block) && phaseNumber(block) !== undefined ? block : undefined;
    } else if (phase !== undefined && block.kind === "entry" && block.box !== undefined) count += 1;
  }
  end();
  return found;
}

const looseFinding = (
  doc: Document,
  { phase, count }: { readonly phase: Heading; readonly count: number },
): Finding => ({
  rule: "milestone.loose-boxes",
  severity: "warning",
  message: `"${phase.text}" has ${count === 1 ? "a box" : `${count} boxes`} but no tasks, so nothing of it is a stage.`,
  range: phase.textRange,
  path: doc.path,
  suggestion: `Put a heading with a number above its boxes, such as "### ${phaseNumber(phase) ?? ""}.1 Name".`,
});

const nameOf = ({ id, name, numbered }: Task): string => (numbered ? `${id}: ${name}` : name);

const missingFinding = (task: Task): Finding => ({
  rule: "review.missing",
  severity: "warning",
  message: `PLAN has no section for the task "${nameOf(task)}", so it is no stage.`,
  range: task.section.heading.textRange,
  path: task.doc.path,
  suggestion: "Add a section of that name to PLAN; `stagetree review` compares the two.",
});

const extraFinding = (task: Task): Finding => ({
  rule: "review.extra",
  severity: "info",
  message: `TASKS does not list "${nameOf(task)}", so it has no boxes to tick.`,
  range: task.section.heading.textRange,
  path: task.doc.path,
});

/** `plan.no-tasks`: what was found instead. */
export function noTasks({ plan, list }: MilestoneReading, { documents }: PlanSource): Finding {
  const [first] = documents;
  const phases = plan !== undefined && plan.phases.length > 0 ? plan : list;
  const found = phases?.phases ?? [];
  const names = documents.length === 1 ? "this file" : "these files";
  const phased = found.length === 1 ? "1 phase was found" : `${found.length} phases were found`;
  const instead = found.length === 0 ? "" : `; ${phased}, which hold no tasks with a number`;
  return {
    rule: "plan.no-tasks",
    severity: "error",
    message: `No tasks were found in ${names}${instead}.`,
    ...headOf(first, plan ?? list),
    suggestion: "Give each task a heading of its own, such as `### Task 1.1: Name`.",
    ...(phases === undefined || found.length === 0
      ? {}
      : {
          related: found
            .slice(0, mostNamed)
            .map(({ textRange }) => ({ range: textRange, path: phases.doc.path, message: "A phase." })),
        }),
  };
}

/** `dep.missing-default`: tasks that say nothing about dependencies wait for none. Said once where none says anything. */
export function silentFindings(silent: readonly Task[], all: readonly Task[]): readonly Finding[] {
  const [first] = silent;
  if (first === undefined) return [];
  const base = { rule: "dep.missing-default", severity: "info" } as const;
  if (silent.length === all.length && all.length > 1) {
    const message = "No task says what it depends on, so all of them can start at once.";
    return [{ ...base, message, range: first.section.heading.textRange, path: first.doc.path }];
  }
  return silent.map((task) => ({
    ...base,
    message: "This task does not say what it depends on, so it waits for nothing.",
    range: task.section.heading.textRange,
    path: task.doc.path,
  }));
}
