// What happens to operations: what `undo` takes back as a whole, from its beginning to its end, and its way back.
import type { Change, Direction, OperationKind } from "./change.ts";
import type { StageId } from "./plan.ts";

export type OperationEvent =
  /** Something begins that `undo` takes back as a whole. */
  | { readonly type: "operation-started"; readonly operation: string; readonly kind: OperationKind }
  /** Written before the changes are made, and before what is recorded of the stages changes. */
  | {
      readonly type: "operation-intended";
      readonly operation: string;
      readonly stages: readonly StageId[];
      readonly changes: readonly Change[];
    }
  /** Of what was intended, this did not happen, or was taken back at once: all about a stage, or one text (its hash). */
  | {
      readonly type: "operation-withdrawn";
      readonly operation: string;
      readonly stage?: StageId;
      readonly text?: string;
    }
  /** `interrupted`: its process died, and recovery put in order what it left. */
  | { readonly type: "operation-finished"; readonly operation: string; readonly interrupted?: true }
  /** Written before the first change; with neither end after it, recovery goes on with it. */
  | {
      readonly type: "turn-started";
      readonly operation: string;
      readonly direction: Direction;
      /** Reason of git's own lock on a worktree that comes back, as in `setup-started`. */
      readonly token: string;
      /** Folder that worktrees are moved to which go. */
      readonly trash: string;
    }
  /** Everything in the worktree is saved under the ref; written before it goes. */
  | { readonly type: "turn-saved"; readonly operation: string; readonly path: string; readonly image: string }
  /** All of it is taken back, or done again. */
  | { readonly type: "turn-finished"; readonly operation: string; readonly direction: Direction }
  /** The world moved in between; what had been done of it was taken back as far as that goes. */
  | { readonly type: "turn-stopped"; readonly operation: string; readonly reason: string };
