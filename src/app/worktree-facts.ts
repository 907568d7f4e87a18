// Whether a stage has its worktree, and what is the matter where something else is there.
import type { Stage } from "../core/plan.ts";
import { shellWord } from "../core/shell.ts";
import type { StageFacts } from "../core/view.ts";
import { statOf } from "../git/disk.ts";
import { countDirty, recallDirty } from "../git/inspect.ts";
import { gitDirOf, type Ownership, readOwnership } from "../git/registration.ts";
import type { Pass } from "../git/remembered.ts";
import type { Worktree } from "../git/worktrees.ts";
import { pathKind } from "../host/files.ts";
import { describeProblem } from "./problem.ts";
import type { Project } from "./project.ts";

/** What lies at `path`, the place of the worktree of a stage, where git `found` one or none. Faults: those of git. */
export async function readWorktree(
  project: Project,
  options: {
    readonly stage: Stage;
    readonly path: string;
    readonly found: Worktree | undefined;
    readonly worktrees: readonly Worktree[];
    /** Of the look that this is a part of. */
    readonly pass: Pass;
  },
): Promise<Omit<StageFacts["worktree"], "path">> {
  const { stage, path, found, worktrees, pass } = options;
  if (found === undefined) {
    const elsewhere = worktrees.find((worktree) => worktree.branch === stage.branch);
    const other = elsewhere === undefined ? undefined : `its branch is checked out at ${elsewhere.path}`;
    // Where git has it, but nothing is there, what lies here tells more.
    const isHere = elsewhere === undefined || elsewhere.prunable !== undefined;
    const problem = (isHere ? await occupied(project, path) : undefined) ?? other;
    return { exists: false, ...(problem === undefined ? {} : { problem }) };
  }
  if (found.prunable !== undefined) {
    const gone = `its folder is gone; to make it anew: git worktree remove ${shellWord(path)}`;
    return { exists: false, problem: (await occupied(project, path)) ?? gone };
  }
  if (found.broken !== undefined) return { exists: true, problem: `git fails in it: ${found.broken}; ${mended}` };
  if (found.branch === undefined && !found.detached) {
    return { exists: true, problem: `git fails in it: its HEAD names no branch and no commit; ${mended}` };
  }
  if (found.branch !== stage.branch) {
    const on = found.branch ?? "a detached HEAD";
    return { exists: true, problem: `it is on ${on}, not on ${stage.branch}` };
  }
  // git lists what it registered; whether that lies there still is another question.
  const known = recallDirty(project.repository, { path, pass });
  if (known !== undefined) return { exists: true, dirty: known };
  const ownership = await ownershipAt(project, path);
  const occupant = ownership?.kind === "ours" ? undefined : await occupied(project, path);
  if (occupant !== undefined) return { exists: false, problem: occupant };
  try {
    return { exists: true, dirty: await countDirty(project.repository, { path, ownership }) };
  } catch (error) {
    const problem = describeProblem(error);
    if (problem === undefined) throw error;
    return { exists: true, problem: damagedIndex.test(problem) ? `${problem}; ${mended}` : problem };
  }
}

const mended = "see stagetree doctor";
/** As git says it (read-cache.c). */
const damagedIndex = /index file (?:smaller|corrupt|open failed)|bad (?:signature|index)|index uses/iu;

/** What lies at the path instead of a worktree of ours, so that `status` says what `setup` would refuse. */
async function occupied(project: Project, path: string): Promise<string | undefined> {
  const kind = await pathKind(path);
  if (kind === "absent" || kind === "empty-directory") return undefined;
  if (kind !== "directory") return `${path} is a ${kind === "symlink" ? "symbolic link" : "file"}`;
  const ownership = await ownershipAt(project, path);
  if (ownership === undefined || ownership.kind === "ours") return undefined;
  return `${path} ${ownership.problem}${(await gitDirOf(path)) === undefined ? "" : `; ${mended}`}`;
}

/** Undefined where no folder is at `path`; one that a link leads to is none. */
async function ownershipAt(project: Project, path: string): Promise<Ownership | undefined> {
  const found = await statOf(path);
  return found?.isDirectory() === true ? readOwnership(project.repository, { path }) : undefined;
}
