// Reads all that the main document of a plan says, in one form for parsing and for writing statuses back.
import type { Finding } from "../../core/finding.ts";
import type { StageStatus } from "../../core/plan.ts";
import type { Document } from "../markdown/document.ts";
import { plainText } from "../markdown/inline.ts";
import { readMarkdown } from "../markdown/markdown.ts";
import { parseStatus } from "../status.ts";
import { readHeadingIssues } from "./heading-issues.ts";
import { type Issue, isBlank, type KnownIssues, knownIssues } from "./issue.ts";
import { readIssueTables } from "./issue-tables.ts";
import { type Part, outlineOf } from "./outline.ts";
import { type Overview, readOverview } from "./overview.ts";
import { readTracking, type Tracking, trackedStatuses } from "./places.ts";

export interface Reading {
  readonly doc: Document;
  readonly parts: readonly Part[];
  readonly overview: Overview;
  readonly issues: readonly Issue[];
  /** The issues are headings, not rows. */
  readonly hasHeadings: boolean;
  readonly known: KnownIssues;
  readonly tracking: Tracking;
  /** Issues of which nothing is said are left out. */
  readonly statuses: ReadonlyMap<Issue, StageStatus>;
  /** Of the Markdown, the overview and the tables. */
  readonly findings: readonly Finding[];
}

export function readAutopilot(doc: Document): Reading {
  const markdown = readMarkdown(doc, { isLandmark: (line) => /^#{2,4}[ \t]+Phase \d/.test(line) });
  const parts = outlineOf(markdown.blocks);
  const overview = readOverview(doc, parts);
  const tables = readIssueTables(doc, parts);
  const hasHeadings = tables.issues.length === 0 || !tables.isTold;
  const headings = hasHeadings ? readHeadingIssues(parts) : [];
  const issues = headings.length > 0 ? headings : tables.issues;
  const known = knownIssues(issues);
  const tracking = readTracking(doc, { parts, known });
  return {
    doc,
    parts,
    overview,
    issues,
    hasHeadings: headings.length > 0,
    known,
    tracking,
    statuses: statusesOf(issues, tracking),
    findings: [
      ...markdown.findings.map((finding) => ({ path: doc.path, ...finding })),
      ...overview.findings,
      ...(headings.length > 0 ? [] : tables.findings),
    ],
  };
}

/** Sections count before cells: a cell that says "open" is one that nobody kept up. */
function statusesOf(issues: readonly Issue[], tracking: Tracking): ReadonlyMap<Issue, StageStatus> {
  const tracked = trackedStatuses(tracking);
  return new Map(
    issues.flatMap((issue) => {
      const status = tracked.get(issue) ?? cellStatus(issue);
      return status === undefined ? [] : [[issue, status] as const];
    }),
  );
}

/** Absent where the cell holds nothing, or words that are no status. */
export const cellStatus = ({ status }: Issue): StageStatus | undefined =>
  status === undefined || isBlank(status.text) ? undefined : readStatus(status.text);

/** Links make a short phrase long: "Done (via [#79](…)–[#82](…))". */
const readStatus = (text: string): StageStatus | undefined =>
  parseStatus(text.length > 200 ? plainText(text.slice(0, 5000)) : text);
