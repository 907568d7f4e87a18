// Runs the checks of one stage: its commands in order (side by side where the stage says so), each against the content it
// found, and reuses a pass that is recorded for that very content.
import { join, resolve } from "node:path";
import { checkKey } from "../core/fingerprint.ts";
import type { Outcome } from "../core/outcome.ts";
import { passed } from "../core/outcome.ts";
import type { CommandCheck, Stage } from "../core/plan.ts";
import { type Content, readContent } from "../git/tree.ts";
import { commandExists } from "../host/runner.ts";
import { describeOutcome, runStageCommand, type Stop } from "./run-command.ts";
import type { Session } from "./session.ts";

export interface VerifyOptions extends Stop {
  readonly attempt: number;
  readonly useCache: boolean;
  readonly timeoutMs: number;
  /** Further tries of a failing command, where the check itself says nothing. */
  readonly retries: number;
}

export interface Verification {
  /** First command that did not pass. */
  readonly failure?: { readonly check: CommandCheck; readonly outcome: Outcome; readonly log: string; readonly reason: string };
  readonly cancelled: boolean;
}

/** Ends with the first failing command, unless the stage runs its commands side by side. */
export async function verifyStage(
  session: Session,
  options: VerifyOptions & { readonly stage: Stage },
): Promise<Verification> {
  const { stage, signal, hurry } = options;
  const stop: Stop = { signal, ...(hurry === undefined ? {} : { hurry }) };
  const worktree = session.view(stage.id).facts.worktree.path;
  const commands = stage.checks.filter((check) => check.kind === "command");
  const read = (): Promise<Content> => readContent(session.project.repository, { path: worktree });
  let content = await read();

  const verifyOne = async (check: CommandCheck, before: Content): Promise<Verification & { readonly after: Content }> => {
    const command = await chooseCommand(session, { check, worktree });
    const key = checkKey({ tree: before.tree, command, env: check.env, ...(check.cwd === undefined ? {} : { cwd: check.cwd }) });
    const pass = session.state().passes[key];
    if (options.useCache && pass !== undefined && Object.hasOwn(session.state().passes, key)) {
      const { commit, tree } = before;
      const common = { stage: stage.id, attempt: options.attempt, check: check.id, command };
      session.emit({ type: "check-cached", ...common, key, commit, tree, log: pass.log });
      return { cancelled: false, after: before };
    }
    const folder = check.cwd === undefined ? worktree : containedFolder(worktree, check.cwd);
    const tries = 1 + (check.retries ?? options.retries);
    for (let attempt = 1; ; attempt++) {
      let after = before;
      const { outcome, log } = await runStageCommand(session, {
        ...stop,
        spec: {
          stage,
          attempt: options.attempt,
          what: "check",
          check: check.id,
          command,
          cwd: folder,
          worktree,
          env: check.env,
          timeoutMs: check.timeoutMs ?? options.timeoutMs,
          witness: async () => {
            after = await read();
            const unchanged = after.tree === before.tree && after.commit === before.commit;
            const { commit, tree } = before;
            return { commit, tree, clean: before.clean && after.clean, ...(unchanged ? { key } : {}) };
          },
        },
      });
      if (passed(outcome)) return { cancelled: false, after };
      if (outcome.kind === "cancelled") return { cancelled: true, after };
      if (attempt < tries && outcome.kind !== "not-run") continue;
      const reason = `\`${command}\` ${describeOutcome(outcome)}`;
      return { cancelled: false, after, failure: { check, outcome, log, reason } };
    }
  };

  if (stage.parallel) {
    const before = content;
    const ends = await Promise.all(commands.map((check) => verifyOne(check, before)));
    const failure = ends.find((end) => end.failure !== undefined)?.failure;
    const cancelled = ends.some((end) => end.cancelled);
    return failure === undefined ? { cancelled } : { cancelled, failure };
  }
  for (const check of commands) {
    const { after, ...end } = await verifyOne(check, content);
    if (end.cancelled || end.failure !== undefined) return end;
    content = after;
  }
  return { cancelled: false };
}

/** "Run `a` or `b`": the first whose program, script or recipe exists in the worktree; `a` where none does. */
async function chooseCommand(
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

/** A check's folder may not lead out of its worktree; one that does is taken as the worktree's own missing folder. */
function containedFolder(worktree: string, cwd: string): string {
  const folder = resolve(worktree, cwd);
  return folder === worktree || folder.startsWith(`${worktree}/`) ? folder : join(worktree, "outside-of-the-worktree");
}
