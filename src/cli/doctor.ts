// `doctor`: what does not agree between plan, git, disk and history; with `--fix` mended, as far as it can be taken back.
import { examine, type Treated } from "../app/doctor.ts";
import type { DoctorAnswer } from "../core/doctor-answers.ts";
import { isWrong } from "../core/diagnosis.ts";
import { exitCode, type ExitCode } from "../core/fault.ts";
import { renderDoctor } from "../report/doctor.ts";
import { type Call, planWord, writeJson } from "./call.ts";

export async function run(call: Call): Promise<ExitCode> {
  const { args, ambient, options, output } = call;
  const dryRun = options.dryRun === true;
  const treated = await examine({
    ambient,
    plan: args[0],
    fix: options.fix === true && !dryRun,
    planWord: (path) => planWord({ ...call, args: [] }, { path }),
  });
  const answer = toAnswer(treated, dryRun);
  if (options.json === true) writeJson(output, answer);
  else output.out(renderDoctor({ answer, style: output.outStyle }));
  if (treated.some(({ rule }) => rule === "git.too-old")) return exitCode.environment;
  return answer.counts.wrong > 0 ? exitCode.stageFailed : exitCode.done;
}

function toAnswer(treated: readonly Treated[], dryRun: boolean): DoctorAnswer {
  const left = treated.filter(({ mended }) => !mended);
  return {
    schema: 1,
    ...(dryRun ? { dryRun } : {}),
    findings: treated.map(({ mend, mended, ...found }) => ({ ...found, fixable: mend !== undefined, mended })),
    counts: {
      wrong: left.filter(isWrong).length,
      fixable: left.filter(({ mend }) => mend !== undefined).length,
      mended: treated.length - left.length,
    },
  };
}
