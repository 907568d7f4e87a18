// One writer per plan: a run, a verification, a set-up or a clean-up holds the plan's lock while it works.
import { Fault } from "../core/fault.ts";
import { acquireRunLock, type RunLock } from "../host/lock.ts";
import { isUnfinished, recover } from "./recover.ts";
import type { Session } from "./session.ts";

/**
 * Runs `action` while holding the lock; what a process that died left half-done is put in order first. Fault: run-held,
 * with the process that has it.
 */
export async function withRunLock<T>(session: Session, action: () => Promise<T>): Promise<T> {
  const lock = acquire(session);
  if ("heldBy" in lock) throw new Fault("run-held", { plan: session.plan.id, ...lock.heldBy });
  try {
    await recover(session);
    session.adopt();
    return await action();
  } finally {
    lock.release();
  }
}

/**
 * Puts in order what a process that died left half-done, and takes note of ids that stand for other stages now. Where a
 * process that lives holds the plan, that is its own matter.
 */
export async function recoverIfFree(session: Session): Promise<void> {
  if (!isUnfinished(session) && session.replaced().size === 0) return;
  const lock = acquire(session);
  if ("heldBy" in lock) return;
  try {
    session.catchUp();
    await recover(session);
    session.adopt();
  } finally {
    lock.release();
  }
}

const acquire = ({ project, plan }: Session): RunLock =>
  acquireRunLock({ directory: project.directory, plan: plan.id, now: project.ambient.now });
