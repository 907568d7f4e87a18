// `path`: where a stage's worktree lies, for `cd "$(stagetree path plan.md api)"`.
import { exitCode, Fault, type ExitCode } from "../core/fault.ts";
import { type Call, writeExact, writeJson } from "./call.ts";
import { askedStage, planName, withSession } from "./plan-session.ts";

export function run(call: Call): Promise<ExitCode> {
  const { options, output } = call;
  return withSession(call, { readonly: true }, async (session) => {
    const stage = askedStage(call, session.plan);
    await session.look([stage]);
    const { path, exists } = session.view(stage).facts.worktree;
    if (!exists) throw new Fault("worktree-missing", { stage, path, plan: session.plan.path });
    if (options.json === true) writeJson(output, { schema: 1, plan: planName(session.plan), stage, path });
    else writeExact(output, `${path}\n`);
    return exitCode.done;
  });
}
