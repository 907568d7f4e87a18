// What a dependency field says, once it is understood.
import type { Range } from "../../core/plan.ts";

export interface Need {
  readonly id: string;
  /** Of the reference itself where `text` of its part stands in the document as it is, otherwise of the part. */
  readonly range: Range;
  /** From a range, a group or a phrase such as "all previous tasks": the author did not write this id. */
  readonly isImplied?: boolean;
}

export interface Dependencies {
  /** Something was written, if only "None". */
  readonly declared: boolean;
  /** In the order written; may repeat an id, and may hold the node itself where the author wrote it. */
  readonly needs: readonly Need[];
  /** Prerequisites outside of this plan. */
  readonly external: readonly { readonly text: string; readonly range: Range }[];
  /** Wished for, never waited for: "loosely depends on", "(optional)". */
  readonly soft: readonly { readonly id?: string; readonly text: string; readonly range: Range }[];
  /** Shaped like an id of this plan, but none has it. */
  readonly unknown: readonly { readonly id: string; readonly range: Range }[];
  /** "All wizard tasks": all earlier nodes are taken, to be safe; they are among `needs` as well. */
  readonly unresolved: readonly { readonly text: string; readonly range: Range; readonly taken: readonly string[] }[];
  /** What the text says that this one enables or blocks. No edges: authors contradict themselves in these. */
  readonly enables: readonly { readonly id: string; readonly range: Range }[];
}

/** What is being gathered while a field is read. */
export type Collected = { -readonly [Key in keyof Omit<Dependencies, "declared">]: [...Dependencies[Key]] };
