// `stop`: asks the run of a plan, wherever it goes on, to stop, or to stop the work on one stage.
import { exitCode, type ExitCode } from "../core/fault.ts";
import { askToStop } from "../app/ask-to-stop.ts";
import { renderStop } from "../report/stop.ts";
import { type Call, writeJson } from "./call.ts";
import { askedStage, planName, withSession } from "./plan-session.ts";

export function run(call: Call): Promise<ExitCode> {
  const { options, output } = call;
  return withSession(call, {}, async (session) => {
    const { plan } = session;
    const stage = call.args.length > 1 ? { stage: askedStage(call, plan) } : {};
    const answer = { schema: 1 as const, plan: planName(plan), ...stage, ...askToStop(session, stage) };
    if (options.json === true) writeJson(output, answer);
    else output.out(renderStop({ answer, style: output.outStyle }));
    return exitCode.done;
  });
}
