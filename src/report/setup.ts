// `setup`: what became of each stage that was asked for.
import type { SetupAnswer, SetupEntry } from "../core/answers.ts";
import { typedNames } from "./command.ts";
import { type Content, accent, dim, paintLines, toned, warn } from "./content.ts";
import { count } from "./count.ts";
import { renderNext } from "./heading.ts";
import type { Style, Tone } from "./style.ts";
import { renderTable } from "./table.ts";
import { wrap } from "./wrap.ts";

const looks: Readonly<
  Record<
    SetupEntry["outcome"],
    {
      readonly glyph: "complete" | "passed" | "notStarted" | "blocked" | "failed" | "stale";
      readonly tone: Tone;
      readonly word: string;
    }
  >
> = {
  created: { glyph: "complete", tone: "ok", word: "created" },
  exists: { glyph: "passed", tone: "dim", word: "was there" },
  waiting: { glyph: "notStarted", tone: "dim", word: "waits" },
  blocked: { glyph: "blocked", tone: "bad", word: "blocked" },
  failed: { glyph: "failed", tone: "bad", word: "failed" },
  refreshed: { glyph: "complete", tone: "ok", word: "refreshed" },
  refused: { glyph: "stale", tone: "warn", word: "refused" },
};

export interface SetupText {
  readonly answer: SetupAnswer;
  readonly style: Style;
  /** How the plan is named in the commands that are shown; its path where absent, which always works. */
  readonly planWord?: string;
  /** Stages of the plan that were not touched, because it is not their turn. */
  readonly waiting?: number;
  /** How a path is shown; whole where absent. */
  readonly shown?: (path: string) => string;
}

const would: Partial<Readonly<Record<SetupEntry["outcome"], string>>> = {
  created: "would create",
  refreshed: "would refresh",
};

const whole = (path: string): string => path;

/** The stages with branch and worktree, the reasons below; for a dry run the steps that would be taken. */
export function renderSetup(text: SetupText): string {
  const { answer, style, waiting = 0, planWord = answer.plan.path, shown = whole } = text;
  const { stages } = answer;
  const rows = stages.map(({ id, outcome, branch, worktree, base }): readonly Content[] => {
    const look = looks[outcome];
    const made = outcome === "created" || outcome === "exists" || outcome === "refreshed";
    const word = (answer.dryRun === true ? would[outcome] : undefined) ?? look.word;
    return [
      toned(look.tone, style.glyph[look.glyph]),
      id,
      toned(look.tone, word),
      made ? branch : dim(branch),
      base === undefined ? "" : dim(base.slice(0, 10)),
      made ? shown(worktree) : dim(shown(worktree)),
    ];
  });
  const columns = [
    {},
    { title: "stage", min: 8 },
    { title: "result", min: 8 },
    { title: "branch", min: 12, drop: 2 },
    { title: "from", drop: 3 },
    { title: "worktree", min: 12, drop: 1 },
  ] as const;
  const reasons = stages.flatMap((stage) => [
    ...reasonLines(stage, { style, isDry: answer.dryRun === true }),
    ...noteLines(stage, style),
  ]);
  return paintLines(
    [
      ...stepLines(answer, style),
      ...renderTable({ columns, rows, style }),
      ...(reasons.length === 0 ? [] : ["", ...reasons]),
      ...waitingLines(answer, { style, waiting }),
      ...(answer.dryRun === true ? [] : renderNext(accent(nextCommand(answer, planWord)), style)),
    ],
    style,
  );
}

function waitingLines(
  { stages }: SetupAnswer,
  { style, waiting }: { readonly style: Style; readonly waiting: number },
): readonly Content[] {
  if (waiting === 0) return [];
  const rest = `${count(waiting, "more stage")} ${waiting === 1 ? "waits" : "wait"} for others to be complete.`;
  const text = stages.length === 0 ? `No stage is ready to be set up: ${rest.replace("more ", "")}` : rest;
  return [...(stages.length === 0 ? [] : [""]), ...wrap(dim(text), { width: style.width })];
}

function reasonLines(entry: SetupEntry, { style, isDry }: { readonly style: Style; readonly isDry: boolean }) {
  const { id, outcome, restore } = entry;
  const reason = entry.reason ?? (isDry ? undefined : movedWords(entry));
  if (reason === undefined) return [];
  const look = looks[outcome];
  const line: Content = [toned(look.tone, style.glyph[look.glyph]), ` ${id}: `, reason];
  const back = restore === undefined || isDry ? [] : [["  back: ", accent(restore)]];
  return [...wrap(line, { width: style.width, indent: 2 }), ...back];
}

const noteLines = ({ id, notes = [] }: SetupEntry, style: Style): readonly Content[] =>
  notes.flatMap((note) => wrap([warn(style.glyph.warning), ` ${id}: `, note], { width: style.width, indent: 2 }));

function movedWords({ outcome, own, dropped = 0, base }: SetupEntry): string | undefined {
  if (outcome !== "refreshed" || own === undefined || base === undefined) return undefined;
  const what =
    own === 0 ? "it has no commit of its own and is" : `${count(own, "commit")} of its own ${own === 1 ? "is" : "are"}`;
  const left =
    dropped === 0 ? "" : `; ${dropped} more changed nothing there and ${dropped === 1 ? "was" : "were"} left out`;
  return `${what} on ${base.slice(0, 10)} now${left}`;
}

function stepLines({ steps, dryRun }: SetupAnswer, { width }: Style): readonly Content[] {
  if (dryRun !== true || steps === undefined) return [];
  if (steps.length === 0) return ["Nothing would be changed.", ""];
  const listed = steps.flatMap((step) => wrap(["  ", step], { width, indent: 4 }));
  return [...wrap("These steps would be taken; nothing was changed:", { width }), ...listed, ""];
}

function nextCommand({ stages }: SetupAnswer, planWord: string): string {
  const troubled = stages.find(({ outcome }) => outcome === "blocked" || outcome === "failed" || outcome === "refused");
  if (troubled !== undefined) return typedNames("why", planWord, troubled.id);
  const moved = stages.find(({ outcome }) => outcome === "refreshed");
  if (moved !== undefined) return typedNames("verify", planWord, moved.id);
  const made =
    stages.find(({ outcome }) => outcome === "created") ?? stages.find(({ outcome }) => outcome === "exists");
  return made === undefined ? typedNames("status", planWord) : `cd "$(${typedNames("path", planWord, made.id)})"`;
}
