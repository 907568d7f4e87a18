// Decides how sure it is that a document is a plan in phases.
import type { Document } from "../markdown/document.ts";
import { comparable } from "../markdown/inline.ts";
import { type PhasesReading, readPhases } from "./phase-reading.ts";
import { fieldsOf } from "./fields.ts";

/** Cheap, and true of every document that is worth reading: a heading that speaks of a phase, or one with a number. */
const worthReading =
  /^ {0,3}#{1,6}[ \t][^\r\n]{0,40}?(?:phase|work package|milestone|sprint|iteration|day[ \t])|^ {0,3}#{2,5}[ \t]+\**\d{1,4}[.)]/im;

/** What is worked on by itself: "Task 1.1", "Agent 3", "PR 12". */
const finer = /^(?:task|agent|issue|ticket|story|pr) ?#?[\da-z]|^#\d/;

/** How many phases are looked at. */
const mostLookedAt = 20;

/** 0 to 1, see `Format.detect`. */
export function detectPhases(doc: Document): number {
  if (!worthReading.test(doc.text)) return 0;
  const reading = readPhases(doc);
  const { list, facts } = reading;
  if (list.phases.length === 0) return 0;
  if (!reading.isOwn) return nearScore(reading);
  const { isTitled, metadata } = facts;
  // The template itself, not filled in, is nobody's plan.
  const isTemplate = list.phases.some(({ heading }) => /^\{.*\}$/.test(heading.name));
  if (isTemplate || (!isTitled && metadata < 3)) return 0.4;
  return isTitled && metadata >= 2 ? 0.95 : 0.9;
}

/** Headings that are phases in a document that does not say that it is a plan. */
function nearScore({ list: { phases, noun } }: PhasesReading): number {
  const looked = phases.slice(0, mostLookedAt);
  const telling = looked.filter((phase) =>
    fieldsOf(phase).some(({ key }) => key === "needs" || key === "status"),
  ).length;
  const most = telling * 2 >= looked.length;
  if (noun === "task") return most ? 0.3 : 0;
  const isFiner = looked.some(({ blocks }) =>
    blocks.some((block) => block.kind === "heading" && finer.test(comparable(block.text.slice(0, 100)))),
  );
  // Where the phases hold tasks, those are the stages, and another format knows them.
  if (isFiner) return 0.1;
  return most ? 0.4 : noun === "phase" || noun === "work package" ? 0.25 : 0.15;
}
