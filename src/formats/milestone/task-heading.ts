// Reads the heading of a task: `### Task M1.1: Name`, `### Task 4: Name`, `## Task M9.1: Name ⏳`, `### 0.1 Name`, …
import type { StageStatus } from "../../core/plan.ts";
import type { Heading } from "../markdown/block.ts";
import { comparable, plainText } from "../markdown/inline.ts";
import { parseStatus } from "../status.ts";
import type { Role } from "./place.ts";

export interface TaskHeading {
  readonly id: string;
  /** As written, without id and the bold around all of it. */
  readonly rawName: string;
  /** The word "Task" stands before the id. */
  readonly hasNoun: boolean;
  /** What a sign or a box before the id says. */
  readonly hint?: StageStatus;
}

const longestHeading = 1000;
/** "Task 1.2", "TASK-3", "M1.1", "4-1.1"; letters alone count only behind the word "Task". */
const idPattern =
  /^(?:(task)(?:\s{1,4}|-)#?)?([A-Za-z]{0,4}\d{1,9}[a-z]?(?:[.-][A-Za-z]{0,4}\d{1,9}[a-z]?){0,6}|[A-Z](?=\s?[:.)–—]|\s-))(?=$|[\s:.)–—-])/i;
/** Ids that are nothing else: with the letter of a milestone and a point, or, before a colon, with any letters, or "T1". */
const milestoneId = /^M\d+\.\d/i;
const letterId = /^(?:[A-Za-z]+\d+\.\d|T\d)/;

/**
 * The id and the name that a heading gives a task; undefined where it is none. An id without the word "Task" counts where it
 * can be nothing else (`M1.1 Name`, `T1: Name`); in a list of tasks also a number alone (`0.1 Name`).
 */
export function readTaskHeading(text: string, role?: Role): TaskHeading | undefined {
  if (text.length > longestHeading) return undefined;
  const { words, bold, hint } = withoutLead(text);
  const found = idPattern.exec(words);
  const id = found?.[2];
  if (found === null || id === undefined) return undefined;
  const hasNoun = found[1] !== undefined;
  const rest = words.slice(found[0].length);
  const separator = /^\s{0,4}(?:[:.)–—]|-(?=\s|$))/.exec(rest)?.[0] ?? "";
  const rawName = unbold(rest.slice(separator.length).trim(), bold);
  const isSure = milestoneId.test(id) || (letterId.test(id) && separator.trim() === ":");
  const isListed = role === "tasks" && (/^\d+\.\d/.test(id) || letterId.test(id));
  if (!hasNoun && !isSure && !isListed) return undefined;
  // "Task 2 is done" is a sentence, and a template's own heading is one of its tasks only where nothing else is.
  if (rawName === "" && separator === "" && !hasNoun) return undefined;
  return { id, rawName, hasNoun, ...(hint === undefined ? {} : { hint }) };
}

/** The noun and the number in "Phase 2: Storage" or "Milestone 1"; absent where the heading is no such part of a plan. */
export function readGroup({ text }: Heading): { readonly noun: string; readonly number: string } | undefined {
  const found = /^(phase|sprint|milestone)\s+(\d{1,6}(?:[.-]\d{1,6}){0,3}[a-z]?)(?=$|[\s:.)–—-])/.exec(
    comparable(text.slice(0, 300)),
  );
  const [, noun, number] = found ?? [];
  return noun === undefined || number === undefined ? undefined : { noun, number };
}

/** The number of a phase; a milestone is the plan itself, or a part of it that says nothing of how its tasks are counted. */
export function phaseNumber(heading: Heading): string | undefined {
  const group = readGroup(heading);
  return group === undefined || group.noun === "milestone" ? undefined : group.number;
}

/** Signs, a box and bold before the words. */
function withoutLead(text: string): { readonly words: string; readonly bold: boolean; readonly hint?: StageStatus } {
  const lead = /^(?:\p{Extended_Pictographic}|\u{FE0F}|\u{200D}|⬚|\s|\[[ xX~]\]|\*\*|__)*/u.exec(text)?.[0] ?? "";
  const hint = parseStatus(lead.replaceAll(/\*\*|__/g, "").trim());
  const bold = lead.includes("**") || lead.includes("__");
  return { words: text.slice(lead.length), bold, ...(hint === undefined ? {} : { hint }) };
}

const unbold = (name: string, bold: boolean): string => (bold ? name.replace(/(?:\*\*|__)(?=\s*$)/, "").trim() : name);

const statusTail =
  /\s*(?:[-–—:]\s*|\()\s*(?:not started|not-started|pending|planned|in progress|in-progress|partially completed?|completed?|done|blocked|skipped)\s*\)?$/i;

/** The name as it is shown: without marks, emoji and a status behind it. */
export function displayName(rawName: string): string {
  const plain = plainText(rawName.slice(0, longestHeading));
  const bare = plain.replace(statusTail, "").trim();
  return bare === "" ? plain : bare;
}

/** What two names must share to mean the same task: marks, letter case, a status and a note behind the name are left out. */
export const looseName = (rawName: string): string => {
  const name = comparable(displayName(rawName));
  return name.replace(/ \([^()]*\)$/, "");
};

/** The status that signs or words behind the name say; absent where there are none. */
export function statusHint(rawName: string): StageStatus | undefined {
  const sign = /[\p{Extended_Pictographic}⬚]\u{FE0F}?\s*$/u.exec(rawName.slice(-20))?.[0];
  if (sign !== undefined) return parseStatus(sign);
  const words = statusTail.exec(plainText(rawName.slice(0, longestHeading)))?.[0];
  return words === undefined ? undefined : parseStatus(words.replaceAll(/[-–—:()]/g, " ").trim());
}

/** The name as part of an id: small letters, digits and dashes. */
export const slugOf = (name: string): string =>
  plainText(name.slice(0, longestHeading))
    .normalize("NFC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-/, "")
    .slice(0, 60)
    .replace(/-$/, "");
