// Grades TASKS against PLAN: which names agree, which differ and how, and which only one of the two has.
import type { ReviewAnswer, ReviewedTask } from "../../core/answers.ts";
import { type Document, textOf } from "../markdown/document.ts";
import { plainText } from "../markdown/inline.ts";
import type { PlanSource } from "../source.ts";
import { type Pair, matchTasks } from "./match.ts";
import { roleOf } from "./place.ts";
import { type MilestoneReading, readMilestone } from "./reading.ts";
import type { Task, TaskList } from "./tasks.ts";

export type Review = Omit<ReviewAnswer, "schema" | "findings">;

/** The review of a plan; undefined where it is one file of a phase, which has no PLAN and TASKS to compare. */
export function reviewMilestone(source: PlanSource): Review | undefined {
  const reading = readMilestone(source);
  const { plan, list, id, title } = reading;
  if (list === undefined && (plan === undefined || roleOf(plan.doc) === undefined)) return undefined;
  const { pairs, extra, missing } = matchTasks({ plan: plan?.tasks ?? [], tasks: list?.tasks ?? [] }, { guess: true });
  const paired = new Map(pairs.map((pair) => [pair.plan, pair]));
  const rows = [
    ...(plan?.tasks ?? []).map((task): Review["tasks"][number] => {
      const pair = paired.get(task);
      return pair === undefined ? { grade: "extra", plan: reviewed(task) } : pairRow(pair);
    }),
    ...missing.map((task): Review["tasks"][number] => ({ grade: "missing", tasks: reviewed(task) })),
  ];
  const graded = (grade: Pair["grade"]): number => pairs.filter((pair) => pair.grade === grade).length;
  return {
    plan: { id, title, format: "milestone", path: source.path },
    files: filesOf(reading, source),
    counts: {
      plan: plan?.tasks.length ?? 0,
      tasks: list?.tasks.length ?? 0,
      exact: graded("exact"),
      caseOnly: graded("case-only"),
      renamed: graded("renamed"),
      extra: extra.length,
      missing: missing.length,
    },
    noTasks: [
      ...(plan?.tasks.length === 0 ? (["plan"] as const) : []),
      ...(list?.tasks.length === 0 ? (["tasks"] as const) : []),
    ],
    tasks: rows,
    criteria: criteriaOf(plan) ?? criteriaOf(list) ?? [],
  };
}

function filesOf({ plan, list }: MilestoneReading, { documents }: PlanSource): Review["files"] {
  const spec = documents.find((doc) => roleOf(doc) === "spec");
  return {
    ...(plan === undefined ? {} : { plan: plan.doc.path }),
    ...(list === undefined ? {} : { tasks: list.doc.path }),
    ...(spec === undefined ? {} : { spec: spec.path }),
  };
}

const reviewed = ({ doc, id, rawName, section }: Task): ReviewedTask => ({
  id,
  name: rawName,
  path: doc.path,
  line: section.heading.line,
});

function pairRow({ plan, tasks, grade }: Pair): Review["tasks"][number] {
  const row = { grade, plan: reviewed(plan), tasks: reviewed(tasks) };
  const rename = grade === "exact" ? undefined : renameOf(plan, tasks);
  return rename === undefined ? row : { ...row, rename };
}

const signs = /\p{Extended_Pictographic}|\u{FE0F}|\u{200D}|⬚/gu;

/** PLAN is written from TASKS, so its heading follows. A sign behind a name tells how far a task is, and is no name. */
function renameOf(plan: Task, tasks: Task): Review["tasks"][number]["rename"] {
  const name = tasks.rawName.replaceAll(signs, "").trim();
  const { heading } = plan.section;
  if (name === "" || name === plan.rawName) return undefined;
  const at = heading.text.lastIndexOf(plan.rawName);
  const text = `${"#".repeat(heading.level)} ${heading.text.slice(0, at)}${name}${heading.text.slice(at + plan.rawName.length)}`;
  return { path: plan.doc.path, line: heading.line, text };
}

/** The points under "Success Criteria"; undefined where the document has no such heading. */
function criteriaOf(list: TaskList | undefined): Review["criteria"] | undefined {
  const blocks = list?.markdown.blocks ?? [];
  const start = blocks.findIndex(
    (block) => block.kind === "heading" && /^(?:success|exit) criteria$/i.test(plainText(block.text)),
  );
  const heading = blocks[start];
  if (list === undefined || heading?.kind !== "heading") return undefined;
  const end = blocks.findIndex((block, at) => at > start && block.kind === "heading" && block.level <= heading.level);
  const { doc } = list;
  return blocks.slice(start + 1, end === -1 ? blocks.length : end).flatMap((block) => {
    if (block.kind === "entry" && block.text !== "") return [{ text: block.text, path: doc.path, line: block.line }];
    return block.kind === "paragraph" ? linesOf(doc, block) : [];
  });
}

/** Points written as lines that start with a sign are one paragraph to Markdown; the words before a list are none. */
const linesOf = (
  doc: Document,
  block: { readonly line: number; readonly range: { readonly start: number; readonly end: number } },
) =>
  textOf(doc, block.range)
    .split(/\r\n|\n|\r/)
    .flatMap((line, index) =>
      /^\s*[\p{Extended_Pictographic}⬚]/u.test(line)
        ? [{ text: line.trim(), path: doc.path, line: block.line + index }]
        : [],
    );
