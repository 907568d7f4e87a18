// `undo`: takes back the last operation, or lists what there is to take back.
import { listOperations } from "../app/operations.ts";
import type { UndoListAnswer } from "../core/undo-answers.ts";
import { exitCode, type ExitCode } from "../core/fault.ts";
import { renderOperations } from "../report/undo.ts";
import { type Call, planWord, writeJson } from "./call.ts";
import { planName, withSession } from "./plan-session.ts";
import { turn } from "./turn.ts";

export function run(call: Call): Promise<ExitCode> {
  return call.options.list === true ? list(call) : turn(call, "undo");
}

function list(call: Call): Promise<ExitCode> {
  const { options, output } = call;
  return withSession(call, { readonly: true, removed: true }, async (session) => {
    await session.look();
    const plan = planName(session.plan);
    const answer: UndoListAnswer = { schema: 1, plan, operations: await listOperations(session) };
    if (options.json === true) writeJson(output, answer);
    else output.out(renderOperations({ answer, planWord: planWord(call, plan), style: output.outStyle }));
    return exitCode.done;
  });
}
