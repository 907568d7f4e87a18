// Whether a stage has its worktree, and what is the matter where something else is there.
import type { Stage } from "../core/plan.ts";
import { shellWord } from "../core/shell.ts";
import type { StageFacts } from "../core/view.ts";
import { isDirty } from "../git/inspect.ts";
import { readOwnership } from "../git/registration.ts";
import type { Worktree } from "../git/worktrees.ts";
import { pathKind } from "../host/files.ts";
import { worktreePath } from "./places.ts";
import { describeProblem } from "./problem.ts";
import type { Project } from "./project.ts";

/** What lies at the place of the worktree of a stage. Faults: those of git. */
export async function readWorktree(
  project: Project,
  options: { readonly stage: Stage; readonly worktrees: readonly Worktree[] },
): Promise<StageFacts["worktree"]> {
  const { stage, worktrees } = options;
  const path = await worktreePath(project, stage);
  const found = worktrees.find((worktree) => worktree.path === path);
  if (found === undefined) {
    const elsewhere = worktrees.find((worktree) => worktree.branch === stage.branch);
    const problem =
      elsewhere === undefined ? await occupied(project, path) : `its branch is checked out at ${elsewhere.path}`;
    return { path, exists: false, ...(problem === undefined ? {} : { problem }) };
  }
  if (found.prunable !== undefined) {
    const gone = `its folder is gone; to make it anew: git worktree remove ${shellWord(path)}`;
    return { path, exists: false, problem: (await occupied(project, path)) ?? gone };
  }
  if (found.branch !== stage.branch) {
    const on = found.branch ?? "a detached HEAD";
    return { path, exists: true, problem: `it is on ${on}, not on ${stage.branch}` };
  }
  // git lists what it registered; whether that lies there still is another question.
  const occupant = await occupied(project, path);
  if (occupant !== undefined) return { path, exists: false, problem: occupant };
  try {
    return { path, exists: true, dirty: await isDirty(project.repository, { path }) };
  } catch (error) {
    const problem = describeProblem(error);
    if (problem === undefined) throw error;
    return { path, exists: true, problem };
  }
}

/** What lies at the path instead of a worktree of ours, so that `status` says what `setup` would refuse. */
async function occupied(project: Project, path: string): Promise<string | undefined> {
  const kind = await pathKind(path);
  if (kind === "absent" || kind === "empty-directory") return undefined;
  if (kind !== "directory") return `${path} is a ${kind === "symlink" ? "symbolic link" : "file"}`;
  const ownership = await readOwnership(project.repository, { path });
  return ownership.kind === "not-ours" ? `${path} ${ownership.problem}` : undefined;
}
