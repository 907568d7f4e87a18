// `review`: the tasks of TASKS against the sections of PLAN, in a milestone plan.
import { exitCode, Fault, type ExitCode } from "../core/fault.ts";
import { formatOf } from "../formats/format.ts";
import { reviewMilestone } from "../formats/milestone/review.ts";
import { typedNames } from "../report/command.ts";
import { agrees, renderReview } from "../report/review.ts";
import { type Call, planWord, shownPath, writeJson } from "./call.ts";
import { openNamedPlan } from "./plan-session.ts";

export async function run(call: Call): Promise<ExitCode> {
  const { output, options } = call;
  const { file } = await openNamedPlan(call);
  const word = planWord(call, file);
  const isMilestone = formatOf(file.source).name === "milestone";
  const review = isMilestone ? reviewMilestone(file.source) : undefined;
  if (review === undefined) {
    const what = isMilestone
      ? `${file.shown} is a plan of its own, with neither`
      : `${file.shown} is ${file.plan === undefined ? "none" : `a plan of the format ${file.plan.format}`}`;
    throw new Fault("usage", {
      message: `review compares PLAN and TASKS of a milestone plan; ${what}.`,
      hint: typedNames("check", word),
    });
  }
  const count = (severity: string): number => file.findings.filter((finding) => finding.severity === severity).length;
  const answer = { schema: 1 as const, ...review, findings: { errors: count("error"), warnings: count("warning") } };
  if (options.json === true) writeJson(output, answer);
  else output.out(renderReview({ answer, planWord: word, shown: shownPath(call), style: output.outStyle }));
  return agrees(answer) ? exitCode.done : exitCode.planErrors;
}
