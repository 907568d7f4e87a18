// Reads the heading of a task: `### Task M1.1: Name`, `### Task 4: Name`, `## Task M9.1: Name ⏳`, `### 0.1 Name`, …
import type { StageStatus } from "../../core/plan.ts";
import { plainText } from "../markdown/inline.ts";
import { parseStatus } from "../status.ts";
import type { Role } from "./place.ts";

export interface TaskHeading {
  readonly id: string;
  /** As written, without id and the bold around all of it. */
  readonly rawName: string;
  /** The word "Task" stands before the id. */
  readonly hasNoun: boolean;
}

const longestHeading = 1000;
const idPattern =
  /^(?:(task)\s{1,4}#?)?([A-Za-z]{0,4}\d{1,9}[a-z]?(?:[.-][A-Za-z]{0,4}\d{1,9}[a-z]?){0,6})(?=$|[\s:.)–—-])/i;

/**
 * The id and the name that a heading gives a task; undefined where it is none. An id without the word "Task" counts with a
 * letter and a colon (`M1.1: Name`); in a list of tasks also a number alone (`0.1 Name`).
 */
export function readTaskHeading(text: string, role?: Role): TaskHeading | undefined {
  if (text.length > longestHeading) return undefined;
  const { words, bold } = withoutLead(text);
  const found = idPattern.exec(words);
  const id = found?.[2];
  if (found === null || id === undefined) return undefined;
  const hasNoun = found[1] !== undefined;
  const rest = words.slice(found[0].length);
  const separator = /^\s{0,4}(?:[:.)–—]|-(?=\s|$))/.exec(rest)?.[0] ?? "";
  const rawName = unbold(rest.slice(separator.length).trim(), bold);
  const isSure = /^[A-Za-z]/.test(id) && id.includes(".") && separator.trim() === ":";
  if (!hasNoun && !isSure && (role !== "tasks" || !/^\d+\.\d/.test(id))) return undefined;
  // "Task 2 is done" is a sentence, and a template's own heading is one of its tasks only where nothing else is.
  return rawName === "" && separator === "" && !hasNoun ? undefined : { id, rawName, hasNoun };
}

/** Signs and bold before the words. */
function withoutLead(text: string): { readonly words: string; readonly bold: boolean } {
  const lead = /^(?:\p{Extended_Pictographic}|\u{FE0F}|\u{200D}|⬚|\s|\*\*|__)*/u.exec(text)?.[0] ?? "";
  return { words: text.slice(lead.length), bold: lead.includes("**") || lead.includes("__") };
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
