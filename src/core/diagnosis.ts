// What `doctor` says is wrong, and what it may do about it. Pure data.
import type { Oid } from "./event.ts";
import type { Severity } from "./finding.ts";
import type { StageId } from "./plan.ts";

/** One disagreement between plan, git, disk and history. */
export interface Diagnosis {
  /** Such as `lock.stale`; `docs/doctor.md` describes each. */
  readonly rule: string;
  /** `error`: commands fail, or work is at risk. `warning`: something does not agree. `info`: worth knowing, nothing to mend. */
  readonly severity: Severity;
  /** One sentence. */
  readonly message: string;
  /** What was seen, a line each. */
  readonly evidence: readonly string[];
  /** The command that mends it, whole; absent where there is none. */
  readonly command?: string;
  /** What `doctor --fix` does about it; absent where that is a person's decision. */
  readonly mend?: Mend;
  readonly plan?: string;
  readonly stage?: StageId;
}

/** A change that can be taken back: renames into the trash, refs that are saved first, files that have one right content. */
export type Mend =
  | { readonly kind: "write-commondir"; readonly admin: string }
  | { readonly kind: "mend-packed-refs" }
  | { readonly kind: "write-head"; readonly admin: string; readonly branch: string }
  | { readonly kind: "new-index"; readonly admin: string; readonly worktree: string }
  | { readonly kind: "repair-worktree"; readonly admin: string; readonly folder: string }
  /** A worktree whose folder somebody deleted. `head` is what was checked out there. */
  | { readonly kind: "drop-registration"; readonly admin: string; readonly worktree: string; readonly head?: Oid }
  | { readonly kind: "drop-half-made"; readonly admin: string; readonly path?: string }
  /** `from` is in the trash. */
  | { readonly kind: "restore-registration"; readonly from: string; readonly admin: string; readonly folder: string }
  /** A folder whose registration is gone gets a new one; its files stay. */
  | { readonly kind: "register-again"; readonly path: string; readonly branch: string }
  | { readonly kind: "move-lock"; readonly path: string; readonly identity: string; readonly since: number }
  /** One of our own, which nobody can take as it is. */
  | { readonly kind: "move-own-lock"; readonly path: string }
  | { readonly kind: "salvage-store" }
  /** What a process that died left half-done in the work on this plan. */
  | { readonly kind: "recover" }
  | { readonly kind: "save-commit"; readonly oid: Oid }
  /** `backup`: it is the only name of what it points at. */
  | { readonly kind: "delete-ref"; readonly ref: string; readonly from: Oid; readonly backup: boolean }
  | { readonly kind: "move-logs"; readonly path: string }
  | { readonly kind: "sweep"; readonly path: string };

/** The command that mends everything that can be mended. */
export const fixCommand = "stagetree doctor --fix";

/** Something is wrong; the rest is only worth knowing. */
export const isWrong = ({ severity }: Pick<Diagnosis, "severity">): boolean => severity !== "info";

const weight: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** The worst first; otherwise as they were found. */
export const bySeverity = (a: Diagnosis, b: Diagnosis): number => weight[a.severity] - weight[b.severity];
