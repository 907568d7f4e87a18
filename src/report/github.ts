// The reporter for GitHub Actions: lines in the log, an annotation for each failure, a summary in Markdown.
import type { RunAnswer } from "../core/answers.ts";
import type { Recorded } from "../core/event.ts";
import type { Plan } from "../core/plan.ts";
import { formatDuration } from "./duration.ts";
import { makeLinesReporter } from "./lines.ts";
import { checkHolds, resultMarks } from "./marks.ts";
import { describeOutcome } from "./outcome.ts";
import type { Reporter, ReporterOptions } from "./contract.ts";
import { sanitize } from "./sanitize.ts";
import { tailLines } from "./tail.ts";

const annotatedTail = 20;

/** Like `lines`; what commands wrote can never act as a workflow command. */
export function makeGithubReporter(options: ReporterOptions): Reporter {
  const write = (text: string): void => options.write(disarm(text));
  const lines = makeLinesReporter({ ...options, write });
  return {
    event(recorded: Recorded, state) {
      lines.event(recorded, state);
      const command = toAnnotation(recorded, options);
      if (command !== undefined) options.write(command);
    },
    end(answer) {
      lines.end(answer);
      options.writeSummary?.(renderMarkdownSummary(answer));
    },
    close() {},
  };
}

/** The runner obeys `::name::` at the beginning of a line and `##[name]` anywhere in it. */
const disarm = (text: string): string => text.replaceAll(/^(\s*):(?=:)/gmu, "$1: ").replaceAll("##[", "## [");

function toAnnotation({ event }: Recorded, { plan, root, readTail }: ReporterOptions): string | undefined {
  if (event.type === "command-finished") {
    const { outcome, command, log, stage } = event;
    if (outcome.kind === "passed" || outcome.kind === "cancelled") return undefined;
    const lines = [`${command}: ${describeOutcome(outcome)}`, ...tailLines(readTail(log), annotatedTail)];
    return annotation({ plan, root, stage, text: lines.join("\n") });
  }
  if (event.type === "base-conflict") {
    const text = `${event.between.join(" and ")} cannot be merged: both change ${event.files.join(", ")}`;
    return annotation({ plan, root, stage: event.stage, text });
  }
  if (event.type === "stage-stopped" && event.level === "hard") {
    return annotation({ plan, root, stage: event.stage, text: `Stopped for a person: it ${event.reason}` });
  }
  if (event.type !== "setup-failed" && event.type !== "stage-failed") return undefined;
  return annotation({ plan, root, stage: event.stage, text: event.reason });
}

function annotation(of: {
  readonly plan: Plan;
  readonly root: string | undefined;
  readonly stage: string;
  readonly text: string;
}): string {
  const stage = of.plan.stages.find(({ id }) => id === of.stage);
  const { line, path = of.plan.path } = stage ?? {};
  const inside = of.root !== undefined && path.startsWith(`${of.root}/`);
  const file = inside ? path.slice((of.root ?? "").length + 1) : path;
  const properties = [
    `title=${property(`Stage ${of.stage}`)}`,
    `file=${property(file)}`,
    ...(line === undefined ? [] : [`line=${line}`]),
  ];
  return `::error ${properties.join(",")}::${message(of.text)}\n`;
}

const message = (text: string): string =>
  sanitize(text, { keepNewlines: true }).replaceAll("%", "%25").replaceAll("\n", "%0A");
const property = (text: string): string => message(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

const markdownSigns = { done: "✅", failed: "❌", skipped: "➖", waiting: "✋" } as const;

/** The end of a run as Markdown, for `$GITHUB_STEP_SUMMARY` and the like. */
export function renderMarkdownSummary(answer: RunAnswer): string {
  const { counts } = answer;
  const rows = answer.stages.map((entry) => {
    const held = entry.checks.filter(({ state }) => checkHolds(state)).length;
    const cells = [
      `${markdownSigns[entry.result]} ${resultMarks[entry.result].word}`,
      code(entry.id),
      entry.checks.length === 0 ? "" : `${held}/${entry.checks.length}`,
      formatDuration(entry.durationMs),
      entry.commit === undefined ? "" : code(entry.commit.slice(0, 10)),
      escapeMarkdown([entry.reason, entry.now].filter((part) => part !== undefined).join(". ")),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    `## ${escapeMarkdown(answer.plan.title)}`,
    "",
    `${counts.done} done, ${counts.failed} failed, ${counts.skipped} skipped, ${counts.waiting} waiting`,
    "",
    "| result | stage | checks | time | commit | what now |",
    "| --- | --- | ---: | ---: | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

const code = (text: string): string => `<code>${escapeMarkdown(text)}</code>`;

const escapeMarkdown = (text: string): string =>
  sanitize(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[\\`*_{}[\]()#+.!|~@-]/gu, (character) => `&#${character.charCodeAt(0)};`);
