// The brief of a stage: what a worker, a person or an agent, reads before starting.
import type { Plan, Stage } from "./plan.ts";

/** Markdown: the stage's part of the plan, where it works, what it builds on, and how it will be judged. */
export function composeBrief(options: {
  readonly plan: Plan;
  readonly stage: Stage;
  readonly base?: string;
}): string {
  const { plan, stage, base } = options;
  const lines = [
    `# ${stage.name}`,
    "",
    `Stage \`${stage.id}\` of the plan "${plan.title}".`,
    "",
    `- Branch: \`${stage.branch}\` (already checked out in this worktree; commit on it)`,
    ...(base === undefined ? [] : [`- Base: \`${base}\``]),
    `- Builds on: ${stage.needs.length === 0 ? "nothing else in this plan" : stage.needs.map((id) => `\`${id}\``).join(", ")}`,
    ...stage.external.map((text) => `- Also needed, outside this plan: ${text}`),
    `- The whole plan: \`.claude/plans/CURRENT_STAGE.md\` (a link to the live file; do not edit it here)`,
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
    check.kind === "command" ? `- \`${check.command}\` exits with 0` : `- a person checks: ${check.text}`,
  );
  const commit = stage.kind === "gate" ? [] : ["- the work is committed on the branch, and nothing is left uncommitted"];
  return [...checks, ...commit];
}

/** What an agent reads on a further attempt: the brief, and what failed last time. */
export function composeRetryBrief(brief: string, failure: { readonly reason: string; readonly tail: string }): string {
  const fence = "`".repeat(Math.max(3, longestTicks(failure.tail) + 1));
  const output = failure.tail.trim() === "" ? "" : `\nThe end of its output:\n\n${fence}text\n${failure.tail.trimEnd()}\n${fence}\n`;
  return `${brief}\n## The last attempt failed\n\n${failure.reason}\n${output}`;
}

function longestTicks(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/gu)) longest = Math.max(longest, run.length);
  return longest;
}
