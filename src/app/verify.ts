// Runs the checks in the worktrees that exist, and completes the stages whose proof is whole.
import { describeOutcome } from "../core/outcome.ts";
import type { RunAnswer } from "../core/answers.ts";
import { needsFirst } from "../core/graph.ts";
import { type Plan, type StageId, hasOwnWork } from "../core/plan.ts";
import { completeStage, waitForPerson } from "./complete.ts";
import { followNeeds } from "./follow-needs.ts";
import { mapLimited } from "./limit.ts";
import { type LiveRunRequest, withRun } from "./live-run.ts";
import { recordProblems } from "./record-problems.ts";
import type { Session } from "./session.ts";
import type { Slot } from "./slots.ts";
import { verifyStage } from "./verify-stage.ts";
import type { WorkOptions } from "./work-stage.ts";

/** A stage without a worktree is skipped. Faults: run-held, and those of git. */
export function verifyPlan(session: Session, request: LiveRunRequest): Promise<RunAnswer> {
  return withRun(session, { request, command: "verify" }, async (stop) => {
    const here = request.stages.filter((id) => {
      const { worktree } = session.view(id).facts;
      return worktree.exists && worktree.problem === undefined;
    });
    const ordered = inOrder(session.plan, here);
    const done = new Map<StageId, Promise<void>>();
    let isOver = false;
    const verifyOne = async (id: StageId, slot: Slot): Promise<void> => {
      const signal = stop.signalOf(id);
      if (isOver || signal.aborted || session.guard()?.broken.aborted === true) return;
      const { stage, record } = session.view(id);
      const attempt = record.attempt + 1;
      session.emit({ type: "attempt-started", stage: id, attempt });
      const options = { ...request, ...stop, signal, stage, attempt, slot };
      const action = (): Promise<void> => verifyAndComplete(session, options);
      await recordProblems(session, { stage: id, action });
    };
    const verifyInTurn = async (id: StageId): Promise<void> => {
      await Promise.all(judgedBefore(session, id).flatMap((gate) => done.get(gate) ?? []));
      try {
        await stop.slots.use((slot) => verifyOne(id, slot));
      } catch (error) {
        isOver = true;
        throw error;
      }
    };
    await mapLimited(ordered, ordered.length, (id) => {
      const work = verifyInTurn(id);
      done.set(id, work);
      return work;
    });
  });
}

/** Needs first, so that a stage never waits for one that has not started; the rest in the order asked for. */
function inOrder(plan: Plan, asked: readonly StageId[]): readonly StageId[] {
  const wanted = new Set(asked);
  return [...new Set([...needsFirst(plan.stages).filter((id) => wanted.has(id)), ...asked])];
}

/** What comes after a gate is judged when the gate is, and a gate when all that it looks at is. */
function judgedBefore(session: Session, id: StageId): readonly StageId[] {
  const { stage } = session.view(id);
  return hasOwnWork(stage) ? stage.needs.filter((need) => session.view(need).stage.kind === "gate") : stage.needs;
}

/** A check that passed alone says nothing of another one that is red. */
function failAsBefore(session: Session, stage: StageId): void {
  const red = session.view(stage).checks.find(({ state }) => state === "failed")?.record;
  if (red === undefined || red.outcome === "cached") return;
  const reason = `\`${red.command}\` ${describeOutcome(red.outcome)}`;
  session.emit({ type: "stage-failed", stage, reason });
}

async function verifyAndComplete(
  session: Session,
  options: Parameters<typeof verifyStage>[1] & WorkOptions,
): Promise<void> {
  const { id } = options.stage;
  await followNeeds(session, id);
  const { cancelled, failure } = await verifyStage(session, options);
  if (cancelled) return;
  if (failure !== undefined) {
    session.emit({ type: "stage-failed", stage: id, reason: failure.reason });
    return;
  }
  const lacks = await completeStage(session, { stage: id, allowEmpty: options.allowEmpty });
  if (options.checks !== undefined && lacks.some(({ kind }) => kind === "command")) return failAsBefore(session, id);
  if (lacks.length > 0) waitForPerson(session, { stage: id, lacks });
}
