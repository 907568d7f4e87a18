// Reads the elements of a plan file: its objective, its tasks, and what has to be verified at the end.
import type { Range, StageKind } from "../../core/plan.ts";
import { type Document, textOf } from "../markdown/document.ts";
import { type Element, readElements } from "../markdown/elements.ts";
import { plainText } from "../markdown/inline.ts";
import { blocksIn } from "./parts.ts";

/** Characters of a check for a person, which is one line; all of it stands in the brief. */
export const mostOfText = 300;

/** Tags of other names are text. */
const names: ReadonlySet<string> = new Set(
  (
    "objective execution_context context interfaces tasks task checkpoint name title files read_first action verify automated human manual " +
    "done acceptance_criteria what-built how-to-verify resume-signal decision options option instructions verification " +
    "success_criteria output feature behavior implementation threat_model"
  ).split(" "),
);

export interface Task {
  readonly name: string;
  /** Such as "auto", "checkpoint:human-verify". */
  readonly type: string;
  readonly range: Range;
  readonly children: readonly Element[];
}

export interface PlanElements {
  readonly objective?: Element;
  readonly tasks: readonly Task[];
  /** The `<verification>` and `<success_criteria>` of the plan as a whole. */
  readonly verification: readonly Element[];
  readonly criteria: readonly Element[];
}

/** The elements of the document behind its front matter. Linear. */
export function readPlanElements(doc: Document, start: number): PlanElements {
  const whole = { start, end: doc.text.length };
  const outside = readElements(doc, { names, within: whole });
  // Some put all of it into one block of code.
  const top = /^[ \t]*<tasks?\b/m.test(textOf(doc, whole)) && !outside.some(isOfTasks) ? inFence(doc, whole) : outside;
  // A forgotten closing tag puts what follows inside: the sections of the plan are looked for in `tasks` as well.
  const sections = top.flatMap((element) => (element.name === "tasks" ? [element, ...element.children] : [element]));
  const named = (name: string): readonly Element[] => sections.filter((element) => element.name === name);
  const [objective] = named("objective");
  return {
    ...(objective === undefined ? {} : { objective }),
    tasks: sections.filter(isTask).map((element) => readTask(doc, element)),
    verification: named("verification"),
    criteria: named("success_criteria"),
  };
}

const isTask = ({ name }: Element): boolean => name === "task" || name === "checkpoint";
const isOfTasks = (element: Element): boolean => element.name === "tasks" || isTask(element);

/** The elements in the first block of code that holds tasks. */
function inFence(doc: Document, within: Range): readonly Element[] {
  const { blocks, offset } = blocksIn(doc, within);
  for (const block of blocks) {
    if (block.kind !== "fence") continue;
    const content = { start: block.content.start + offset, end: block.content.end + offset };
    const found = /<tasks?\b/.test(textOf(doc, content)) ? readElements(doc, { names, within: content }) : [];
    if (found.some(isOfTasks)) return found;
  }
  return [];
}

function readTask(doc: Document, element: Element): Task {
  const [named] = childrenOf(element, "name", "title");
  const [built] = childrenOf(element, "what-built", "decision", "action");
  return {
    name: nameOf(contentOf(doc, named)) || nameOf(contentOf(doc, built).split(/\r\n|\n|\r/)[0] ?? ""),
    type: typeOf(element),
    range: { start: element.range.start, end: element.content.start },
    children: element.children,
  };
}

function typeOf({ name, attributes }: Element): string {
  const type = (attributes["type"] ?? "").trim().toLowerCase();
  if (name === "checkpoint") return type.startsWith("checkpoint") ? type : `checkpoint:${type || "human-verify"}`;
  return type || "auto";
}

export const childrenOf = (element: Pick<Element, "children">, ...wanted: readonly string[]): readonly Element[] =>
  element.children.filter(({ name }) => wanted.includes(name));

/** What stands in the element, trimmed; "" where there is none. */
export const contentOf = (doc: Document, element: Element | undefined): string =>
  element === undefined ? "" : textOf(doc, element.content).trim();

/** Whether a person has a part in the task. */
export const isCheckpoint = ({ type }: Task): boolean =>
  /^(?:checkpoint|human[-_ ](?:verify|action|check)|decision|manual)\b/.test(type);

const isVerification = ({ type }: Task): boolean => /\bhuman[-_ ](?:verify|check)\b/.test(type);

const isDecision = ({ type }: Task): boolean => /^(?:checkpoint[:_ -]+)?decision\b/.test(type);

/** What a task or a plan is called in one line. */
export const nameOf = (text: string): string => shortened(plainText(text.slice(0, 1000)).replace(/[:.]$/, ""), 100);

/** One line, cut behind a word where it is longer than `most` characters. */
export function shortened(text: string, most: number): string {
  const line = text
    .slice(0, most * 4)
    .replaceAll(/\s+/g, " ")
    .trim();
  if (line.length <= most && text.length <= most * 4) return line;
  const cut = line.slice(0, most).replace(/\s+\S*$/, "");
  return `${cut === "" ? line.slice(0, most) : cut}…`;
}

/**
 * `auto` where commands decide; otherwise what a person has to do with it. A plan that has nothing but checkpoints and names
 * no file leaves no commit: it looks at what came before.
 */
export function kindOf(of: {
  readonly tasks: readonly Task[];
  readonly isAutonomous: boolean | undefined;
  readonly namesFiles: boolean;
}): StageKind {
  const { tasks, isAutonomous, namesFiles } = of;
  const checkpoints = tasks.filter(isCheckpoint);
  if (checkpoints.length === 0) return isAutonomous === false ? "human-verify" : "auto";
  if (checkpoints.length < tasks.length) return "human-verify";
  if (checkpoints.every(isDecision)) return "decision";
  if (namesFiles) return "human-verify";
  return checkpoints.some(isVerification) ? "gate" : "decision";
}
