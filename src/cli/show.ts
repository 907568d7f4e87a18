// `show`: the stages of a plan as they were read.
import { exitCode, type ExitCode } from "../core/fault.ts";
import { toShowAnswer } from "../report/json.ts";
import { renderShow } from "../report/show.ts";
import { type Call, planWord, writeJson } from "./call.ts";
import { openNamedValidPlan } from "./plan-session.ts";

export async function run(call: Call): Promise<ExitCode> {
  const { plan } = await openNamedValidPlan(call);
  const { output, options } = call;
  if (options.json === true) writeJson(output, toShowAnswer(plan));
  else output.out(renderShow({ answer: toShowAnswer(plan), planWord: planWord(call, plan), style: output.outStyle }));
  return exitCode.done;
}
