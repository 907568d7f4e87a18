// What a plan format is: the one interface behind which every dialect is read and written.
import type { FileEdit, Finding } from "../core/finding.ts";
import type { Plan, StageId, StageStatus } from "../core/plan.ts";
import type { Document } from "./markdown/document.ts";
import type { Naming } from "./naming.ts";
import type { Place, PlanSource } from "./source.ts";

export interface ParseOptions {
  /** Words that start a command besides the well-known runners. */
  readonly runners?: readonly string[];
  /** Branches and worktrees of stages whose format names none. */
  readonly naming?: Naming;
  /** `barrier`: each wave waits for all of the wave before, whatever is declared. */
  readonly waves?: "declared" | "barrier";
  /** Of two stages that change the same file, the later one in the plan waits for the earlier. */
  readonly serializeOverlaps?: boolean;
}

export interface ParsedPlan {
  /** Present even beside errors, as far as there are stages to show; callers that act refuse on errors. */
  readonly plan?: Plan;
  /** In document order. */
  readonly findings: readonly Finding[];
}

export interface Format {
  readonly name: string;
  /**
   * How sure the format is that the document is (part of) one of its plans: 0 to 1. From `surePlan` on it is taken for
   * one wherever it lies; below that only where a person names the file.
   */
  detect(doc: Document): number;
  /** The other files of the plan that the file or folder at `path` (absolute) is part of, where a plan can have several. */
  place?(path: string, kind: "file" | "folder"): Place | undefined;
  /** Total: any text gives a plan or findings, and never throws. */
  parse(source: PlanSource, options: ParseOptions): ParsedPlan;
  /** Edits that make the plan say the status. Empty where it says so already or has no place for it. */
  setStatus?(source: PlanSource, change: StatusChange): readonly FileEdit[];
  /**
   * `setStatus` of one plan for many changes, for which it is read once. Only where the plan is one file, and what it says of
   * one stage neither depends on what it says of the others nor moves with it.
   */
  marker?(source: PlanSource): (change: StatusChange) => readonly FileEdit[];
  /** The files of a fresh plan in this format, in which `check` finds nothing wrong; the first one is to be opened. */
  fresh(plan: FreshPlan): readonly [FreshFile, ...FreshFile[]];
}

/** From here on a document counts as a plan also where nobody named it. */
export const surePlan = 0.5;

export interface StatusChange {
  readonly stage: StageId;
  readonly status: StageStatus;
  /** Why it is blocked or skipped, as one sentence. */
  readonly reason?: string;
  /** Such as "2026-03-01", for formats that keep a log. */
  readonly today: string;
}

export interface FreshPlan {
  /** Becomes the plan's id. */
  readonly slug: string;
  readonly title: string;
  /** Such as "2026-03-01". */
  readonly today: string;
}

export interface FreshFile {
  /** Relative to the main worktree, with forward slashes. */
  readonly path: string;
  readonly text: string;
}
