// `show`: the stages of a plan as it is written, with what each needs, checks and touches.
import type { ShowAnswer } from "../core/answers.ts";
import { typedNames } from "./command.ts";
import { type Content, accent, bold, dim, paintLines, toned, warn } from "./content.ts";
import { count } from "./count.ts";
import { renderHeading, renderNext } from "./heading.ts";
import { stageMarks } from "./marks.ts";
import type { Style } from "./style.ts";
import { wrap } from "./wrap.ts";

type ShownStage = ShowAnswer["stages"][number];

/** Every stage in the order of the plan; nothing is cut, because this is the place to read it whole. */
export function renderShow({
  answer,
  style,
  planWord = answer.plan.path,
}: {
  readonly answer: ShowAnswer;
  readonly style: Style;
  /** How the plan is named in the commands that are shown; its path where absent, which always works. */
  readonly planWord?: string;
}): string {
  const { plan, stages } = answer;
  const base = plan.base === undefined ? "" : ` ${style.glyph.dot} from ${plan.base}`;
  return paintLines(
    [
      ...renderHeading(plan, style),
      ...wrap(dim(`${plan.path} ${style.glyph.dot} ${count(stages.length, "stage")}${base}`), { width: style.width }),
      ...stages.flatMap((stage) => ["", ...stageLines(stage, style)]),
      ...renderNext(accent(typedNames("graph", planWord)), style),
    ],
    style,
  );
}

const kinds: Readonly<Record<ShownStage["kind"], string>> = {
  auto: "",
  "human-verify": "a person approves it",
  decision: "a person decides",
  gate: "a gate: checks only",
};

function stageLines(stage: ShownStage, style: Style): readonly Content[] {
  const mark = stageMarks[stage.status];
  const kind = kinds[stage.kind];
  const head: Content = [toned(mark.tone, style.glyph[mark.glyph]), " ", bold(stage.id), "  ", stage.name];
  const facts: readonly (readonly [string, Content])[] = [
    ["needs", stage.needs.join(", ")],
    ["outside", warn(stage.external.join("; "))],
    ["wishes", (stage.soft ?? []).map(({ text }) => text).join("; ")],
    ["part of", stage.group ?? ""],
    ["boxes", stage.progress === undefined ? "" : `${stage.progress.done}/${stage.progress.total} ticked`],
    [
      "labels",
      Object.entries(stage.labels ?? {})
        .map(([key, value]) => `${key} ${value}`)
        .join(", "),
    ],
    ["kind", kind],
    ["branch", stage.branch],
    ["worktree", stage.worktree],
    ["creates", stage.files.create.join(", ")],
    ["modifies", stage.files.modify.join(", ")],
    ["deletes", stage.files.delete.join(", ")],
    ...stage.checks.map((check, index): readonly [string, Content] => [
      index === 0 ? "checks" : "",
      check.kind === "command"
        ? [dim("$ "), check.command ?? check.text]
        : [warn(`${style.glyph.waiting} `), check.text, check.reason === undefined ? "" : dim(` (${check.reason})`)],
    ]),
  ];
  return [
    ...wrap([head, dim(`  ${stage.path === undefined ? "" : `${stage.path} `}line ${stage.line}`)], {
      width: style.width,
      indent: 2,
    }),
    ...facts
      .filter(([label, value]) => label === "" || !isEmpty(value))
      .flatMap(([label, value]) => factLines({ label, value, width: style.width })),
  ];
}

const isEmpty = (content: Content): boolean =>
  typeof content === "string" ? content === "" : "text" in content && content.text === "";

const factLines = ({
  label,
  value,
  width,
}: {
  readonly label: string;
  readonly value: Content;
  readonly width: number;
}): readonly Content[] => wrap([dim(`    ${label.padEnd(9)} `), value], { width, indent: 16 });
