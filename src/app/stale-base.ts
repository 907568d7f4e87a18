// Whether what a stage stands on is still what its needs are.
import type { Oid } from "../core/event.ts";
import type { StageId } from "../core/plan.ts";
import { findStaleNeed, type NeedNow, type StaleBase, type StaleNeed } from "../core/stale-base.ts";
import { type PlanState, recordOf } from "../core/state.ts";
import { isAncestor, resolveCommit } from "../git/refs.ts";
import type { Repository } from "../git/repository.ts";
import { describeProof, type Work } from "./work-facts.ts";

/**
 * What makes the recorded base of a stage stale; undefined for one that is not started, is merged, or stands on its needs as
 * they are. Asks git only about needs that are other commits than recorded. Faults: those of git.
 */
export async function readStaleBase(
  repository: Repository,
  options: {
    readonly work: Work;
    readonly works: ReadonlyMap<StageId, Work>;
    readonly state: PlanState;
    readonly target: { readonly name: string; readonly oid: Oid };
  },
): Promise<StaleBase | undefined> {
  const { work, works, state, target } = options;
  const { stage, branch, base, own } = work;
  const isMerged = work.proof !== undefined && own.ahead > 0;
  if (branch === undefined || base === undefined || isMerged) return undefined;
  const { setup } = recordOf(state, stage.id);
  // A base that somebody put elsewhere since was not made of what is recorded.
  const made = setup?.base === base ? (setup.needs ?? {}) : {};
  const holds = async (of: Oid, ancestor: Oid): Promise<boolean> =>
    (await resolveCommit(repository, ancestor)) !== undefined &&
    (await resolveCommit(repository, of)) !== undefined &&
    isAncestor(repository, { ancestor, of });
  const found: StaleNeed[] = [];
  for (const id of stage.needs) {
    const recorded = Object.hasOwn(made, id) ? made[id] : undefined;
    const need = needNow(id, { work: works.get(id), state, target: target.name });
    const stale = await findStaleNeed(
      { ...need, ...(recorded === undefined ? {} : { recorded }) },
      { base, target: target.oid, holds },
    );
    if (stale !== undefined) found.push(stale);
  }
  return found.length === 0 ? undefined : { base, own: own.ahead, needs: found };
}

function needNow(
  id: StageId,
  { work, state, target }: { readonly work: Work | undefined; readonly state: PlanState; readonly target: string },
): NeedNow {
  const { completed, merged } = recordOf(state, id);
  const head = work?.branch?.oid;
  const now = head ?? completed?.commit;
  const proof = work?.proof;
  const gone = head === undefined ? merged?.proof : undefined;
  const isAsSuch = proof === "squash" || proof === "patch-id";
  const words =
    proof === undefined ? gone : isAsSuch ? describeProof(proof, target) : `is in ${target} as other commits`;
  return {
    id,
    isInTarget: proof === "ancestor" || proof === "same-commit",
    ...(now === undefined ? {} : { now }),
    ...(words === undefined ? {} : { proof: words }),
  };
}
