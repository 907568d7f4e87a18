// Which of the commands that a check offers is the one to run.
import type { CommandCheck } from "../core/plan.ts";
import { commandExists } from "../host/runner.ts";
import type { Session } from "./session.ts";

/** "Run `a` or `b`": the first whose program, script or recipe exists in the worktree; `a` where none does. */
export async function chooseCommand(
  session: Session,
  options: { readonly check: CommandCheck; readonly worktree: string },
): Promise<string> {
  const { check, worktree } = options;
  if (check.alternatives.length === 0) return check.command;
  const path = session.project.ambient.environment["PATH"] ?? "";
  for (const command of [check.command, ...check.alternatives]) {
    if (await commandExists({ cwd: worktree, command, path })) return command;
  }
  return check.command;
}
