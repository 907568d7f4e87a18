// The end of a run: a table of what became of each stage, and what a person has to do now, exactly.
import type { RunAnswer, RunEntry } from "../core/answers.ts";
import { program, typedNames } from "./command.ts";
import { type Content, accent, bold, dim, ok, paintLines, toned } from "./content.ts";
import { formatDuration } from "./duration.ts";
import { checkHolds, checkMarks, resultMarks } from "./marks.ts";
import type { Style } from "./style.ts";
import { type Column, renderTable } from "./table.ts";
import { wrap } from "./wrap.ts";

export interface SummaryText {
  readonly answer: RunAnswer;
  readonly style: Style;
  /** How the plan is named in the commands that are shown; its path where absent, which always works. */
  readonly planWord?: string;
  /** Milliseconds the run took. */
  readonly elapsedMs?: number;
}

const columns: readonly Column[] = [
  {},
  { title: "stage", min: 8 },
  { title: "result" },
  { title: "checks", drop: 1 },
  { title: "time", align: "right", drop: 2 },
  { title: "commit", drop: 3 },
];

const endings: Readonly<Record<RunAnswer["result"], string>> = {
  done: "Done",
  failed: "Failed",
  "person-needed": "Waits for you",
  interrupted: "Stopped",
};

/** The table, the counts, and then each stage that needs a person with what to type. */
export function renderSummary({ answer, style, planWord = answer.plan.path, elapsedMs }: SummaryText): string {
  const rows = answer.stages.map((entry) => summaryRow(entry, style));
  return paintLines(
    [
      ...renderTable({ columns, rows, style }),
      "",
      ...wrap(countsLine(answer, elapsedMs), { width: style.width }),
      ...todoLines(answer, { style, planWord }),
    ],
    style,
  );
}

function summaryRow(entry: RunEntry, style: Style): readonly Content[] {
  const mark = resultMarks[entry.result];
  return [
    toned(mark.tone, style.glyph[mark.glyph]),
    entry.id,
    toned(mark.tone, isThrough(entry) ? "verified" : mark.word),
    checksCell(entry),
    entry.durationMs === 0 ? "" : formatDuration(entry.durationMs),
    entry.commit === undefined ? "" : dim(entry.commit.slice(0, 10)),
  ];
}

/** Its checks passed, and something else keeps it from being complete. */
const isThrough = ({ result, state }: RunEntry): boolean => result === "done" && state === "in-progress";

function checksCell({ checks }: RunEntry): Content {
  if (checks.length === 0) return "";
  const held = checks.filter(({ state }) => checkHolds(state)).length;
  const cached = checks.filter(({ state }) => state === "cached").length;
  const text = `${held}/${checks.length}`;
  return [held === checks.length ? ok(text) : text, cached === 0 ? "" : dim(`  ${cached} cached`)];
}

function countsLine({ result, counts }: RunAnswer, elapsedMs: number | undefined): Content {
  const parts = [
    `${counts.done} done`,
    `${counts.failed} failed`,
    `${counts.skipped} skipped`,
    ...(counts.waiting === 0 ? [] : [`${counts.waiting} waiting`]),
  ].join(", ");
  const tone = result === "done" ? "ok" : result === "failed" ? "bad" : "warn";
  const took = elapsedMs === undefined ? "" : dim(` in ${formatDuration(elapsedMs)}`);
  return [toned(tone, endings[result]), `: ${parts}`, took];
}

function todoLines(
  answer: RunAnswer,
  { style, planWord }: { readonly style: Style; readonly planWord: string },
): readonly Content[] {
  const open = answer.stages.filter(({ result }) => result === "waiting" || result === "failed");
  const skipped = answer.stages.filter(
    (entry) => (entry.result === "skipped" || isThrough(entry)) && entry.reason !== undefined,
  );
  const todo = open.flatMap((entry) => ["", ...openLines(entry, { style, planWord })]);
  const left = skipped.flatMap(({ id, reason = "", state, now, result }): readonly Content[] => [
    ...wrap([dim(style.glyph[resultMarks[result].glyph]), " ", id, dim(`: ${reason}`)], {
      width: style.width,
      indent: 2,
    }),
    ...(state === "skipped" && now !== undefined ? nowLines(now, { style, first: true }) : []),
  ]);
  const next = nextCommand(answer, planWord);
  return [
    ...todo,
    ...(left.length === 0 ? [] : ["", ...left]),
    ...(next === undefined ? [] : ["", [dim(`Next ${style.glyph.arrow} `), accent(next)]]),
  ];
}

function openLines(
  entry: RunEntry,
  { style, planWord }: { readonly style: Style; readonly planWord: string },
): readonly Content[] {
  const mark = resultMarks[entry.result];
  const failing = entry.checks.filter(({ state }) => state === "failed");
  const old = entry.checks.filter(({ state }) => state === "baseline-red");
  const why = entry.reason ?? (entry.result === "waiting" ? "a person has to go on here" : "see its log");
  const now = entry.now ?? typedNames(entry.result === "failed" ? "logs" : "why", planWord, entry.id);
  const head: Content = [toned(mark.tone, style.glyph[mark.glyph]), " ", bold(entry.id), `: ${why}`];
  return [
    ...wrap(head, { width: style.width, indent: 2 }),
    ...failing.flatMap(({ text }) =>
      wrap(["  ", toned(checkMarks.failed.tone, style.glyph.failed), " ", text], { width: style.width, indent: 4 }),
    ),
    ...old.flatMap(({ text }) => {
      const { glyph, tone, word } = checkMarks["baseline-red"];
      return wrap(["  ", toned(tone, `${style.glyph[glyph]} ${word}: `), text], { width: style.width, indent: 4 });
    }),
    ...now.split("\n").flatMap((line, index) => nowLines(line, { style, first: index === 0 })),
  ];
}

/** A command is never broken, so that it can be copied; a sentence is. */
function nowLines(
  now: string,
  { style, first }: { readonly style: Style; readonly first: boolean },
): readonly Content[] {
  const arrow = first ? dim(`  ${style.glyph.arrow} `) : "    ";
  if (/^(cd|git|\$) /u.test(now) || now.startsWith(`${program} `)) return [[arrow, accent(now)]];
  return wrap([arrow, accent(now)], { width: style.width, indent: 4 });
}

function nextCommand({ result, stages }: RunAnswer, planWord: string): string | undefined {
  if (result === "interrupted") return typedNames("run", planWord);
  if (result === "done" && stages.length > 0) return typedNames("status", planWord);
  return undefined;
}
