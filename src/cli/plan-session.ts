// From the first argument of a command to an open session on that plan, closed again whatever happens.
import { readTarget } from "../app/facts.ts";
import { findOnlyPlan, findPlan } from "../app/find-plan.ts";
import { openPlan, type PlanFile, requirePlan, selectStages } from "../app/plan-file.ts";
import type { Project } from "../app/project.ts";
import { recoverForReader, recoverIfFree } from "../app/run-lock.ts";
import { openSession, type Session, type SessionOptions } from "../app/session.ts";
import type { PlanName } from "../core/answers.ts";
import { Fault } from "../core/fault.ts";
import type { Plan, StageId } from "../core/plan.ts";
import { whyClosed } from "../core/live-plan.ts";
import { renderFault } from "../report/fault.ts";
import { type Call, shownPath } from "./call.ts";
import { openCallProject } from "./project.ts";

interface NamedPlan {
  readonly project: Project;
  readonly file: PlanFile;
}

/** The project here, and the plan named by the first argument (the only plan found, where there is none). */
export async function openNamedPlan(call: Call): Promise<NamedPlan> {
  const project = await openCallProject(call, { lazy: true });
  // git tells its version while the plan is read. That it is missing or too old comes before anything about the plan.
  const ready = project.repository.ready();
  ready.catch(() => undefined);
  const opened = openNamed(call, project);
  opened.catch(() => undefined);
  await ready;
  return opened;
}

/** The plan, for what says nothing of git: none is started where the repository is a plain one. Fault: plan-invalid. */
export async function readNamedPlan(call: Call): Promise<{ readonly project: Project; readonly plan: Plan }> {
  const { project, file } = await openNamed(call, await openCallProject(call, { lazy: true }));
  return { project, plan: requirePlan(file) };
}

async function openNamed(call: Call, project: Project): Promise<NamedPlan> {
  const name = call.args[0];
  const path = name === undefined ? await findOnlyPlan(project) : await findPlan(project, name);
  return { project, file: await openPlan(project, path) };
}

interface WithSession extends Pick<SessionOptions, "readonly" | "removed"> {
  /** The command starts new work, which a plan that is closed has none of, unless forced. */
  readonly starts?: "setup" | "run";
}

/**
 * Runs `action` on a session of the named plan. Faults: plan-invalid, plan-closed, base-missing, unborn-head, and those of
 * opening.
 */
export async function withSession<T>(
  call: Call,
  { starts, ...options }: WithSession,
  action: (session: Session) => Promise<T>,
): Promise<T> {
  const { project, file } = await openNamedPlan(call);
  const { base, force } = call.options;
  if (starts !== undefined && force !== true) requireLive(call, { file, command: starts });
  // Where no stage could start from anything, that is told before the first file of ours is written.
  if (options.readonly === undefined) {
    await readTarget(project, { plan: requirePlan(file), ...(base === undefined ? {} : { base }) });
  }
  const session = openSession(project, file, {
    ...options,
    ...(base === undefined ? {} : { base }),
    ...(force === true ? { force } : {}),
  });
  try {
    await (options.readonly === undefined ? recoverIfFree(session) : recoverForReader(session));
    const result = await action(session);
    warnOfDamage(call, session.damage());
    return result;
  } finally {
    session.close();
  }
}

/** What git cannot do any more is told beside the answer. */
export function warnOfDamage({ output }: Pick<Call, "output">, path: string | undefined): void {
  if (path === undefined) return;
  output.err(renderFault(new Fault("repository-damaged", { path, problem: "is empty" }), output.errStyle));
}

function requireLive(call: Call, of: { readonly file: PlanFile; readonly command: "setup" | "run" }): void {
  const { file, command } = of;
  const plan = requirePlan(file);
  const why = whyClosed(plan);
  if (why === undefined) return;
  const newer = plan.closed?.newer;
  throw new Fault("plan-closed", {
    path: call.args[0] ?? file.shown,
    why,
    command,
    ...(newer === undefined ? {} : { newer: shownPath(call)(newer) }),
  });
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
