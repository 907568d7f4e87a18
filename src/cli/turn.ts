// What `undo` and `redo` have in common.
import { nameOperation } from "../app/operations.ts";
import { withRunLock } from "../app/run-lock.ts";
import { turnLast } from "../app/turn.ts";
import type { UndoAnswer } from "../core/undo-answers.ts";
import type { Direction } from "../core/change.ts";
import { exitCode, type ExitCode } from "../core/fault.ts";
import { describeStep } from "../report/steps.ts";
import { renderTurn } from "../report/undo.ts";
import { type Call, planWord, writeJson } from "./call.ts";
import { planName, withSession } from "./plan-session.ts";

export function turn(call: Call, direction: Direction): Promise<ExitCode> {
  const { options, output } = call;
  const dryRun = options.dryRun === true;
  return withSession(call, { removed: true, ...(dryRun ? { readonly: true } : {}) }, async (session) => {
    const work = async () => {
      await session.look();
      return turnLast(session, { direction, dryRun });
    };
    const { operation, steps } = dryRun ? await work() : await withRunLock(session, work);
    const answer: UndoAnswer = {
      schema: 1,
      plan: planName(session.plan),
      ...(dryRun ? { dryRun } : {}),
      ...(operation === undefined ? {} : { operation: nameOperation(operation) }),
      steps: steps.map(describeStep),
    };
    if (options.json === true) writeJson(output, answer);
    else {
      output.out(renderTurn({ answer, direction, planWord: planWord(call, answer.plan), style: output.outStyle }));
    }
    return exitCode.done;
  });
}
