// A Step is one change to the repository or the disk. Steps are assembled from facts by pure functions and applied in one
// place, so that a dry run shows exactly what a run does.
import type { Direction } from "./change.ts";
import type { Oid } from "./event.ts";
import type { StageId } from "./plan.ts";

export type Step =
  | { readonly kind: "create-branch"; readonly stage: StageId; readonly branch: string; readonly at: Oid }
  | { readonly kind: "record-base"; readonly stage: StageId; readonly ref: string; readonly at: Oid }
  /** The commits that `from` does not hold, on top of `onto`; `dropped` ones would change nothing any more. */
  | {
      readonly kind: "rebase";
      readonly stage: StageId;
      readonly branch: string;
      readonly from: Oid;
      readonly onto: Oid;
      readonly own: number;
      readonly dropped: number;
      /** The new tip. */
      readonly at: Oid;
    }
  | { readonly kind: "add-worktree"; readonly stage: StageId; readonly path: string; readonly branch: string }
  | { readonly kind: "checkout"; readonly stage: StageId; readonly path: string }
  | {
      readonly kind: "copy-ignored";
      readonly stage: StageId;
      readonly path: string;
      readonly patterns: readonly string[];
    }
  | { readonly kind: "link-plan"; readonly stage: StageId; readonly path: string }
  | { readonly kind: "run-setup"; readonly stage: StageId; readonly path: string; readonly command: string }
  | {
      readonly kind: "backup";
      readonly stage: StageId;
      readonly ref: string;
      readonly head: Oid;
      readonly snapshot: boolean;
    }
  | { readonly kind: "remove-worktree"; readonly stage: StageId; readonly path: string }
  | { readonly kind: "delete-branch"; readonly stage: StageId; readonly branch: string; readonly head: Oid }
  /** No `from`: it is made again. No `to`: it goes. */
  | { readonly kind: "put-ref"; readonly stage: StageId; readonly ref: string; readonly from?: Oid; readonly to?: Oid }
  /** The files of a worktree whose branch is moved. */
  | {
      readonly kind: "move-worktree";
      readonly stage: StageId;
      readonly path: string;
      readonly from: Oid;
      readonly to: Oid;
    }
  /** Everything in it is saved first, so that it can come back as it is. */
  | { readonly kind: "take-worktree"; readonly stage: StageId; readonly path: string; readonly branch: string }
  | {
      readonly kind: "restore-worktree";
      readonly stage: StageId;
      readonly path: string;
      readonly branch: string;
      /** The ref under which everything in it is saved. */
      readonly image: string;
    }
  | { readonly kind: "put-text"; readonly stage: StageId; readonly path: string; readonly direction: Direction }
  | { readonly kind: "put-record"; readonly stage: StageId; readonly direction: Direction };
