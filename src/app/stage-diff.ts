// What a stage changed against its base, as a patch to read.
import type { StageId } from "../core/plan.ts";
import { type Patch, readPatch, readWorktreePatch } from "../git/diff.ts";
import { workStart } from "../git/touched.ts";
import { readTarget } from "./facts.ts";
import type { Session } from "./session.ts";

/** Bytes of a patch; what is longer nobody reads in a terminal. */
export const mostPatch = 2 * 1024 * 1024;

/**
 * The patch of the stage's worktree, with what is not committed, or of its branch where it has no worktree; empty where it has
 * neither. What the branch took in of the target since it was made is not its work. Rests on the view as it was last read.
 * Faults: base-missing, unborn-head, git-failed, file-system.
 */
export async function readStageDiff(session: Session, { stage }: { readonly stage: StageId }): Promise<Patch> {
  const { project, plan } = session;
  const { repository } = project;
  const { facts } = session.view(stage);
  const { head } = facts.branch;
  if (head === undefined) return { patch: "", isCut: false };
  const target = await readTarget(project, { plan, ...(session.base === undefined ? {} : { base: session.base }) });
  const base = await workStart(repository, {
    head,
    target: target.oid,
    ...(facts.base === undefined ? {} : { base: facts.base }),
  });
  const { path, exists, problem } = facts.worktree;
  const most = mostPatch;
  return exists && problem === undefined
    ? readWorktreePatch(repository, { path, base, most })
    : readPatch(repository, { base, to: head, most });
}
