// Marks the stages of a plan one after another without reading all of it again for each: where the format can say where the
// status of a stage stands, only these places move.
//
// The text that was read is kept with what was put into it since. The plan is read anew where a stage is marked again in
// another way than before, and for each mark where the format cannot tell the stages apart.
import type { FileEdit, TextEdit } from "../core/finding.ts";
import type { Range, StageId } from "../core/plan.ts";
import type { StatusChange } from "./contract.ts";
import { editSource, formatOf, setStatus } from "./format.ts";
import type { PlanSource } from "./source.ts";

export interface Marking {
  /** With all that was marked so far. */
  readonly source: PlanSource;
  /** Absent where the format reads the plan for each mark. */
  readonly read?: Reading;
}

interface Reading {
  readonly editsFor: (change: StatusChange) => readonly FileEdit[];
  /** What was put into the text that was read, in its own places. */
  readonly put: ReadonlyMap<StageId, readonly TextEdit[]>;
}

/** The plan of `source`, of which nothing is marked yet. */
export function startMarking(source: PlanSource): Marking {
  const editsFor = source.documents.length === 1 ? formatOf(source).marker?.(source) : undefined;
  return editsFor === undefined ? { source } : { source, read: { editsFor, put: new Map() } };
}

/** The edits of the text as it is now, as `setStatus` would give them, and the plan with them. */
export function mark(
  marking: Marking,
  change: StatusChange,
): { readonly edits: readonly FileEdit[]; readonly marking: Marking } {
  const { source, read } = marking;
  if (read === undefined) {
    const edits = setStatus(source, change);
    return { edits, marking: { source: editSource(source, edits) } };
  }
  const { editsFor, put } = read;
  const own = editsFor(change).flatMap(({ edits }) => edits);
  const before = put.get(change.stage) ?? [];
  if (!isReplaced(before, own)) return mark(startMarking(source), change);
  const now: TextEdit[] = [];
  for (const [place, { range, text }] of own.entries()) {
    const shift = shiftAt(range, { put, but: change.stage });
    if (shift === undefined) return mark(startMarking(source), change);
    const start = range.start + shift;
    const old = before[place]?.text;
    if (old !== text) now.push({ range: { start, end: start + (old?.length ?? range.end - range.start) }, text });
  }
  if (now.length === 0) return { edits: [], marking };
  const edits = [{ path: source.documents[0].path, edits: now }];
  const next = { editsFor, put: new Map(put).set(change.stage, own) };
  return { edits, marking: { source: editSource(source, edits), read: next } };
}

/**
 * The same places again: what stands there is then what was put there. Only in JSON: how a line of prose says it depends on
 * the words that it has now.
 */
const isReplaced = (before: readonly TextEdit[], after: readonly TextEdit[]): boolean =>
  before.length === 0 ||
  (before.length === after.length &&
    before.every(({ range, text }, at) => {
      const other = after[at]?.range;
      return text.startsWith('"') && range.start === other?.start && range.end === other.end;
    }));

/**
 * By how much what stood at `place` of the text that was read stands further on now, its own stage's edits aside; undefined
 * where the edit of another stage reaches into it.
 */
function shiftAt(
  place: Range,
  { put, but }: { readonly put: Reading["put"]; readonly but: StageId },
): number | undefined {
  let shift = 0;
  for (const [stage, edits] of put) {
    for (const { range, text } of edits) {
      if (range.end <= place.start) shift += text.length - (range.end - range.start);
      else if (range.start < place.end && stage !== but) return undefined;
    }
  }
  return shift;
}
