// From plans and views to the documents that `--json` prints.
import type { PlanName, PlanNews, ShowAnswer, StatusAnswer, StatusEntry } from "../core/answers.ts";
import type { Plan } from "../core/plan.ts";
import { describeStaleBase } from "../core/stale-base.ts";
import type { PlanState } from "../core/state.ts";
import { baselineAnswer, breachAnswer } from "../core/view-answers.ts";
import { planIsLive, whyClosed } from "../core/live-plan.ts";
import type { CheckView, StageView } from "../core/view.ts";

/** What names a plan in every document. */
export const toPlanName = ({ id, title, format, path }: Plan): PlanName => ({ id, title, format, path });

/** The normalised plan. */
export function toShowAnswer(plan: Plan): ShowAnswer {
  return {
    schema: 1,
    plan: { ...toPlanName(plan), status: plan.status, ...(plan.base === undefined ? {} : { base: plan.base }) },
    stages: plan.stages.map(
      ({
        brief: _brief,
        agent: _agent,
        commit: _commit,
        parallel: _parallel,
        derived: _derived,
        checks,
        ...stage
      }) => ({
        ...stage,
        checks: checks.map((check) =>
          check.kind === "command"
            ? { kind: check.kind, text: check.text, command: check.command }
            : { kind: check.kind, text: check.text, reason: check.reason },
        ),
      }),
    ),
  };
}

export interface StatusFacts {
  readonly plan: Plan;
  readonly views: readonly StageView[];
  readonly state: PlanState;
  /** Whether work may start from the plan; its own status decides where absent. */
  readonly live?: boolean;
  readonly news?: PlanNews;
  /** The process that holds the run lock of the plan; absent where none does. */
  readonly holder?: { readonly pid?: number; readonly since?: number } | undefined;
}

/** What is really so of every stage, and the run that goes on. */
export function toStatusAnswer({
  plan,
  views,
  state,
  live = planIsLive(plan),
  holder,
  news,
}: StatusFacts): StatusAnswer {
  const { run } = state;
  const closed = whyClosed(plan);
  const goesOn = holder !== undefined && run !== undefined && run.finished === undefined;
  return {
    schema: 1,
    plan: {
      ...toPlanName(plan),
      status: plan.status,
      live,
      ...(closed === undefined ? {} : { closed }),
      ...(plan.base === undefined ? {} : { base: plan.base }),
    },
    ...(goesOn
      ? {
          run: {
            id: run.id,
            command: run.command,
            pid: holder.pid ?? run.pid,
            since: new Date(holder.since ?? run.startedAt).toISOString(),
          },
        }
      : {}),
    ...news,
    stages: views.map((view) => toStatusEntry(view, plan)),
  };
}

export function toStatusEntry(view: StageView, plan: Plan): StatusEntry {
  const { stage, facts, proof, reason, stop } = view;
  const { branch, worktree, staleBase } = facts;
  return {
    id: stage.id,
    name: stage.name,
    state: view.state,
    ready: view.ready,
    waitsForPerson: view.waitsForPerson,
    ...(proof === undefined ? {} : { proof }),
    ...(reason === undefined ? {} : { reason }),
    ...breachAnswer(view),
    ...(stop === undefined ? {} : { stop: { level: stop.level, condition: stop.condition, reason: stop.reason } }),
    ...(staleBase === undefined ? {} : { staleBase: { ...staleBase, reason: describeStaleBase(staleBase) } }),
    waitingFor: view.waitingFor,
    external: stage.external,
    neededBy: plan.stages.filter((other) => other.needs.includes(stage.id)).map((other) => other.id),
    branch: {
      name: branch.name,
      exists: branch.exists,
      ahead: branch.ahead,
      behind: branch.behind,
      ...(branch.head === undefined ? {} : { head: branch.head }),
    },
    worktree: {
      path: worktree.path,
      exists: worktree.exists,
      dirty: (worktree.dirty ?? 0) > 0,
      ...(worktree.problem === undefined ? {} : { problem: worktree.problem }),
    },
    checks: view.checks.map(toCheckEntry),
  };
}

function toCheckEntry(view: CheckView): StatusEntry["checks"][number] {
  const { id, text, kind, state, record } = view;
  const ran = record === undefined || record.outcome === "cached" ? undefined : record.outcome.durationMs;
  return {
    id,
    text,
    kind,
    state,
    ...(record?.commit === undefined ? {} : { commit: record.commit }),
    ...(ran === undefined ? {} : { durationMs: ran }),
    ...baselineAnswer(view),
  };
}

// Terminals obey 8-bit controls as well, and JSON leaves those and the characters that reorder or hide text as they are.
const unprintable = /[\u007F-\u009F\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\u2028\u2029\uFFF9-\uFFFB]/gu;

/** `document` as JSON that is safe to look at: the same value, with every control and hidden character escaped. */
export function printJson(document: unknown, { compact = false }: { readonly compact?: boolean } = {}): string {
  const text = JSON.stringify(document, undefined, compact ? undefined : 2);
  return `${text.replaceAll(unprintable, escapeUnits)}\n`;
}

/** A character beyond the first plane is two escapes in JSON. */
const escapeUnits = (character: string): string =>
  character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
