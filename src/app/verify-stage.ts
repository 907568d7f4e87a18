// Runs the checks of one stage: its commands in order (side by side where the stage says so), each against the content it
// found, and reuses a pass that is recorded for that very content.
import { resolve } from "node:path";
import { checkKey } from "../core/fingerprint.ts";
import type { Outcome } from "../core/outcome.ts";
import { describeOutcome, passed } from "../core/outcome.ts";
import { isRed } from "../core/stage-record.ts";
import type { CommandCheck, Stage } from "../core/plan.ts";
import { type Content, readContent } from "../git/tree.ts";
import type { Baselines } from "./baseline.ts";
import { chooseCommand } from "./choose-command.ts";
import { runStageCommand, type Stop } from "./run-command.ts";
import type { Session } from "./session.ts";
import type { Slot } from "./slots.ts";

export interface VerifyOptions extends Stop {
  readonly attempt: number;
  readonly useCache: boolean;
  readonly timeoutMs: number;
  /** Further tries of a failing command, where the check itself says nothing. */
  readonly retries: number;
  /** Ids of the only checks to run; all where absent. */
  readonly checks?: ReadonlySet<string>;
  /** Asked for, to tell what was red before from what the stage made red. */
  readonly baselines?: Baselines;
  /** The one that the stage works in. */
  readonly slot?: Slot;
  /** By key: what ended in any stage, and was not looked at yet. */
  readonly judging?: Map<string, Promise<void>>;
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
  const { stage, signal, hurry, checks: asked, judging } = options;
  const stop: Stop = { signal, ...(hurry === undefined ? {} : { hurry }) };
  const worktree = session.view(stage.id).facts.worktree.path;
  const commands = stage.checks
    .filter((check) => check.kind === "command")
    .filter(({ id }) => asked === undefined || asked.has(id));
  if (commands.length === 0) return { cancelled: signal.aborted };
  const base = await options.baselines?.({ ...options, ...stop });
  if (base?.cancelled === true) return { cancelled: true };
  // After the last one there is nothing more to run; of those side by side nobody knows which that is.
  const slot = stage.parallel ? undefined : options.slot;
  const last = commands.at(-1);
  const read = (): Promise<Content> => readContent(session.project.repository, { path: worktree });
  let content = await read();

  const verifyOne = async (
    check: CommandCheck,
    found: Content,
  ): Promise<Verification & { readonly after: Content }> => {
    const command = await chooseCommand(session, { check, worktree });
    const cwd = check.cwd === undefined ? {} : { cwd: check.cwd };
    const keyOf = ({ tree }: Content): string => checkKey({ tree, command, env: check.env, ...cwd });
    const key = keyOf(found);
    const ended = options.useCache ? judging?.get(key) : undefined;
    if (ended !== undefined) await slot?.lend(() => ended);
    const pass = session.state().passes.get(key);
    if (options.useCache && pass !== undefined) {
      const { commit, tree } = found;
      const common = { stage: stage.id, attempt: options.attempt, check: check.id, command };
      session.emit({ type: "check-cached", ...common, key, commit, tree, log: pass.log });
      return { cancelled: false, after: found };
    }
    const tries = 1 + (check.retries ?? options.retries);
    let before = found;
    for (let attempt = 1; ; attempt++) {
      let after = before;
      const judged = Promise.withResolvers<void>();
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
          ...(slot === undefined || check !== last ? {} : { slot }),
          witness: async () => {
            after = await read();
            const unchanged = after.tree === before.tree && after.commit === before.commit;
            if (unchanged) judging?.set(keyOf(before), judged.promise);
            const { commit, tree } = before;
            return { commit, tree, clean: before.clean && after.clean, ...(unchanged ? { key: keyOf(before) } : {}) };
          },
        },
      }).finally(() => {
        if (judging?.get(keyOf(before)) === judged.promise) judging.delete(keyOf(before));
        judged.resolve();
      });
      if (passed(outcome)) return { cancelled: false, after };
      if (outcome.kind === "cancelled") return { cancelled: true, after };
      if (attempt < tries && outcome.kind !== "not-run") {
        before = after;
        continue;
      }
      if (base?.red.has(check.id) === true && isRed(outcome)) return { cancelled: false, after };
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
