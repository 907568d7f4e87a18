// The document of `clean`, with `--plan` and `--apply` as well.
import type { PlanName } from "./answers.ts";
import type { CleanCheck } from "./clean-checks.ts";
import type { CleanChange } from "./clean-digest.ts";
import type { CleanOutcome } from "./clean-outcome.ts";
import type { Consent } from "./clean-plan.ts";

export interface CleanEntry extends CleanOutcome {
  /** With `--plan`: what would be done, one sentence a step. */
  readonly steps?: readonly string[];
  /** With `--plan`: every check that was made, with its evidence. */
  readonly checks?: readonly CleanCheck[];
}

export interface CleanAnswer {
  readonly schema: 1;
  readonly plan: PlanName;
  readonly dryRun?: true;
  /** SHA-256 of what would be removed and the facts it rests on; absent where nothing would be. */
  readonly digest?: string;
  /** With `--plan`: the consents that were given. */
  readonly consent?: Consent;
  readonly worktrees: readonly CleanEntry[];
  /** With `--apply`: what is other than it was planned. Then nothing was removed. */
  readonly changes?: readonly CleanChange[];
}
