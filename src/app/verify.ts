// Runs the checks in the worktrees that exist, and completes the stages whose proof is whole.
import type { RunAnswer } from "../core/answers.ts";
import { completeStage, waitForPerson } from "./complete.ts";
import { mapLimited } from "./limit.ts";
import { type LiveRunRequest, withRun } from "./live-run.ts";
import { recordProblems } from "./record-problems.ts";
import type { Session } from "./session.ts";
import { verifyStage } from "./verify-stage.ts";
import type { WorkOptions } from "./work-stage.ts";

/** A stage without a worktree is skipped. Faults: run-held, and those of git. */
export function verifyPlan(session: Session, request: LiveRunRequest): Promise<RunAnswer> {
  return withRun(session, { request, command: "verify" }, async (stop) => {
    const here = request.stages.filter((id) => {
      const { worktree } = session.view(id).facts;
      return worktree.exists && worktree.problem === undefined;
    });
    await mapLimited(here, request.jobs, async (id) => {
      if (stop.signal.aborted) return;
      const { stage, record } = session.view(id);
      const attempt = record.attempt + 1;
      session.emit({ type: "attempt-started", stage: id, attempt });
      const action = (): Promise<void> => verifyAndComplete(session, { ...request, ...stop, stage, attempt });
      await recordProblems(session, { stage: id, action });
    });
  });
}

async function verifyAndComplete(
  session: Session,
  options: Parameters<typeof verifyStage>[1] & WorkOptions,
): Promise<void> {
  const { id } = options.stage;
  const { cancelled, failure } = await verifyStage(session, options);
  if (cancelled) return;
  if (failure !== undefined) {
    session.emit({ type: "stage-failed", stage: id, reason: failure.reason });
    return;
  }
  const lacks = await completeStage(session, { stage: id, allowEmpty: options.allowEmpty });
  if (lacks.length > 0) waitForPerson(session, { stage: id, lacks });
}
