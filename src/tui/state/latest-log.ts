// Which log of a stage a person wants to see: what runs now, else what failed, else what ended last.
import type { Outcome } from "../../core/outcome.ts";
import type { StageView } from "../../core/view.ts";

export interface StageLog {
  /** Absolute. */
  readonly path: string;
  /** The command, or what it was for where it is an agent or a set-up. */
  readonly title: string;
  readonly outcome?: Outcome | "cached";
  /** Milliseconds since the epoch; present while it runs. */
  readonly since?: number;
}

interface EndedLog extends StageLog {
  readonly at: number;
  readonly outcome: Outcome | "cached";
}

/** The log to show, absent where nothing of the stage ever ran. */
export function latestLog(view: StageView): StageLog | undefined {
  const live = view.record.activities.toSorted((a, b) => b.startedAt - a.startedAt)[0];
  if (live !== undefined) {
    const title = live.what === "check" ? live.command : `${live.what}: ${live.command}`;
    return { path: live.log, title, since: live.startedAt };
  }
  const ended = endedLogs(view);
  const failed =
    view.state === "failed"
      ? ended.find(({ outcome }) => outcome !== "cached" && outcome.kind !== "passed")
      : undefined;
  return failed ?? ended[0];
}

function endedLogs({ record }: StageView): readonly EndedLog[] {
  const checks = Object.values(record.checks).map(({ log, command, outcome, at }) => ({
    path: log,
    title: command,
    outcome,
    at,
  }));
  const agents =
    record.agent === undefined
      ? []
      : [{ path: record.agent.log, title: "agent", outcome: record.agent.outcome, at: record.agent.at }];
  return [...checks, ...agents].toSorted((a, b) => b.at - a.at);
}
