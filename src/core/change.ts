// What a command changes, as plain data with before and after: enough to say it, to take it back, and to see whether the
// world moved since.
import type { StageId, StageStatus } from "./plan.ts";

/** What a person did in one go, by the name of its command; `follow`: a gate that moved on to its needs in a run. */
export type OperationKind = "setup" | "refresh" | "follow" | "clean" | "mark" | "approve" | "complete" | "write-back";

/** A git object id. */
type Oid = string;

/** A branch, or a ref of ours. Without `before` it was made, without `after` deleted. */
export interface RefMove {
  readonly kind: "ref";
  readonly stage?: StageId;
  /** Full name. */
  readonly ref: string;
  readonly before?: Oid;
  readonly after?: Oid;
}

export interface WorktreeChange {
  readonly kind: "worktree";
  readonly stage: StageId;
  /** Absolute. */
  readonly path: string;
  readonly branch: string;
  readonly was: "made" | "removed";
  /** HEAD when it was made, or before it was removed. */
  readonly head: Oid;
  /** Its HEAD was on no branch. */
  readonly detached?: true;
  /** The ref under which everything in it is saved; one that was made has none until it is taken back. */
  readonly image?: string;
}

/** One character range of one file of a plan; offsets are in its text before the edit, without byte order mark. */
export interface WrittenSpan {
  readonly path: string;
  readonly at: number;
  readonly before: string;
  readonly after: string;
}

/** The status of one stage, written into the plan. */
export interface WrittenStatus {
  readonly stage: StageId;
  readonly before: StageStatus;
  readonly after: StageStatus;
  /** In order of their place; offsets are in the texts as the statuses written before this one left them. */
  readonly spans: readonly WrittenSpan[];
}

export interface PlanText {
  readonly kind: "text";
  /** SHA-256 of the bytes of each file that was written. */
  readonly files: readonly { readonly path: string; readonly before: string; readonly after: string }[];
  /** In the order in which they were written. */
  readonly statuses: readonly WrittenStatus[];
}

export type Change = RefMove | WorktreeChange | PlanText;

/** Undo goes from after to before, redo from before to after. */
export type Direction = "undo" | "redo";

/** What is there now, if nothing moved since, and what shall be there. */
export const applyDirection = <T>(
  { before, after }: { readonly before: T; readonly after: T },
  direction: Direction,
): { readonly from: T; readonly to: T } =>
  direction === "undo" ? { from: after, to: before } : { from: before, to: after };

/** The same for a ref, which may be absent. */
export const endsOf = (
  { before, after }: Pick<RefMove, "before" | "after">,
  direction: Direction,
): { readonly from?: Oid; readonly to?: Oid } => {
  const { from, to } = applyDirection({ before, after }, direction);
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
};

/** Whether the worktree is to go, or to come back. */
export const isTaken = ({ was }: Pick<WorktreeChange, "was">, direction: Direction): boolean =>
  (was === "made") === (direction === "undo");
