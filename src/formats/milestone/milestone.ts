// The format of milestone plans: a folder with PLAN, TASKS and SPEC, or one file of a phase; each task is a stage.
import type { FileEdit } from "../../core/finding.ts";
import type { StageStatus } from "../../core/plan.ts";
import { type StageDraft, assemblePlan } from "../assemble.ts";
import type { Format, ParseOptions, ParsedPlan, StatusChange } from "../contract.ts";
import { sectionText } from "../markdown/section.ts";
import type { PlanSource } from "../source.ts";
import { detectMilestone } from "./detect.ts";
import {
  type Field,
  type Part,
  labelsOf,
  readChecks,
  readCommit,
  readFields,
  readFiles,
  strategiesOf,
} from "./fields.ts";
import { dependencyFindings } from "../dependencies/findings.ts";
import { noTasks, readingFindings, silentFindings } from "./findings.ts";
import { type TaskNeeds, enablesFindings, needsOf, readNeeds, sequentialNeeds, worldOf } from "./needs.ts";
import { place } from "./place.ts";
import { type Boxes, type MilestoneReading, isTicked, readMilestone } from "./reading.ts";
import type { Task } from "./tasks.ts";
import { freshMilestone } from "./template.ts";

function parse(source: PlanSource, options: ParseOptions): ParsedPlan {
  const reading = readMilestone(source);
  const { tasks, id, title } = reading;
  const shared = readingFindings(reading, source);
  if (tasks.length === 0) return { findings: [noTasks(reading, source), ...shared] };
  const world = worldOf(tasks);
  const before = sequentialNeeds(tasks, strategiesOf(reading.plan?.markdown.blocks ?? []));
  const read = tasks.map((task) => {
    const fields = readFields(task.section);
    const needs = readNeeds(task, { fields, world });
    return { task, needs, draft: draftOf({ task, fields, needs, reading, options, before: before.get(task) }) };
  });
  const findings = [
    ...shared,
    ...read.flatMap(({ task, needs: { requires } }) =>
      requires === undefined ? [] : dependencyFindings({ doc: task.doc, id: task.id, noun: "task" }, requires),
    ),
    ...silentFindings(
      tasks.filter((task, index) => read[index]?.needs.requires === undefined && !before.has(task)),
      tasks,
    ),
    ...enablesFindings(
      read.map(({ task, needs, draft }) => ({
        id: task.id,
        doc: task.doc,
        needs: draft.needs.map((need) => need.id),
        enables: needs.enables,
      })),
    ),
  ];
  return assemblePlan(
    source,
    { id, title, format: "milestone", stages: read.map(({ draft }) => draft), findings },
    options,
  );
}

function draftOf(from: {
  readonly task: Task;
  readonly fields: readonly Field[];
  readonly needs: TaskNeeds;
  readonly reading: MilestoneReading;
  readonly options: ParseOptions;
  readonly before: { readonly id: string; readonly range: Part["range"] } | undefined;
}): StageDraft {
  const { task, fields, reading, options, before } = from;
  const { requires } = from.needs;
  const { doc, id, name, section, group } = task;
  const { files, sources } = readFiles(fields);
  const commit = readCommit(fields);
  const labels = labelsOf(fields);
  const boxes = reading.boxes.get(task);
  const total = boxes?.entries.length ?? 0;
  const done = boxes?.entries.filter(isTicked).length ?? 0;
  return {
    doc,
    id,
    name,
    range: section.heading.textRange,
    status: statusOf(task, boxes),
    needs: requires === undefined ? (before === undefined ? [] : [before]) : needsOf(requires),
    external: requires?.external.map(({ text }) => text) ?? [],
    soft: requires?.soft.map(({ text, id: other }) => (other === undefined ? { text } : { text, id: other })) ?? [],
    checks: readChecks(fields, { ...options, doc }),
    files,
    fileSources: sources,
    brief: sectionText(doc, section),
    ...(group === undefined ? {} : { group: group.text }),
    ...(total === 0 ? {} : { progress: { done, total } }),
    ...(commit === undefined ? {} : { commit }),
    labels,
  };
}

/** All boxes ticked is complete; some are progress within a stage, of which the plan says no more. */
function statusOf(task: Task, boxes: Boxes | undefined): StageStatus | undefined {
  if (boxes === undefined || boxes.entries.length === 0) return task.hint;
  return boxes.entries.every(isTicked) ? "complete" : "not-started";
}

/**
 * Ticks the boxes of a stage that is complete, one character each. Nothing is ever unticked: which of the ticks a person
 * made, and which we, the file does not tell, and a stage that falls back has its work still in its branch. A person who
 * unticks a box says that the stage is not complete, and is heard.
 */
function setStatus(source: PlanSource, { stage, status }: StatusChange): readonly FileEdit[] {
  if (status !== "complete") return [];
  const { tasks, boxes } = readMilestone(source);
  const task = tasks.find(({ id }) => id === stage);
  const own = task === undefined ? undefined : boxes.get(task);
  const edits = (own?.entries ?? []).flatMap((entry) =>
    isTicked(entry) || entry.boxRange === undefined ? [] : [{ range: entry.boxRange, text: "x" }],
  );
  return own === undefined ? [] : [{ path: own.doc.path, edits }];
}

export const milestoneFormat: Format = {
  name: "milestone",
  detect: detectMilestone,
  place,
  parse,
  setStatus,
  fresh: freshMilestone,
};
