// Applies the set-up steps of one stage. Either all of them happen, or what was half-made is taken back.
import { join } from "node:path";
import type { SetupEntry } from "../core/answers.ts";
import type { Change } from "../core/change.ts";
import type { Event, Oid } from "../core/event.ts";
import { refStage } from "../core/identity.ts";
import type { SetupPlan } from "../core/setup-plan.ts";
import type { Step } from "../core/steps.ts";
import { baseRef, createBranch, deleteRef, type RefChange, resolveRef, updateRef } from "../git/refs.ts";
import type { Repository } from "../git/repository.ts";
import { addWorktree, checkoutWorktree, unlockWorktree } from "../git/worktrees.ts";
import { undoHalfMadeWorktree, type Undone } from "../git/recovery.ts";
import { copyIgnored, expandPatterns } from "../host/copy.ts";
import { freeBytes, removeInBackground } from "../host/files.ts";
import { withRepositoryLock } from "../host/lock.ts";
import type { Operation } from "./operation.ts";
import { describeProblem } from "./problem.ts";
import type { Session } from "./session.ts";
import { runSetupCommand } from "./setup-command.ts";
import { writeStageFiles } from "./stage-files.ts";

/** A disk with fewer bytes left counts as full. */
const fullBelow = 1024 * 1024;

/** The entry of the stage: created, or failed with the reason. Rejects only for bugs. */
export async function applySetup(
  session: Session,
  options: { readonly plan: SetupPlan; readonly signal: AbortSignal; readonly operation: Operation },
): Promise<SetupEntry> {
  const { plan, signal, operation } = options;
  const { entry, base, parents, forwardFrom } = plan;
  const { project } = session;
  if (base === undefined) throw new Error(`set-up of ${entry.id} has no base`);
  if (signal.aborted) return { ...entry, outcome: "failed", reason: "interrupted" };
  const view = session.view(entry.id);
  const started: SetupStarted = {
    type: "setup-started",
    stage: entry.id,
    branch: entry.branch,
    path: entry.worktree,
    base,
    branchExisted: view.facts.branch.exists,
    token: `stagetree:${project.ambient.token()}:creating`,
    ref: baseRef({ plan: session.plan.id, stage: refStage(view.stage) }),
    parents,
    ...(view.facts.base === undefined ? {} : { baseBefore: view.facts.base }),
    ...(forwardFrom === undefined ? {} : { branchBefore: forwardFrom }),
  };
  const startedAt = project.ambient.now();
  await operation.intend({
    stages: [entry.id],
    changes: changesOf(plan, { ...started, recorded: view.facts.base, head: view.facts.branch.head }),
    events: [started],
  });
  try {
    await withRepositoryLock(project.directory, () => createUnderLock(session, { plan, base, token: started.token }), {
      signal,
    });
    for (const step of plan.steps) {
      signal.throwIfAborted();
      await applyOutsideLock(session, { step, base, signal });
    }
    await unlockWorktree(project.repository, { path: entry.worktree, reason: started.token });
  } catch (error) {
    // Asked before the files go again; git itself does not say why it could not write one.
    const isFull = ((await freeBytes(entry.worktree)) ?? fullBelow) < fullBelow;
    const { trash, result } = await takeBack(session, { ...started, since: startedAt });
    // Only what we and the set-up command put there a moment ago.
    if (trash !== undefined) removeInBackground(trash);
    const problem = describeProblem(error);
    const reason = signal.aborted ? "interrupted" : problem && (isFull ? `${problem}; its disk is full` : problem);
    if (reason === undefined) throw error;
    const interrupted = signal.aborted ? { interrupted: true as const } : {};
    session.emit({ type: "setup-failed", stage: entry.id, reason, ...interrupted });
    if (result !== "finished") operation.withdraw({ stage: entry.id });
    return { ...entry, outcome: "failed", reason };
  }
  session.emit({
    type: "setup-finished",
    stage: entry.id,
    branch: entry.branch,
    path: entry.worktree,
    base,
    parents,
  });
  return entry;
}

/** What there is to take back once the stage is set up. */
function changesOf(
  { steps, forwardFrom }: SetupPlan,
  found: SetupStarted & { readonly recorded: Oid | undefined; readonly head: Oid | undefined },
): readonly Change[] {
  const { stage, recorded, path, branch, base, head = base } = found;
  const ref = `refs/heads/${branch}`;
  return steps.flatMap((step): readonly Change[] => {
    switch (step.kind) {
      case "create-branch": {
        const before = forwardFrom === undefined ? {} : { before: forwardFrom };
        return [{ kind: "ref", stage, ref, after: step.at, ...before }];
      }
      case "record-base": {
        const before = recorded === undefined ? {} : { before: recorded };
        return recorded === step.at ? [] : [{ kind: "ref", stage, ref: step.ref, after: step.at, ...before }];
      }
      case "add-worktree": {
        const isMoved = steps.some(({ kind }) => kind === "create-branch");
        return [{ kind: "worktree", stage, path, branch, was: "made", head: isMoved ? base : head }];
      }
      default:
        return [];
    }
  });
}

/** Only what races with other git processes happens here; the lock is held for milliseconds. */
async function createUnderLock(
  session: Session,
  options: { readonly plan: SetupPlan; readonly base: Oid; readonly token: string },
): Promise<void> {
  const { repository } = session.project;
  const { plan } = options;
  const recorded = session.view(plan.entry.id).facts.base;
  for (const step of plan.steps) {
    switch (step.kind) {
      case "create-branch":
        if (plan.forwardFrom === undefined) await createBranch(repository, { branch: step.branch, at: step.at });
        else await updateRef(repository, { ref: `refs/heads/${step.branch}`, to: step.at, from: plan.forwardFrom });
        break;
      case "record-base":
        if (recorded !== step.at) {
          await updateRef(repository, {
            ref: step.ref,
            to: step.at,
            ...(recorded === undefined ? {} : { from: recorded }),
          });
        }
        break;
      case "add-worktree":
        await addWorktree(repository, { path: step.path, branch: step.branch, reason: options.token });
        break;
      default:
        break;
    }
  }
}

async function applyOutsideLock(
  session: Session,
  options: { readonly step: Step; readonly base: Oid; readonly signal: AbortSignal },
): Promise<void> {
  const { step, signal } = options;
  const { project, plan } = session;
  switch (step.kind) {
    case "checkout":
      return checkoutWorktree(project.repository, { path: step.path });
    case "copy-ignored": {
      const root = project.repository.mainWorktree;
      const paths = await expandPatterns({ root, patterns: step.patterns });
      await copyIgnored({ from: root, to: step.path, paths, signal });
      return undefined;
    }
    case "link-plan":
      return writeStageFiles(project, {
        plan,
        stage: session.view(step.stage).stage,
        worktree: step.path,
        base: options.base,
      });
    case "run-setup":
      return runSetupCommand(session, { step, signal });
    default:
      return undefined;
  }
}

type SetupStarted = Extract<Event, { type: "setup-started" }>;

/** Brings the repository back to before a set-up that did not end. What lay in the folder stays in the trash. */
export async function takeBack(session: Session, half: SetupStarted & { readonly since: number }): Promise<Undone> {
  const { repository, directory, ambient } = session.project;
  const { base, baseBefore, branchBefore } = half;
  const trash = join(directory, "trash", ambient.token());
  return withRepositoryLock(directory, async () => {
    const undone = await undoHalfMadeWorktree(repository, { ...half, trash });
    if (undone.result === "finished") return undone;
    const ref = half.ref ?? baseRef({ plan: session.plan.id, stage: half.stage });
    await putBack(repository, { ref, from: base, ...(baseBefore === undefined ? {} : { to: baseBefore }) });
    if (branchBefore !== undefined)
      await putBack(repository, { ref: `refs/heads/${half.branch}`, from: base, to: branchBefore });
    return undone;
  });
}

/** Undoes our own change of a ref; one that someone moved since stays. */
async function putBack(repository: Repository, { ref, from, to }: RefChange & { readonly from: Oid }): Promise<void> {
  if (from === to || (await resolveRef(repository, ref)) !== from) return;
  if (to === undefined) await deleteRef(repository, { ref, from });
  else await updateRef(repository, { ref, from, to });
}
