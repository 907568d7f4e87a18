// `setup --refresh`: stages onto what their needs are now.
import { refreshStages } from "../app/refresh.ts";
import { withRunLock } from "../app/run-lock.ts";
import type { Session } from "../app/session.ts";
import type { SetupAnswer } from "../core/answers.ts";
import { exitCode, type ExitCode, Fault } from "../core/fault.ts";
import { renderSentence } from "../report/sentence.ts";
import { renderSetup } from "../report/setup.ts";
import { describeStep } from "../report/steps.ts";
import { type Call, planWord, shownPath, writeJson } from "./call.ts";
import { askedStages, planName, withSession } from "./plan-session.ts";

/** Without a name, every stage that has a stale base. Nothing of the plan runs, so nobody's approval is needed. */
export function refresh(call: Call): Promise<ExitCode> {
  const { options } = call;
  if (options.all === true) {
    const hint = "Without the name of a stage, --refresh moves every stage that has a stale base.";
    throw new Fault("usage", { message: "--refresh and --all do not go together.", hint });
  }
  const dryRun = options.dryRun === true;
  return withSession(call, { starts: "setup", ...(dryRun ? { readonly: true } : {}) }, (session) => {
    const work = () => refreshAsked(call, session);
    return dryRun ? work() : withRunLock(session, work);
  });
}

async function refreshAsked(call: Call, session: Session): Promise<ExitCode> {
  const { options, output, args, signal } = call;
  const dryRun = options.dryRun === true;
  const isNamed = args.length > 1;
  await session.look();
  const views = session.views();
  const request = { stages: askedStages(call, session), signal, dryRun, onlyStale: !isNamed };
  const { entries, plans } = await refreshStages(session, request);
  const answer: SetupAnswer = {
    schema: 1,
    plan: planName(session.plan),
    ...(dryRun ? { dryRun: true as const, steps: plans.flatMap(({ steps }) => steps.map(describeStep)) } : {}),
    stages: entries,
  };
  if (options.json === true) writeJson(output, answer);
  else if (entries.length === 0)
    output.out(renderSentence(`No stage of the ${views.length} has a stale base.`, output.outStyle));
  else {
    const named = { planWord: planWord(call, answer.plan), shown: shownPath(call) };
    output.out(renderSetup({ answer, ...named, style: output.outStyle }));
  }
  const has = (outcome: (typeof entries)[number]["outcome"]): boolean =>
    entries.some((entry) => entry.outcome === outcome);
  if (signal.aborted) return exitCode.interrupted;
  if (has("failed")) return exitCode.stageFailed;
  if (has("refused")) return exitCode.refused;
  if (has("blocked")) return exitCode.personNeeded;
  return isNamed && has("waiting") ? exitCode.stageFailed : exitCode.done;
}
