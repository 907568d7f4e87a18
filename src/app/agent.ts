// Gives a stage to a coding agent: a command that reads the brief on standard input and works in the stage's worktree.
import { writeFile } from "node:fs/promises";
import { composeBrief, composeRetryBrief } from "../core/brief.ts";
import type { Outcome } from "../core/outcome.ts";
import type { Stage } from "../core/plan.ts";
import { commitAll } from "../git/tree.ts";
import { prepareLogFolder } from "../host/logs.ts";
import { ownWork } from "./guard.ts";
import { runStageCommand, type Stop } from "./run-command.ts";
import type { Session } from "./session.ts";

/** The command of a stage's agent: what was typed, else the stage's, else the configuration's; a profile name is looked up. */
export function agentCommand(
  session: Session,
  options: { readonly stage: Stage; readonly flag?: string },
): string | undefined {
  const { config } = session.project;
  const named = options.flag ?? options.stage.agent ?? config.agent;
  if (named === undefined) return undefined;
  return Object.hasOwn(config.agents, named) ? config.agents[named] : named;
}

export interface AgentAttempt extends Stop {
  readonly stage: Stage;
  readonly command: string;
  readonly attempt: number;
  readonly timeoutMs: number;
  /** What went wrong last time, and the end of its output. */
  readonly failure?: { readonly reason: string; readonly tail: string };
}

/** Runs the agent once, then commits what it left where the stage gives a message for that. */
export async function runAgent(session: Session, options: AgentAttempt): Promise<Outcome> {
  const { stage, attempt } = options;
  const { project, plan } = session;
  const view = session.view(stage.id);
  const worktree = view.facts.worktree.path;
  const base = view.facts.base;
  const brief = composeBrief({ plan, stage, ...(base === undefined ? {} : { base }) });
  const text = options.failure === undefined ? brief : composeRetryBrief(brief, options.failure);
  const stdin = await prepareLogFolder({
    directory: project.directory,
    plan: plan.id,
    stage: stage.id,
    attempt,
    name: `brief-${project.ambient.token().slice(0, 8)}`,
  });
  await writeFile(stdin, text, { mode: 0o600 });
  const { outcome } = await runStageCommand(session, {
    signal: options.signal,
    ...(options.hurry === undefined ? {} : { hurry: options.hurry }),
    spec: {
      stage,
      attempt,
      what: "agent",
      command: options.command,
      cwd: worktree,
      worktree,
      stdin,
      timeoutMs: options.timeoutMs,
    },
  });
  if (outcome.kind === "passed" && stage.commit !== undefined) {
    const message = stage.commit;
    const work = () => commitAll(project.repository, { path: worktree, message });
    await ownWork(session, { owner: stage.id, work });
  }
  return outcome;
}
