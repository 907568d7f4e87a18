// `ls`: the plans found here.
import { basename } from "node:path";
import { findDamage } from "../app/damage.ts";
import { listPlans } from "../app/find-plan.ts";
import { openProject, type Project } from "../app/project.ts";
import { recoverForReader } from "../app/run-lock.ts";
import { openSession } from "../app/session.ts";
import type { LsAnswer } from "../core/answers.ts";
import { exitCode, type ExitCode, isFault } from "../core/fault.ts";
import { hasErrors } from "../core/finding.ts";
import { whyClosed } from "../core/live-plan.ts";
import type { StageView } from "../core/view.ts";
import { describeFault } from "../report/fault.ts";
import { renderPlans } from "../report/plans.ts";
import { type Call, writeJson } from "./call.ts";
import { planName, warnOfDamage } from "./plan-session.ts";

export async function run({ ambient, options, output }: Call): Promise<ExitCode> {
  const project = await openProject(ambient);
  const { plans, damage } = await readPlans(project);
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
  warnOfDamage({ output }, damage);
  return exitCode.done;
}

/** Every plan found here, also those that cannot be worked on, with how far it is. Faults: those of git. */
export async function readPlans(
  project: Project,
): Promise<Pick<LsAnswer, "plans"> & { readonly damage: string | undefined }> {
  let damage: string | undefined;
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
      await recoverForReader(session);
      await session.look();
      views = session.views();
      damage ??= session.damage();
    } catch (error) {
      const trouble = isFault(error, "git-failed")
        ? ((await findDamage(project.repository.commonDir)) ?? error)
        : isFault(error, "base-missing") || isFault(error, "unborn-head")
          ? error
          : undefined;
      if (trouble === undefined) throw error;
      // One plan that cannot start must not hide the others.
      plans.push({ ...planName(plan), stages, complete: 0, problem: describeFault(trouble).what });
      continue;
    } finally {
      session.close();
    }
    const complete = views.filter((view) => view.state === "complete" || view.state === "merged").length;
    plans.push({ ...planName(plan), stages, complete, ...closed });
  }
  return { plans, damage };
}
