// Takes back the last operation of a plan, or does again what was taken back: facts, then steps, then the changes; all of it,
// or none.
import { join } from "node:path";
import { type Direction, isTaken, type WorktreeChange } from "../core/change.ts";
import type { Oid } from "../core/event.ts";
import { Fault } from "../core/fault.ts";
import {
  nextRedo,
  nextUndo,
  noOperations,
  type OperationRecord,
  type Operations,
  stagesOf,
} from "../core/operation.ts";
import type { Step } from "../core/steps.ts";
import { planTurn, type TurnFacts, type TurnPlan } from "../core/undo-plan.ts";
import { moveFiles } from "../git/content-at.ts";
import { undoHalfMadeWorktree } from "../git/recovery.ts";
import { type RefChange, resolveRef, undoRef, updateRef, updateRefs } from "../git/refs.ts";
import { removeWorktree } from "../git/removal.ts";
import { restoreImage } from "../git/restore-image.ts";
import { unlockWorktree } from "../git/worktrees.ts";
import { copyIgnored } from "../host/copy.ts";
import { pathKind, removeInBackground, replaceFile } from "../host/files.ts";
import { withRepositoryLock } from "../host/lock.ts";
import { dropOldRefs, keepers } from "./operation.ts";
import { describeProblem } from "./problem.ts";
import type { Session } from "./session.ts";
import { writeStageFiles } from "./stage-files.ts";
import { readTurnFacts } from "./turn-facts.ts";
import { saveWorktree } from "./worktree-content.ts";

export interface Turned {
  /** Absent where there is nothing to take back, or to do again. */
  readonly operation?: OperationRecord;
  readonly steps: readonly Step[];
}

const operationsOf = (session: Session): Operations => session.state().operations ?? noOperations;

export const nextOf = (session: Session, direction: Direction): OperationRecord | undefined =>
  direction === "undo" ? nextUndo(operationsOf(session)) : nextRedo(operationsOf(session));

/** What would be done, and what stands against it, from facts read now. Changes nothing. Faults: those of git. */
export async function planNext(
  session: Session,
  given: { readonly operation: OperationRecord; readonly direction: Direction },
): Promise<TurnPlan> {
  const facts = await readTurnFacts(session, given);
  return planTurn(given.operation, { ...facts, direction: given.direction });
}

interface Turn {
  readonly operation: OperationRecord;
  readonly direction: Direction;
  readonly token: string;
  /** Worktrees that go are moved to this path with a number behind it. */
  readonly trash: string;
}

/**
 * The caller holds the plan's lock. Faults: undo-refused with each thing that moved since, and nothing was changed; those of
 * git and the disk, and what had been done until then was taken back.
 */
export async function turnLast(
  session: Session,
  { direction, dryRun }: { readonly direction: Direction; readonly dryRun: boolean },
): Promise<Turned> {
  const { ambient, directory } = session.project;
  const operation = nextOf(session, direction);
  if (operation === undefined) return { steps: [] };
  const work = async (): Promise<Turned> => {
    const { steps, moved } = await planNext(session, { operation, direction });
    if (moved.length > 0) throw refusal(session, { operation, direction, moved });
    if (dryRun) return { operation, steps };
    const token = ambient.token();
    const turn: Turn = {
      operation,
      direction,
      token: `stagetree:${token}:creating`,
      trash: join(directory, "trash", token),
    };
    session.emit({ type: "turn-started", operation: operation.id, direction, token: turn.token, trash: turn.trash });
    await carryOut(session, { turn, steps, facts: await readTurnFacts(session, turn) }).catch(
      async (error: unknown) => {
        await backOut(session, { turn, reason: describeProblem(error) ?? "it failed" });
        throw error;
      },
    );
    session.emit({ type: "turn-finished", operation: operation.id, direction });
    await dropOldRefs(session);
    return { operation, steps };
  };
  return dryRun ? work() : withRepositoryLock(directory, work);
}

function refusal(
  session: Session,
  about: { readonly operation: OperationRecord; readonly direction: Direction; readonly moved: readonly string[] },
): Fault {
  const { operation, direction, moved } = about;
  return new Fault("undo-refused", {
    plan: session.file.shown,
    direction,
    operation: operation.kind,
    stages: stagesOf(operation),
    moved,
  });
}

/**
 * Goes on with what a process that died had begun, or takes it back where the world moved meanwhile. The caller holds the
 * plan's lock. Faults: those of git.
 */
export async function resumeTurn(session: Session): Promise<void> {
  const { turning, list } = operationsOf(session);
  if (turning === undefined) return;
  const operation = list.find(({ id }) => id === turning.operation);
  if (operation === undefined) {
    session.emit({ type: "turn-stopped", operation: turning.operation, reason: "it is too long ago" });
    return;
  }
  const { direction, token, trash, at } = turning;
  const turn: Turn = { operation, direction, token, trash };
  await withRepositoryLock(session.project.directory, async () => {
    await tidy(session, { turn, since: at });
    const facts = await readTurnFacts(session, turn);
    const { steps, moved } = planTurn(operation, { ...facts, direction });
    if (moved.length > 0) return backOut(session, { turn, reason: moved.join("; ") });
    try {
      await carryOut(session, { turn, steps, facts });
    } catch (error) {
      const reason = describeProblem(error);
      if (reason === undefined) throw error;
      return backOut(session, { turn, reason });
    }
    session.emit({ type: "turn-finished", operation: operation.id, direction });
    return undefined;
  });
  await session.look();
}

/** The other way round, as far as the world lets it; what cannot be, stays, and is met by the next look at the operation. */
async function backOut(
  session: Session,
  { turn, reason }: { readonly turn: Turn; readonly reason: string },
): Promise<void> {
  const operation = operationsOf(session).list.find(({ id }) => id === turn.operation.id) ?? turn.operation;
  const back: Turn = { ...turn, operation, direction: turn.direction === "undo" ? "redo" : "undo" };
  let left = "";
  try {
    await tidy(session, { turn, since: session.project.ambient.now() });
    const facts = await readTurnFacts(session, back);
    const { steps, moved } = planTurn(operation, { ...facts, direction: back.direction });
    // Each step is right by itself; what moved stays as somebody else has it.
    await carryOut(session, { turn: back, steps, facts });
    left = moved.filter((sentence) => !reason.includes(sentence)).join("; ");
  } catch (error) {
    const problem = describeProblem(error);
    if (problem === undefined) throw error;
    left = problem;
  }
  const rest = left === "" ? reason : `${reason}; it is half done: ${left}`;
  session.emit({ type: "turn-stopped", operation: operation.id, reason: rest });
  if (left !== "") session.emit({ type: "note", text: `an ${turn.direction} stopped: ${rest}` });
}

const worktreesOf = (operation: OperationRecord): readonly WorktreeChange[] =>
  operation.changes.filter((change) => change.kind === "worktree");

const trashOf = (turn: Turn, path: string): string =>
  `${turn.trash}-${worktreesOf(turn.operation).findIndex((one) => one.path === path)}`;

/** Finishes removals and takes back half-made worktrees, so that git can be asked again. */
async function tidy(session: Session, { turn, since }: { readonly turn: Turn; readonly since: number }): Promise<void> {
  const { repository } = session.project;
  const { operation, direction, token } = turn;
  for (const change of worktreesOf(operation)) {
    const { path, branch, head } = change;
    const trash = trashOf(turn, path);
    if (!isTaken(change, direction)) {
      const half = { path, branch, base: head, branchExisted: true, token, trash, since };
      const undone = await undoHalfMadeWorktree(repository, half);
      if (undone.trash !== undefined) removeInBackground(undone.trash);
    } else if ((await pathKind(path)) === "absent") {
      const removed = await removeWorktree(repository, { path, trash });
      if (removed.trash !== undefined) removeInBackground(removed.trash);
    }
  }
}

interface Work {
  readonly turn: Turn;
  readonly steps: readonly Step[];
  readonly facts: TurnFacts;
}

async function carryOut(session: Session, work: Work): Promise<void> {
  const { steps, turn } = work;
  for (const step of steps) if (step.kind === "take-worktree") await take(session, { turn, path: step.path });
  await putRefs(session, work);
  for (const step of steps) if (step.kind === "restore-worktree") await restore(session, { turn, step });
  for (const { path, text, hash } of work.facts.text.writes) await replaceFile(path, { text, expectedHash: hash });
}

async function take(session: Session, { turn, path }: { readonly turn: Turn; readonly path: string }): Promise<void> {
  const { repository } = session.project;
  const { id } = turn.operation;
  const change = worktreesOf(turn.operation).find((one) => one.path === path);
  const image = undoRef({ plan: session.plan.id, operation: id, name: change?.stage ?? path });
  const before = await resolveRef(repository, image);
  const to = await saveWorktree(session.project, path);
  await updateRef(repository, { ref: image, to, ...(before === undefined ? {} : { from: before }) });
  session.emit({ type: "turn-saved", operation: id, path, image });
  const { trash } = await removeWorktree(repository, { path, trash: trashOf(turn, path) });
  if (trash !== undefined) removeInBackground(trash);
}

/** All refs in one go, then the files of the worktrees that are on them. */
async function putRefs(session: Session, { turn, steps }: Work): Promise<void> {
  const { repository } = session.project;
  const puts = steps.flatMap((step): readonly RefChange[] => {
    if (step.kind !== "put-ref") return [];
    const { ref, from, to } = step;
    return [{ ref, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
  });
  const left = puts.flatMap(({ from }): readonly Oid[] => (from === undefined ? [] : [from]));
  await updateRefs(repository, keepers(session, { operation: turn.operation.id, commits: left }));
  await updateRefs(repository, puts);
  for (const step of steps) if (step.kind === "move-worktree") await moveFiles(repository, step);
}

async function restore(
  session: Session,
  given: { readonly turn: Turn; readonly step: Extract<Step, { kind: "restore-worktree" }> },
): Promise<void> {
  const { project, plan } = session;
  const { repository } = project;
  const { path, image, stage: id } = given.step;
  const { token } = given.turn;
  const { copies } = await restoreImage(repository, { path, image, token });
  if (copies.length > 0) await copyIgnored({ from: repository.mainWorktree, to: path, paths: copies });
  const isInPlan = session.file.plan?.stages.some((one) => one.id === id) === true;
  if (isInPlan) {
    await session.look([id]);
    const { stage } = session.view(id);
    const base = session.view(id).facts.base;
    await writeStageFiles(project, { plan, stage, worktree: path, ...(base === undefined ? {} : { base }) });
  }
  await unlockWorktree(repository, { path, reason: token });
}
