// Decides how sure it is that a document belongs to a milestone plan.
import type { Block } from "../markdown/block.ts";
import type { Document } from "../markdown/document.ts";
import { comparable } from "../markdown/inline.ts";
import { isNamedMilestone, roleOf } from "./place.ts";
import { phaseNumber } from "./task-heading.ts";
import { type TaskList, isListTitle, readTasks } from "./tasks.ts";

/** Cheap, and true of every document that is worth reading: a heading with a task, a milestone, a phase or a number. */
const worthReading = /^#{1,4}[ \t]+[^\r\n]{0,20}?(?:task[ \t]|milestone\b|phase[ -]?\d|[A-Za-z]{0,4}\d+\.\d)/im;

/** 0 to 1, see `Format.detect`. */
export function detectMilestone(doc: Document): number {
  const named = nameScore(doc);
  if (!worthReading.test(doc.text)) return named;
  const list = readTasks(doc);
  const { blocks } = list.markdown;
  if (blocks.some((block) => isForeign(doc, block))) return 0;
  const score = Math.max(named, list.tasks.length === 0 ? titleScore(list) : taskScore(list));
  // What other tools write at the head of their files is not written here.
  return blocks.some((block) => block.kind === "front-matter" || isStrategy(block)) ? Math.min(score, 0.4) : score;
}

/** PLAN.md in a folder called milestone-4, whatever is in it; and SPEC, which says nothing of tasks. */
const nameScore = (doc: Document): number => {
  const role = roleOf(doc);
  if (role === "spec") return isNamedMilestone(doc) || /^# Milestone\b/m.test(doc.text.slice(0, 2000)) ? 0.2 : 0;
  return role !== undefined && isNamedMilestone(doc) ? 0.3 : 0;
};

/** Waves, stages with metadata and elements for tasks are other formats. */
const isForeign = (doc: Document, block: Block): boolean =>
  (block.kind === "heading" && /^(?:final )?wave\b/.test(comparable(block.text.slice(0, 100)))) ||
  (block.kind === "fence" && /\bmetadata\b/.test(block.info)) ||
  (block.kind === "paragraph" &&
    /^<(?:tasks?|objective)\b/.test(doc.text.slice(block.range.start, block.range.start + 20)));

const isStrategy = (block: Block): boolean => block.kind === "label" && comparable(block.label.name) === "strategy";

/** "milestone 4: name", "milestone 4 implementation plan", "implementation plan for milestone 4". */
const isMilestoneTitle = (title: string): boolean =>
  /^milestone(?: [\w.-]{1,20})?\s?(?:[:–—-]|$)/.test(title) ||
  (/\bmilestone \d/.test(title) && /\b(?:implementation plan|tasks?|task list)\b/.test(title));
const titleOf = ({ title }: TaskList): string => comparable(title?.text.slice(0, 500) ?? "");

/** Without tasks only the title can tell: "Milestone 8: …" with phases, or a list of tasks without numbers. */
function titleScore(list: TaskList): number {
  const title = titleOf(list);
  if (!isMilestoneTitle(title)) return 0;
  if (isListTitle(title)) return 0.8;
  return list.phases.length > 0 || /\bimplementation plan$/.test(title) ? 0.5 : 0;
}

const templateLabels = new Set(["objective", "implementation steps", "code structure", "key considerations"]);

function taskScore(list: TaskList): number {
  const title = titleOf(list);
  const { tasks, markdown } = list;
  const numbered = tasks.filter((task) => task.numbered);
  const most = (count: number): boolean => count > 0 && count * 2 > tasks.length;
  const labels = new Set(
    markdown.blocks.flatMap((block) => (block.kind === "label" ? comparable(block.label.name) : [])),
  );
  if (isMilestoneTitle(title)) return isListTitle(title) || /\bimplementation plan$/.test(title) ? 0.95 : 0.85;
  if (most(numbered.filter(({ id }) => /^M\d+[.-]\d/.test(id)).length)) return 0.85;
  const phase = list.title === undefined ? undefined : phaseNumber(list.title);
  if (phase !== undefined && most(numbered.filter(({ id }) => isBelow(id, phase)).length)) return 0.8;
  if (phase !== undefined && isNamedMilestone(list.doc)) return 0.7;
  if ([...templateLabels].filter((name) => labels.has(name)).length >= 2 && labels.has("dependencies")) return 0.7;
  const ticked = tasks.filter(({ boxes }) => boxes.length > 0).length;
  if (isListTitle(title) && most(ticked)) return list.phases.length > 0 ? 0.6 : 0.4;
  // A number before a heading alone is how many documents count their sections.
  if (!numbered.some(({ section }) => /^[^\p{L}]*task\b/iu.test(section.heading.text.slice(0, 100)))) return 0;
  return labels.has("dependencies") || labels.has("files") ? 0.35 : 0.2;
}

const isBelow = (id: string, phase: string): boolean => id.startsWith(`${phase}.`) || id.startsWith(`${phase}-`);
