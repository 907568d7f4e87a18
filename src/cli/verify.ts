// `verify`: the checks of the stages that have a worktree.
import { verifyPlan } from "../app/verify.ts";
import { Fault, type ExitCode } from "../core/fault.ts";
import type { Call } from "./call.ts";
import { passGate } from "./gate.ts";
import { askedStages, withSession } from "./plan-session.ts";
import { reportRun } from "./reporting.ts";
import { resultExit, workOptions } from "./work-options.ts";

export function run(call: Call): Promise<ExitCode> {
  return withSession(call, {}, async (session) => {
    const stages = askedStages(call, session);
    await session.look();
    if (call.args.length > 1) {
      for (const id of stages) {
        const { worktree } = session.view(id).facts;
        if (!worktree.exists)
          throw new Fault("worktree-missing", { stage: id, path: worktree.path, plan: session.plan.path });
      }
    }
    await passGate(call, session);
    const request = { ...workOptions(call, session), stages };
    return resultExit(await reportRun(call, session, () => verifyPlan(session, request)));
  });
}
