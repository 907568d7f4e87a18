// Tells how surely a document is a plan file of this format.
import { surePlan } from "../contract.ts";
import type { Document } from "../markdown/document.ts";
import { readFrontMatter } from "../markdown/leaf-text.ts";
import { readPlanName } from "./file-name.ts";

/** Only by its name: read where a person names it. */
const byNameOnly = 0.2;
const named = 0.4;

/** Fields of a plan, and those of a report on one, which begins in the same way. */
const planKeys = /^(?:wave|depends_on|files_modified|autonomous|must_haves)[ \t]*:/gm;
const reportKeys = /^(?:subsystem|provides|affects|completed|duration|key-files|key-decisions|verified|score)[ \t]*:/m;
/** Front matter of a plan is not longer by far; the rest need not be looked at to know one. */
const longestLook = 20_000;

/**
 * High where the front matter has the fields of a plan, and higher where tasks follow; without front matter never more than a
 * guess, since books about this format are full of its elements. Total; reads the head of the document only.
 */
export function detect(doc: Document): number {
  const name = readPlanName(doc.path.split(/[/\\]/).at(-1) ?? "");
  const block = readFrontMatter(doc)?.block;
  if (block === undefined) return withoutFields(doc, name?.phase !== undefined);
  const head = doc.text.slice(block.content.start, Math.min(block.content.end, block.content.start + longestLook));
  if (reportKeys.test(head)) return 0;
  const keys = new Set((head.match(planKeys) ?? []).map((key) => key.replace(/[ \t]*:$/, ""))).size;
  const isNumbered = /^phase(?:_id)?[ \t]*:/m.test(head) && /^(?:plan|plan_id)[ \t]*:/m.test(head);
  const hasTasks = /^[ \t]*<tasks?\b[^<>\r\n]*>/m.test(doc.text.slice(block.range.end));
  if (isNumbered && keys > 0) return hasTasks ? 1 : keys > 1 ? 0.8 : 0.6;
  if (keys > 2) return hasTasks ? 0.9 : name === undefined ? named : surePlan;
  if (keys > 0 && hasTasks) return name === undefined ? named : 0.7;
  return name?.phase === undefined ? 0 : byNameOnly;
}

function withoutFields(doc: Document, isNamed: boolean): number {
  const hasTasks = /^[ \t]{0,3}<task type=["'](?:auto|tdd|checkpoint)\b/m.test(doc.text);
  if (isNamed) return hasTasks ? 0.45 : byNameOnly;
  return hasTasks && /^<tasks>[ \t]*$/m.test(doc.text) ? 0.3 : 0;
}
