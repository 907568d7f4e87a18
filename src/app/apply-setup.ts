// Applies the set-up steps of one stage. Either all of them happen, or what was half-made is taken back.
import { join } from "node:path";
import type { SetupEntry } from "../core/answers.ts";
import type { Change } from "../core/change.ts";
import type { Event, Oid } from "../core/event.ts";
import { refStage } from "../core/identity.ts";
import type { SetupPlan } from "../core/setup-plan.ts";
import type { Step } from "../core/steps.ts";
import { baseRef, branchCreation, deleteRef, type RefChange, resolveRef, updateRefs, updateRef } from "../git/refs.ts";
import type { Repository } from "../git/repository.ts";
import type { SiblingCopy } from "../git/sibling-copy.ts";
import { addWorktree, checkoutWorktree, unlockWorktree } from "../git/worktrees.ts";
import { undoHalfMadeWorktree, type Undone } from "../git/recovery.ts";
import { copyIgnored, expandPatterns } from "../host/copy.ts";
import { diskAt, removeInBackground } from "../host/files.ts";
import { withRepositoryLock } from "../host/lock.ts";
import type { Operation } from "./operation.ts";
import { describeProblem } from "./problem.ts";
import type { Session } from "./session.ts";
import { runSetupCommand } from "./setup-command.ts";
import { writeStageFiles } from "./stage-files.ts";

/** A disk with fewer bytes left counts as full. */
const fullBelow = 1024 * 1024;

/** What the set-ups of one call share. */
export interface SetupSurroundings {
  readonly operation: Operation;
  readonly signal: AbortSignal;
  /** So many processes write the files of one worktree. */
  readonly workers: number;
  /** Where files may come from other worktrees. */
  readonly siblings?: SiblingCopy;
  /** Which of the stage files a commit holds. */
  readonly trackedIn: (commit: Oid) => Promise<readonly string[]>;
}

/** The entry of the stage: created, or failed with the reason. Rejects only for bugs. */
export async function applySetup(
  session: Session,
  options: { readonly plan: SetupPlan; readonly surroundings: SetupSurroundings },
): Promise<SetupEntry> {
  const { plan, surroundings } = options;
  const { signal, operation } = surroundings;
  const { entry, base, parents, forwardFrom } = plan;
  const { project } = session;
  const needs = plan.needs === undefined ? {} : { needs: plan.needs };
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
    ...needs,
    ...(view.facts.base === undefined ? {} : { baseBefore: view.facts.base }),
    ...(forwardFrom === undefined ? {} : { branchBefore: forwardFrom }),
  };
  const isMoved = plan.steps.some(({ kind }) => kind === "create-branch");
  const commit = isMoved ? base : (view.facts.branch.head ?? base);
  const startedAt = project.ambient.now();
  await operation.intend({
    stages: [entry.id],
    changes: changesOf(plan, { ...started, recorded: view.facts.base, head: view.facts.branch.head }),
    events: [started],
  });
  try {
    await updateRefs(project.repository, refChanges(session, plan));
    for (const step of plan.steps) {
      signal.throwIfAborted();
      await applyStep(session, { step, started, commit, surroundings });
    }
    await unlockWorktree(project.repository, { path: entry.worktree, reason: started.token });
  } catch (error) {
    // Asked before the files go again; git itself does not say why it could not write one.
    const isFull = ((await diskAt(entry.worktree))?.freeBytes ?? fullBelow) < fullBelow;
    const { trash, result } = await takeBack(session, { ...started, since: startedAt });
    // Only what we and the set-up command put there a moment ago.
    if (trash !== undefined) removeInBackground(trash);
    const problem = describeProblem(error);
    // The run ends with whoever left its worktree; for that one it is not an interruption.
    const isBreach = session.view(entry.id).record.breach !== view.record.breach;
    const isInterrupted = signal.aborted && !isBreach;
    const reason = isInterrupted ? "interrupted" : problem && (isFull ? `${problem}; its disk is full` : problem);
    if (reason === undefined) throw error;
    const interrupted = isInterrupted ? { interrupted: true as const } : {};
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
    ...needs,
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

/** The branch and the recorded base, each from the value that was read: all of them change, or none. */
function refChanges(session: Session, { entry, steps, forwardFrom }: SetupPlan): readonly RefChange[] {
  const recorded = session.view(entry.id).facts.base;
  return steps.flatMap((step): readonly RefChange[] => {
    switch (step.kind) {
      case "create-branch":
        return forwardFrom === undefined
          ? [branchCreation(step)]
          : [{ ref: `refs/heads/${step.branch}`, to: step.at, from: forwardFrom }];
      case "record-base":
        if (recorded === step.at) return [];
        return [{ ref: step.ref, to: step.at, ...(recorded === undefined ? {} : { from: recorded }) }];
      default:
        return [];
    }
  });
}

async function applyStep(
  session: Session,
  options: {
    readonly step: Step;
    readonly started: SetupStarted;
    /** What is checked out. */
    readonly commit: Oid;
    readonly surroundings: SetupSurroundings;
  },
): Promise<void> {
  const { step, started, commit, surroundings } = options;
  const { signal } = surroundings;
  const { project, plan } = session;
  const { repository } = project;
  switch (step.kind) {
    case "add-worktree": {
      // The one step that races with other git processes; it takes milliseconds.
      const { path, branch } = step;
      const add = () => addWorktree(repository, { path, branch, reason: started.token });
      return withRepositoryLock(project.directory, add, { signal });
    }
    case "checkout": {
      const { path } = step;
      const { workers, siblings } = surroundings;
      const fill = (admin: string) => siblings?.copyInto({ path, admin, commit }, { signal }) ?? Promise.resolve(false);
      await checkoutWorktree(repository, { path, workers, fill });
      siblings?.add({ path, commit });
      return undefined;
    }
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
        base: started.base,
        tracked: await surroundings.trackedIn(commit),
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
    const ref = half.ref ?? baseRef({ plan: session.plan.id, stage: half.stage });
    const undone = await undoHalfMadeWorktree(repository, { ...half, trash, refs: [ref] });
    if (undone.result === "finished") return undone;
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
