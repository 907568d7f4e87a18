// What changed in the plan since work last started on it, and the work that lies under names which it does not have now.
import type { LeftWork, PlanNews } from "../core/answers.ts";
import { changesSince } from "../core/changes-since.ts";
import { type LeftStage, leftStages } from "../core/removed-stages.ts";
import { listBranches } from "../git/refs.ts";
import { listReadableWorktrees } from "../git/readable-worktrees.ts";
import type { Session } from "./session.ts";

/** What is left of a stage, with where it was set up. */
export interface Left extends LeftWork, Pick<LeftStage, "setup"> {}

/** Work that is there, as branch or as worktree, and that the plan has no place for. */
export async function listLeft(session: Session): Promise<readonly Left[]> {
  const { repository } = session.project;
  const left = leftStages(session.own, session.state());
  if (left.length === 0) return [];
  const [branches, { worktrees }] = await Promise.all([listBranches(repository), listReadableWorktrees(repository)]);
  const taken = new Set(session.own.stages.map(({ branch }) => branch));
  return left.flatMap(({ id, isBusy, ...stage }): readonly Left[] => {
    const { setup } = stage;
    const found = worktrees.find(({ path }) => path === setup.path);
    // The branch there may be that of a stage by now.
    const isWorktree = found !== undefined && (found.branch === undefined || !taken.has(found.branch));
    const branch = branches.has(setup.branch) ? { branch: setup.branch } : {};
    const worktree = isWorktree ? { worktree: setup.path } : {};
    if (branch.branch === undefined && !isWorktree) return [];
    return [{ stage: id, ...stage, busy: isBusy, ...branch, ...worktree }];
  });
}

/** What changed since work last started, and what is left; without either there is nothing to say. */
export async function readChanges(session: Session): Promise<PlanNews> {
  const found = (await listLeft(session)).map(({ setup: _setup, ...work }): LeftWork => work);
  const left = found.length === 0 ? {} : { left: found };
  const changes = changesSince(session.own, session.state());
  if (changes === undefined) return left;
  const { at, ...lists } = changes;
  if (Object.values(lists).every((list) => list.length === 0)) return left;
  return { changes: { since: new Date(at).toISOString(), ...lists }, ...left };
}
