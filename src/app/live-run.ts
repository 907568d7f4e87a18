// The frame of a run: the plan's lock, the first and the last event, and an ear for what other processes ask.
import type { RunAnswer } from "../core/answers.ts";
import { Fault } from "../core/fault.ts";
import type { StageId } from "../core/plan.ts";
import { type Baselines, createBaselines } from "./baseline.ts";
import { createGuard } from "./containment.ts";
import { answerRun } from "./run-answer.ts";
import type { Stop } from "./run-command.ts";
import { withRunLock } from "./run-lock.ts";
import type { Session } from "./session.ts";
import { createSlots, type Slots } from "./slots.ts";
import type { WorkOptions } from "./work-stage.ts";
import { writeStatuses } from "./write-back.ts";

export interface LiveRunRequest extends WorkOptions {
  readonly stages: readonly StageId[];
  readonly jobs: number;
  /** Ids of the only checks to run, of `verify`; all where absent. */
  readonly checks?: ReadonlySet<string>;
}

/** What every stage of a run shares. */
export interface RunningWork extends Required<Stop> {
  readonly baselines?: Baselines;
  /** One for each stage at work; as many as the run has jobs. */
  readonly slots: Slots;
  /** By key: checks that ended and were not looked at yet. */
  readonly judging: Map<string, Promise<void>>;
  /** Ends the work on one stage: aborted when the run is stopped, or only that stage. */
  readonly signalOf: (stage: StageId) => AbortSignal;
}

/** How often a run looks for what other processes wrote: approvals, requests to stop. Milliseconds. */
const pollMs = 200;

/** Does `work` as a run of the plan and returns what became of each stage. Faults: run-held, and those of git. */
export function withRun(
  session: Session,
  options: {
    readonly request: LiveRunRequest;
    readonly command: "run" | "verify";
    /** A Fault of it ends the run before it began. */
    readonly before?: () => Promise<void>;
  },
  work: (run: RunningWork) => Promise<void>,
): Promise<RunAnswer> {
  const { project } = session;
  const { request, command } = options;
  const { stages, jobs } = request;
  return withRunLock(session, async () => {
    session.adopt({ start: true });
    const run = project.ambient.token();
    session.beginRun(run);
    await session.look();
    await options.before?.();
    // What was asked of an earlier run is not asked of this one.
    session.store.takeIntents(session.plan.id);
    const letters: Letters = { stop: new AbortController(), hurry: new AbortController(), stages: new Map() };
    const signal = AbortSignal.any([request.signal, letters.stop.signal]);
    const hurry = AbortSignal.any([...(request.hurry === undefined ? [] : [request.hurry]), letters.hurry.signal]);
    const signals = new Map<StageId, AbortSignal>();
    const signalOf = (stage: StageId): AbortSignal => {
      const found = signals.get(stage) ?? AbortSignal.any([signal, letterTo(letters, stage).signal]);
      signals.set(stage, found);
      return found;
    };
    const slots = createSlots(jobs);
    session.useGuard(request.contain ? createGuard(session, slots) : undefined);
    session.emit({ type: "run-started", command, pid: project.ambient.pid, jobs, stages });
    const watch = setInterval(() => watchOthers(session, letters), pollMs);
    const finish = async (): Promise<RunAnswer> => {
      clearInterval(watch);
      await session.look();
      await writeStatuses(session, { stages });
      const answer = answerRun(session, {
        run,
        command,
        stages,
        ...(request.checks === undefined ? {} : { checks: request.checks }),
        interrupted: signal.aborted,
        broken: session.guard()?.broken.aborted === true,
        stopped: (stage) => letters.stages.get(stage)?.signal.aborted === true,
      });
      session.emit({ type: "run-finished", result: answer.result, counts: answer.counts });
      return answer;
    };
    try {
      await work({
        signal,
        hurry,
        signalOf,
        slots,
        judging: new Map(),
        ...(request.baseline ? { baselines: createBaselines(session) } : {}),
      });
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
  /** To single stages. */
  readonly stages: Map<StageId, AbortController>;
}

function letterTo({ stages }: Letters, stage: StageId): AbortController {
  const letter = stages.get(stage) ?? new AbortController();
  stages.set(stage, letter);
  return letter;
}

/** Folds what other processes wrote, approvals for instance, and does what they ask for. */
function watchOthers(session: Session, letters: Letters): void {
  try {
    session.catchUp();
    for (const intent of session.store.takeIntents(session.plan.id)) {
      if (intent.kind === "retry") continue;
      if (intent.kind === "stop" && intent.stage !== undefined) {
        letterTo(letters, intent.stage).abort("stop");
        continue;
      }
      letters.stop.abort("stop");
      if (intent.kind === "stop-now") letters.hurry.abort();
    }
  } catch (error) {
    // A store that cannot be read now is met again by the next event, where the run can end in order.
    if (!(error instanceof Fault)) throw error;
  }
}
