// The table of commands: names, arguments, options, help, and where the body is loaded from when it is needed.
import type { CommandBody } from "./call.ts";
import type { OptionName } from "./options.ts";

export interface CommandRow {
  readonly name: string;
  readonly group: "Plans" | "Work" | "Watch" | "Finish" | "Set up";
  readonly summary: string;
  readonly args: readonly { readonly name: string; readonly help: string }[];
  readonly options: readonly OptionName[];
  readonly examples: readonly string[];
  readonly load: () => Promise<CommandBody>;
}

const plan = { name: "<plan>", help: "path of a plan, or its id" };
const optionalPlan = { name: "[plan]", help: "path of a plan, or its id; without it the only plan found here" };
const stages = { name: "[stage...]", help: "ids of stages; without any, all of them" };
const stage = { name: "<stage>", help: "id of a stage" };

/** How the plan is read: they change who waits for whom. */
const reading = ["waves", "serializeOverlaps"] as const;

export const commands: readonly CommandRow[] = [
  {
    name: "ls",
    group: "Plans",
    summary: "the plans found here, with their progress",
    args: [],
    options: ["json"],
    examples: ["stagetree ls"],
    load: () => import("./ls.ts"),
  },
  {
    name: "check",
    group: "Plans",
    summary: "what is wrong in a plan, with line and column",
    args: [{ name: "<plan...>", help: "paths or ids of plans" }],
    options: ["fix", ...reading, "json", "checkFormat"],
    examples: ["stagetree check plan.md", "stagetree check plan.md --fix", "stagetree check docs/*.md --format sarif"],
    load: () => import("./check.ts"),
  },
  {
    name: "show",
    group: "Plans",
    summary: "the stages of a plan as they were read",
    args: [plan],
    options: [...reading, "json"],
    examples: ["stagetree show plan.md", "stagetree show plan.md --json"],
    load: () => import("./show.ts"),
  },
  {
    name: "graph",
    group: "Plans",
    summary: "the graph of the stages",
    args: [plan],
    options: ["graphFormat", ...reading, "json"],
    examples: ["stagetree graph plan.md", "stagetree graph plan.md --format mermaid"],
    load: () => import("./graph.ts"),
  },
  {
    name: "review",
    group: "Plans",
    summary: "compare TASKS with PLAN in a milestone plan, task by task",
    args: [plan],
    options: ["json"],
    examples: ["stagetree review spec/milestone-4", "stagetree review spec/milestone-4 --json"],
    load: () => import("./review.ts"),
  },
  {
    name: "new",
    group: "Plans",
    summary: "write a fresh plan",
    args: [{ name: "<slug>", help: "short name, such as rate-limiter" }],
    options: ["planFormat", "dryRun", "json"],
    examples: ["stagetree new rate-limiter", "stagetree new rate-limiter --format waves"],
    load: () => import("./new.ts"),
  },
  {
    name: "convert",
    group: "Plans",
    summary: "write a plan of another format as a native one",
    args: [plan],
    options: ["to", "out", "dryRun", "json"],
    examples: ["stagetree convert spec/milestone-4 --to stages", "stagetree convert plan.md --to stages --out -"],
    load: () => import("./convert.ts"),
  },
  {
    name: "setup",
    group: "Work",
    summary: "branches and worktrees for the stages that are ready",
    args: [plan, stages],
    options: ["all", "base", "jobs", "force", ...reading, "dryRun", "trustHash", "json"],
    examples: ["stagetree setup plan.md", "stagetree setup plan.md --all --dry-run", "stagetree setup plan.md api"],
    load: () => import("./setup.ts"),
  },
  {
    name: "verify",
    group: "Work",
    summary: "run the checks in the worktrees that exist",
    args: [plan, stages],
    options: ["jobs", "timeout", "retries", "cache", "allowEmpty", "base", ...reading, "reporter", "trustHash", "json"],
    examples: [
      "stagetree verify plan.md",
      "stagetree verify plan.md api --no-cache",
      "stagetree verify plan.md --json",
    ],
    load: () => import("./verify.ts"),
  },
  {
    name: "run",
    group: "Work",
    summary: "the whole loop: set up, work, verify, complete, until nothing more can start",
    args: [plan, stages],
    options: [
      "agent",
      "jobs",
      "timeout",
      "agentTimeout",
      "retries",
      "failFast",
      "cache",
      "allowEmpty",
      "base",
      ...reading,
      "reporter",
      "trustHash",
      "force",
      "dryRun",
      "json",
    ],
    examples: [
      "stagetree run plan.md",
      'stagetree run plan.md --agent "my-agent --print" --retries 2',
      "stagetree run plan.md -j 4 --reporter ndjson",
    ],
    load: () => import("./run.ts"),
  },
  {
    name: "stop",
    group: "Work",
    summary: "ask the run of a plan to stop, wherever it goes on",
    args: [plan],
    options: ["json"],
    examples: ["stagetree stop plan.md"],
    load: () => import("./stop.ts"),
  },
  {
    name: "approve",
    group: "Work",
    summary: "approve manual checks of a stage as its branch is now",
    args: [plan, stage, { name: "[check]", help: "number, id or text of one check; without it all manual checks" }],
    options: ["allowEmpty", "dryRun", "json"],
    examples: ["stagetree approve plan.md docs", "stagetree approve plan.md docs 2"],
    load: () => import("./approve.ts"),
  },
  {
    name: "mark",
    group: "Work",
    summary: "declare the state of a stage by hand",
    args: [plan, stage, { name: "<state>", help: "not-started, in-progress, complete, blocked or skipped" }],
    options: ["note", "dryRun", "json"],
    examples: [
      "stagetree mark plan.md api complete",
      'stagetree mark plan.md api blocked --note "waits for the new key"',
    ],
    load: () => import("./mark.ts"),
  },
  {
    name: "status",
    group: "Watch",
    summary: "plan, worktrees and checks side by side",
    args: [optionalPlan],
    options: ["watch", "base", ...reading, "json"],
    examples: ["stagetree status plan.md", "stagetree status plan.md --watch"],
    load: () => import("./status.ts"),
  },
  {
    name: "logs",
    group: "Watch",
    summary: "what the agent and the checks of a stage said",
    args: [plan, stage],
    options: ["check", "follow", "raw", "json"],
    examples: ["stagetree logs plan.md api", "stagetree logs plan.md api --follow"],
    load: () => import("./logs.ts"),
  },
  {
    name: "why",
    group: "Watch",
    summary: "why a stage is, or is not, ready, complete and removable",
    args: [plan, stage],
    options: ["base", ...reading, "json"],
    examples: ["stagetree why plan.md api"],
    load: () => import("./why.ts"),
  },
  {
    name: "path",
    group: "Watch",
    summary: "the path of a stage's worktree",
    args: [plan, stage],
    options: ["json"],
    examples: ['cd "$(stagetree path plan.md api)"'],
    load: () => import("./path.ts"),
  },
  {
    name: "exec",
    group: "Watch",
    summary: "run a command inside the worktree of a stage",
    args: [plan, stage, { name: "<command...>", help: "after --: the command and its arguments" }],
    options: [],
    examples: ["stagetree exec plan.md api -- git log --oneline"],
    load: () => import("./exec.ts"),
  },
  {
    name: "clean",
    group: "Finish",
    summary: "remove the worktrees and branches that are proven safe",
    args: [
      {
        name: "[plan]",
        help: "path of a plan, its id, or path of one stage's worktree; without it each plan found here",
      },
      stages,
    ],
    options: ["dryRun", "discardChanges", "deleteUnmerged", "base", "json"],
    examples: [
      "stagetree clean plan.md --dry-run",
      "stagetree clean plan.md",
      "stagetree clean plan.md api --delete-unmerged",
    ],
    load: () => import("./clean.ts"),
  },
  {
    name: "trust",
    group: "Set up",
    summary: "list the commands a plan would run, and approve exactly those",
    args: [plan],
    options: ["list", "yes", "json"],
    examples: ["stagetree trust plan.md", "stagetree trust plan.md --list"],
    load: () => import("./trust.ts"),
  },
  {
    name: "init",
    group: "Set up",
    summary: "a line in the justfile, a commented configuration, and a plan if asked",
    args: [],
    options: ["plan", "dryRun", "json"],
    examples: ["stagetree init", "stagetree init --plan rate-limiter"],
    load: () => import("./init.ts"),
  },
  {
    name: "config",
    group: "Set up",
    summary: "each value of the configuration and where it came from",
    args: [],
    options: ["json"],
    examples: ["stagetree config"],
    load: () => import("./config.ts"),
  },
  {
    name: "schema",
    group: "Set up",
    summary: "the JSON Schema of the metadata block, or of the configuration",
    args: [{ name: "[which]", help: "plan (default) or config" }],
    options: [],
    examples: ["stagetree schema > stagetree.schema.json"],
    load: () => import("./schema.ts"),
  },
  {
    name: "tui",
    group: "Watch",
    summary: "the terminal UI; also what stagetree does without a command",
    args: [optionalPlan],
    options: ["agent", "jobs", "base"],
    examples: ["stagetree plan.md", "stagetree tui plan.md"],
    load: () => import("./tui.ts"),
  },
];
