// The rows of the table for commands that look on, or at one worktree.
import type { CommandRow } from "./command-row.ts";
import { optionalPlan, plan, reading, stage } from "./command-parts.ts";

export const watchCommands: readonly CommandRow[] = [
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
    name: "attach",
    group: "Watch",
    summary: "look on at the run of a plan, wherever it goes on, until it ends",
    args: [plan],
    options: ["reporter", "json"],
    examples: ["stagetree attach plan.md", "stagetree attach plan.md --json"],
    load: () => import("./attach.ts"),
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
    name: "tui",
    group: "Watch",
    summary: "the terminal UI; also what stagetree does without a command",
    args: [optionalPlan],
    options: ["agent", "jobs", "base"],
    examples: ["stagetree plan.md", 'stagetree plan.md --agent "my-agent --print" --jobs 4', "stagetree tui plan.md"],
    load: () => import("./tui.ts"),
  },
];
