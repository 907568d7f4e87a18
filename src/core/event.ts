// Everything that happens, as one closed union. Events are durable before they are shown; every view is a fold of them.
import type { Change, Direction, OperationKind } from "./change.ts";
import type { Outcome } from "./outcome.ts";
import type { ShapedStage } from "./plan-changes.ts";
import type { StageId, StageStatus } from "./plan.ts";
import type { Stop, StopEvidence } from "./stops.ts";

/** A git object id, 40 or 64 hexadecimal digits. */
export type Oid = string;

/** States a person, or the text of a plan, can declare. */
export type DeclaredState = "not-started" | "in-progress" | "complete" | "blocked" | "skipped";

/** Stages by what became of them; together they are all that were asked for. */
export interface Counts {
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly waiting: number;
}

/** `fix`: the command that a stop condition declares for red checks. */
export type WhatRan = "setup" | "agent" | "check" | "fix";

export type Event =
  /** The stages as the plan has them, recorded where they are others than before. */
  | {
      readonly type: "plan-shape";
      readonly stages: readonly ShapedStage[];
      /** A run, a set-up or a verification starts on it: changes are told from here on. */
      readonly start?: true;
    }
  /** The statuses the plan file held when it was last read; a later difference is a person's word. */
  | { readonly type: "plan-seen"; readonly statuses: Readonly<Record<StageId, StageStatus>> }
  | {
      readonly type: "stage-declared";
      readonly stage: StageId;
      readonly state: DeclaredState;
      /** `hint`: found in the plan at first sight. `plan`: edited there later. `person`: by `mark`. */
      readonly by: "hint" | "plan" | "person";
      readonly note?: string;
    }
  /** Written before the first change to the repository; with no `setup-finished` after it, recovery cleans up. */
  | {
      readonly type: "setup-started";
      readonly stage: StageId;
      readonly branch: string;
      readonly path: string;
      readonly base: Oid;
      /** Whether the branch was there before; then it is never deleted by recovery. */
      readonly branchExisted: boolean;
      /** Reason of git's own lock on the half-made worktree. */
      readonly token: string;
      /** The ref that records the base. */
      readonly ref?: string;
      /** As in `setup-finished`. */
      readonly parents?: readonly Oid[];
      /** What the base ref, and a branch that is moved up to the base, pointed at before. */
      readonly baseBefore?: Oid;
      readonly branchBefore?: Oid;
    }
  | {
      readonly type: "setup-finished";
      readonly stage: StageId;
      readonly branch: string;
      readonly path: string;
      readonly base: Oid;
      /** The needs' commits that the base was made of; empty for a stage on the plan's base. */
      readonly parents: readonly Oid[];
    }
  | {
      readonly type: "setup-failed";
      readonly stage: StageId;
      readonly reason: string;
      /** It was stopped, or its process died; what it left was taken back, and the stage is as before. */
      readonly interrupted?: true;
    }
  /** The needs cannot be merged with each other. */
  | {
      readonly type: "base-conflict";
      readonly stage: StageId;
      readonly between: readonly [string, string];
      readonly files: readonly string[];
    }
  | {
      readonly type: "run-started";
      readonly command: "run" | "verify";
      readonly pid: number;
      readonly jobs: number;
      readonly stages: readonly StageId[];
    }
  | {
      readonly type: "run-finished";
      readonly result: "done" | "failed" | "person-needed" | "interrupted";
      readonly counts: Counts;
    }
  /** The process of the last run is gone and never said how it ended. */
  | { readonly type: "run-lost"; readonly pid: number }
  | { readonly type: "attempt-started"; readonly stage: StageId; readonly attempt: number }
  | {
      readonly type: "command-started";
      readonly stage: StageId;
      readonly attempt: number;
      readonly what: WhatRan;
      /** Check id; absent for an agent and for the set-up command. */
      readonly check?: string;
      readonly command: string;
      /** Absolute path of the log file, which the command itself writes. */
      readonly log: string;
    }
  | {
      readonly type: "command-finished";
      readonly stage: StageId;
      readonly attempt: number;
      readonly what: WhatRan;
      readonly check?: string;
      readonly command: string;
      readonly log: string;
      readonly outcome: Outcome;
      /** Fingerprint of tree, command and declared inputs; a passing record under it is reused. */
      readonly key?: string;
      /** HEAD of the worktree when it started. */
      readonly commit?: Oid;
      /** Tree of the worktree's content when it started. */
      readonly tree?: Oid;
      /** The worktree held nothing but what `commit` holds, before and after. */
      readonly clean?: boolean;
    }
  | {
      readonly type: "check-cached";
      readonly stage: StageId;
      readonly attempt: number;
      readonly check: string;
      readonly command: string;
      readonly key: string;
      readonly commit: Oid;
      readonly tree: Oid;
      readonly log: string;
    }
  | {
      readonly type: "check-approved";
      readonly stage: StageId;
      readonly check: string;
      /** Tree of the commit that was looked at; the approval holds for this content. */
      readonly tree: Oid;
      readonly commit: Oid;
    }
  | {
      readonly type: "stage-completed";
      readonly stage: StageId;
      readonly commit: Oid;
      readonly proof: "proven" | "declared";
    }
  | { readonly type: "stage-failed"; readonly stage: StageId; readonly reason: string }
  /** Stops for a person: work to do, an approval, a decision. */
  | {
      readonly type: "stage-waiting";
      readonly stage: StageId;
      readonly reason: string;
      readonly now: string;
      /** Tip of the branch at that moment; once it moved, the reason is history. */
      readonly commit?: Oid;
    }
  | { readonly type: "stage-skipped"; readonly stage: StageId; readonly reason: string }
  /** A stop condition of the plan applies to its work. Hard: a person has to look. Soft: it is skipped. */
  | ({
      readonly type: "stage-stopped";
      readonly stage: StageId;
      /** Tip of the branch; absent where it has none. */
      readonly commit?: Oid;
    } & Stop)
  | {
      readonly type: "stop-cleared";
      readonly stage: StageId;
      /** `person`: approved, with what was seen then. `run`: it looked again, and the condition no longer applies. */
      readonly by: "person" | "run";
      readonly commit?: Oid;
      /** What was approved, by the key of its condition. */
      readonly accepted?: { readonly key: string; readonly evidence: StopEvidence };
    }
  /** Seen to be contained in the target branch, at this commit. */
  | { readonly type: "stage-merged"; readonly stage: StageId; readonly commit: Oid; readonly proof: string }
  | {
      readonly type: "removal-started";
      readonly stage: StageId;
      readonly path: string;
      readonly branch: string;
      readonly head: Oid;
      readonly trash: string;
      /** As in `removal-finished`. */
      readonly restore?: string;
      readonly unmerged?: true;
    }
  | {
      readonly type: "removal-finished";
      readonly stage: StageId;
      readonly path: string;
      readonly branch: string;
      readonly branchDeleted: boolean;
      /** The command that brings it back. */
      readonly restore: string;
      /** Its branch had commits that the target does not hold. */
      readonly unmerged?: true;
    }
  | { readonly type: "plan-written"; readonly stage: StageId; readonly status: StageStatus }
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
  | { readonly type: "turn-stopped"; readonly operation: string; readonly reason: string }
  | { readonly type: "note"; readonly stage?: StageId; readonly text: string };

/** An event as it lies in the store. */
export interface Recorded {
  /** Strictly increasing over the whole store. */
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Plan id. */
  readonly plan: string;
  /** Id of the run it belongs to, where there is one. */
  readonly run?: string;
  readonly event: Event;
}
