// `ls`: the plans found here.
import { basename } from "node:path";
import { listPlans } from "../app/find-plan.ts";
import { openProject } from "../app/project.ts";
import { openSession } from "../app/session.ts";
import type { LsAnswer } from "../core/answers.ts";
import { exitCode, type ExitCode, isFault } from "../core/fault.ts";
import { hasErrors } from "../core/finding.ts";
import { type StageView, whyClosed } from "../core/view.ts";
import { describeFault } from "../report/fault.ts";
import { renderPlans } from "../report/plans.ts";
import { type Call, writeJson } from "./call.ts";
import { planName } from "./plan-session.ts";

export async function run({ ambient, options, output }: Call): Promise<ExitCode> {
  const project = await openProject(ambient);
  const plans: LsAnswer["plans"][number][] = [];
  for (const file of await listPlans(project)) {
    const { plan, findings } = file;
    if (plan === undefined || hasErrors(findings)) {
      const errors = findings.filter((finding) => finding.severity === "error").length;
      const problem = `${errors} ${errors === 1 ? "error" : "errors"}; see stagetree check`;
      const id = basename(file.path, ".md");
      const name = plan === undefined ? { id, title: id, format: "", path: file.path } : planName(plan);
      plans.push({ ...name, stages: plan?.stages.length ?? 0, complete: 0, problem });
      continue;
    }
    const stages = plan.stages.length;
    const why = whyClosed(plan);
    const closed = why === undefined ? {} : { closed: why };
    const session = openSession(project, file, { readonly: true });
    let views: readonly StageView[];
    try {
      views = await session.look();
    } catch (error) {
      if (!isFault(error, "base-missing") && !isFault(error, "unborn-head")) throw error;
      // One plan that cannot start must not hide the others.
      plans.push({ ...planName(plan), stages, complete: 0, problem: describeFault(error).what });
      continue;
    } finally {
      session.close();
    }
    const complete = views.filter((view) => view.state === "complete" || view.state === "merged").length;
    plans.push({ ...planName(plan), stages, complete, ...closed });
  }
  const answer: LsAnswer = { schema: 1, plans };
  if (options.json === true) writeJson(output, answer);
  else
    output.out(
      renderPlans({
        answer,
        root: project.repository.mainWorktree,
        lookedIn: project.config.plans,
        style: output.outStyle,
      }),
    );
  return exitCode.done;
}
