// Brings a gate up to the work it looks at: what was mended before the gate has to be in it when it is tried again.
import { refStage } from "../core/identity.ts";
import { type StageId, hasOwnWork } from "../core/plan.ts";
import { Fault } from "../core/fault.ts";
import type { RefreshPlan } from "../core/refresh-plan.ts";
import { baseRef } from "../git/refs.ts";
import { applyRefresh } from "./apply-refresh.ts";
import { readTarget } from "./facts.ts";
import { asOperation } from "./operation.ts";
import type { Session } from "./session.ts";
import { computeBase } from "./stage-base.ts";

/**
 * Moves the branch and the worktree of a gate or a decision onto what its needs come to now. Only where nothing of its own
 * would be lost: the branch is exactly at its recorded base, and the worktree is clean. Does nothing where it is not its turn,
 * and where its needs cannot be merged. Faults: refused (a file is in the way), and those of git.
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
  const { oid: to, parents, needs } = found;
  const refs = [`refs/heads/${branch.name}`, baseRef({ plan: plan.id, stage: refStage(view.stage) })];
  const planned: RefreshPlan = {
    entry: { id: stage, outcome: "refreshed", branch: branch.name, worktree: worktree.path, base: to },
    steps: [],
    move: {
      from: head,
      to,
      base: to,
      parents,
      ...(needs === undefined ? {} : { needs }),
      sameTree: false,
      refs: refs.map((ref) => ({ kind: "ref", stage, ref, before: head, after: to })),
    },
  };
  const check = () => Promise.resolve(undefined);
  const { outcome, reason = "" } = await asOperation(session, { kind: "follow" }, (operation) =>
    applyRefresh(session, { planned, check, operation }),
  );
  if (outcome !== "refreshed") {
    const what = `move ${worktree.path} to ${to.slice(0, 12)}`;
    throw new Fault("refused", { what, why: reason, now: `Look into ${worktree.path}, then run the command again.` });
  }
  await session.look([stage]);
}
