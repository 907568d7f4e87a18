// `review`: how the tasks of PLAN and TASKS agree, with both lines, and what to write where they do not.
import type { ReviewAnswer, ReviewedTask } from "../core/answers.ts";
import { typedNames } from "./command.ts";
import { type Content, accent, bold, dim, paintLines, toned, warn } from "./content.ts";
import { count } from "./count.ts";
import { renderHeading, renderNext } from "./heading.ts";
import type { Glyphs, Style, Tone } from "./style.ts";
import { wrap } from "./wrap.ts";

type Row = ReviewAnswer["tasks"][number];

const grades: Readonly<
  Record<Row["grade"], { readonly glyph: keyof Omit<Glyphs, "spinner">; readonly tone: Tone; readonly word: string }>
> = {
  exact: { glyph: "passed", tone: "ok", word: "" },
  "case-only": { glyph: "info", tone: "accent", word: "only letter case, signs or marks differ" },
  renamed: { glyph: "warning", tone: "warn", word: "another name" },
  extra: { glyph: "error", tone: "bad", word: "in PLAN only" },
  missing: { glyph: "error", tone: "bad", word: "in TASKS only" },
};

/** Whether PLAN and TASKS hold the same tasks; letter case and signs aside. */
export const agrees = ({ counts, noTasks, files }: ReviewAnswer): boolean =>
  counts.renamed + counts.extra + counts.missing === 0 &&
  noTasks.length === 0 &&
  files.plan !== undefined &&
  files.tasks !== undefined;

/** Each task with its grade and its lines, then the counts, the success criteria, and the command to type next. */
export function renderReview({
  answer,
  style,
  planWord,
  shown = (path) => path,
}: {
  readonly answer: ReviewAnswer;
  readonly style: Style;
  /** How the plan is named in the commands that are shown. */
  readonly planWord: string;
  /** Paths as the person sees them. */
  readonly shown?: (path: string) => string;
}): string {
  const lines = (content: Content, indent = 2): readonly Content[] => wrap(content, { width: style.width, indent });
  const { criteria, tasks } = answer;
  return paintLines(
    [
      ...renderHeading(answer.plan, style),
      ...fileLines(answer, shown).flatMap((line) => lines(line)),
      ...(tasks.length === 0
        ? []
        : ["", ...tasks.flatMap((row) => rowLines(row, { style, shown }).flatMap((line) => lines(line, 6)))]),
      "",
      ...lines(countsOf(answer)),
      ...noTaskLines(answer, style).flatMap((line) => lines(line)),
      ...findingLines(answer, style).flatMap((line) => lines(line)),
      ...(criteria.length === 0 ? [] : ["", bold("Success criteria")]),
      ...criteria.flatMap(({ text, line }) => lines([dim(`  ${style.glyph.dot} `), text, dim(`  line ${line}`)], 4)),
      ...renderNext(accent(typedNames("check", planWord)), style),
    ],
    style,
  );
}

function fileLines({ files }: ReviewAnswer, shown: (path: string) => string): readonly Content[] {
  const line = (name: string, path: string | undefined): Content => [
    dim(`${name.padEnd(6)} `),
    path === undefined ? warn(`there is no ${name}`) : shown(path),
  ];
  return [line("PLAN", files.plan), line("TASKS", files.tasks), line("SPEC", files.spec)];
}

function rowLines(
  { grade, plan, tasks, rename }: Row,
  { style, shown }: { readonly style: Style; readonly shown: (path: string) => string },
): readonly Content[] {
  const { glyph, tone, word } = grades[grade];
  const named = plan ?? tasks;
  const places = [
    ...(plan === undefined ? [] : [`PLAN line ${plan.line}`]),
    ...(tasks === undefined ? [] : [`TASKS line ${tasks.line}`]),
  ];
  const said = word === "" ? "" : toned(tone, `  ${word}`);
  const head: Content = [toned(tone, style.glyph[glyph]), " ", titled(named), said, dim(`  ${places.join(", ")}`)];
  return [
    head,
    ...(grade === "exact" || plan === undefined || tasks === undefined || tasks.name === plan.name
      ? []
      : [["    ", dim("TASKS says "), titled(tasks)]]),
    ...(rename === undefined
      ? []
      : [
          [
            "    ",
            accent(`${style.glyph.arrow} `),
            dim(`write in ${shown(rename.path)}, line ${rename.line}: `),
            rename.text,
          ],
        ]),
  ];
}

const titled = (task: ReviewedTask | undefined): Content =>
  task === undefined ? "" : [bold(task.id), task.name === "" ? "" : `  ${task.name}`];

function countsOf({ counts }: ReviewAnswer): Content {
  const parts: readonly (readonly [number, Tone, string])[] = [
    [counts.caseOnly, "accent", "the same but for letter case, signs or marks"],
    [counts.renamed, "warn", "renamed"],
    [counts.extra, "bad", "in PLAN only"],
    [counts.missing, "bad", "in TASKS only"],
  ];
  const told = parts.filter(([number]) => number > 0);
  const comma = (index: number): string => (index < told.length ? ", " : "");
  return [
    dim(`${count(counts.plan, "task")} in PLAN, ${counts.tasks} in TASKS: `),
    bold(`${counts.exact} exact${comma(0)}`),
    ...told.map(([number, tone, word], index) => toned(tone, `${number} ${word}${comma(index + 1)}`)),
  ];
}

const noTaskLines = ({ noTasks }: ReviewAnswer, style: Style): readonly Content[] =>
  noTasks.map((file) => [
    toned("bad", `${style.glyph.error} `),
    `no tasks found in ${file.toUpperCase()}: give each a heading such as "### Task 1.1: Name"`,
  ]);

function findingLines({ findings }: ReviewAnswer, style: Style): readonly Content[] {
  const { errors, warnings } = findings;
  if (errors + warnings === 0) return [];
  const parts = [
    ...(errors === 0 ? [] : [count(errors, "error")]),
    ...(warnings === 0 ? [] : [count(warnings, "warning")]),
  ];
  const tone = errors > 0 ? "bad" : "warn";
  return [[toned(tone, `${style.glyph.warning} `), `${parts.join(" and ")} in the plan itself, which check shows`]];
}
