// The edits that make a plan say how far a phase is, and what is complete in its change log.
import type { TextEdit } from "../../core/finding.ts";
import type { Range, StageStatus } from "../../core/plan.ts";
import type { StatusChange } from "../contract.ts";
import type { Document } from "../markdown/document.ts";
import { wordStatus } from "../status.ts";
import { logEdit } from "./change-log.ts";
import { type FieldText, fieldsOf } from "./fields.ts";
import { type PhasesReading, readStatus, statusPlace } from "./phase-reading.ts";

/**
 * Changes the Status field of the phase, or the sign and the words in its heading. When it is complete, the change log gets an
 * entry and the plan its new date behind `Updated`. Where neither field nor heading has a place, the log tells the status, so
 * it also says when a complete phase is not complete any more. A status in words that nobody knows is an author's note and
 * stays; the status of the plan itself is for a person to change.
 */
export function statusEdits(reading: PhasesReading, change: StatusChange): readonly TextEdit[] {
  const { doc, list, log, facts } = reading;
  const { status, today } = change;
  const phase = list.phases.find(({ heading }) => heading.id === change.stage);
  if (phase === undefined) return [];
  const place = statusPlace(phase, { fields: fieldsOf(phase), log });
  if (place === undefined || (place.value ?? "not-started") === status) return [];
  const logged = (): readonly TextEdit[] => {
    if (log === undefined) return [];
    const edit = logEdit(doc, log, { phase: phase.heading, status, today });
    return edit === undefined ? [] : [edit, ...dateEdit(facts.updated, today)];
  };
  if (place.kind === "log") return place.value === undefined && status !== "complete" ? [] : logged();
  const said = phase.heading.status;
  const inHeading =
    said === undefined || said.value === status
      ? []
      : headingEdits(doc, { status, was: said.value, spans: said.spans, from: phase.textRange.start });
  const inField = place.kind === "field" ? fieldEdit(place.field.value, { status, was: place.value }) : [];
  // What the field says counts, so the heading alone would say nothing.
  const edits = place.kind === "field" && inField.length === 0 ? [] : [...inHeading, ...inField];
  if (edits.length === 0 || status !== "complete") return edits;
  return [...edits, ...logged()];
}

interface Wanted {
  readonly status: StageStatus;
  readonly was: StageStatus | undefined;
}

function fieldEdit(
  { text, range }: { readonly text: string; readonly range: Range },
  { status, was }: Wanted,
): readonly TextEdit[] {
  // A value over several lines stands otherwise in the document than here.
  if (was === undefined || range.end - range.start !== text.length) return [];
  const { start, end, text: words } = reworded(text, status);
  return [{ range: { start: range.start + start, end: range.start + end }, text: words }];
}

/** The part of the value that is replaced, and by what; all of it where the value is too unusual to keep some of it. */
function reworded(
  value: string,
  status: StageStatus,
): { readonly start: number; readonly end: number; readonly text: string } {
  const lead = /^[*_`\s]*/.exec(value)?.[0].length ?? 0;
  for (const from of [0, lead]) {
    const { start, end, text } = wordStatus(value.slice(from), status);
    const edit = { start: from + start, end: from + end, text };
    if (readStatus(value.slice(0, edit.start) + text + value.slice(edit.end)) === status) return edit;
  }
  return { start: 0, end: value.length, text: wordStatus("", status).text };
}

function headingEdits(
  doc: Document,
  at: Wanted & { readonly spans: readonly Range[]; readonly from: number },
): readonly TextEdit[] {
  if (at.was === undefined) return [];
  return at.spans.map((span) => {
    const range = { start: at.from + span.start, end: at.from + span.end };
    const { start, end, text } = reworded(doc.text.slice(range.start, range.end), at.status);
    return { range: { start: range.start + start, end: range.start + end }, text };
  });
}

/** Only a plain date is one that we know how to write. */
function dateEdit(updated: FieldText | undefined, today: string): readonly TextEdit[] {
  if (updated === undefined || updated.text === today || !/^\d{4}-\d{2}-\d{2}$/.test(updated.text)) return [];
  return [{ range: updated.range, text: today }];
}
