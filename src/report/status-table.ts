// `status`: plan, git and history of every stage side by side, and what to type next.
import type { StatusAnswer, StatusEntry } from "../core/answers.ts";
import { shellWord } from "../core/shell.ts";
import { newsLines } from "./changes.ts";
import { typedNames } from "./command.ts";
import { type Content, accent, bad, dim, ok, paintLines, toned, warn } from "./content.ts";
import { renderHeading, renderNext, renderProgress } from "./heading.ts";
import { checkHolds, stageMark } from "./marks.ts";
import type { Style } from "./style.ts";
import { type Column, renderTable } from "./table.ts";
import { wrap } from "./wrap.ts";

export interface StatusText {
  readonly answer: StatusAnswer;
  readonly style: Style;
  /** How the plan is named in the commands that are shown; its path where absent, which always works. */
  readonly planWord?: string;
  /** How a path is shown; as it is where absent. */
  readonly shown?: (path: string) => string;
}

const columns: readonly Column[] = [
  { min: 1 },
  { title: "stage", min: 8 },
  { title: "state" },
  { title: "branch", drop: 2 },
  { title: "checks", align: "right", drop: 1 },
  { title: "waits for", min: 9, drop: 3 },
];

/** The status of a plan as a table that fits the style's width. */
export function renderStatus({ answer, style, planWord = answer.plan.path, shown }: StatusText): string {
  const { stages } = answer;
  const count = (test: (stage: StatusEntry) => boolean): number => stages.filter(test).length;
  const progress = renderProgress(
    {
      done: count(({ state }) => state === "complete" || state === "merged"),
      total: stages.length,
      parts: [
        { number: count(({ state }) => state === "in-progress"), word: "in progress", tone: "accent" },
        { number: count(({ ready }) => ready), word: "ready", tone: "accent" },
        { number: count(({ state }) => state === "failed"), word: "failed", tone: "bad" },
        { number: count(({ state }) => state === "blocked"), word: "blocked", tone: "bad" },
        { number: count(({ state }) => state === "skipped"), word: "skipped", tone: "dim" },
      ],
    },
    style,
  );
  const rows = stages.map((stage) => row(stage, style));
  return paintLines(
    [
      ...renderHeading(answer.plan, style),
      ...progress,
      ...runLine(answer, style),
      ...newsLines(answer, { style, ...(shown === undefined ? {} : { shown }) }).reduce<readonly Content[]>(
        afterBlank,
        [],
      ),
      "",
      ...renderTable({ columns, rows, style }),
      ...stages.flatMap((stage) => reasonLines(stage, style)).reduce<readonly Content[]>(afterBlank, []),
      ...renderNext(accent(nextCommand(answer, planWord)), style),
    ],
    style,
  );
}

const afterBlank = (lines: readonly Content[], line: Content): readonly Content[] =>
  lines.length === 0 ? ["", line] : [...lines, line];

function row(stage: StatusEntry, style: Style): readonly Content[] {
  const mark = stageMark(stage);
  const declared = stage.proof === "declared" ? dim(" (declared)") : "";
  return [
    toned(mark.tone, style.glyph[mark.glyph]),
    stage.id,
    [toned(mark.tone, mark.word), declared],
    branchCell(stage, style),
    checksCell(stage),
    waitCell(stage),
  ];
}

function branchCell({ branch, worktree, state }: StatusEntry, style: Style): Content {
  if (worktree.problem !== undefined) return bad("not ours");
  if (!branch.exists) return "";
  const ahead = branch.ahead > 0 ? `${style.glyph.ahead}${branch.ahead}` : "";
  const behind = branch.behind > 0 ? `${style.glyph.behind}${branch.behind}` : "";
  const moved = [ahead, behind].filter((part) => part !== "").join(" ");
  return [moved === "" && state !== "merged" ? dim("no commits") : moved, worktree.dirty ? warn(" * changed") : ""];
}

function checksCell({ checks }: StatusEntry): Content {
  if (checks.length === 0) return "";
  const held = checks.filter((check) => checkHolds(check.state)).length;
  const text = `${held}/${checks.length}`;
  if (checks.some((check) => check.state === "failed")) return bad(text);
  return held === checks.length ? ok(text) : text;
}

function waitCell({ waitingFor, external, state }: StatusEntry): Content {
  if (state === "complete" || state === "merged" || state === "skipped") return "";
  const outside = external.map((text) => `outside: ${text}`);
  return dim([...waitingFor, ...outside].join(", "));
}

function reasonLines(stage: StatusEntry, style: Style): readonly Content[] {
  const { problem } = stage.worktree;
  const problems = problem === undefined ? [] : [problem];
  const reasons = stage.reason === undefined || stage.state === "merged" ? [] : [stage.reason];
  const mark = stageMark(stage);
  const old = stage.checks.flatMap(({ state, text }) => (state === "baseline-red" ? [`baseline red: ${text}`] : []));
  const stale = stage.staleBase === undefined ? [] : [stage.staleBase.reason];
  return [
    ...[...reasons, ...problems, ...old].map(
      (reason) => [toned(mark.tone, style.glyph[mark.glyph]), dim(reason)] as const,
    ),
    ...stale.map((reason) => [warn(style.glyph.stale), reason] as const),
  ].flatMap(([sign, reason]) => wrap([sign, ` ${stage.id}: `, reason], { width: style.width, indent: 2 }));
}

function runLine({ run }: StatusAnswer, style: Style): readonly Content[] {
  if (run === undefined) return [];
  const since = run.since.slice(11, 16);
  const text = `A ${run.command} works on it since ${since} UTC (process ${run.pid}).`;
  return wrap([accent(style.glyph.inProgress), " ", dim(text)], { width: style.width, indent: 2 });
}

/** The most useful thing to type now. */
function nextCommand({ stages, plan, run }: StatusAnswer, planWord: string): string {
  const first = (test: (stage: StatusEntry) => boolean): string | undefined => stages.find(test)?.id;
  const failed = first(({ state }) => state === "failed");
  const waiting = stages.find(({ waitsForPerson }) => waitsForPerson);
  const blocked = first(({ state }) => state === "blocked");
  if (run !== undefined) return typedNames(["status", "--watch"], planWord);
  const breached = first(({ breach }) => breach !== undefined);
  if (breached !== undefined) return typedNames("why", planWord, breached);
  if (failed !== undefined) return typedNames("logs", planWord, failed);
  if (waiting !== undefined) {
    if (waiting.checks.some(({ state }) => state === "baseline-red")) return typedNames("why", planWord, waiting.id);
    if (waiting.branch.ahead > 0 || waiting.stop !== undefined) return typedNames("approve", planWord, waiting.id);
    return `cd "$(${typedNames("path", planWord, waiting.id)})"`;
  }
  const stale = stages.find(({ staleBase, waitingFor }) => staleBase !== undefined && waitingFor.length === 0);
  if (stale !== undefined) return typedNames(["setup", "--refresh"], planWord, stale.id);
  if (plan.live && stages.some(({ ready }) => ready)) return typedNames("setup", planWord);
  if (stages.some(({ state }) => state === "in-progress")) return typedNames("verify", planWord);
  if (blocked !== undefined) return typedNames("why", planWord, blocked);
  if (stages.some(({ state, worktree }) => state === "merged" && worktree.exists)) return typedNames("clean", planWord);
  const last = stages.filter(
    ({ state, neededBy, branch }) => state === "complete" && neededBy.length === 0 && branch.exists,
  );
  if (last.length > 0) return ["git", "merge", ...last.map(({ branch }) => branch.name)].map(shellWord).join(" ");
  return typedNames("show", planWord);
}
