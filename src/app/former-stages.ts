// Work that an edit of the plan left in the way of a stage: that of the stage which had its id, or its own under old names.
import { dirname } from "node:path";
import type { Plan, Stage } from "../core/plan.ts";
import { shellWord } from "../core/shell.ts";
import { type PlanState, recordOf } from "../core/state.ts";
import type { Obstacle, StageFacts } from "../core/view.ts";
import type { RefValue } from "../git/refs.ts";
import type { Worktree } from "../git/worktrees.ts";
import { pathKind } from "../host/files.ts";

/** The shell command that removes what is left, as far as nothing is lost. */
export const removalOf = (branch: string | undefined, worktree: string | undefined): string =>
  [
    ...(worktree === undefined ? [] : [`git worktree remove ${shellWord(worktree)}`]),
    ...(branch === undefined ? [] : [`git branch -d ${shellWord(branch)}`]),
  ].join(" && ");

interface Around {
  readonly stage: Stage;
  /** Where its worktree is to lie, absolute. */
  readonly path: string;
  readonly plan: Plan;
  readonly state: PlanState;
  /** By full name. */
  readonly refs: ReadonlyMap<string, RefValue>;
  readonly worktrees: readonly Worktree[];
}

/**
 * Facts of a stage whose branch or worktree is still that of the stage which had its id before: there is nothing of its own
 * yet. Undefined for every other stage.
 */
export function findFormer({ stage, path, state, refs, worktrees }: Around): StageFacts | undefined {
  const before = (state.identities?.retired ?? []).filter(({ id }) => id === stage.id);
  if (before.length === 0 || recordOf(state, stage.id).setup !== undefined) return undefined;
  for (const { name, record } of before) {
    const { setup } = record;
    if (setup === undefined) continue;
    const branch = setup.branch === stage.branch && refs.has(`refs/heads/${setup.branch}`) ? setup.branch : undefined;
    const isThere = worktrees.some((worktree) => worktree.path === setup.path);
    const worktree = isThere && (setup.path === path || branch !== undefined) ? setup.path : undefined;
    if (branch === undefined && worktree === undefined) continue;
    const command = removalOf(branch, worktree);
    const reason =
      `its branch ${stage.branch} or its worktree ${path} holds the work of "${name}", which had its id before; ` +
      `name others in the plan, or remove those: ${command}`;
    return {
      branch: { name: stage.branch, exists: false, ahead: 0, behind: 0 },
      worktree: { path, exists: false },
      obstacle: { reason, command },
    };
  }
  return undefined;
}

/** Its own work under the names that the plan had for it when it was set up; undefined where it lies where the plan says. */
export async function findMoved({ stage, path, plan, state, refs, worktrees }: Around): Promise<Obstacle | undefined> {
  const { setup } = recordOf(state, stage.id);
  if (setup === undefined) return undefined;
  const isMoved =
    setup.path !== path && worktrees.some((one) => one.path === setup.path && one.branch === setup.branch);
  const isRenamed = setup.branch !== stage.branch;
  const isElsewhere = isRenamed
    ? refs.has(`refs/heads/${setup.branch}`) && !refs.has(`refs/heads/${stage.branch}`)
    : isMoved;
  // A branch that the plan names for another stage is that one's matter.
  if (!isElsewhere || (isRenamed && plan.stages.some(({ branch }) => branch === setup.branch))) return undefined;
  const command = [
    ...(isRenamed ? [`git branch -m ${shellWord(setup.branch)} ${shellWord(stage.branch)}`] : []),
    ...(isMoved && (await pathKind(dirname(path))) === "absent" ? [`mkdir -p ${shellWord(dirname(path))}`] : []),
    ...(isMoved ? [`git worktree move ${shellWord(setup.path)} ${shellWord(path)}`] : []),
  ].join(" && ");
  const where = isMoved ? `on ${setup.branch} in ${setup.path}` : `on ${setup.branch}`;
  const now = [...(isRenamed ? [stage.branch] : []), ...(isMoved ? [path] : [])].join(" in ");
  const reason = `its work lies ${where}, and the plan says ${now} now; name the old ones in the plan again, or move it: ${command}`;
  return { reason, command };
}
