// The whole loop: start what can start, the longest remaining path first, until nothing more can.
import type { RunAnswer } from "../core/answers.ts";
import type { StageId } from "../core/plan.ts";
import { durationWeights, startable } from "../core/schedule.ts";
import { answerRun } from "./run-answer.ts";
import { withRunLock } from "./run-lock.ts";
import type { Session } from "./session.ts";
import { prepareRepository } from "./setup.ts";
import { type WorkOptions, workStage } from "./work-stage.ts";
import { verifyStage } from "./verify-stage.ts";
import { completeStage, waitForPerson } from "./complete.ts";
import { mapLimited } from "./limit.ts";

export interface RunRequest extends WorkOptions {
  readonly stages: readonly StageId[];
  readonly jobs: number;
  readonly failFast: boolean;
}

export type VerifyRequest = Omit<RunRequest, "failFast">;

/** How often a run looks for what other processes wrote: approvals, requests to stop. Milliseconds. */
const pollMs = 200;

/** Runs the stages asked for and all that has to come before them. Faults: run-held, and those of git. */
export function runPlan(session: Session, request: RunRequest): Promise<RunAnswer> {
  return withRun(session, { request, command: "run" }, async (signal) => {
    await prepareRepository(session);
    const asked = new Set(request.stages);
    const running = new Map<StageId, Promise<void>>();
    const settled = new Set<StageId>();
    for (;;) {
      const views = session.views();
      const failed = views.some((view) => settled.has(view.stage.id) && view.state === "failed");
      const open = !signal.aborted && !(request.failFast && failed);
      const progress = { running: new Set(running.keys()), settled, asked };
      const next = open
        ? startable({ plan: session.plan, views, progress, weight: durationWeights(views) })
        : [];
      for (const view of next.slice(0, Math.max(0, request.jobs - running.size))) {
        const { id } = view.stage;
        const work = workStage(session, { ...request, signal, stage: id })
          .then(() => session.look([id]).then(() => undefined))
          .finally(() => {
            running.delete(id);
            settled.add(id);
          });
        running.set(id, work);
      }
      if (running.size === 0) return;
      try {
        await Promise.race(running.values());
      } catch (error) {
        await Promise.allSettled(running.values());
        throw error;
      }
    }
  });
}

/** Runs the checks of the stages asked for that have a worktree, and completes those whose proof is whole. */
export function verifyPlan(session: Session, request: VerifyRequest): Promise<RunAnswer> {
  return withRun(session, { request, command: "verify" }, async (signal) => {
    const here = request.stages.filter((id) => {
      const { worktree } = session.view(id).facts;
      return worktree.exists && worktree.problem === undefined;
    });
    await mapLimited(here, request.jobs, async (id) => {
      if (signal.aborted) return;
      const { stage, record } = session.view(id);
      const attempt = record.attempt + 1;
      session.emit({ type: "attempt-started", stage: id, attempt });
      const verification = await verifyStage(session, { ...request, signal, stage, attempt });
      if (verification.cancelled) return;
      if (verification.failure !== undefined) {
        session.emit({ type: "stage-failed", stage: id, reason: verification.failure.reason });
        return;
      }
      const lacks = await completeStage(session, { stage: id, allowEmpty: request.allowEmpty });
      if (lacks.length === 0) return;
      waitForPerson(session, { stage: id, lacks });
    });
  });
}

/** Brackets the work with the run's lock, its first and last event, and the watch for other processes. */
function withRun(
  session: Session,
  options: { readonly request: VerifyRequest; readonly command: "run" | "verify" },
  work: (signal: AbortSignal) => Promise<void>,
): Promise<RunAnswer> {
  const { project } = session;
  const { request, command } = options;
  const { stages, jobs } = request;
  return withRunLock(session, async () => {
    const run = project.ambient.token();
    session.beginRun(run);
    await session.look();
    const stop = new AbortController();
    const signal = AbortSignal.any([request.signal, stop.signal]);
    session.emit({ type: "run-started", command, pid: project.ambient.pid, jobs, stages });
    const watch = setInterval(() => watchOthers(session, stop), pollMs);
    try {
      await work(signal);
    } finally {
      clearInterval(watch);
      await session.look();
      const { result, counts } = answerRun(session, { run, command, stages, interrupted: signal.aborted });
      session.emit({ type: "run-finished", result, counts });
    }
    return answerRun(session, { run, command, stages, interrupted: signal.aborted });
  });
}

function watchOthers(session: Session, stop: AbortController): void {
  session.catchUp();
  for (const intent of session.store.takeIntents(session.plan.id)) {
    if (intent.kind === "stop" || intent.kind === "stop-now") stop.abort(intent.kind === "stop-now" ? "now" : "stop");
  }
}
