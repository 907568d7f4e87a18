// Finds what is wrong between the issues of a plan, its phases, its tracking sections and the files beside it.
import type { Finding, Related } from "../../core/finding.ts";
import type { Document } from "../markdown/document.ts";
import { plainText } from "../markdown/inline.ts";
import type { Heading } from "../markdown/block.ts";
import { type Issue, hasHole, isBlank } from "./issue.ts";
import { isIssueFileName, type MatchedFiles } from "./issue-files.ts";
import { isPhaseHeading, phaseName } from "./phase.ts";
import { cellStatus, type Reading } from "./reading.ts";

/** An issue with what it was found to need and how urgent it is. */
export interface Ranked {
  readonly issue: Issue;
  readonly needs: readonly { readonly id: string; readonly range: Finding["range"] }[];
  /** 0 for P0; absent where nothing is said. */
  readonly priority: number | undefined;
}

/** Warnings about the order: work that waits for something later, or for something less urgent. */
export function orderFindings(doc: Document, ranked: readonly Ranked[]): readonly Finding[] {
  const byId = new Map(ranked.toReversed().map((one) => [one.issue.id, one]));
  return ranked.flatMap(({ issue, needs, priority }) =>
    needs.flatMap(({ id, range }): readonly Finding[] => {
      const other = byId.get(id);
      if (other === undefined || other.issue === issue) return [];
      const shared = { severity: "warning", range, path: doc.path, related: see(doc, other.issue) } as const;
      const isLater =
        issue.phase !== undefined && other.issue.phase !== undefined && other.issue.phase.index > issue.phase.index;
      const isLessUrgent = priority !== undefined && other.priority !== undefined && other.priority > priority;
      return [
        ...(isLater
          ? [
              {
                rule: "dep.later-phase",
                message: `\`${issue.id}\` depends on \`${id}\`, which belongs to a later phase, ${other.issue.phase?.name ?? ""}.`,
                suggestion: "Move one of the two, or drop the dependency.",
                ...shared,
              },
            ]
          : []),
        ...(isLessUrgent
          ? [
              {
                rule: "priority.inverted",
                message: `\`${issue.id}\` is P${priority ?? 0} and depends on \`${id}\`, which is only P${other.priority ?? 0}.`,
                suggestion: `Make \`${id}\` P${priority ?? 0} as well.`,
                ...shared,
              },
            ]
          : []),
      ];
    }),
  );
}

const see = (doc: Document, { range }: Issue): readonly Related[] => [
  { range, path: doc.path, message: "The other one." },
];

export const statusFindings = ({ doc, issues, tracking }: Reading): readonly Finding[] =>
  issues.flatMap((issue): readonly Finding[] => {
    const { status } = issue;
    if (status === undefined || isBlank(status.text) || cellStatus(issue) !== undefined) return [];
    const isTracked = [tracking.completed, tracking.blocked, tracking.skipped].some((list) =>
      list?.entries.some((tracked) => tracked.issue === issue),
    );
    if (isTracked) return [];
    return [
      {
        rule: "status.unknown",
        severity: "warning",
        message: `The status "${plainText(status.text).slice(0, 100)}" is not known and counts as not-started.`,
        range: status.range,
        path: doc.path,
        suggestion: "Use Open, In Progress, Done, Blocked or Skipped; a note goes into parentheses.",
      },
    ];
  });

/** Titles that nobody filled in, said once. */
export function titleFindings({ doc, issues }: Reading): readonly Finding[] {
  const open = issues.filter(({ name }) => hasHole(name));
  const [first] = open;
  if (first === undefined) return [];
  const message =
    open.length === 1
      ? `The title "${first.name.slice(0, 80)}" is still a placeholder of the template.`
      : `The titles of ${open.length} issues, such as "${first.name.slice(0, 80)}", are still placeholders of the template.`;
  const shared = { range: first.range, path: doc.path, suggestion: "Say what each issue builds." };
  return [{ rule: "plan.placeholder", severity: "warning", message, ...shared }];
}

/** Issues that the list of completed ones does not have, where it has any. */
export function trackingFindings({ doc, issues, tracking }: Reading): readonly Finding[] {
  const listed = new Set(tracking.completed?.entries.map(({ issue }) => issue));
  if (listed.size === 0 || tracking.completed?.entries.every(({ box }) => box === undefined) === true) return [];
  return issues.flatMap((issue): readonly Finding[] =>
    listed.has(issue)
      ? []
      : [
          {
            rule: "tracking.missing",
            severity: "warning",
            message: `\`${issue.id}\` has no box among the completed issues.`,
            range: issue.range,
            path: doc.path,
            suggestion: `Add "* [ ] ${issue.written} — ${issue.name}" there.`,
          },
        ],
  );
}

const listBehind = /\bIssues?\b[ :]{1,3}((?:#?\d{1,6}[\s,&–—-]{0,3}(?:and |to )?){1,200})/i;

/** "Phase 1: Name — Issues #01, #02" has to name the rows below it. */
export function headingFindings({ doc, parts, issues }: Reading): readonly Finding[] {
  const byPhase = Map.groupBy(issues, ({ phase }) => phase?.name);
  const seen = new Set<string>();
  return parts.flatMap(({ heading }): readonly Finding[] => {
    if (heading === undefined || !isPhaseHeading(heading.text) || hasHole(heading.text)) return [];
    const list = listBehind.exec(heading.text.slice(0, 1000))?.[1];
    const name = phaseName(heading.text);
    const rows = byPhase.get(name);
    if (list === undefined || rows === undefined || seen.has(name)) return [];
    seen.add(name);
    return listFindings({ doc, heading, listed: spansIn(list), rows });
  });
}

function listFindings(at: {
  readonly doc: Document;
  readonly heading: Heading;
  readonly listed: readonly Span[];
  readonly rows: readonly Issue[];
}): readonly Finding[] {
  const { doc, heading, listed, rows } = at;
  const numbersOf = ({ id, github }: Issue): readonly number[] => [id, github ?? id].map(Number);
  const known = new Set(rows.flatMap(numbersOf));
  const extra = [...new Set(listed.flatMap(({ from, to }) => [from, to]))].filter((end) => !known.has(Number(end)));
  const missing = rows.filter((row) =>
    numbersOf(row).every((number) => !listed.some(({ from, to }) => Number(from) <= number && number <= Number(to))),
  );
  if (extra.length === 0 && missing.length === 0) return [];
  const parts = [
    ...(missing.length === 0 ? [] : [`leaves out ${missing.map(({ written }) => written).join(", ")}`]),
    ...(extra.length === 0
      ? []
      : [`names ${extra.map((number) => `#${number}`).join(", ")}, which the table below does not have`]),
  ];
  const message = `The heading of the phase ${parts.join(" and ")}.`;
  const shared = {
    range: heading.textRange,
    path: doc.path,
    suggestion: "Make the heading and the rows agree; the rows count.",
  };
  return [{ rule: "phase.issues-mismatch", severity: "warning", message, ...shared }];
}

/** A number alone is a span from itself to itself. */
interface Span {
  readonly from: string;
  readonly to: string;
}

const spansIn = (list: string): readonly Span[] =>
  [...list.matchAll(/(\d{1,6})(?:\s{0,2}(?:[–—-]|to)\s{0,2}#?(\d{1,6}))?/g)].map(([, from = "", to = from]) => ({
    from,
    to,
  }));

const mostNamed = 5;

/** Files that the tables name and that are not there, and files that no row names. */
export function fileFindings(
  doc: Document,
  { matched, isSure }: { readonly matched: MatchedFiles; readonly isSure: boolean },
): readonly Finding[] {
  const { missing, left, of } = matched;
  const [first] = missing;
  const rule = "issue.missing-file";
  const suggestion = "Write the specification, or correct the name.";
  const all = missing.length > mostNamed && of.size === 0 && first?.file !== undefined;
  return [
    ...(all
      ? [
          {
            rule,
            severity: "warning" as const,
            message: `None of the ${missing.length} files that the tables name lie beside the plan.`,
            range: first.file?.range ?? first.range,
            path: doc.path,
            suggestion,
          },
        ]
      : missing.map(({ file, id, range }) => ({
          rule,
          severity: "warning" as const,
          message: `The file \`${file?.text ?? ""}\` of \`${id}\` does not lie beside the plan.`,
          range: file?.range ?? range,
          path: doc.path,
          suggestion,
        }))),
    ...(isSure ? left : []).flatMap((other): readonly Finding[] => {
      const name = other.path.split(/[/\\]/).at(-1) ?? "";
      if (!isIssueFileName(name) || /^0+[-_]/.test(name)) return [];
      const message = `No row of the plan names this file, so it is no stage: ${name}.`;
      return [
        {
          rule: "issue.unlisted-file",
          severity: "info",
          message,
          range: { start: 0, end: other.lineEnds[0] ?? 0 },
          path: other.path,
        },
      ];
    }),
  ];
}
