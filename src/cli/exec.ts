// `exec`: a command of the person's own inside a stage's worktree, with this terminal and its exit code.
import type { Session } from "../app/session.ts";
import { Fault } from "../core/fault.ts";
import type { StageId } from "../core/plan.ts";
import { childEnvironment } from "../host/environment.ts";
import { runInForeground } from "../host/foreground.ts";
import type { Call } from "./call.ts";
import { askedStage, withSession } from "./plan-session.ts";

export function run(call: Call): Promise<number> {
  return withSession(call, { readonly: true }, (session) => {
    const stage = askedStage(call, session.plan);
    const words = call.args.slice(2);
    // The dashes only say where the command begins.
    const [file, ...args] = words[0] === "--" ? words.slice(1) : words;
    if (file === undefined) throw new Fault("usage", { message: "exec takes a command after --." });
    return runInWorktree(session, { stage, command: [file, ...args] });
  });
}

/** The exit code. `signal` ends it. Faults: worktree-missing, usage (there is no such program). */
export async function runInWorktree(
  session: Session,
  options: {
    readonly stage: StageId;
    readonly command: readonly [file: string, ...args: string[]];
    readonly signal?: AbortSignal;
    /** Given as its standard input; the terminal's where absent. */
    readonly input?: AsyncIterable<string>;
  },
): Promise<number> {
  const { stage, command, signal, input } = options;
  await session.look([stage]);
  const { facts } = session.view(stage);
  const { path, exists } = facts.worktree;
  if (!exists) throw new Fault("worktree-missing", { stage, path, plan: session.plan.path });
  const env = childEnvironment(session.project.ambient.environment, {
    STAGETREE_PLAN: session.plan.path,
    STAGETREE_STAGE: stage,
    STAGETREE_BRANCH: facts.branch.name,
    STAGETREE_WORKTREE: path,
  });
  const [file, ...args] = command;
  return runInForeground({
    file,
    args,
    cwd: path,
    env,
    ...(signal === undefined ? {} : { signal }),
    ...(input === undefined ? {} : { input }),
  });
}
