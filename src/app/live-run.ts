// The frame of a run: the plan's lock, the first and the last event, and an ear for what other processes ask.
import type { RunAnswer } from "../core/answers.ts";
import { Fault } from "../core/fault.ts";
import type { StageId } from "../core/plan.ts";
import { answerRun } from "./run-answer.ts";
import type { Stop } from "./run-command.ts";
import { withRunLock } from "./run-lock.ts";
import type { Session } from "./session.ts";
import type { WorkOptions } from "./work-stage.ts";
import { writeStatuses } from "./write-back.ts";

export interface LiveRunRequest extends WorkOptions {
  readonly stages: readonly StageId[];
  readonly jobs: number;
}

/** How often a run looks for what other processes wrote: approvals, requests to stop. Milliseconds. */
const pollMs = 200;

/** Does `work` as a run of the plan and returns what became of each stage. Faults: run-held, and those of git. */
export function withRun(
  session: Session,
  options: { readonly request: LiveRunRequest; readonly command: "run" | "verify" },
  work: (stop: Required<Stop>) => Promise<void>,
): Promise<RunAnswer> {
  const { project } = session;
  const { request, command } = options;
  const { stages, jobs } = request;
  return withRunLock(session, async () => {
    session.adopt({ start: true });
    const run = project.ambient.token();
    session.beginRun(run);
    await session.look();
    // What was asked of an earlier run is not asked of this one.
    session.store.takeIntents(session.plan.id);
    const letters: Letters = { stop: new AbortController(), hurry: new AbortController() };
    const signal = AbortSignal.any([request.signal, letters.stop.signal]);
    const hurry = AbortSignal.any([...(request.hurry === undefined ? [] : [request.hurry]), letters.hurry.signal]);
    session.emit({ type: "run-started", command, pid: project.ambient.pid, jobs, stages });
    const watch = setInterval(() => watchOthers(session, letters), pollMs);
    const finish = async (): Promise<RunAnswer> => {
      clearInterval(watch);
      await session.look();
      await writeStatuses(session, { stages });
      const answer = answerRun(session, { run, command, stages, interrupted: signal.aborted });
      session.emit({ type: "run-finished", result: answer.result, counts: answer.counts });
      return answer;
    };
    try {
      await work({ signal, hurry });
    } catch (error) {
      await finish();
      throw error;
    }
    return finish();
  });
}

interface Letters {
  readonly stop: AbortController;
  readonly hurry: AbortController;
}

/** Folds what other processes wrote, approvals for instance, and does what they ask for. */
function watchOthers(session: Session, { stop, hurry }: Letters): void {
  try {
    session.catchUp();
    for (const intent of session.store.takeIntents(session.plan.id)) {
      if (intent.kind === "retry") continue;
      stop.abort("stop");
      if (intent.kind === "stop-now") hurry.abort();
    }
  } catch (error) {
    // A store that cannot be read now is met again by the next event, where the run can end in order.
    if (!(error instanceof Fault)) throw error;
  }
}
