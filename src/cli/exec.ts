// `exec`: a command of the person's own inside a stage's worktree, with this terminal and its exit code.
import { Fault } from "../core/fault.ts";
import { childEnvironment } from "../host/environment.ts";
import { runInForeground } from "../host/foreground.ts";
import type { Call } from "./call.ts";
import { askedStage, withSession } from "./plan-session.ts";

export function run(call: Call): Promise<number> {
  return withSession(call, { readonly: true }, async (session) => {
    const stage = askedStage(call, session.plan);
    await session.look([stage]);
    const { facts } = session.view(stage);
    const { path, exists } = facts.worktree;
    if (!exists) throw new Fault("worktree-missing", { stage, path, plan: session.plan.path });
    const [file, ...args] = call.args.slice(2);
    if (file === undefined) throw new Fault("usage", { message: "exec takes a command after --." });
    const env = childEnvironment(call.ambient.environment, {
      STAGETREE_PLAN: session.plan.path,
      STAGETREE_STAGE: stage,
      STAGETREE_BRANCH: facts.branch.name,
      STAGETREE_WORKTREE: path,
    });
    return runInForeground({ file, args, cwd: path, env });
  });
}
