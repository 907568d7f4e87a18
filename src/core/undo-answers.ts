// The documents that `undo` and `redo` print with `--json`. Scripts rely on them: fields are added, never renamed.
import type { PlanName } from "./answers.ts";
import type { OperationKind } from "./change.ts";
import type { StageId } from "./plan.ts";

export interface NamedOperation {
  readonly id: string;
  readonly command: OperationKind;
  /** When it began. */
  readonly at: string;
  readonly stages: readonly StageId[];
}

export interface ListedOperation extends NamedOperation {
  readonly state: "done" | "undone" | "going-on";
  /** Its process died; what it left was put in order. */
  readonly interrupted?: true;
  /** What it changed in the repository and the plan, one sentence each. */
  readonly did: readonly string[];
  /** It is the one that `undo`, or `redo`, takes next. */
  readonly next?: "undo" | "redo";
  /** Whether that can be done now; those further down wait for the ones above them. */
  readonly possible: boolean;
  /** What stands against it, one sentence each. */
  readonly moved: readonly string[];
}

export interface UndoListAnswer {
  readonly schema: 1;
  readonly plan: PlanName;
  /** Newest first. */
  readonly operations: readonly ListedOperation[];
}

/** What `undo` took back, or `redo` did again. */
export interface UndoAnswer {
  readonly schema: 1;
  readonly plan: PlanName;
  readonly dryRun?: true;
  /** Absent where there was nothing. */
  readonly operation?: NamedOperation;
  /** One sentence each. */
  readonly steps: readonly string[];
  /** Present where it was refused, with exit code 4: each thing that is not as the operation left it. */
  readonly moved?: readonly string[];
}
