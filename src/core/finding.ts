// A Finding is something wrong in the text of a plan. All are collected and shown together.
import type { Range } from "./plan.ts";

export type Severity = "error" | "warning" | "info";

export interface Finding {
  /** Stable dotted name, such as `dep.unknown`. */
  readonly rule: string;
  readonly severity: Severity;
  /** One sentence: what is wrong. */
  readonly message: string;
  /** The file it is in, where that is not the plan's own: the plan has several, or is a folder. */
  readonly path?: string;
  readonly range: Range;
  /** What to do about it, as one sentence; often the nearest known name. */
  readonly suggestion?: string;
  /** Other places that belong to it, such as the first use of a duplicate id. */
  readonly related?: readonly Related[];
  /** Edits that mend it without a decision by a person. */
  readonly fix?: readonly TextEdit[];
}

export interface Related {
  readonly range: Range;
  readonly message: string;
  /** As in the finding. */
  readonly path?: string;
}

/** Replaces `range` by `text`. Edits of one list never overlap. */
export interface TextEdit {
  readonly range: Range;
  readonly text: string;
}

/** Edits of one of the files of a plan; `path` is absolute. */
export interface FileEdit {
  readonly path: string;
  readonly edits: readonly TextEdit[];
}

export const hasErrors = (findings: readonly Finding[]): boolean =>
  findings.some((finding) => finding.severity === "error");

/** Applies edits, last first, so that earlier ranges stay valid. Every other character is kept. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const ordered = edits.toSorted((a, b) => b.range.start - a.range.start);
  const pieces: string[] = [];
  let from = text.length;
  for (const edit of ordered) {
    pieces.push(text.slice(edit.range.end, from), edit.text);
    from = edit.range.start;
  }
  return [...pieces, text.slice(0, from)].toReversed().join("");
}
