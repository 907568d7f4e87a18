// A stage together with the places in the plan that say what it is, so that a finding can point at the very word.
import type { TextEdit } from "../core/finding.ts";
import type { Range, Stage } from "../core/plan.ts";
import type { Document } from "./markdown/document.ts";

export interface NeedSource {
  /** As written; may be unknown, repeated or the stage itself. */
  readonly id: string;
  readonly range: Range;
  /** Takes it out of the plan, where that is one plain edit. */
  readonly removal?: TextEdit;
}

export interface FileSource {
  readonly path: string;
  readonly range: Range;
}

export interface StageSource {
  readonly stage: Stage;
  /** The document that all ranges are in. */
  readonly doc: Document;
  readonly needs: readonly NeedSource[];
  /** All files it declares, whatever it does to them. */
  readonly files: readonly FileSource[];
  readonly ranges: {
    readonly id: Range;
    readonly branch: Range;
    readonly worktree: Range;
  };
}
