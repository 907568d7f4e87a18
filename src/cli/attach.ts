// `attach`: looks on at the run of a plan, wherever it goes on, until it ends; and the offer to do so where `run` finds one.
import { lastRun, lookOn } from "../app/look-on.ts";
import type { Session } from "../app/session.ts";
import { exitCode, type ExitCode, Fault, faultExit, isFault } from "../core/fault.ts";
import { readRunHolder } from "../host/lock.ts";
import { renderLastRun, renderLooksOn } from "../report/attach.ts";
import { describeFault } from "../report/fault.ts";
import { sanitize } from "../report/sanitize.ts";
import type { Call } from "./call.ts";
import { confirm } from "./gate.ts";
import { withSession } from "./plan-session.ts";
import { openReporter } from "./reporting.ts";
import { resultExit } from "./work-options.ts";

export const run = (call: Call): Promise<ExitCode> =>
  withSession(call, { readonly: true }, (session) => attach(call, session));

/** The exit code of the run that was looked on at; of the last one where none goes on. Faults: run-missing, run-lost. */
async function attach(call: Call, session: Session): Promise<ExitCode> {
  const { output, signal } = call;
  const { plan, project } = session;
  const holder = readRunHolder({ directory: project.directory, plan: plan.id });
  if (holder === undefined) return tellLast(call, session);
  output.err(renderLooksOn({ holder, style: output.errStyle }));
  const startedAt = holder.since === undefined ? {} : { startedAt: holder.since };
  const reporter = openReporter(call, session, { json: "ndjson", ...startedAt });
  try {
    const seen = await lookOn(session, { holder, signal, tell: reporter.event });
    if (seen.kind === "left") return exitCode.interrupted;
    if (seen.kind === "let-go") return exitCode.done;
    reporter.end(seen.answer);
    return resultExit(seen.answer);
  } finally {
    reporter.close();
  }
}

function tellLast(call: Call, session: Session): ExitCode {
  const { output, options } = call;
  const events = session.store.read(session.plan.id);
  const end = lastRun(events)?.end;
  if (end === undefined) throw new Fault("run-missing", { plan: session.plan.id, path: session.file.shown });
  const { at, event } = end;
  if (options.json === true) openReporter(call, session, { json: "ndjson" }).event(end, session.state());
  else output.out(renderLastRun({ at, ...event, style: output.outStyle }));
  return resultExit(event);
}

/**
 * Does `work`; where another process has the plan and a person sits here, asks whether to look on at that one instead.
 * Fault: run-held, where there is nobody to ask.
 */
export async function orAttach(call: Call, session: Session, work: () => Promise<ExitCode>): Promise<ExitCode> {
  const { output, options, signal } = call;
  try {
    return await work();
  } catch (error) {
    if (!isFault(error, "run-held") || !output.interactive || options.json === true) throw error;
    const { what } = describeFault(error, { program: "stagetree" });
    const isWanted = await confirm(`${sanitize(what)} Attach to it, and look on until it ends?`, { output, signal });
    return isWanted ? attach(call, session) : faultExit["run-held"];
  }
}
