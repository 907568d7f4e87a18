// Applies the set-up steps of one stage. Either all of them happen, or what was half-made is taken back.
import { join } from "node:path";
import type { SetupEntry } from "../core/answers.ts";
import { Fault } from "../core/fault.ts";
import type { Oid } from "../core/event.ts";
import type { SetupPlan } from "../core/setup-plan.ts";
import type { Step } from "../core/steps.ts";
import { createBranch, resolveRef, updateRef } from "../git/refs.ts";
import { addWorktree, checkoutWorktree, unlockWorktree } from "../git/worktrees.ts";
import { undoHalfMadeWorktree } from "../git/recovery.ts";
import { copyIgnored, expandPatterns } from "../host/copy.ts";
import { withRepositoryLock } from "../host/lock.ts";
import type { Project } from "./project.ts";
import type { Session } from "./session.ts";
import { runSetupCommand } from "./setup-command.ts";
import { writeStageFiles } from "./stage-files.ts";

/** The entry of the stage: created, or failed with the reason. Rejects only for bugs and for an interruption. */
export async function applySetup(
  session: Session,
  options: { readonly plan: SetupPlan; readonly signal: AbortSignal },
): Promise<SetupEntry> {
  const { plan, signal } = options;
  const { entry, base, parents } = plan;
  const { project } = session;
  if (base === undefined) throw new Error(`set-up of ${entry.id} has no base`);
  signal.throwIfAborted();
  const view = session.view(entry.id);
  const started = {
    type: "setup-started" as const,
    stage: entry.id,
    branch: entry.branch,
    path: entry.worktree,
    base,
    branchExisted: view.facts.branch.exists,
    token: `stagetree:${project.ambient.token()}:creating`,
  };
  const startedAt = project.ambient.now();
  session.emit(started);
  try {
    await withRepositoryLock(project.directory, () => createUnderLock(session, { plan, base, token: started.token }), { signal });
    for (const step of plan.steps) {
      signal.throwIfAborted();
      await applyOutsideLock(session, { step, base, signal });
    }
    await unlockWorktree(project.repository, { path: entry.worktree, reason: started.token });
  } catch (error) {
    await takeBack(project, { ...started, since: startedAt });
    await moveBack(session, plan);
    const reason = signal.aborted ? "interrupted" : describeProblem(error);
    if (reason === undefined) throw error;
    session.emit({ type: "setup-failed", stage: entry.id, reason });
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
          await updateRef(repository, { ref: step.ref, to: step.at, ...(recorded === undefined ? {} : { from: recorded }) });
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

/** Brings the repository back to before a set-up that did not end. What lay in the folder stays in the trash. */
export async function takeBack(
  project: Project,
  half: Omit<Parameters<typeof undoHalfMadeWorktree>[1], "trash">,
): Promise<void> {
  const trash = join(project.directory, "trash", project.ambient.token());
  await withRepositoryLock(project.directory, () => undoHalfMadeWorktree(project.repository, { ...half, trash }));
}

/** An existing branch that was moved up to the base goes back to where the user had it. */
async function moveBack(session: Session, { entry, base, forwardFrom }: SetupPlan): Promise<void> {
  if (forwardFrom === undefined || base === undefined) return;
  const ref = `refs/heads/${entry.branch}`;
  const { repository } = session.project;
  if ((await resolveRef(repository, ref)) === base) await updateRef(repository, { ref, to: forwardFrom, from: base });
}

/** One sentence for a problem that belongs to the stage; undefined for a bug. */
export function describeProblem(error: unknown): string | undefined {
  if (!(error instanceof Fault)) return undefined;
  if (error.code === "git-failed") {
    const facts = (error as Fault<"git-failed">).facts;
    return `git ${facts.args[0] ?? ""} failed: ${facts.stderr.trim().split("\n").at(-1) ?? `exit code ${facts.code}`}`;
  }
  if (error.code === "file-system") {
    const facts = (error as Fault<"file-system">).facts;
    return `cannot ${facts.action} ${facts.path} (${facts.code})`;
  }
  if (error.code === "refused") return (error as Fault<"refused">).facts.why;
  return error.code === "lock-timeout" ? "another git operation held the repository lock too long" : undefined;
}
