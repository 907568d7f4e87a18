// Writes a plan of any format as one in the native format, and says what that cannot hold.
import type { Check, Plan, Stage, StopCondition } from "../core/plan.ts";
import { leftBehind } from "./left-behind.ts";
import type { Block } from "./markdown/block.ts";
import { readDocument } from "./markdown/document.ts";
import { readMarkdown } from "./markdown/markdown.ts";
import type { PlanSource } from "./source.ts";

export interface ConvertedPlan {
  readonly text: string;
  /** What could not be carried over, one sentence each. */
  readonly lost: readonly string[];
}

/** A plan in the native format with the same stages: ids, names, branches, needs, checks and all the brief. */
export function convertToStages(plan: Plan, source: PlanSource): ConvertedPlan {
  const { stops = [] } = plan;
  const metadata = {
    plan_id: plan.id,
    status: plan.status === "" ? "draft" : plan.status,
    ...(plan.base === undefined ? {} : { base_branch: plan.base }),
    ...(stops.length === 0 ? {} : { stops: stops.map(toStop) }),
    stages: plan.stages.map(toMetadata),
  };
  const json = JSON.stringify(metadata, undefined, 2);
  // A line of back-ticks in a string cannot end the block: in JSON it never starts a line.
  const text = `# ${titleOf(plan)}

\`\`\`json metadata
${json}
\`\`\`

## Implementation Stages

${plan.stages.map(toSection).join("\n---\n\n")}`;
  return { text, lost: [...plan.stages.flatMap(stageLost), ...planLost(plan), ...leftBehind(plan, source)] };
}

const titleOf = ({ title }: Plan): string =>
  /\bimplementation plan\b/i.test(title) ? oneLine(title) : `Implementation Plan: ${oneLine(title)}`;

function toMetadata(stage: Stage): Readonly<Record<string, unknown>> {
  const { id, name, branch, worktree, status, needs, external, checks, kind, files, agent, commit, labels } = stage;
  const touched = Object.entries(files).filter(([, paths]) => paths.length > 0);
  return {
    id,
    name: oneLine(name),
    branch,
    worktree_path: worktree,
    status,
    depends_on: needs,
    ...(external.length === 0 ? {} : { external }),
    ...(kind === "auto" ? {} : { kind }),
    ...(touched.length === 0 ? {} : { files: Object.fromEntries(touched) }),
    validate: checks.map(toValidate),
    ...(stage.parallel ? { parallel: true } : {}),
    ...(agent === undefined ? {} : { agent }),
    ...(commit === undefined ? {} : { commit }),
    ...(labels === undefined ? {} : { labels }),
  };
}

const toStop = ({ level, text, trigger }: StopCondition): unknown => ({ level, name: text, ...seenBy(trigger) });

/** The keys of the metadata by which a condition is seen; none where people have to judge. */
function seenBy(trigger: StopCondition["trigger"]): Readonly<Record<string, unknown>> {
  const { kind, ...own } = trigger;
  switch (trigger.kind) {
    case "paths":
      return { paths: trigger.globs };
    case "checks":
    case "conflict":
      return { [kind]: true, ...own };
    case "diff":
    case "judgement":
      return own;
  }
}

function toValidate(check: Check): unknown {
  if (check.kind === "manual") return { approve: check.text };
  const { text, command, timeoutMs, retries, env, cwd } = check;
  return {
    ...(text === command ? {} : { name: text }),
    run: command,
    ...(timeoutMs === undefined ? {} : { timeout: `${timeoutMs}ms` }),
    ...(retries === undefined ? {} : { retries }),
    ...(Object.keys(env).length === 0 ? {} : { env }),
    ...(cwd === undefined ? {} : { cwd }),
  };
}

const statusWords: Readonly<Record<Stage["status"], string>> = {
  "not-started": "Not Started",
  "in-progress": "In Progress",
  complete: "Complete",
  blocked: "Blocked",
  skipped: "Skipped",
};

function toSection(stage: Stage, index: number): string {
  const part = stage.group === undefined ? "" : `**Part of**: ${oneLine(stage.group)}\n`;
  const brief = deeper(withoutOwnHeading(stage.brief));
  return `### Stage ${index + 1}: ${oneLine(stage.name)}

**Stage ID**: \`${stage.id}\`
**Branch**: \`${stage.branch}\`
**Status**: ${statusWords[stage.status]}
**Dependencies**: ${stage.needs.length === 0 ? "None" : stage.needs.join(", ")}
${part}${brief === "" ? "" : `\n${brief}\n`}`;
}

const oneLine = (text: string): string => text.split(/\s+/).join(" ").trim();

/** The heading that a section began with is said by the one above it. */
const withoutOwnHeading = (brief: string): string => brief.replace(/^\s*#{1,6}[ \t][^\r\n]*/, "").trim();

/** Headings of the text go below that of its stage; those in code stay as they are. */
function deeper(brief: string): string {
  const doc = readDocument({ path: "", text: brief });
  const { blocks } = readMarkdown(doc);
  const headings = blocks.filter((block) => block.kind === "heading");
  const top = Math.min(...headings.map(({ level }) => level));
  const shift = headings.length === 0 ? 0 : Math.max(0, 4 - top);
  let result = "";
  let from = 0;
  for (const { range, level } of headings) {
    result += brief.slice(from, range.start) + "#".repeat(Math.min(6, level + shift) - level);
    from = range.start;
  }
  return result + brief.slice(from) + closing(brief, blocks.at(-1));
}

/** A fence that only the end of its file closes would take in the stages behind it. */
function closing(brief: string, last: Block | undefined): string {
  const isOpen = last?.kind === "fence" && last.closeLine === undefined && last.depth === 0;
  const marks = isOpen ? /^\s*(`{3,}|~{3,})/.exec(brief.slice(last.range.start))?.[1] : undefined;
  return marks === undefined ? "" : `\n${marks}`;
}

const stageLost = ({ id, soft = [], progress, checks }: Stage): readonly string[] => [
  ...soft.map(({ text }) => `${id}: "${text}" was a wish, which has no place; nothing waits for it.`),
  ...(progress === undefined || progress.done === 0 || progress.done === progress.total
    ? []
    : [`${id}: ${progress.done} of ${progress.total} boxes were ticked; only the status is kept.`]),
  ...checks.flatMap((check) =>
    check.kind === "command" && check.alternatives.length > 0
      ? [`${id}: of \`${check.command}\` and its alternatives only the first is kept.`]
      : [],
  ),
];

const planLost = ({ base, baseFrom, closed }: Plan): readonly string[] => [
  ...(base === undefined || baseFrom === undefined
    ? []
    : [`That \`${base}\` is made from \`${baseFrom}\` where it is missing has no place.`]),
  ...(closed === undefined ? [] : [`The plan ${closed.why}; the new one is open.`]),
];
