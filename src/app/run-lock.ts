// One writer per plan: a run, a verification, a set-up or a clean-up holds the plan's lock while it works.
import { Fault } from "../core/fault.ts";
import { listWorktrees } from "../git/worktrees.ts";
import { acquireRunLock, identifyRunHolder, readRunHolder, type RunHolder, type RunLock } from "../host/lock.ts";
import { isSettingUp, isUnfinished, recover } from "./recover.ts";
import { openSession, type Session } from "./session.ts";

/**
 * Runs `action` while holding the lock; what a process that died left half-done is put in order first. Fault: run-held,
 * with the process that has it.
 */
export async function withRunLock<T>(session: Session, action: () => Promise<T>): Promise<T> {
  const lock = acquire(session);
  if ("heldBy" in lock) throw heldFault(session, lock.heldBy);
  try {
    await recover(session);
    // What was looked at with plain files only is no ground to work on.
    if (session.damage() !== undefined) await listWorktrees(session.project.repository);
    session.adopt();
    return await action();
  } finally {
    lock.release();
  }
}

/** For what is asked of a person before the lock is taken: nothing is, where another process has it. Fault: run-held. */
export function requireFree(session: Session): void {
  const { project, plan } = session;
  const holder = identifyRunHolder({ directory: project.directory, plan: plan.id });
  if (holder !== undefined) throw heldFault(session, holder);
}

const heldFault = ({ plan, file }: Session, { pid, since }: RunHolder): Fault =>
  new Fault("run-held", {
    plan: plan.id,
    path: file.shown,
    ...(pid === undefined ? {} : { pid }),
    ...(since === undefined ? {} : { since }),
  });

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

/**
 * The same before a command that only reads, where a set-up is half-done: a killed one can leave a repository in which git
 * lists nothing. Anything else waits for a command that works. It takes a session that may write; where there can be none, on a read-only disk say, the reader sees what there is.
 */
export async function recoverForReader(reader: Session): Promise<void> {
  const { project, plan, file } = reader;
  if (!isSettingUp(reader) || readRunHolder({ directory: project.directory, plan: plan.id }) !== undefined) return;
  let writer: Session | undefined;
  try {
    writer = openSession(project, file);
    await recoverIfFree(writer);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  } finally {
    writer?.close();
  }
  reader.catchUp();
}

const acquire = ({ project, plan, file }: Session): RunLock =>
  acquireRunLock({
    directory: project.directory,
    plan: plan.id,
    now: project.ambient.now,
    files: file.source.documents.map(({ path }) => path),
  });
