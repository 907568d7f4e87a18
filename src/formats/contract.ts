// What a plan format is: the one interface behind which every dialect is read and written.
import type { Finding, TextEdit } from "../core/finding.ts";
import type { Plan, StageId, StageStatus } from "../core/plan.ts";
import type { Document } from "./document.ts";

export interface ParseOptions {
  /** Words that start a command besides the well-known runners. */
  readonly runners?: readonly string[];
}

export interface ParsedPlan {
  /** Present even beside errors, as far as there are stages to show; callers that act refuse on errors. */
  readonly plan?: Plan;
  /** In document order. */
  readonly findings: readonly Finding[];
}

export interface Format {
  readonly name: string;
  /** How sure the format is that the document is one of its plans: 0 to 1. */
  detect(doc: Document): number;
  /** Total: any text gives a plan or findings, and never throws. */
  parse(doc: Document, options: ParseOptions): ParsedPlan;
  /** Edits that make the plan say the status. Empty where it says so already or has no place for it. */
  setStatus?(doc: Document, change: StatusChange): readonly TextEdit[];
}

export interface StatusChange {
  readonly stage: StageId;
  readonly status: StageStatus;
}
