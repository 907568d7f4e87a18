// What `undo` and `redo` have in common.
import { nameOperation } from "../app/operations.ts";
import { withRunLock } from "../app/run-lock.ts";
import type { Session } from "../app/session.ts";
import { nextOf, type Turned, turnLast } from "../app/turn.ts";
import type { UndoAnswer } from "../core/undo-answers.ts";
import type { Direction } from "../core/change.ts";
import { exitCode, type ExitCode, isFault } from "../core/fault.ts";
import { describeStep } from "../report/steps.ts";
import { renderTurn } from "../report/undo.ts";
import { type Call, planWord, writeJson } from "./call.ts";
import { planName, withSession } from "./plan-session.ts";

interface Answered extends Turned {
  /** Why it was refused. */
  readonly moved?: readonly string[];
}

export function turn(call: Call, direction: Direction): Promise<ExitCode> {
  const { options, output } = call;
  const dryRun = options.dryRun === true;
  return withSession(call, { removed: true, ...(dryRun ? { readonly: true } : {}) }, async (session) => {
    const work = async (): Promise<Answered> => {
      await session.look();
      const turned = turnLast(session, { direction, dryRun });
      return dryRun || options.json === true ? turned.catch(refusalOf(session, direction)) : turned;
    };
    const turned = dryRun ? await work() : await withRunLock(session, work);
    const { moved } = turned;
    const answer: UndoAnswer = {
      ...answerTurn(session, turned),
      ...(dryRun ? { dryRun } : {}),
      ...(moved === undefined ? {} : { moved }),
    };
    if (options.json === true) writeJson(output, answer);
    else {
      output.out(renderTurn({ answer, direction, planWord: planWord(call, answer.plan), style: output.outStyle }));
    }
    return moved === undefined ? exitCode.done : exitCode.refused;
  });
}

export const answerTurn = (session: Session, { operation, steps }: Turned): UndoAnswer => ({
  schema: 1,
  plan: planName(session.plan),
  ...(operation === undefined ? {} : { operation: nameOperation(operation) }),
  steps: steps.map(describeStep),
});

/** For scripts, and for those who only ask, a refusal is an answer like another. */
const refusalOf =
  (session: Session, direction: Direction) =>
  (error: unknown): Answered => {
    const operation = nextOf(session, direction);
    if (!isFault(error, "undo-refused") || operation === undefined) throw error;
    return { operation, steps: [], moved: error.facts.moved };
  };
