// The format of autopilot plans: tables of issues in phases, a branch for the milestone, stop conditions, tracking sections.
import type { Finding } from "../../core/finding.ts";
import { assemblePlan } from "../assemble.ts";
import type { Format, ParseOptions, ParsedPlan } from "../contract.ts";
import type { PlanSource } from "../source.ts";
import { detectAutopilot, isContract } from "./detect.ts";
import { draftIssues } from "./drafts.ts";
import { readFullChecks } from "./full-checks.ts";
import type { Issue } from "./issue.ts";
import { matchFiles } from "./issue-files.ts";
import {
  fileFindings,
  headingFindings,
  orderFindings,
  statusFindings,
  titleFindings,
  trackingFindings,
} from "./issue-findings.ts";
import { place, planNameOf } from "./place.ts";
import { type Reading, readAutopilot } from "./reading.ts";
import { setStatus } from "./set-status.ts";
import { readStops } from "./stops.ts";
import { freshAutopilot } from "./template.ts";

function parse(source: PlanSource, options: ParseOptions): ParsedPlan {
  const [doc, ...files] = source.documents;
  const reading = readAutopilot(doc);
  const { issues, overview, parts, tracking } = reading;
  if (issues.length === 0) return { findings: [...reading.findings, noIssues(reading)] };
  const matched = matchFiles(issues, files);
  const shared = readFullChecks(doc, { parts, ...options });
  const { drafts, ranked, findings, silent } = draftIssues(reading, { matched, shared, options });
  const isSure = isContract(reading);
  return assemblePlan(
    source,
    {
      id: overview.milestone ?? planNameOf(source.path),
      title: overview.title ?? planNameOf(source.path),
      format: "autopilot",
      status: tracking.status?.text ?? overview.status,
      base: overview.base,
      baseFrom: overview.baseFrom,
      stages: drafts,
      stops: readStops(parts),
      findings: [
        ...reading.findings,
        ...findings,
        ...silentFindings(reading, silent),
        ...statusFindings(reading),
        ...(isSure ? titleFindings(reading) : []),
        ...(isSure ? trackingFindings(reading) : []),
        ...headingFindings(reading),
        ...orderFindings(doc, ranked),
        ...fileFindings(doc, { matched, isSure }),
      ],
    },
    options,
  );
}

function noIssues({ doc, parts }: Reading): Finding {
  const heading = parts.find((part) => part.heading !== undefined)?.heading;
  return {
    rule: "plan.no-issues",
    severity: "error",
    message: "No table of issues was found in this file.",
    range: heading?.textRange ?? { start: 0, end: Math.min(doc.lineEnds[0] ?? 0, 200) },
    path: doc.path,
    suggestion: "Add a table with the columns Issue #, Title and Dependencies under the heading of each phase.",
  };
}

/** Said once: a plan that says it of some issues only means that the others wait for nothing. */
function silentFindings({ doc, issues }: Reading, silent: readonly Issue[]): readonly Finding[] {
  const [first] = silent;
  if (first === undefined || silent.length < 2) return [];
  const isAll = silent.length === issues.length;
  return [
    {
      rule: "dep.missing-default",
      severity: "info",
      message: isAll
        ? "The plan does not say what its issues depend on, so none waits for another."
        : `The plan does not say what ${silent.length} of its issues depend on, so they wait for nothing.`,
      range: first.range,
      path: doc.path,
      suggestion: "Add a column Dependencies.",
    },
  ];
}

export const autopilotFormat: Format = {
  name: "autopilot",
  detect: detectAutopilot,
  place,
  parse,
  setStatus,
  fresh: freshAutopilot,
};
