// Says how sure it is that a document is an autopilot plan.
import type { Document } from "../markdown/document.ts";
import { comparable } from "../markdown/inline.ts";
import { isSpecification } from "./issue-files.ts";
import { type Reading, readAutopilot } from "./reading.ts";

/** Cheap signs, so that most documents are not read at all: a table, or headings such as "PR 3: …". */
const mayBe =
  /autopilot contract|^[ \t>]*(?:\|[ \t]*)?:?-{1,200}:?[ \t]*\||^#{2,5}[ \t].{0,20}\b(?:PR|Agent|Issue|Ticket|Card|Story)[ -]?#?\d/im;

/**
 * 1 with a contract and issues, 0.9 with a milestone branch and issues, 0.8 for the older template; below 0.5 for tables of
 * issues and headings of pull requests in the plans of other tools, and for the specification of an issue, beside which the
 * plan may lie.
 */
export function detectAutopilot(doc: Document): number {
  if (isSpecification(doc)) return 0.4;
  if (!mayBe.test(doc.text)) return 0;
  const reading = readAutopilot(doc);
  const { issues, overview, hasHeadings } = reading;
  const hasContract = hasHeading(reading, /^(?:\d+[.)] ?)?autopilot contract\b/);
  if (issues.length === 0) return hasContract ? (overview.namesBranch ? 0.6 : 0.3) : 0;
  if (hasContract && !hasHeadings) return 1;
  if (!hasHeadings && overview.namesBranch && overview.milestone !== undefined) return 0.9;
  if (!hasHeadings && overview.namesBranch && hasHeading(reading, /\(autopilot\)|^blocked \/ needs review/)) return 0.8;
  if (hasHeadings) return 0.45;
  return issues.length < 2 ? 0.1 : 0.3;
}

/** Whether the plan is in this format, and not only near it. */
export function isContract(reading: Reading): boolean {
  return (
    !reading.hasHeadings && (reading.overview.namesBranch || hasHeading(reading, /^(?:\d+[.)] ?)?autopilot contract\b/))
  );
}

const hasHeading = ({ parts }: Reading, name: RegExp): boolean =>
  parts.some(({ heading }) => heading !== undefined && name.test(comparable(heading.text.slice(0, 200))));
