// The commit a stage starts from: it holds the work of every need, wherever that lies now.
import type { Oid } from "../core/event.ts";
import { Fault } from "../core/fault.ts";
import type { StageId } from "../core/plan.ts";
import type { BaseResult } from "../core/setup-plan.ts";
import type { StageView } from "../core/view.ts";
import { mergeBaseCommits, type Tip } from "../git/base.ts";
import { isAncestor, resolveCommit } from "../git/refs.ts";
import type { Repository } from "../git/repository.ts";
import type { Target } from "./facts.ts";
import type { Session } from "./session.ts";

/**
 * The target where it holds every need; else the tips of the needs that it does not hold, and the target as well where it
 * alone holds one of the others. Where these cannot be merged, a branch of the stage that holds them all already, merged by
 * a person, is its own base. Faults: refused (the work of a need is gone), git-failed.
 */
export async function computeBase(
  session: Session,
  options: { readonly view: StageView; readonly target: Target },
): Promise<BaseResult> {
  const { repository } = session.project;
  const { view, target } = options;
  const open: Tip[] = [];
  const held: (Oid | undefined)[] = [];
  const known = new Map<StageId, Oid>();
  for (const need of view.stage.needs) {
    const { oid, inTarget, hasBranch } = workOf(session.view(need));
    if (oid !== undefined && !inTarget && !hasBranch) await requirePresent(repository, { need, oid });
    const isThere = oid !== undefined && (hasBranch || (await resolveCommit(repository, oid)) !== undefined);
    const isHeld = isThere && (await isAncestor(repository, { ancestor: oid, of: target.oid }));
    if (oid === undefined || inTarget || isHeld) held.push(oid);
    else open.push({ stage: need, oid });
    // What the target has as other commits is not what the base is made of.
    if (oid !== undefined && (isHeld || !inTarget)) known.set(need, oid);
  }
  const needs = Object.fromEntries(known);
  const withTarget = open.length > 0 && !(await allIn(repository, { commits: held, tips: open }));
  const tips = withTarget ? [...open, { stage: target.name, oid: target.oid }] : open;
  const base = await mergeBaseCommits(repository, { onto: target.oid, tips, keepOnto: withTarget });
  const { head } = view.facts.branch;
  if (base.kind === "commit") return { ...base, needs };
  if (head === undefined) return base;
  const commits = tips.map(({ oid }) => oid);
  const isMerged = await allIn(repository, { commits, tips: [{ stage: view.stage.id, oid: head }] });
  return isMerged ? { kind: "commit", oid: view.facts.base ?? head, parents: commits, needs } : base;
}

/** Where the work of a need ends, and whether the target is known to hold it. Without a branch a person's word says so. */
function workOf({ facts, record }: StageView): {
  readonly oid?: Oid;
  readonly inTarget: boolean;
  readonly hasBranch: boolean;
} {
  const { head } = facts.branch;
  const hasBranch = head !== undefined;
  const oid = head ?? record.completed?.commit;
  const inTarget = facts.mergedBy !== undefined || (!hasBranch && record.merged !== undefined);
  return { inTarget, hasBranch, ...(oid === undefined ? {} : { oid }) };
}

/** Without its branch a commit lasts only until git tidies up. */
async function requirePresent(
  repository: Repository,
  { need, oid }: { readonly need: StageId; readonly oid: Oid },
): Promise<void> {
  if ((await resolveCommit(repository, oid)) !== undefined) return;
  throw new Fault("refused", {
    what: `a base that holds ${need}`,
    why: `the commit ${oid.slice(0, 12)} at which ${need} was complete is gone, and its branch too`,
    now: `Bring the branch of ${need} back, or mark it not-started.`,
  });
}

/** Whether each of the commits is in one of the tips; one that is not known is in none. */
async function allIn(
  repository: Repository,
  { commits, tips }: { readonly commits: readonly (Oid | undefined)[]; readonly tips: readonly Tip[] },
): Promise<boolean> {
  for (const ancestor of commits) {
    if (ancestor === undefined) return false;
    let found = false;
    for (const { oid: of } of tips) found ||= await isAncestor(repository, { ancestor, of });
    if (!found) return false;
  }
  return true;
}
