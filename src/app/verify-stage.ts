// Runs the checks of one stage: its commands in order (side by side where the stage says so), each against the content it
// found, and reuses a pass that is recorded for that very content.
import { resolve } from "node:path";
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
  readonly failure?: {
    readonly check: CommandCheck;
    readonly outcome: Outcome;
    readonly log: string;
    readonly reason: string;
  };
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
  if (commands.length === 0) return { cancelled: signal.aborted };
  const read = (): Promise<Content> => readContent(session.project.repository, { path: worktree });
  let content = await read();

  const verifyOne = async (
    check: CommandCheck,
    found: Content,
  ): Promise<Verification & { readonly after: Content }> => {
    const command = await chooseCommand(session, { check, worktree });
    const cwd = check.cwd === undefined ? {} : { cwd: check.cwd };
    const keyOf = ({ tree }: Content): string => checkKey({ tree, command, env: check.env, ...cwd });
    const pass = passOf(session, keyOf(found));
    if (options.useCache && pass !== undefined) {
      const { commit, tree } = found;
      const common = { stage: stage.id, attempt: options.attempt, check: check.id, command };
      session.emit({ type: "check-cached", ...common, key: keyOf(found), commit, tree, log: pass.log });
      return { cancelled: false, after: found };
    }
    const tries = 1 + (check.retries ?? options.retries);
    let before = found;
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
          cwd: resolve(worktree, check.cwd ?? "."),
          worktree,
          env: check.env,
          timeoutMs: check.timeoutMs ?? options.timeoutMs,
          witness: async () => {
            after = await read();
            const unchanged = after.tree === before.tree && after.commit === before.commit;
            const { commit, tree } = before;
            return { commit, tree, clean: before.clean && after.clean, ...(unchanged ? { key: keyOf(before) } : {}) };
          },
        },
      });
      if (passed(outcome)) return { cancelled: false, after };
      if (outcome.kind === "cancelled") return { cancelled: true, after };
      if (attempt < tries && outcome.kind !== "not-run") {
        before = after;
        continue;
      }
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

const passOf = (session: Session, key: string): { readonly log: string } | undefined => {
  const { passes } = session.state();
  return Object.hasOwn(passes, key) ? passes[key] : undefined;
};
