// What became of each stage a run was asked for. Counts are true: one entry for every stage, in one of four results.
import type { RunAnswer, RunEntry } from "../core/answers.ts";
import type { StageId } from "../core/plan.ts";
import { shellWord } from "../core/shell.ts";
import { baselineAnswer, breachAnswer } from "../core/view-answers.ts";
import { type CheckView, type StageView, waitingNow } from "../core/view.ts";
import type { Session } from "./session.ts";

export function answerRun(
  session: Session,
  options: {
    readonly run: string;
    readonly stages: readonly StageId[];
    readonly command: "run" | "verify";
    readonly interrupted: boolean;
    /** A command changed, or may have changed, what is not its own. */
    readonly broken: boolean;
    /** Ids of the only checks that were asked for; all where absent. */
    readonly checks?: ReadonlySet<string>;
    /** Whether that stage alone was stopped. */
    readonly stopped?: (stage: StageId) => boolean;
  },
): RunAnswer {
  const { plan } = session;
  const views = session.views();
  const asked = new Set(options.stages);
  const since = session.state().run?.startedAt ?? 0;
  const entries = views
    .filter((view) => asked.has(view.stage.id))
    .map((view) => entryOf(view, { ...options, plan: shellWord(plan.path), since }));
  const count = (result: RunEntry["result"]): number => entries.filter((entry) => entry.result === result).length;
  const counts = { done: count("done"), failed: count("failed"), skipped: count("skipped"), waiting: count("waiting") };
  const idle = counts.done === 0 && counts.skipped > 0;
  const needsPerson = counts.waiting > 0 || (options.command === "run" ? counts.skipped > 0 : idle);
  const result = options.interrupted
    ? "interrupted"
    : counts.failed > 0 && !options.broken
      ? "failed"
      : needsPerson || options.broken
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
  readonly checks?: ReadonlySet<string>;
  readonly stopped?: (stage: StageId) => boolean;
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
    ...breachAnswer(view),
    ...(commit === undefined ? {} : { commit }),
    checks: checks.map((check) => ({
      text: check.text,
      kind: check.kind,
      state: check.state,
      ...(check.record === undefined ? {} : { log: check.record.log }),
      ...baselineAnswer(check),
    })),
  };
}

function resultOf(view: StageView, context: Context): Pick<RunEntry, "result" | "reason" | "now"> {
  const { stage, record, checks } = view;
  const { plan } = context;
  const why = view.reason === undefined ? {} : { reason: view.reason };
  const { breach } = record;
  const recorded = record.failed?.reason ?? record.waiting?.reason;
  if (breach !== undefined) {
    const result = breach.others === undefined ? ("failed" as const) : ("waiting" as const);
    const reason = recorded === undefined ? why : { reason: recorded };
    return { result, ...reason, now: `stagetree why ${plan} ${shellWord(stage.id)}` };
  }
  if (context.checks !== undefined && checks.every((check) => passedAlone(check, context))) {
    return { result: "done", ...(recorded === undefined ? {} : { reason: recorded }) };
  }
  if (context.stopped?.(stage.id) === true && view.state === "in-progress") {
    const now = `stagetree ${context.command} ${plan} ${shellWord(stage.id)}`;
    return { result: "skipped", reason: "it was stopped", now };
  }
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

/** Of a check that was not asked for, nothing is expected. */
const passedAlone = (check: CheckView, { checks, since }: Context): boolean =>
  checks?.has(check.id) !== true || (isNew(check, since) && ["passed", "cached"].includes(check.state));

const isNew = ({ state, record }: CheckView, since: number): boolean =>
  record !== undefined && record.at >= since && state !== "not-run";

/** A verification is through with a stage when its commands passed; what else it lacks is said, not held against it. */
function verifyResult(view: StageView, { plan, since }: Context): Pick<RunEntry, "result" | "reason" | "now"> {
  const { record, checks, stage } = view;
  const commands = checks.filter((check) => check.kind === "command");
  if (!commands.every((check) => isNew(check, since))) return { result: "skipped", reason: "it was not reached" };
  const reason = record.waiting === undefined ? {} : { reason: record.waiting.reason };
  if (checks.some((check) => check.state === "baseline-red")) {
    return { result: "waiting", ...reason, ...(record.waiting === undefined ? {} : { now: record.waiting.now }) };
  }
  if (checks.some((check) => check.state === "to-approve")) {
    return { result: "waiting", ...reason, now: `stagetree approve ${plan} ${shellWord(stage.id)}` };
  }
  return { result: "done", ...reason };
}
