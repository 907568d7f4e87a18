// From the first argument of a command to an open session on that plan, closed again whatever happens.
import { readTarget } from "../app/facts.ts";
import { findOnlyPlan, findPlan } from "../app/find-plan.ts";
import { openPlan, type PlanFile, requirePlan, selectStages } from "../app/plan-file.ts";
import { openProject, type Project } from "../app/project.ts";
import { recoverIfFree } from "../app/run-lock.ts";
import { openSession, type Session, type SessionOptions } from "../app/session.ts";
import type { PlanName } from "../core/answers.ts";
import type { Plan, StageId } from "../core/plan.ts";
import type { Call } from "./call.ts";

/** The project here, and the plan named by the first argument (the only plan found, where there is none). */
export async function openNamedPlan(call: Call): Promise<{ readonly project: Project; readonly file: PlanFile }> {
  const project = await openProject(call.ambient);
  const name = call.args[0];
  const path = name === undefined ? await findOnlyPlan(project) : await findPlan(project, name);
  return { project, file: await openPlan(project, path) };
}

/** Runs `action` on a session of the named plan. Faults: plan-invalid, base-missing, unborn-head, and those of opening. */
export async function withSession<T>(
  call: Call,
  options: Pick<SessionOptions, "readonly">,
  action: (session: Session) => Promise<T>,
): Promise<T> {
  const { project, file } = await openNamedPlan(call);
  const { base } = call.options;
  // Where no stage could start from anything, that is told before the first file of ours is written.
  if (options.readonly === undefined) {
    await readTarget(project, { plan: requirePlan(file), ...(base === undefined ? {} : { base }) });
  }
  const session = openSession(project, file, { ...options, ...(base === undefined ? {} : { base }) });
  try {
    if (options.readonly === undefined) await recoverIfFree(session);
    return await action(session);
  } finally {
    session.close();
  }
}

export const planName = (plan: Plan): PlanName => ({
  id: plan.id,
  title: plan.title,
  format: plan.format,
  path: plan.path,
});

/** Ids of the stages named behind the plan; all where none is named. Fault: stage-unknown. */
export const askedStages = (call: Call, session: Session): readonly StageId[] =>
  selectStages(session.plan, call.args.slice(1)).map((stage) => stage.id);

/** The one stage a command is about. Fault: stage-unknown. */
export function askedStage(call: Call, plan: Plan): StageId {
  const [stage] = selectStages(plan, call.args.slice(1, 2));
  if (stage === undefined) throw new Error("a command without its stage passed the parser");
  return stage.id;
}

/** The plan, for commands that need no session. Fault: plan-invalid. */
export async function openNamedValidPlan(call: Call): Promise<{ readonly project: Project; readonly plan: Plan }> {
  const { project, file } = await openNamedPlan(call);
  return { project, plan: requirePlan(file) };
}
