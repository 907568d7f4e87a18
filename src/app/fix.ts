// The one automatic fix that a plan declares for red checks: run once, and what it changed is committed.
import { describeOutcome, passed } from "../core/outcome.ts";
import type { Stage } from "../core/plan.ts";
import { commitAll, readContent } from "../git/tree.ts";
import { ownWork } from "./guard.ts";
import { runStageCommand, type Stop } from "./run-command.ts";
import type { Session } from "./session.ts";

/** The fix of the first stop condition on checks that has one. */
export function declaredFix(session: Session): string | undefined {
  for (const { trigger } of session.plan.stops ?? []) {
    if (trigger.kind === "checks" && trigger.fix !== undefined) return trigger.fix;
  }
  return undefined;
}

/**
 * Runs `command` in the stage's worktree. What it changed is committed with the stage's message for leftovers, or with one
 * that names the command; where other changes lay there before, nothing is, since nobody knows whose they are.
 */
export async function runFix(
  session: Session,
  options: Stop & {
    readonly stage: Stage;
    readonly command: string;
    readonly attempt: number;
    readonly timeoutMs: number;
  },
): Promise<"done" | "cancelled"> {
  const { stage, command, attempt, timeoutMs, signal, hurry } = options;
  const { repository } = session.project;
  const { path } = session.view(stage.id).facts.worktree;
  const wasClean = (await readContent(repository, { path })).clean;
  const { outcome } = await runStageCommand(session, {
    signal,
    ...(hurry === undefined ? {} : { hurry }),
    spec: { stage, attempt, what: "fix", command, cwd: path, worktree: path, timeoutMs },
  });
  if (outcome.kind === "cancelled") return "cancelled";
  const note = (text: string): void => session.emit({ type: "note", stage: stage.id, text });
  if (!passed(outcome)) note(`the fix ${describeOutcome(outcome)}; the checks decide`);
  const work = () => commitAll(repository, { path, message: stage.commit ?? `Fix: ${command}` });
  if (wasClean) await ownWork(session, { owner: stage.id, work });
  else if (!(await readContent(repository, { path })).clean) {
    note("the fix was not committed: other uncommitted changes lay there before");
  }
  return "done";
}
