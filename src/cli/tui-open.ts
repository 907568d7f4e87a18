// Hands the terminal to a program of the person's own: a shell, the editor or the agent in a worktree, a log in the pager.
import { agentCommand } from "../app/agent.ts";
import type { Session } from "../app/session.ts";
import { passTrustGate } from "../app/trust-gate.ts";
import { Fault } from "../core/fault.ts";
import type { StageId } from "../core/plan.ts";
import { childEnvironment } from "../host/environment.ts";
import { runInForeground } from "../host/foreground.ts";
import { readLog } from "../host/logs.ts";
import { dim } from "../report/content.ts";
import { latestLog } from "../tui/state/latest-log.ts";
import type { Opened } from "../tui/source.ts";
import { type Call, errLines } from "./call.ts";
import { runInWorktree } from "./exec.ts";
import { cleanLog, type LogEntry, logsOf } from "./logs.ts";
import { openedWords, pager } from "./tui-command.ts";

export interface Opening {
  readonly stage: StageId;
  readonly what: Opened;
}

/** Less than this (ms), and nobody had time to read what it said. */
const glance = 1000;

/**
 * Runs it until it ends; the caller has handed the terminal over. Faults: worktree-missing, usage (no such program, no agent),
 * untrusted.
 */
export async function openInTerminal(
  session: Session,
  { call, stage, what }: Opening & { readonly call: Call },
): Promise<{ readonly ok: boolean; readonly message: string }> {
  const { now } = session.project.ambient;
  const began = now();
  const code = what === "log" ? await page(session, { call, stage }) : await enter(session, { call, stage, what });
  if (now() - began < glance && what !== "shell" && (what === "log" || code !== 0) && !call.signal.aborted)
    await waitForEnter(session, call);
  // A shell ends with what its last command ended with, which is nobody's failure.
  const ok = code === 0 || what === "shell";
  return { ok, message: ok ? `Back from ${stage}.` : `Back from ${stage}: it ended with ${code}.` };
}

async function enter(
  session: Session,
  { call, stage, what }: { readonly call: Call; readonly stage: StageId; readonly what: Exclude<Opened, "log"> },
): Promise<number> {
  const { ambient } = call;
  const agent = what === "agent" ? await trustedAgent(session, { call, stage }) : undefined;
  const command = openedWords(what, { shell: ambient.environment["SHELL"], agent });
  const { path } = session.view(stage).facts.worktree;
  if (what === "shell") {
    errLines(call.output, dim(`${stage}: ${path}; exit goes back to stagetree`));
  }
  return runInWorktree(session, { stage, command, signal: call.signal });
}

/** The command of the stage's agent, once a person approved it as all that runs for the plan. Faults: untrusted, usage. */
async function trustedAgent(session: Session, of: { readonly call: Call; readonly stage: StageId }): Promise<string> {
  const command = agentOf(session, of);
  if (command === undefined) {
    throw new Fault("usage", {
      message: "There is no agent to open.",
      hint: 'Name one with --agent, STAGETREE_AGENT, or "agent" in the configuration.',
    });
  }
  await passTrustGate(session.project, { plan: session.plan });
  return command;
}

/** The command of the stage's agent, as `run` would find it; absent where there is none. */
export function agentOf(
  session: Session,
  { call, stage: id }: { readonly call: Call; readonly stage: StageId },
): string | undefined {
  const { stage } = session.view(id);
  const { agent: flag } = call.options;
  return agentCommand(session, { stage, ...(flag === undefined ? {} : { flag }) });
}

/** The log that the screen shows, as `logs` names it: the one that is opened. */
export function shownLog(session: Session, stage: StageId): LogEntry | undefined {
  const shown = latestLog(session.view(stage));
  return logsOf(session, stage).find(({ log }) => log === shown?.path);
}

async function page(
  session: Session,
  { call, stage }: { readonly call: Call; readonly stage: StageId },
): Promise<number> {
  const entry = shownLog(session, stage);
  if (entry === undefined)
    throw new Fault("usage", { message: `Nothing ran for ${stage} yet.`, hint: "Verify it first." });
  return runInForeground({
    file: "sh",
    args: ["-c", pager],
    cwd: session.project.ambient.cwd,
    env: childEnvironment(call.ambient.environment, {}),
    input: cleanLog(readLog(entry.log), call),
    signal: call.signal,
  });
}

/** So that what was said can be read before the screen covers it. */
async function waitForEnter({ project }: Session, call: Call): Promise<void> {
  errLines(call.output, "", dim("Enter goes back to stagetree"));
  await runInForeground({
    file: "sh",
    args: ["-c", "read -r _"],
    cwd: project.repository.mainWorktree,
    env: childEnvironment(call.ambient.environment, {}),
    signal: call.signal,
  });
}
