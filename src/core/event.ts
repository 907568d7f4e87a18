// Everything that happens, as one closed union. Events are durable before they are shown; every view is a fold of them.
import type { RefMove } from "./change.ts";
import type { OperationEvent } from "./operation-event.ts";
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

/** `fix`: the command that a stop condition declares for red checks. `baseline`: a check, on the base of its stage. */
export type WhatRan = "setup" | "agent" | "check" | "fix" | "baseline";

/** Something that changed and belongs to no command that ran meanwhile. */
export interface OutsideChange {
  /** The main checkout, the worktree of another stage, or what all worktrees share. */
  readonly where: "main" | "worktree" | "repository";
  /** The stage whose worktree or branch it is. */
  readonly stage?: StageId;
  /** A path, a ref, a section of git's configuration; of a worktree as a whole empty. */
  readonly name: string;
  readonly how: "created" | "changed" | "removed";
}

/** A command that ran while something changed. */
export interface Suspect {
  readonly stage: StageId;
  readonly what: WhatRan;
  readonly command: string;
}

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
      readonly needs?: Readonly<Record<StageId, Oid>>;
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
      /** Where the work of each need ended that the base holds. */
      readonly needs?: Readonly<Record<StageId, Oid>>;
    }
  | {
      readonly type: "setup-failed";
      readonly stage: StageId;
      readonly reason: string;
      /** It was stopped, or its process died; what it left was taken back, and the stage is as before. */
      readonly interrupted?: true;
    }
  /** Written before a stage is moved onto another base; with no end after it, recovery finishes it or takes it back. */
  | ({ readonly type: "refresh-started" } & Refresh)
  | ({ readonly type: "refresh-finished" } & Refresh)
  | {
      readonly type: "refresh-failed";
      readonly stage: StageId;
      readonly reason: string;
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
      /** Marks every process that it starts, so that recovery finds what outlived us. */
      readonly token?: string;
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
  /** Written before a worktree of a stage's base is made; with no `baseline-finished` after it, recovery removes that. */
  | {
      readonly type: "baseline-started";
      readonly stage: StageId;
      readonly path: string;
      readonly commit: Oid;
      /** Reason of git's lock on it. */
      readonly token: string;
    }
  | { readonly type: "baseline-finished"; readonly stage: StageId; readonly path: string }
  /** What a check comes to on the base was known already. */
  | {
      readonly type: "baseline-known";
      readonly stage: StageId;
      readonly check: string;
      readonly command: string;
      readonly commit: Oid;
      readonly outcome: Outcome;
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
  /** Something outside of its worktree is other than before a command of the stage ran. */
  | {
      readonly type: "containment-breached";
      readonly stage: StageId;
      readonly what: WhatRan;
      readonly check?: string;
      readonly command: string;
      readonly log: string;
      readonly changes: readonly OutsideChange[];
      /** Changes that are not named. */
      readonly more?: number;
      /** Commands of other stages that ran at the same time and can have done it just as well. */
      readonly others?: readonly Suspect[];
      /** What to type to see it all. */
      readonly now: string;
    }
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
      /** The refs that save it. */
      readonly backups?: readonly string[];
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
  | OperationEvent
  | { readonly type: "note"; readonly stage?: StageId; readonly text: string };

/** A stage that gets another base: its commits, moved in memory, are there already, and its refs and files follow. */
export interface Refresh {
  readonly stage: StageId;
  readonly branch: string;
  /** Of its worktree; absent where it has none. */
  readonly path?: string;
  /** Tip of the branch, before and after. */
  readonly from: Oid;
  readonly to: Oid;
  readonly base: Oid;
  /** As in `setup-finished`. */
  readonly parents: readonly Oid[];
  readonly needs?: Readonly<Record<StageId, Oid>>;
  /** The content is what it was, and so is what was proven of it. */
  readonly sameTree?: true;
  readonly refs: readonly RefMove[];
  /** The shell command that takes it back. */
  readonly restore?: string;
}

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
