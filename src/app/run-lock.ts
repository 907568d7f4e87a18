// One writer per plan: a run, a verification, a set-up or a clean-up holds the plan's lock while it works.
import { Fault } from "../core/fault.ts";
import { acquireRunLock } from "../host/lock.ts";
import type { Session } from "./session.ts";

/** Runs `action` while holding the lock. Fault: run-held, with the process that has it. */
export async function withRunLock<T>(session: Session, action: () => Promise<T>): Promise<T> {
  const { project, plan } = session;
  const lock = acquireRunLock({ directory: project.directory, plan: plan.id, now: project.ambient.now });
  if ("heldBy" in lock) throw new Fault("run-held", { plan: plan.id, ...lock.heldBy });
  try {
    return await action();
  } finally {
    lock.release();
  }
}
