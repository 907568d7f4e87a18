// `clean`: removes what is proven safe, keeps the rest and says why.
import { cleanStages } from "../app/clean.ts";
import { withRunLock } from "../app/run-lock.ts";
import type { CleanAnswer } from "../core/answers.ts";
import { exitCode, type ExitCode } from "../core/fault.ts";
import { renderClean } from "../report/clean.ts";
import { type Call, planWord, shownPath, writeJson } from "./call.ts";
import { askedStages, planName, withSession } from "./plan-session.ts";

export function run(call: Call): Promise<ExitCode> {
  const { options, output } = call;
  const dryRun = options.dryRun === true;
  return withSession(call, dryRun ? { readonly: true } : {}, async (session) => {
    const request = {
      stages: askedStages(call, session),
      dryRun,
      discardChanges: options.discardChanges === true,
      deleteUnmerged: options.deleteUnmerged === true,
    };
    const work = () => cleanStages(session, request);
    const { entries, refused } = dryRun ? await work() : await withRunLock(session, work);
    const answer: CleanAnswer = {
      schema: 1,
      plan: planName(session.plan),
      ...(dryRun ? { dryRun: true as const } : {}),
      worktrees: entries,
    };
    if (options.json === true) writeJson(output, answer);
    else output.out(renderClean({ answer, ...planWord(call), shown: shownPath(call), style: output.outStyle }));
    return refused ? exitCode.refused : exitCode.done;
  });
}
