// What another process asks of a run that is going on; the run takes it from the store.
import type { StageId } from "./plan.ts";

export type Intent =
  /** Start nothing more, stop what runs with a grace; with a stage, only that one. */
  | { readonly kind: "stop"; readonly stage?: StageId }
  /** The same without the grace. */
  | { readonly kind: "stop-now" }
  | { readonly kind: "retry"; readonly stage: StageId };
