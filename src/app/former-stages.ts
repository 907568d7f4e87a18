// A stage whose id another one had before: while that one's branch or worktree is there, it has nothing of its own.
import type { Stage } from "../core/plan.ts";
import { shellWord } from "../core/shell.ts";
import { type PlanState, recordOf } from "../core/state.ts";
import type { StageFacts, Taken } from "../core/view.ts";
import type { RefValue } from "../git/refs.ts";
import type { Worktree } from "../git/worktrees.ts";
import { worktreePath } from "./places.ts";
import type { Project } from "./project.ts";

/** The shell command that removes what is left, as far as nothing is lost. */
export const removalOf = (branch: string | undefined, worktree: string | undefined): string =>
  [
    ...(worktree === undefined ? [] : [`git worktree remove ${shellWord(worktree)}`]),
    ...(branch === undefined ? [] : [`git branch -d ${shellWord(branch)}`]),
  ].join(" && ");

/**
 * Facts of a stage whose branch or worktree is still that of the stage which had its id before: there is nothing of its own
 * yet. Undefined for every other stage.
 */
export async function findFormer(
  project: Project,
  given: {
    readonly stage: Stage;
    readonly state: PlanState;
    /** By full name. */
    readonly refs: ReadonlyMap<string, RefValue>;
    readonly worktrees: readonly Worktree[];
  },
): Promise<StageFacts | undefined> {
  const { stage, state, refs, worktrees } = given;
  const before = (state.identities?.retired ?? []).filter(({ id }) => id === stage.id);
  if (before.length === 0 || recordOf(state, stage.id).setup !== undefined) return undefined;
  const path = await worktreePath(project, stage);
  for (const { name, record } of before) {
    const { setup } = record;
    if (setup === undefined) continue;
    const branch = setup.branch === stage.branch && refs.has(`refs/heads/${setup.branch}`) ? setup.branch : undefined;
    const isThere = worktrees.some((worktree) => worktree.path === setup.path);
    const worktree = isThere && (setup.path === path || branch !== undefined) ? setup.path : undefined;
    if (branch === undefined && worktree === undefined) continue;
    const taken: Taken = { name, branch: stage.branch, path, remove: removalOf(branch, worktree) };
    return {
      branch: { name: stage.branch, exists: false, ahead: 0, behind: 0 },
      worktree: { path, exists: false },
      taken,
    };
  }
  return undefined;
}
