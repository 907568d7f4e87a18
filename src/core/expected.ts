// How long each stage takes, from how long its commands, or the same ones elsewhere in the plan, took before.
import { type StageId, hasOwnWork } from "./plan.ts";
import type { CheckRecord } from "./stage-record.ts";
import type { PlanState } from "./state.ts";
import type { Timeline } from "./timeline.ts";
import type { StageView } from "./view.ts";

/** What one command takes. */
export interface Expected {
  /** Milliseconds. */
  readonly ms: number;
  /** The median of others. */
  readonly isGuess: boolean;
}

/** What a run does for a stage, one after the other; a part of which nobody knows how long it takes has no time. */
export interface ExpectedWork {
  /** Absent where the worktree is there, or `verify` makes none. */
  readonly setup?: Expected;
  /** Absent where no agent would be started. */
  readonly agent?: Expected | "unknown";
  readonly checks: readonly { readonly id: string; readonly time: Expected | "unknown" }[];
  /** The checks run side by side. */
  readonly isParallel: boolean;
}

export interface Past {
  readonly views: readonly StageView[];
  /** What passed, by fingerprint: how long a check took that was not run again since. */
  readonly passes?: PlanState["passes"];
  /** Of the last run: how long set-ups take. */
  readonly timeline?: Timeline;
  /** Whether an agent is there for the stages that name none. */
  readonly hasAgent?: boolean;
}

/** `commands`: the checks only, as `verify` runs them. */
export type Extent = "all" | "commands";

/**
 * What each stage is expected to take. A command that never ran for a stage takes the median of the same command elsewhere,
 * else of all; agents and set-ups likewise.
 */
export function expectedTimes(past: Past, extent: Extent = "all"): ReadonlyMap<StageId, ExpectedWork> {
  const { views, passes } = past;
  const tookIn = (record: CheckRecord | undefined): number | undefined => tookOf(record, passes);
  const agent = medianOf(views.flatMap(({ record }) => endedWork(record.agent?.outcome) ?? []));
  const byCommand = new Map<string, number[]>();
  const every: number[] = [];
  const listed = views.map((view) => ({ view, commands: commandsOf(view, tookIn) }));
  for (const { commands } of listed) {
    for (const { command, took } of commands) {
      if (took === undefined) continue;
      every.push(took);
      const same = byCommand.get(command);
      if (same === undefined) byCommand.set(command, [took]);
      else same.push(took);
    }
  }
  const known = {
    agent,
    setup: medianOf(setupTimes(past.timeline)),
    any: medianOf(every),
    command: new Map([...byCommand].map(([command, times]) => [command, medianOf(times)])),
  };
  const isWorkedByAgents = hasAgents(past);
  return new Map(
    listed.map(({ view, commands }) => {
      const wantsAgent = isWorkedByAgents && hasOwnWork(view.stage) && !isWrittenAlready(view);
      return [view.stage.id, workOf(view, { known, commands, extent, wantsAgent })] as const;
    }),
  );
}

/** Whether anything tells that agents do the work of this plan; otherwise a person does. */
export const hasAgents = ({ views, hasAgent }: Past): boolean =>
  hasAgent === true ||
  views.some(
    ({ stage, record }) =>
      stage.agent !== undefined || record.agent !== undefined || record.activities.some(({ what }) => what === "agent"),
  );

interface Known {
  readonly agent: number | undefined;
  readonly setup: number | undefined;
  readonly any: number | undefined;
  readonly command: ReadonlyMap<string, number | undefined>;
}

function workOf(
  view: StageView,
  {
    known,
    commands,
    wantsAgent,
    extent,
  }: {
    readonly known: Known;
    readonly commands: readonly Command[];
    readonly wantsAgent: boolean;
    readonly extent: Extent;
  },
): ExpectedWork {
  const time = (own: number | undefined, others: number | undefined): Expected | "unknown" => {
    const ms = own ?? others;
    return ms === undefined ? "unknown" : { ms, isGuess: own === undefined };
  };
  const checks = commands.map(({ id, command, took }) => ({
    id,
    time: time(took, known.command.get(command) ?? known.any),
  }));
  const work: ExpectedWork = { checks, isParallel: view.stage.parallel };
  if (extent === "commands") return work;
  const agent = wantsAgent ? { agent: time(endedWork(view.record.agent?.outcome), known.agent) } : {};
  const isMade = view.facts.worktree.exists || known.setup === undefined;
  return { ...work, ...agent, ...(isMade ? {} : { setup: { ms: known.setup ?? 0, isGuess: true } }) };
}

/** An agent is not started again on a branch that holds its work, unless that failed. */
function isWrittenAlready({ facts, state, record }: StageView): boolean {
  if (record.activities.length > 0) return false;
  return state === "in-progress" && facts.branch.ahead > 0 && (facts.worktree.dirty ?? 0) === 0;
}

interface Command {
  readonly id: string;
  readonly command: string;
  /** Milliseconds; absent where it never ran. */
  readonly took: number | undefined;
}

const commandsOf = (
  { stage, record }: StageView,
  tookIn: (record: CheckRecord | undefined) => number | undefined,
): readonly Command[] =>
  stage.checks.flatMap((check) => {
    if (check.kind !== "command") return [];
    const { id, command } = check;
    return [{ id, command, took: tookIn(Object.hasOwn(record.checks, id) ? record.checks[id] : undefined) }];
  });

function tookOf(record: CheckRecord | undefined, passes: PlanState["passes"] | undefined): number | undefined {
  if (record === undefined) return undefined;
  if (record.outcome !== "cached") return endedWork(record.outcome);
  const { key } = record;
  return key === undefined ? undefined : passes?.get(key)?.durationMs;
}

/** One that was stopped or never began does not tell how long it takes. */
const endedWork = (outcome: { readonly kind: string; readonly durationMs: number } | undefined): number | undefined =>
  outcome === undefined || outcome.kind === "cancelled" || outcome.kind === "not-run" ? undefined : outcome.durationMs;

const setupTimes = (timeline: Timeline | undefined): readonly number[] =>
  [...(timeline?.stages.values() ?? [])].flatMap(({ intervals }) =>
    intervals.flatMap(({ kind, result, start, end }) =>
      kind === "setup" && result === "ok" && end !== undefined ? [end - start] : [],
    ),
  );

/** Of an even number the lower one in the middle; undefined for none. */
function medianOf(times: readonly number[]): number | undefined {
  return times.toSorted((a, b) => a - b)[Math.floor((times.length - 1) / 2)];
}
