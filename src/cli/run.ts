// `run`: the whole loop.
import { runPlan } from "../app/run.ts";
import { planRun } from "../app/run-preview.ts";
import { requireFree } from "../app/run-lock.ts";
import { exitCode, type ExitCode } from "../core/fault.ts";
import { renderSetup } from "../report/setup.ts";
import { describeStep } from "../report/steps.ts";
import { orAttach } from "./attach.ts";
import { type Call, planWord, shownPath, writeJson } from "./call.ts";
import { passGate } from "./gate.ts";
import { askedStages, planName, withSession } from "./plan-session.ts";
import { reportRun } from "./reporting.ts";
import { resultExit, workOptions } from "./work-options.ts";

export function run(call: Call): Promise<ExitCode> {
  const { options, output } = call;
  if (options.dryRun === true) {
    return withSession(call, { starts: "run", readonly: true }, async (session) => {
      const { stages, steps } = await planRun(session, { stages: askedStages(call, session) });
      const answer = {
        schema: 1 as const,
        plan: planName(session.plan),
        dryRun: true as const,
        steps: steps.map(describeStep),
        stages,
      };
      if (options.json === true) writeJson(output, answer);
      else
        output.out(
          renderSetup({
            answer,
            planWord: planWord(call, answer.plan),
            shown: shownPath(call),
            waiting: 0,
            style: output.outStyle,
          }),
        );
      return exitCode.done;
    });
  }
  return withSession(call, { starts: "run" }, (session) => {
    const stages = askedStages(call, session);
    return orAttach(call, session, async () => {
      requireFree(session);
      await passGate(call, session);
      const request = { ...workOptions(call, session), stages, failFast: options.failFast === true };
      return resultExit(await reportRun(call, session, () => runPlan(session, request)));
    });
  });
}
