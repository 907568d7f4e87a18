// `logs`: what the agent and the checks of a stage said.
import type { Session } from "../app/session.ts";
import { exitCode, Fault, isFault, type ExitCode } from "../core/fault.ts";
import type { StageId } from "../core/plan.ts";
import { redactorOf } from "../core/redact.ts";
import { nearest } from "../core/suggest.ts";
import { followLog, readLog } from "../host/logs.ts";
import { renderLogHead } from "../report/log-head.ts";
import { sanitize } from "../report/sanitize.ts";
import { type Call, errLines, writeJson } from "./call.ts";
import { askedStage, planName, withSession } from "./plan-session.ts";

export interface LogEntry {
  readonly what: string;
  readonly check?: string;
  readonly state: string;
  readonly log: string;
}

export function run(call: Call): Promise<ExitCode> {
  const { options, output, signal } = call;
  return withSession(call, { readonly: true }, async (session) => {
    const stage = askedStage(call, session.plan);
    // What was said lies in files of ours; git is asked only for how old it is.
    await session.look([stage]).catch((error: unknown) => {
      if (!isFault(error, "git-failed")) throw error;
    });
    const entries = choose(logsOf(session, stage), options.check);
    if (options.json === true) {
      writeJson(output, { schema: 1, plan: planName(session.plan), stage, logs: entries });
      return exitCode.done;
    }
    const show = async (pieces: AsyncIterable<string>): Promise<void> => {
      for await (const text of options.raw === true ? pieces : cleanLog(pieces, call)) output.out(text);
    };
    if (entries.length === 0) errLines(output, `Nothing ran for ${stage} yet.`);
    for (const [index, entry] of entries.entries()) {
      output.err(renderLogHead({ ...entry, style: output.errStyle }));
      if (options.follow === true && index === entries.length - 1) {
        await show(followLog(entry.log, { signal, fromStart: true }));
        return exitCode.interrupted;
      }
      await show(readLog(entry.log));
    }
    return exitCode.done;
  });
}

/** Without the values of secrets, and without what a terminal would obey. */
export async function* cleanLog(
  pieces: AsyncIterable<string>,
  { ambient }: Pick<Call, "ambient">,
): AsyncIterable<string> {
  const redacted = redactorOf(ambient.environment).stream();
  const clean = (text: string): string => sanitize(text, { keepNewlines: true, keepTabs: true });
  for await (const text of pieces) yield clean(redacted.next(text));
  yield clean(redacted.rest());
}

/** The last log of the agent and of each command, the oldest first; the one that is being written comes last. */
export function logsOf(session: Session, stage: StageId): readonly LogEntry[] {
  const { record, checks } = session.view(stage);
  const entries: LogEntry[] = [];
  if (record.agent !== undefined)
    entries.push({ what: "agent", state: record.agent.outcome.kind, log: record.agent.log });
  for (const check of checks) {
    if (check.record === undefined || check.state === "running") continue;
    entries.push({ what: "check", check: check.text, state: check.state, log: check.record.log });
  }
  for (const activity of record.activities) {
    entries.push({
      what: activity.what,
      state: "running",
      log: activity.log,
      ...(activity.check === undefined ? {} : { check: activity.command }),
    });
  }
  return entries;
}

function choose(entries: readonly LogEntry[], name: string | undefined): readonly LogEntry[] {
  if (name === undefined) return entries;
  const chosen = entries.filter(
    (entry, index) => entry.check === name || entry.what === name || String(index + 1) === name,
  );
  if (chosen.length > 0) return chosen;
  const known = entries.map((entry) => entry.check ?? entry.what);
  throw new Fault("check-unknown", { stage: "", check: nearest(name, known) ?? name, known });
}
