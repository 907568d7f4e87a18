// Everything that happened to one stage, told from its events: the newest first, a command and its end as one entry.
import type { Event, Recorded } from "./event.ts";
import { type HistoryEntry, type Told, commandName, outcomeTone, outcomeWords, tell } from "./history-entry.ts";
import type { Plan, StageId } from "./plan.ts";
import { isRed } from "./stage-record.ts";

interface History {
  readonly stage: StageId;
  /** Text of a check, where the plan still has it. */
  readonly checkText: (id: string) => string;
  readonly entries: HistoryEntry[];
  /** Commands that have no end yet: the place of their entry, by log. */
  readonly open: Map<string, { readonly at: number; readonly index: number }>;
  /** What an operation that touched the stage is called. */
  readonly operations: Map<string, { kind: string; touches: boolean }>;
  attempt: number;
}

/**
 * The history of a stage, from all events of its plan in their order. Events before number `born`, with which this stage came
 * under its id, belong to another one.
 */
export function historyOf(
  events: readonly Recorded[],
  { plan, stage, born = 0 }: { readonly plan: Plan; readonly stage: StageId; readonly born?: number },
): readonly HistoryEntry[] {
  const checks = plan.stages.find(({ id }) => id === stage)?.checks ?? [];
  const texts = new Map(checks.map(({ id, text }) => [id, text]));
  const history: History = {
    stage,
    checkText: (id) => texts.get(id) ?? id,
    entries: [],
    open: new Map(),
    operations: new Map(),
    attempt: 0,
  };
  for (const recorded of events) if (recorded.seq >= born) take(history, recorded);
  return history.entries.toReversed();
}

function take(history: History, { event, at }: Recorded): void {
  if (event.type === "run-finished" || event.type === "run-lost") {
    giveUp(history, event.type === "run-lost" ? "never ended: the run died" : "did not end before the run did");
    return;
  }
  if (event.type.startsWith("operation-") || event.type === "turn-finished") {
    noteOperation(history, { event, at });
    return;
  }
  if (!("stage" in event) || event.stage !== history.stage) return;
  if (event.type === "attempt-started") history.attempt = event.attempt;
  if (event.type === "command-started") {
    history.open.set(event.log, { at, index: history.entries.length });
    add(history, { at, told: { text: `${commandName(event)} runs`, tone: "plain", log: event.log } });
    return;
  }
  if (event.type === "command-finished") {
    finish(history, { event, at });
    return;
  }
  const told = tell(event, history);
  if (told !== undefined) add(history, { at, told });
}

function add(history: History, { at, told }: { readonly at: number; readonly told: Told }): void {
  history.entries.push({ at, ...(history.attempt === 0 ? {} : { attempt: history.attempt }), ...told });
}

/** A command that has no end when its run has one never gets one. */
function giveUp(history: History, how: string): void {
  for (const { index } of history.open.values()) {
    const entry = history.entries[index];
    if (entry === undefined) continue;
    history.entries[index] = { ...entry, text: `${entry.text.replace(/ runs$/u, "")} ${how}`, tone: "warn" };
  }
  history.open.clear();
}

type Finished = Extract<Event, { type: "command-finished" }>;

function finish(history: History, { event, at }: { readonly event: Finished; readonly at: number }): void {
  const { outcome, log, commit } = event;
  const started = history.open.get(log);
  const told: Told = {
    text: `${commandName(event)} ${outcomeWords(outcome)}`,
    tone: event.what === "baseline" && isRed(outcome) ? "warn" : outcomeTone(outcome),
    durationMs: outcome.durationMs,
    log,
    ...(commit === undefined ? {} : { commit }),
  };
  if (started === undefined) {
    add(history, { at: at - outcome.durationMs, told });
    return;
  }
  history.open.delete(log);
  const before = history.entries[started.index];
  history.entries[started.index] = {
    at: started.at,
    ...(before?.attempt === undefined ? {} : { attempt: before.attempt }),
    ...told,
  };
}

/** Only that something was taken back, or done again, is news: what it did tells itself. */
function noteOperation(history: History, { event, at: moment }: { readonly event: Event; readonly at: number }): void {
  const { operations, stage } = history;
  switch (event.type) {
    case "operation-started":
      operations.set(event.operation, { kind: event.kind, touches: false });
      return;
    case "operation-intended": {
      const known = operations.get(event.operation);
      if (known !== undefined && event.stages.includes(stage)) known.touches = true;
      return;
    }
    case "turn-finished": {
      const known = operations.get(event.operation);
      if (known?.touches !== true) return;
      const how = event.direction === "undo" ? "taken back" : "done again";
      add(history, { at: moment, told: { text: `${how}: ${known.kind}`, tone: "warn" } });
      return;
    }
    default:
      return;
  }
}
