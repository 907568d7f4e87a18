// `verify`: the checks of the stages that have a worktree.
import { commandNamed } from "../app/command-named.ts";
import type { Session } from "../app/session.ts";
import { verifyPlan } from "../app/verify.ts";
import { Fault, type ExitCode } from "../core/fault.ts";
import type { Call } from "./call.ts";
import { passGate } from "./gate.ts";
import { askedStage, askedStages, withSession } from "./plan-session.ts";
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
    const checks = checksAsked(call, session);
    await passGate(call, session);
    const request = { ...workOptions(call, session), stages, ...checks };
    return resultExit(await reportRun(call, session, () => verifyPlan(session, request)));
  });
}

/** `--check`: one command of the one stage that is named. Faults: usage, check-unknown, refused. */
function checksAsked(call: Call, session: Session): { readonly checks?: ReadonlySet<string> } {
  const { check } = call.options;
  if (check === undefined) return {};
  const [stage, second] = call.args.slice(1);
  if (stage === undefined || second !== undefined) {
    throw new Fault("usage", {
      message: "--check names one command of one stage.",
      hint: "Name that stage behind the plan.",
    });
  }
  const { id } = commandNamed(session.view(askedStage(call, session.plan)).stage, { check, plan: session.plan.path });
  return { checks: new Set([id]) };
}
