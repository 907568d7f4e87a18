// A stage whose needs became other commits after it started: what it stands on, and what that is now.
import type { Oid } from "./event.ts";
import type { StageId } from "./plan.ts";

export interface StaleNeed {
  readonly id: StageId;
  /**
   * `moved`: it has more commits. `rewritten`: amended, rebased or reset, its old commits are not in it any more. `merged`: the
   * target has its work as other commits. `missing`: the base was made without it.
   */
  readonly why: "moved" | "rewritten" | "merged" | "missing";
  /** The commit of the need that the base was made of. */
  readonly recorded?: Oid;
  /** Where the work of the need ends now. */
  readonly now?: Oid;
  /** How the target holds it: "was squash-merged into main". */
  readonly proof?: string;
}

export interface StaleBase {
  readonly base: Oid;
  /** Commits of the stage that its base does not hold. */
  readonly own: number;
  readonly needs: readonly StaleNeed[];
}

/** Where the work of a need ends, and how the target holds it. */
export interface NeedNow {
  readonly id: StageId;
  /** Recorded when the base was made. */
  readonly recorded?: Oid;
  readonly now?: Oid;
  readonly proof?: string;
  /** The target holds its very commits. */
  readonly isInTarget: boolean;
}

/** What git is asked about two commits. */
export type Holds = (of: Oid, ancestor: Oid) => Promise<boolean>;

/** How one need makes the base stale; undefined where it does not. Asks about commits only where that decides. */
export async function findStaleNeed(
  need: NeedNow,
  around: { readonly base: Oid; readonly target: Oid; readonly holds: Holds },
): Promise<StaleNeed | undefined> {
  const { id, recorded, now, proof, isInTarget } = need;
  const { base, target, holds } = around;
  const known = { id, ...(recorded === undefined ? {} : { recorded }), ...(now === undefined ? {} : { now }) };
  if (proof !== undefined) {
    const old = recorded ?? now;
    if (old === undefined || (isInTarget && old === now)) return undefined;
    const isOnOld = recorded !== undefined || (await holds(base, old));
    return !isOnOld || (await holds(target, old)) ? undefined : { ...known, why: "merged", proof };
  }
  if (now === undefined || now === recorded) return undefined;
  if (recorded !== undefined && !(await holds(now, recorded))) return { ...known, why: "rewritten" };
  if (await holds(base, now)) return undefined;
  return { ...known, why: recorded === undefined ? "missing" : "moved" };
}

const short = (oid: Oid): string => oid.slice(0, 10);

/** What happened to the need, as the end of a sentence that starts with it. */
export function describeStaleNeed({ why, recorded, now, proof }: StaleNeed): string {
  const was = recorded === undefined ? "" : `was ${short(recorded)}`;
  const is = now === undefined ? "" : `is now ${short(now)}`;
  const both = [was, is].filter((part) => part !== "").join(", ");
  switch (why) {
    case "moved":
      return `has more commits (${both})`;
    case "rewritten":
      return `was amended or rebased (${both})`;
    case "merged":
      return `${proof ?? "was merged"}${was === "" ? "" : ` (${was})`}`;
    case "missing":
      return `is not in it (${is})`;
  }
}

/** One sentence without a full stop. */
export function describeStaleBase({ needs, own }: StaleBase): string {
  const what = needs.map((need) => `${need.id} ${describeStaleNeed(need)}`).join("; ");
  const many =
    own === 0 ? "it has no commit of its own" : `it has ${own} ${own === 1 ? "commit" : "commits"} of its own`;
  return `its base is stale: ${what}; ${many}`;
}
