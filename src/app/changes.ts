// What changed in the plan since work last started on it, with where the work of stages lies that it no longer has.
import type { PlanChanges } from "../core/answers.ts";
import { changesSince } from "../core/changes-since.ts";
import type { StageId } from "../core/plan.ts";
import { leftStages } from "../core/removed-stages.ts";
import type { SetupRecord } from "../core/stage-record.ts";
import { listBranches } from "../git/refs.ts";
import { listWorktrees } from "../git/worktrees.ts";
import { removalOf } from "./former-stages.ts";
import type { Session } from "./session.ts";

/** Work that lies somewhere and belongs to no stage of the plan. */
export interface FormerStage {
  readonly id: StageId;
  readonly name: string;
  readonly isReplaced: boolean;
  /** Where it was set up. */
  readonly setup: SetupRecord;
  /** Present while it exists. */
  readonly branch?: string;
  /** Absolute; present while a worktree is registered there. */
  readonly worktree?: string;
  /** The shell command that removes what is left, as far as nothing is lost. */
  readonly remove: string;
}

/** What is left of all stages that the plan no longer has. */
export async function listFormer(session: Session): Promise<readonly FormerStage[]> {
  const { repository } = session.project;
  const left = leftStages({ stages: session.file.plan?.stages ?? [] }, session.state());
  if (left.length === 0) return [];
  const [branches, worktrees] = await Promise.all([listBranches(repository), listWorktrees(repository)]);
  return left.flatMap((stage): readonly FormerStage[] => {
    const { id, name, isReplaced, setup } = stage;
    const branch = branches.has(setup.branch) ? { branch: setup.branch } : {};
    const worktree = worktrees.some(({ path }) => path === setup.path) ? { worktree: setup.path } : {};
    if (branch.branch === undefined && worktree.worktree === undefined) return [];
    return [
      { id, name, isReplaced, setup, ...branch, ...worktree, remove: removalOf(branch.branch, worktree.worktree) },
    ];
  });
}

/** Undefined where nothing changed, and no work lies about that the plan does not know. */
export async function readChanges(session: Session): Promise<PlanChanges | undefined> {
  const changes = changesSince(session.plan, session.state());
  if (changes === undefined) return undefined;
  const { at, added, renamed, rewired } = changes;
  const former = (await listFormer(session)).map(({ id, name, branch, worktree }) => ({
    id,
    name,
    ...(branch === undefined ? {} : { branch }),
    ...(worktree === undefined ? {} : { worktree }),
  }));
  const removed = [...changes.removed.filter(({ id }) => former.every((one) => one.id !== id)), ...former];
  if ([added, removed, renamed, rewired].every((list) => list.length === 0)) return undefined;
  return { since: new Date(at).toISOString(), added, removed, renamed, rewired };
}
