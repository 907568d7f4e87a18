// Reads the elements of a plan file: its objective, its tasks, and what has to be verified at the end.
import type { Range, StageKind } from "../../core/plan.ts";
import { type Document, textOf } from "../markdown/document.ts";
import { type Element, readElements } from "../markdown/elements.ts";
import { plainText } from "../markdown/inline.ts";

/** Characters of a check for a person, which is one line; all of it stands in the brief. */
export const mostOfText = 300;

/** Tags of other names are text. */
const names: ReadonlySet<string> = new Set(
  (
    "objective execution_context context interfaces tasks task name files read_first action verify automated human manual " +
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
  const top = readElements(doc, { names, within: { start, end: doc.text.length } });
  // A forgotten closing tag puts what follows inside: the sections of the plan are looked for in `tasks` as well.
  const sections = top.flatMap((element) => (element.name === "tasks" ? [element, ...element.children] : [element]));
  const named = (name: string): readonly Element[] => sections.filter((element) => element.name === name);
  const [objective] = named("objective");
  return {
    ...(objective === undefined ? {} : { objective }),
    tasks: named("task").map((element) => readTask(doc, element)),
    verification: named("verification"),
    criteria: named("success_criteria"),
  };
}

function readTask(doc: Document, element: Element): Task {
  const [named] = childrenOf(element, "name");
  const [built] = childrenOf(element, "what-built", "decision");
  return {
    name: nameOf(contentOf(doc, named)) || nameOf(contentOf(doc, built).split(/\r\n|\n|\r/)[0] ?? ""),
    type: (element.attributes["type"] ?? "auto").trim().toLowerCase(),
    range: { start: element.range.start, end: element.content.start },
    children: element.children,
  };
}

export const childrenOf = (element: Pick<Element, "children">, ...wanted: readonly string[]): readonly Element[] =>
  element.children.filter(({ name }) => wanted.includes(name));

/** What stands in the element, trimmed; "" where there is none. */
export const contentOf = (doc: Document, element: Element | undefined): string =>
  element === undefined ? "" : textOf(doc, element.content).trim();

/** Whether a person has a part in the task. */
export const isCheckpoint = ({ type }: Task): boolean =>
  /^(?:checkpoint|human[-_ ](?:verify|action|check)|decision|manual)\b/.test(type);

export const isDecision = ({ type }: Task): boolean => /^(?:checkpoint[:_ -]+)?decision\b/.test(type);

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

/** `auto` where commands decide; otherwise what a person has to do with it. */
export function kindOf({
  tasks,
  isAutonomous,
}: {
  readonly tasks: readonly Task[];
  readonly isAutonomous: boolean | undefined;
}): StageKind {
  const checkpoints = tasks.filter(isCheckpoint);
  if (checkpoints.length === 0) return isAutonomous === false ? "human-verify" : "auto";
  return checkpoints.length === tasks.length && checkpoints.every(isDecision) ? "decision" : "human-verify";
}
