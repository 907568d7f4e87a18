// Takes up what a process that died left half-done. Every part is idempotent and touches only what the record says is ours.
import type { Event } from "../core/event.ts";
import { isWriting, noOperations, openOperation } from "../core/operation.ts";
import { knownStage, noIdentities, refStage } from "../core/identity.ts";
import type { StageId } from "../core/plan.ts";
import { writtenStatus } from "../core/state.ts";
import type { StageRecord } from "../core/stage-record.ts";
import { baseRef, deleteRef, resolveRef } from "../git/refs.ts";
import { removeWorktree } from "../git/removal.ts";
import { clearStaleLocks, clearWorktreeLocks, refLocks } from "../git/stale-locks.ts";
import { pathKind, removeInBackground } from "../host/files.ts";
import { dropLeftovers } from "../host/leftovers.ts";
import { withRepositoryLock } from "../host/lock.ts";
import { endMarked } from "../host/process-tree.ts";
import { takeBack } from "./apply-setup.ts";
import { openPlan } from "./plan-file.ts";
import { recoverRefreshes } from "./recover-refresh.ts";
import { removeScratchBase } from "./scratch-base.ts";
import type { Session } from "./session.ts";
import { resumeTurn } from "./turn.ts";

/**
 * Before the first question to git: an interrupted creation can leave what makes every list of worktrees fail. The caller
 * holds the plan's lock. Faults: those of git and of the store.
 */
export async function recover(session: Session): Promise<void> {
  await recoverCommands(session);
  await recoverSetups(session);
  await recoverBaselines(session);
  await recoverRefreshes(session);
  await recoverRemovals(session);
  await recoverWriting(session);
  for (const { id, after } of operationsOf(session).list) {
    if (after === undefined) session.emit({ type: "operation-finished", operation: id, interrupted: true });
  }
  await resumeTurn(session);
}

const operationsOf = (session: Session) => session.state().operations ?? noOperations;

/** Whether a process left something half-done, or does it at this moment. */
export const isUnfinished = (session: Session): boolean =>
  operationsOf(session).turning !== undefined ||
  operationsOf(session).list.some(({ after }) => after === undefined) ||
  session
    .state()
    .stages.values()
    .some(({ unfinishedCommands, unfinishedSetup, unfinishedBaseline, unfinishedRefresh, unfinishedRemoval }) =>
      [unfinishedCommands, unfinishedSetup, unfinishedBaseline, unfinishedRefresh, unfinishedRemoval].some(
        (half) => half !== undefined,
      ),
    );

/** Whether a set-up is half-done: the one thing that can be in the way of those who only read. */
export const isSettingUp = (session: Session): boolean =>
  session
    .state()
    .stages.values()
    .some(({ unfinishedSetup }) => unfinishedSetup !== undefined);

/** Between TERM and KILL for what a run that died had started, in milliseconds. */
const graceMs = 5000;

/**
 * What a killed run had started is ended before anything else works in its worktree, and the locks that a git among it left
 * are removed. Changes in the worktree stay. Nobody knows how the command would have ended, so it counts as stopped.
 */
async function recoverCommands(session: Session): Promise<void> {
  const { repository, ambient } = session.project;
  const records = session.state().stages.values();
  await Promise.all(
    records.flatMap(({ unfinishedCommands = [], setup, unfinishedSetup }) =>
      unfinishedCommands.map(async (unfinished) => {
        const { token, at, type: _, ...command } = unfinished;
        if (token !== undefined) await endMarked(token, { graceMs });
        const place = unfinishedSetup ?? setup;
        if (place !== undefined) await clearWorktreeLocks(repository, { ...place, since: at });
        const outcome = { kind: "cancelled" as const, durationMs: Math.max(0, ambient.now() - at) };
        session.emit({ type: "command-finished", ...command, outcome });
      }),
    ),
  );
}

/** Set-ups are taken back, also of stages that the plan no longer has. */
async function recoverSetups(session: Session): Promise<void> {
  let found = false;
  for (const { unfinishedSetup: half } of session.state().stages.values()) {
    if (half === undefined) continue;
    found = true;
    const { stage, branch, path, base, parents = [] } = half;
    const needs = half.needs === undefined ? {} : { needs: half.needs };
    const { result } = await takeBack(session, { ...half, since: half.at });
    const operation = openOperation(operationsOf(session), stage);
    session.emit(
      result === "finished"
        ? { type: "setup-finished", stage, branch, path, base, parents, ...needs }
        : { type: "setup-failed", stage, reason: "it was interrupted; what it left was taken back", interrupted: true },
      ...(result === "finished" || operation === undefined
        ? []
        : [{ type: "operation-withdrawn", operation: operation.id, stage } as const]),
    );
  }
  if (found) await session.look();
}

/** Worktrees of bases hold nobody's work: they go. */
async function recoverBaselines(session: Session): Promise<void> {
  for (const { unfinishedBaseline: half } of session.state().stages.values()) {
    if (half !== undefined) await removeScratchBase(session, half);
  }
}

/**
 * A removal whose folder was moved away already is finished; one that had not come so far is left alone, since nothing was
 * lost and the facts have to be read anew. A branch that is left is for the next clean-up.
 */
async function recoverRemovals(session: Session): Promise<void> {
  const { repository, directory } = session.project;
  for (const { unfinishedRemoval: half } of session.state().stages.values()) {
    if (half === undefined) continue;
    await clearRemovalLocks(session, half);
    if ((await pathKind(half.path)) !== "absent") continue;
    const { stage, path, branch, restore = "" } = half;
    await withRepositoryLock(directory, async () => {
      const { trash } = await removeWorktree(repository, { path, trash: half.trash });
      const branchDeleted = (await resolveRef(repository, `refs/heads/${branch}`)) === undefined;
      if (branchDeleted) await dropBaseRef(session, stage);
      const unmerged = half.unmerged === undefined ? {} : { unmerged: half.unmerged };
      session.emit({ type: "removal-finished", stage, path, branch, branchDeleted, restore, ...unmerged });
      if (trash !== undefined) removeInBackground(trash);
    });
  }
}

async function clearRemovalLocks(
  session: Session,
  { stage, branch, backups = [], at }: NonNullable<StageRecord["unfinishedRemoval"]>,
): Promise<void> {
  const { repository } = session.project;
  const files = refLocks(repository, [`refs/heads/${branch}`, baseRefOf(session, stage), ...backups]);
  await clearStaleLocks(repository, { files, since: at });
}

/**
 * A writer holds the repository lock, so whoever gets it and still finds statuses being written finds what a dead one
 * left: those that are in the file were written, the others were not and end with their operation.
 */
async function recoverWriting(session: Session): Promise<void> {
  if (!isWriting(operationsOf(session))) return;
  const { project, file } = session;
  await withRepositoryLock(project.directory, async () => {
    session.catchUp();
    const current = await openPlan(project, file.path);
    for (const { path } of current.source.documents) await dropLeftovers(path);
    const state = session.state();
    const there = current.plan?.stages.filter(({ id, status }) => writtenStatus(state, id) === status);
    session.emit(...(there ?? []).map(({ id, status }): Event => ({ type: "plan-written", stage: id, status })));
  });
}

/** Forgets the recorded base of a stage; nothing when there is none. */
async function dropBaseRef(session: Session, stage: StageId): Promise<void> {
  const { repository } = session.project;
  const ref = baseRefOf(session, stage);
  const at = await resolveRef(repository, ref);
  if (at !== undefined) await deleteRef(repository, { ref, from: at });
}

/** The ref that records the base of a stage. */
export const baseRefOf = (session: Session, stage: StageId): string =>
  baseRef({ plan: session.plan.id, stage: refStage({ id: stage, ...generationOf(session, stage) }) });

/** Also of a stage that the plan no longer has. */
function generationOf(session: Session, stage: StageId): { readonly generation?: number } {
  const generation = knownStage(session.state().identities ?? noIdentities, stage)?.generation;
  return generation === undefined ? {} : { generation };
}
