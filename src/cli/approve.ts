// `approve`: a person's word on manual checks.
import { approveChecks } from "../app/approve.ts";
import { exitCode, type ExitCode } from "../core/fault.ts";
import { renderApproval } from "../report/approval.ts";
import { type Call, planWord, writeJson } from "./call.ts";
import { askedStage, planName, withSession } from "./plan-session.ts";

export function run(call: Call): Promise<ExitCode> {
  const { options, output, args } = call;
  const dryRun = options.dryRun === true;
  return withSession(call, dryRun ? { readonly: true } : {}, async (session) => {
    const stage = askedStage(call, session.plan);
    const check = args[2];
    const approval = await approveChecks(session, {
      stage,
      allowEmpty: options.allowEmpty === true,
      dryRun,
      ...(check === undefined ? {} : { check }),
    });
    const { state } = session.view(stage);
    const answer = {
      schema: 1 as const,
      plan: planName(session.plan),
      stage,
      state,
      ...approval,
      ...(dryRun ? { dryRun } : {}),
    };
    if (options.json === true) writeJson(output, answer);
    else output.out(renderApproval({ answer, planWord: planWord(call, answer.plan), style: output.outStyle }));
    return exitCode.done;
  });
}
