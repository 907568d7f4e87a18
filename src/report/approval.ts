// `approve` and `mark`: what a person's word changed, and what a stage still lacks.
import type { DeclaredState } from "../core/event.ts";
import type { Lack } from "../core/proof.ts";
import type { StageState } from "../core/view.ts";
import { typedNames } from "./command.ts";
import { type Content, accent, bold, dim, ok, paintLines, toned, warn } from "./content.ts";
import { renderNext } from "./heading.ts";
import { stageMarks } from "./marks.ts";
import type { Style } from "./style.ts";
import { wrap } from "./wrap.ts";

interface StageAnswer {
  readonly plan: { readonly path: string };
  readonly stage: string;
  readonly state: StageState;
  readonly dryRun?: boolean;
}

export interface ApprovalText {
  readonly answer: StageAnswer & {
    /** What is approved now: texts of checks, or a stop. */
    readonly approved: readonly string[];
    readonly commit?: string;
    readonly lacks: readonly Lack[];
  };
  readonly style: Style;
  /** How the plan is named in the commands that are shown; its path where absent, which always works. */
  readonly planWord?: string;
}

/** The approved checks with the commit they hold for, and what is still missing. */
export function renderApproval({ answer, style, planWord = answer.plan.path }: ApprovalText): string {
  const { stage, state, approved, commit, lacks, dryRun } = answer;
  const mark = stageMarks[state];
  const lacksKind = (kind: Lack["kind"]): boolean => lacks.some((lack) => lack.kind === kind);
  const next = lacksKind("command") ? "verify" : lacks.length > 0 ? "why" : "status";
  const names = next === "status" ? [planWord] : [planWord, stage];
  const verb = dryRun === true ? "would be approved" : "approved";
  return paintLines(
    [
      ...approved.flatMap((text) =>
        wrap(
          [ok(style.glyph.passed), ` ${verb}: `, text, dim(commit === undefined ? "" : `  at ${commit.slice(0, 10)}`)],
          {
            width: style.width,
            indent: 2,
          },
        ),
      ),
      ...wrap(
        [bold(stage), " is ", toned(mark.tone, mark.word), lacks.length === 0 ? "." : ". It still lacks proof:"],
        {
          width: style.width,
        },
      ),
      ...lacks.flatMap(({ text }) =>
        wrap([warn(`  ${style.glyph.waiting} `), text], { width: style.width, indent: 4 }),
      ),
      ...renderNext(accent(typedNames(next, ...names)), style),
    ],
    style,
  );
}

export interface MarkText {
  readonly answer: StageAnswer;
  /** The state that was asked for. */
  readonly wanted: DeclaredState;
  /** A stop condition of the plan holds it. */
  readonly isStopped?: boolean;
  readonly style: Style;
  /** How the plan is named in the commands that are shown; its path where absent, which always works. */
  readonly planWord?: string;
}

/** What the stage is now; facts of git can weigh more than a declaration, and then that is said. */
export function renderMark({
  answer,
  wanted,
  isStopped = false,
  style,
  planWord = answer.plan.path,
}: MarkText): string {
  const { stage, state, dryRun } = answer;
  const mark = stageMarks[dryRun === true ? wanted : state];
  const became = dryRun === true ? "would be declared" : state === wanted ? "is now declared" : "is";
  const line: Content = [
    toned(mark.tone, style.glyph[mark.glyph]),
    " ",
    bold(stage),
    ` ${became} `,
    toned(mark.tone, mark.word),
  ];
  const stays =
    dryRun !== true && state !== wanted
      ? wrap(
          dim(
            `It was declared ${stageMarks[wanted].word}, but ${isStopped ? "only an approval lifts what the plan stopped it by" : "what git holds weighs more"}.`,
          ),
          { width: style.width },
        )
      : [];
  const next =
    state === wanted || dryRun === true ? typedNames("status", planWord) : typedNames("why", planWord, stage);
  return paintLines(
    [...wrap(line, { width: style.width, indent: 2 }), ...stays, ...renderNext(accent(next), style)],
    style,
  );
}
