// Brings a gate up to the work it looks at: what was mended before the gate has to be in it when it is tried again.
import { refStage } from "../core/identity.ts";
import { type StageId, hasOwnWork } from "../core/plan.ts";
import { baseRef } from "../git/refs.ts";
import { moveWorktree } from "../git/move.ts";
import { withRepositoryLock } from "../host/lock.ts";
import { readTarget } from "./facts.ts";
import { asOperation } from "./operation.ts";
import type { Session } from "./session.ts";
import { computeBase } from "./stage-base.ts";

/**
 * Moves the branch and the worktree of a gate or a decision onto what its needs come to now. Only where nothing of its own
 * would be lost: the branch is exactly at its recorded base, and the worktree is clean. Does nothing where it is not its turn,
 * and where its needs cannot be merged. Faults: those of git.
 */
export async function followNeeds(session: Session, stage: StageId): Promise<void> {
  if (hasOwnWork(session.view(stage).stage)) return;
  await session.look([stage, ...session.view(stage).stage.needs]);
  const view = session.view(stage);
  const { branch, worktree, base } = view.facts;
  const { head } = branch;
  const isUntouched = head !== undefined && head === base && worktree.dirty === 0;
  const isHere = worktree.exists && worktree.problem === undefined;
  const isDone = view.state === "complete" || view.state === "merged";
  if (!isUntouched || !isHere || isDone || view.waitingFor.length > 0) return;
  const { project, plan } = session;
  const named = session.base === undefined ? {} : { base: session.base };
  const found = await computeBase(session, { view, target: await readTarget(project, { plan, ...named }) });
  if (found.kind === "conflict" || found.oid === head) return;
  const alsoMove = baseRef({ plan: plan.id, stage: refStage(view.stage) });
  await asOperation(session, { kind: "follow" }, async (operation) => {
    const changes = [`refs/heads/${branch.name}`, alsoMove].map(
      (ref) => ({ kind: "ref", stage, ref, before: head, after: found.oid }) as const,
    );
    await operation.intend({ stages: [stage], changes });
    await withRepositoryLock(project.directory, () =>
      moveWorktree(project.repository, {
        path: worktree.path,
        branch: branch.name,
        from: head,
        to: found.oid,
        alsoMove,
      }),
    );
  });
  session.emit({ type: "note", stage, text: `moved on to ${found.oid.slice(0, 12)}, where its needs are now` });
  await session.look([stage]);
}
