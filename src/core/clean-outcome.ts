// What becomes of one stage's worktree and branch in a clean-up.
import type { StageId } from "./plan.ts";

export interface CleanOutcome {
  readonly stage: StageId;
  readonly path: string;
  readonly branch: string;
  readonly outcome: "removed" | "kept";
  readonly reason: string;
  readonly branchDeleted?: boolean;
  /** The shell command that brings it back. */
  readonly restore?: string;
}
