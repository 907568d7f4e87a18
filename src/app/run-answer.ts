// What became of each stage a run was asked for. Counts are true: one entry for every stage, in one of four results.
import type { RunAnswer, RunEntry } from "../core/answers.ts";
import type { StageId } from "../core/plan.ts";
import { shellWord } from "../core/shell.ts";
import { type StageView, waitingNow } from "../core/view.ts";
import type { Session } from "./session.ts";

export function answerRun(
  session: Session,
  options: {
    readonly run: string;
    readonly stages: readonly StageId[];
    readonly command: "run" | "verify";
    readonly interrupted: boolean;
  },
): RunAnswer {
  const { plan } = session;
  const views = session.views();
  const since = session.state().run?.startedAt ?? 0;
  const entries = views
    .filter((view) => options.stages.includes(view.stage.id))
    .map((view) => entryOf(view, { command: options.command, plan: shellWord(plan.path), since }));
  const count = (result: RunEntry["result"]): number => entries.filter((entry) => entry.result === result).length;
  const counts = { done: count("done"), failed: count("failed"), skipped: count("skipped"), waiting: count("waiting") };
  const idle = counts.done === 0 && counts.skipped > 0;
  const needsPerson = counts.waiting > 0 || (options.command === "run" ? counts.skipped > 0 : idle);
  const result = options.interrupted
    ? "interrupted"
    : counts.failed > 0
      ? "failed"
      : needsPerson
        ? "person-needed"
        : "done";
  return {
    schema: 1,
    plan: { id: plan.id, title: plan.title, format: plan.format, path: plan.path },
    run: options.run,
    result,
    counts,
    stages: entries,
  };
}

interface Context {
  readonly command: "run" | "verify";
  /** As it is written in a command. */
  readonly plan: string;
  /** When the run began, in milliseconds since the epoch. */
  readonly since: number;
}

function entryOf(view: StageView, context: Context): RunEntry {
  const { stage, record, checks } = view;
  const durationMs = checks.reduce((sum, check) => {
    const outcome = check.record?.outcome;
    return sum + (outcome === undefined || outcome === "cached" ? 0 : outcome.durationMs);
  }, record.agent?.outcome.durationMs ?? 0);
  const commit = view.facts.branch.head;
  return {
    id: stage.id,
    state: view.state,
    durationMs,
    ...resultOf(view, context),
    ...(commit === undefined ? {} : { commit }),
    checks: checks.map((check) => ({
      text: check.text,
      kind: check.kind,
      state: check.state,
      ...(check.record === undefined ? {} : { log: check.record.log }),
    })),
  };
}

function resultOf(view: StageView, context: Context): Pick<RunEntry, "result" | "reason" | "now"> {
  const { stage, record } = view;
  const { plan } = context;
  const why = view.reason === undefined ? {} : { reason: view.reason };
  if (context.command === "verify" && view.facts.worktree.exists && record.failed !== undefined) {
    return { result: "failed", ...record.failed, now: `stagetree logs ${plan} ${shellWord(stage.id)}` };
  }
  switch (view.state) {
    case "complete":
    case "merged":
      return { result: "done" };
    case "failed":
      return { result: "failed", ...why, now: `stagetree logs ${plan} ${shellWord(stage.id)}` };
    case "skipped":
      if (view.stop === undefined) return { result: "skipped", ...why };
      return { result: "skipped", ...why, now: `stagetree mark ${plan} ${shellWord(stage.id)} not-started` };
    case "blocked": {
      const command = view.stop === undefined ? "why" : "approve";
      return { result: "waiting", ...why, now: `stagetree ${command} ${plan} ${shellWord(stage.id)}` };
    }
    case "in-progress":
    case "not-started":
      break;
  }
  if (context.command === "verify" && view.facts.worktree.exists) return verifyResult(view, context);
  const waiting = waitingNow(record, view.facts);
  if (waiting !== undefined) return { result: "waiting", reason: waiting.reason, now: waiting.now };
  if (view.waitingFor.length > 0) return { result: "skipped", reason: `it waits for ${view.waitingFor.join(", ")}` };
  if (!view.facts.worktree.exists) {
    const reason = view.facts.worktree.problem ?? "it has no worktree yet";
    return { result: "skipped", reason, now: `stagetree setup ${plan} ${shellWord(stage.id)}` };
  }
  return { result: "skipped", reason: view.reason ?? "it was not reached" };
}

/** A verification is through with a stage when its commands passed; what else it lacks is said, not held against it. */
function verifyResult(view: StageView, { plan, since }: Context): Pick<RunEntry, "result" | "reason" | "now"> {
  const { record, checks, stage } = view;
  const commands = checks.filter((check) => check.kind === "command");
  const isNew = ({ state, record: last }: (typeof commands)[number]): boolean =>
    last !== undefined && last.at >= since && state !== "not-run";
  if (!commands.every(isNew)) return { result: "skipped", reason: "it was not reached" };
  const reason = record.waiting === undefined ? {} : { reason: record.waiting.reason };
  if (checks.some((check) => check.state === "to-approve")) {
    return { result: "waiting", ...reason, now: `stagetree approve ${plan} ${shellWord(stage.id)}` };
  }
  return { result: "done", ...reason };
}
