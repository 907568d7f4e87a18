// Removes worktrees and branches that are proven safe: facts, then a decision, then the same facts read again, then the change.
import { join } from "node:path";
import type { CleanEntry } from "../core/answers.ts";
import { type CleanFacts, type CleanPlan, type Consent, planClean } from "../core/clean-plan.ts";
import type { StageId } from "../core/plan.ts";
import { shellWord } from "../core/shell.ts";
import { inspectWorktree } from "../git/inspect.ts";
import { backupRef, baseRef, deleteBranch, deleteRef, resolveRef, updateRef } from "../git/refs.ts";
import { removeWorktree } from "../git/removal.ts";
import { snapshotCommit } from "../git/tree.ts";
import { listWorktrees, verifyWorktree } from "../git/worktrees.ts";
import { removeInBackground } from "../host/files.ts";
import { withRepositoryLock } from "../host/lock.ts";
import { processesWithCwdInside } from "../host/processes.ts";
import { readTarget } from "./facts.ts";
import { isInside } from "./places.ts";
import type { Session } from "./session.ts";
import { preciousOf } from "./precious.ts";
import { describeProblem } from "./apply-setup.ts";

export interface CleanRequest extends Consent {
  readonly stages: readonly StageId[];
  readonly dryRun: boolean;
}

export interface CleanResult {
  readonly entries: readonly CleanEntry[];
  readonly plans: readonly CleanPlan[];
  /** Something was kept because work would be lost. */
  readonly refused: boolean;
}

/** One entry for each stage that has a worktree or a branch. The caller holds the plan's lock, unless it is a dry run. */
export async function cleanStages(session: Session, request: CleanRequest): Promise<CleanResult> {
  await session.look();
  const entries: CleanEntry[] = [];
  const plans: CleanPlan[] = [];
  for (const stage of request.stages) {
    const planned = await planRemoval(session, { ...request, stage });
    if (planned === undefined) continue;
    plans.push(planned);
    if (request.dryRun || planned.steps.length === 0) entries.push(planned.entry);
    else entries.push(await remove(session, { ...request, stage }));
  }
  return { entries, plans, refused: plans.some((plan) => plan.loss) };
}

/** What would be done for one stage, from facts read now; undefined where there is nothing. */
export async function planRemoval(
  session: Session,
  options: Consent & { readonly stage: StageId },
): Promise<CleanPlan | undefined> {
  const facts = await readCleanFacts(session, options.stage);
  if (facts === undefined) return undefined;
  const { plan, project } = session;
  return planClean(facts, { ...options, backup: backupRef({ plan: plan.id, stage: options.stage, at: project.ambient.now() }) });
}

async function readCleanFacts(session: Session, stage: StageId): Promise<CleanFacts | undefined> {
  const { project, plan } = session;
  const { repository } = project;
  const { facts } = session.view(stage);
  const { path } = facts.worktree;
  const { name: branch, exists: branchExists } = facts.branch;
  const [found, target] = await Promise.all([
    verifyWorktree(repository, { path, branch }),
    readTarget(project, { plan, ...(session.base === undefined ? {} : { base: session.base }) }),
  ]);
  if (found.kind === "absent" && !branchExists) return undefined;
  const idle = branchExists && facts.base !== undefined && facts.branch.ahead === 0;
  const mergedBy = facts.mergedBy ?? (idle ? "has no commit beyond its base" : undefined);
  const common = {
    stage,
    path,
    branch,
    branchExists,
    target: target.name,
    ...(mergedBy === undefined ? {} : { mergedBy }),
  };
  const nothing = {
    modified: [],
    untracked: [],
    precious: [],
    hidden: [],
    detachedCommits: false,
    submodules: [],
    nested: [],
    current: false,
    processes: [],
  };
  const worktrees = await listWorktrees(repository);
  const elsewhere = worktrees.find((worktree) => worktree.branch === branch && worktree.path !== path);
  const inUse = branch === target.name ? "it is the branch the others are merged into" : elsewhere && `it is checked out at ${elsewhere.path}`;
  const use = inUse === undefined ? {} : { branchInUse: inUse };
  if (found.kind !== "ours") {
    const head = facts.branch.head === undefined ? {} : { head: facts.branch.head };
    const worktree = found.kind === "absent" ? ("absent" as const) : { foreign: `${path} ${found.problem}` };
    return { ...common, ...nothing, ...head, ...use, worktree };
  }
  const inspection = await inspectWorktree(repository, { path });
  return {
    ...common,
    worktree: "ours",
    modified: inspection.modified,
    untracked: inspection.untracked,
    precious: preciousOf(inspection.ignored, project.config),
    hidden: inspection.hidden,
    detachedCommits: inspection.unreachable,
    submodules: inspection.submodules,
    nested: inspection.nested,
    current: isInside(path, repository.here) || isInside(path, project.ambient.cwd),
    processes: processesWithCwdInside(path).filter((pid) => pid !== project.ambient.pid),
    ...use,
    ...(inspection.head === undefined ? {} : { head: inspection.head }),
    ...(inspection.operation === undefined ? {} : { operation: inspection.operation }),
    ...(inspection.locked === undefined ? {} : { locked: inspection.locked }),
  };
}

async function remove(session: Session, options: CleanRequest & { readonly stage: StageId }): Promise<CleanEntry> {
  const { project } = session;
  const { repository, directory } = project;
  return withRepositoryLock(directory, async () => {
    await session.look([options.stage]);
    const planned = await planRemoval(session, options);
    if (planned === undefined) throw new Error(`nothing to remove for ${options.stage}`);
    const { entry } = planned;
    if (planned.steps.length === 0) return entry;
    const trash = join(directory, "trash", project.ambient.token());
    let restore: string | undefined;
    let branchDeleted = false;
    let moved: string | undefined;
    try {
      for (const step of planned.steps) {
        switch (step.kind) {
          case "backup": {
            const kept = step.snapshot
              ? await snapshotCommit(repository, { path: entry.path, message: `Saved before ${entry.stage} was removed`, ignored: planned.saveIgnored })
              : step.head;
            await updateRef(repository, { ref: step.ref, to: kept });
            const branchGoes = planned.steps.some((other) => other.kind === "delete-branch");
            restore = restoreCommand(session, { entry, head: step.head, branchGoes, ...(step.snapshot ? { snapshot: step.ref } : {}) });
            const { stage, path, branch } = entry;
            session.emit({ type: "removal-started", stage, path, branch, head: step.head, trash });
            break;
          }
          case "remove-worktree":
            moved = (await removeWorktree(repository, { path: step.path, trash })).trash;
            break;
          case "delete-branch":
            await deleteBranch(repository, { branch: step.branch, from: step.head });
            await dropBaseRef(session, options.stage);
            branchDeleted = true;
            break;
          default:
            break;
        }
      }
    } catch (error) {
      const reason = describeProblem(error);
      if (reason === undefined) throw error;
      return { ...entry, outcome: "kept", reason };
    }
    const { stage, path, branch } = entry;
    const { facts } = session.view(stage);
    if (facts.mergedBy !== undefined && facts.branch.head !== undefined) {
      session.emit({ type: "stage-merged", stage, commit: facts.branch.head, proof: facts.mergedBy });
    }
    session.emit({ type: "removal-finished", stage, path, branch, branchDeleted, restore: restore ?? "" });
    if (moved !== undefined) removeInBackground(moved);
    return { ...entry, branchDeleted, ...(restore === undefined ? {} : { restore }) };
  });
}

async function dropBaseRef(session: Session, stage: StageId): Promise<void> {
  const { repository } = session.project;
  const ref = baseRef({ plan: session.plan.id, stage });
  const at = await resolveRef(repository, ref);
  if (at !== undefined) await deleteRef(repository, { ref, from: at });
}

function restoreCommand(
  session: Session,
  options: { readonly entry: CleanEntry; readonly head: string; readonly branchGoes: boolean; readonly snapshot?: string },
): string {
  const { entry, head, branchGoes, snapshot } = options;
  const main = shellWord(session.project.repository.mainWorktree);
  const path = shellWord(entry.path);
  const at = branchGoes ? `-b ${shellWord(entry.branch)} ${path} ${head}` : `${path} ${shellWord(entry.branch)}`;
  const add = `git -C ${main} worktree add ${at}`;
  return snapshot === undefined ? add : `${add} && git -C ${path} restore --source=${shellWord(snapshot)} --worktree -- .`;
}
