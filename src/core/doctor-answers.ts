// The document of `doctor`.
import type { Severity } from "./finding.ts";
import type { StageId } from "./plan.ts";

/** What `doctor` found; the worst first. */
export interface DoctorAnswer {
  readonly schema: 1;
  readonly dryRun?: true;
  readonly findings: readonly {
    readonly rule: string;
    /** Only errors and warnings count as wrong. */
    readonly severity: Severity;
    readonly message: string;
    /** What was seen, a line each. */
    readonly evidence: readonly string[];
    /** The command that mends it; absent where there is none. */
    readonly command?: string;
    /** `doctor --fix` mends it. */
    readonly fixable: boolean;
    /** It was mended just now. */
    readonly mended: boolean;
    readonly plan?: string;
    readonly stage?: StageId;
  }[];
  readonly counts: {
    /** Errors and warnings that are left. */
    readonly wrong: number;
    readonly fixable: number;
    readonly mended: number;
  };
}
