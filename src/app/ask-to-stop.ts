// Leaves a letter for the run of a plan, in whatever process it goes on.
import type { StageId } from "../core/plan.ts";
import { readRunHolder } from "../host/lock.ts";
import type { Session } from "./session.ts";

/** Whether there is a run that can take it (and works on the stage, where one is named), and in which process. */
export function askToStop(
  { project, plan, store, state }: Session,
  { stage }: { readonly stage?: StageId },
): { readonly stopped: boolean; readonly pid?: number } {
  const holder = readRunHolder({ directory: project.directory, plan: plan.id });
  if (holder === undefined) return { stopped: false };
  const { run } = state();
  const isRunning = run !== undefined && run.finished === undefined;
  if (stage !== undefined && (!isRunning || !run.stages.includes(stage))) return { stopped: false };
  store.sendIntent(plan.id, stage === undefined ? { kind: "stop" } : { kind: "stop", stage });
  return { stopped: true, ...(holder.pid === undefined ? {} : { pid: holder.pid }) };
}
