// The configuration's `setup` command, run once in each new worktree ("npm ci", say).
import { describeBreach } from "../core/containment.ts";
import { Fault } from "../core/fault.ts";
import { describeOutcome, passed } from "../core/outcome.ts";
import { shellWord } from "../core/shell.ts";
import type { Step } from "../core/steps.ts";
import { runStageCommand } from "./run-command.ts";
import type { Session } from "./session.ts";

const defaultTimeoutMs = 600_000;

/** Resolves when the command passed. Fault: refused, when it did not; the half-made worktree is then taken back. */
export async function runSetupCommand(
  session: Session,
  options: { readonly step: Extract<Step, { kind: "run-setup" }>; readonly signal: AbortSignal },
): Promise<void> {
  const { step, signal } = options;
  const { stage, record } = session.view(step.stage);
  const { outcome, log } = await runStageCommand(session, {
    signal,
    spec: {
      stage,
      attempt: record.attempt,
      what: "setup",
      command: step.command,
      cwd: step.path,
      worktree: step.path,
      timeoutMs: session.project.config.timeoutMs ?? defaultTimeoutMs,
    },
  });
  if (passed(outcome)) return;
  const { breach } = session.view(step.stage).record;
  if (breach !== undefined) {
    throw new Fault("refused", { what: `set-up of ${stage.id}`, why: describeBreach(breach), now: breach.now });
  }
  throw new Fault("refused", {
    what: `set-up of ${stage.id}`,
    why: `its set-up command ${describeOutcome(outcome)} (${step.command}); it said: ${log}`,
    now: `stagetree setup ${shellWord(session.plan.path)} ${shellWord(stage.id)}`,
  });
}
