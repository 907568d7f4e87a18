// Removes worktrees and branches that are proven safe: facts, then a decision, then the same facts read again, then the change.
import { join } from "node:path";
import type { CleanEntry } from "../core/answers.ts";
import { type CleanPlan, type Consent, planClean } from "../core/clean-plan.ts";
import type { Change } from "../core/change.ts";
import { refStage } from "../core/identity.ts";
import type { StageId } from "../core/plan.ts";
import { shellWord } from "../core/shell.ts";
import { backupRef, baseRef, deleteBranch, undoRef, updateRef } from "../git/refs.ts";
import { removeWorktree } from "../git/removal.ts";
import { snapshotCommit } from "../git/tree.ts";
import { pathKind, removeInBackground } from "../host/files.ts";
import { withRepositoryLock } from "../host/lock.ts";
import { readCleanFacts } from "./clean-facts.ts";
import { asOperation, dropOldRefs, type Operation } from "./operation.ts";
import { describeProblem } from "./problem.ts";
import { dropBaseRef } from "./recover.ts";
import type { Session } from "./session.ts";
import { saveWorktree } from "./worktree-content.ts";
import { writeStatuses } from "./write-back.ts";

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
export const cleanStages = (session: Session, request: CleanRequest): Promise<CleanResult> =>
  asOperation(session, { kind: "clean" }, (operation) => cleanAll(session, { ...request, operation }));

async function cleanAll(
  session: Session,
  request: CleanRequest & { readonly operation: Operation },
): Promise<CleanResult> {
  const { dryRun, operation } = request;
  await session.look();
  const plans: CleanPlan[] = [];
  for (const stage of request.stages) {
    const planned = await planRemoval(session, { ...request, stage });
    if (planned === undefined) continue;
    plans.push(dryRun || planned.steps.length === 0 ? planned : await remove(session, { ...request, stage, planned }));
  }
  const entries = plans.map((plan) => plan.entry);
  const removed = dryRun ? [] : entries.filter(({ outcome }) => outcome === "removed").map(({ stage }) => stage);
  if (removed.length > 0) {
    await session.look(removed);
    await writeStatuses(session, { stages: removed, within: operation });
    await dropOldRefs(session);
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
  return planClean(facts, {
    ...options,
    backup: backupRef({ plan: plan.id, stage: options.stage, at: project.ambient.now() }),
  });
}

/** Removes one stage's worktree and branch if the facts still allow it; the plan that was carried out, with its entry. */
function remove(
  session: Session,
  options: Consent & { readonly stage: StageId; readonly planned: CleanPlan; readonly operation: Operation },
): Promise<CleanPlan> {
  return withRepositoryLock(session.project.directory, async () => {
    const { stage, planned: before, operation } = options;
    await session.look([stage]);
    const planned = await planRemoval(session, options);
    if (planned === undefined) return { ...before, entry: { ...before.entry, reason: "it is gone already" } };
    if (planned.steps.length === 0) return planned;
    try {
      return { ...planned, entry: await applyRemoval(session, { planned, operation }) };
    } catch (error) {
      const reason = describeProblem(error);
      if ((await pathKind(planned.entry.path)) !== "absent") operation.withdraw({ stage });
      if (reason === undefined) throw error;
      return { ...planned, entry: { ...planned.entry, outcome: "kept", reason } };
    }
  });
}

async function applyRemoval(
  session: Session,
  { planned, operation }: { readonly planned: CleanPlan; readonly operation: Operation },
): Promise<CleanEntry> {
  const { repository, directory, ambient } = session.project;
  const { entry, steps } = planned;
  const { stage, path, branch } = entry;
  const { facts } = session.view(stage);
  const trash = join(directory, "trash", ambient.token());
  const unmerged = facts.mergedBy === undefined && facts.branch.ahead > 0 ? { unmerged: true as const } : {};
  const branchDeleted = steps.some((step) => step.kind === "delete-branch");
  let restore = "";
  let moved: string | undefined;
  for (const step of steps) {
    switch (step.kind) {
      case "backup": {
        const { head, ref } = step;
        const message = `Saved before ${stage} was removed`;
        const saved = step.snapshot
          ? await snapshotCommit(repository, { path, message, ignored: planned.saveIgnored })
          : head;
        await updateRef(repository, { ref, to: saved });
        restore = restoreCommand(session, { entry, head, branchDeleted, ...(step.snapshot ? { snapshot: ref } : {}) });
        const started = { type: "removal-started", stage, path, branch, head, trash, restore, ...unmerged } as const;
        const changes = await saveForUndo(session, { planned, head, operation });
        await operation.intend({ stages: [stage], changes, events: [started] });
        break;
      }
      case "remove-worktree":
        moved = (await removeWorktree(repository, { path, trash })).trash;
        break;
      case "delete-branch":
        await deleteBranch(repository, { branch, from: step.head });
        await dropBaseRef(session, stage);
        break;
      default:
        break;
    }
  }
  if (facts.mergedBy !== undefined && facts.branch.head !== undefined) {
    session.emit({ type: "stage-merged", stage, commit: facts.branch.head, proof: facts.mergedBy });
  }
  session.emit({ type: "removal-finished", stage, path, branch, branchDeleted, restore, ...unmerged });
  if (moved !== undefined) removeInBackground(moved);
  return { ...entry, branchDeleted, restore };
}

/** Saves the worktree as it is, index and all; what there is to take back. */
async function saveForUndo(
  session: Session,
  given: { readonly planned: CleanPlan; readonly head: string; readonly operation: Operation },
): Promise<readonly Change[]> {
  const { planned, head, operation } = given;
  const { stage, path, branch } = planned.entry;
  const { id: plan } = session.plan;
  const view = session.view(stage);
  const changes: Change[] = [];
  if (planned.steps.some(({ kind }) => kind === "remove-worktree")) {
    const image = undoRef({ plan, operation: operation.id, name: stage });
    await updateRef(session.project.repository, { ref: image, to: await saveWorktree(session.project, path) });
    changes.push({ kind: "worktree", stage, path, branch, was: "removed", head, image });
  }
  if (planned.steps.some(({ kind }) => kind === "delete-branch")) {
    changes.push({ kind: "ref", stage, ref: `refs/heads/${branch}`, before: head });
    const { base } = view.facts;
    const ref = baseRef({ plan, stage: refStage(view.stage) });
    if (base !== undefined) changes.push({ kind: "ref", stage, ref, before: base });
  }
  return changes;
}

function restoreCommand(
  session: Session,
  options: {
    readonly entry: CleanEntry;
    readonly head: string;
    readonly branchDeleted: boolean;
    readonly snapshot?: string;
  },
): string {
  const { entry, head, branchDeleted, snapshot } = options;
  const main = shellWord(session.project.repository.mainWorktree);
  const path = shellWord(entry.path);
  const at = branchDeleted ? `-b ${shellWord(entry.branch)} ${path} ${head}` : `${path} ${shellWord(entry.branch)}`;
  const add = `git -C ${main} worktree add ${at}`;
  return snapshot === undefined
    ? add
    : `${add} && git -C ${path} restore --source=${shellWord(snapshot)} --worktree -- .`;
}
