// `show`: the stages of a plan as they were read.
import { findDamage } from "../app/damage.ts";
import { exitCode, type ExitCode } from "../core/fault.ts";
import { renderFault } from "../report/fault.ts";
import { toShowAnswer } from "../report/json.ts";
import { renderShow } from "../report/show.ts";
import { type Call, planWord, writeJson } from "./call.ts";
import { readNamedPlan } from "./plan-session.ts";

export async function run(call: Call): Promise<ExitCode> {
  const { plan, project } = await readNamedPlan(call);
  const { output, options } = call;
  // What it shows is right; the next command would fail.
  const damage = await findDamage(project.repository.commonDir);
  if (damage !== undefined) output.err(renderFault(damage, output.errStyle));
  if (options.json === true) writeJson(output, toShowAnswer(plan));
  else output.out(renderShow({ answer: toShowAnswer(plan), planWord: planWord(call, plan), style: output.outStyle }));
  return exitCode.done;
}
