// The brief of a stage: what a worker, a person or an agent, reads before starting.
import { type Plan, type Stage, hasOwnWork } from "./plan.ts";

/** Markdown: the stage's part of the plan, where it works, what it builds on, and how it will be judged. */
export function composeBrief(options: { readonly plan: Plan; readonly stage: Stage; readonly base?: string }): string {
  const { plan, stage, base } = options;
  const lines = [
    `# ${stage.name}`,
    "",
    `Stage ${code(stage.id)} of the plan "${plan.title}".`,
    "",
    `- Branch: ${code(stage.branch)} (already checked out in this worktree; commit on it)`,
    ...(base === undefined ? [] : [`- Base: \`${base}\``]),
    `- Builds on: ${stage.needs.length === 0 ? "nothing else in this plan" : stage.needs.map(code).join(", ")}`,
    ...stage.external.map((text) => `- Also needed, outside this plan: ${text}`),
    `- ${stage.path === undefined ? "The whole plan" : "Its file in the plan"}: \`.claude/plans/CURRENT_STAGE.md\` (a link to the live file; do not edit it here)`,
    "",
    "## How it will be judged",
    "",
    ...judged(stage),
    "",
  ];
  const body = stage.brief.trim();
  return body === "" ? `${lines.join("\n")}\n` : `${lines.join("\n")}\n## From the plan\n\n${body}\n`;
}

function judged(stage: Stage): readonly string[] {
  const checks = stage.checks.map((check) =>
    check.kind === "command" ? judgedBy(check.command) : `- a person checks: ${check.text}`,
  );
  const commit = !hasOwnWork(stage) ? [] : ["- the work is committed on the branch, and nothing is left uncommitted"];
  return [...checks, ...commit];
}

/** A code span that ends where the text does, whatever backticks it holds. */
function code(text: string): string {
  const ticks = "`".repeat(longestTicks(text) + 1);
  return /^`|`$/u.test(text) ? `${ticks} ${text} ${ticks}` : `${ticks}${text}${ticks}`;
}

/** A command of several lines gets a block of its own: in a code span they would run together. */
function judgedBy(command: string): string {
  if (!command.includes("\n")) return `- ${code(command)} exits with 0`;
  const block = fenced(command, "sh").replaceAll(/^(?=.)/gmu, "  ");
  return `- this exits with 0:\n\n${block}\n`;
}

function fenced(text: string, language: string): string {
  const fence = "`".repeat(Math.max(3, longestTicks(text) + 1));
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}

/** What an agent reads on a further attempt: the brief, and what failed last time. */
export function composeRetryBrief(brief: string, failure: { readonly reason: string; readonly tail: string }): string {
  const output = failure.tail.trim() === "" ? "" : `\nThe end of its output:\n\n${fenced(failure.tail, "text")}\n`;
  return `${brief}\n## The last attempt failed\n\n${failure.reason}\n${output}`;
}

function longestTicks(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/gu)) longest = Math.max(longest, run.length);
  return longest;
}
