// Makes a stage out of each issue: its row, the file beside the plan, and what all issues have to pass.
import type { Finding } from "../../core/finding.ts";
import type { StageDraft } from "../assemble.ts";
import type { DraftCheck } from "../commands/checks.ts";
import type { ParseOptions } from "../contract.ts";
import type { Document } from "../markdown/document.ts";
import { pathsIn } from "../file-paths.ts";
import { plainText } from "../markdown/inline.ts";
import { hasHole, type Issue, isBlank, issueKey } from "./issue.ts";
import { readBranch } from "./issue-cells.ts";
import { checksIn, type MatchedFiles, readSpecification, type Specification } from "./issue-files.ts";
import type { Ranked } from "./issue-findings.ts";
import { bulletDependencies, type IssueNeeds, readNeeds, worldOf } from "./needs.ts";
import type { Reading } from "./reading.ts";

export interface DraftsReading {
  readonly drafts: readonly StageDraft[];
  readonly ranked: readonly Ranked[];
  readonly findings: readonly Finding[];
  /** Issues of which nothing says what they depend on. */
  readonly silent: readonly Issue[];
}

/** One draft for each issue, in document order. */
export function draftIssues(
  reading: Reading,
  from: { readonly matched: MatchedFiles; readonly shared: readonly DraftCheck[]; readonly options: ParseOptions },
): DraftsReading {
  const { doc, issues, known } = reading;
  const { matched, shared, options } = from;
  const world = worldOf(issues);
  const bullets = bulletDependencies(reading, { world });
  const read = issues.map((issue, place) => {
    const own = matched.of.get(place);
    const specification = own === undefined ? undefined : readSpecification(own, options);
    const needs = readNeeds(issue, {
      doc,
      world,
      known,
      bullets: bullets.of.get(issueKey(issue.id)) ?? [],
      file: specification?.dependencies ?? [],
    });
    const priority = priorityOf(issue, specification);
    // What is worth knowing of a check that all have is said once.
    const common = place === 0 ? shared : shared.map(({ check, identity }) => ({ check, identity }));
    const draft = draftOf(issue, {
      reading,
      needs,
      shared: common,
      options,
      priority,
      ...(specification === undefined ? {} : { specification }),
    });
    return { issue, needs, priority, draft, specification };
  });
  return {
    drafts: read.map(({ draft }) => draft),
    ranked: read.map(({ issue, needs, priority }) => ({
      issue,
      needs: needs.needs,
      priority: priority === undefined ? undefined : Number(priority.slice(1)),
    })),
    findings: [
      ...bullets.findings,
      ...read.flatMap(({ needs, specification, issue }) => [
        ...needs.findings,
        ...(specification?.findings ?? []),
        ...branchFindings(doc, issue),
      ]),
    ],
    silent: read.filter(({ needs }) => needs.isSilent).map(({ issue }) => issue),
  };
}

/** "P0" in the cell, in the file, or in the heading of the phase. */
function priorityOf({ priority, phase }: Issue, specification: Specification | undefined): string | undefined {
  const texts = [priority?.text, specification?.priority, phase?.priority];
  for (const text of texts) {
    const digit = /\bP(\d)\b/i.exec((text ?? "").slice(0, 200))?.[1];
    if (digit !== undefined) return `P${digit}`;
  }
  return undefined;
}

function draftOf(
  issue: Issue,
  from: {
    readonly reading: Reading;
    readonly needs: IssueNeeds;
    readonly shared: readonly DraftCheck[];
    readonly options: ParseOptions;
    readonly priority: string | undefined;
    readonly specification?: Specification;
  },
): StageDraft {
  const { reading, needs, shared, options, priority, specification } = from;
  const { doc, statuses } = reading;
  const { id, name, range, phase, branch, body } = issue;
  const branchName = branch === undefined ? undefined : readBranch(branch.text);
  const own = body === undefined ? [] : checksIn(doc, { blocks: body, ...options });
  const placed = (specification?.checks ?? []).map((check) => withPath(check, specification?.doc));
  const github = issue.github ?? specification?.github;
  const labels = {
    priority,
    size: issue.size,
    github: github === undefined ? undefined : `#${github}`,
    owner: issue.owner,
    token: issue.token,
  };
  const modify = issue.touched === undefined ? [] : pathsIn(issue.touched.text);
  return {
    doc,
    id,
    name,
    range,
    status: statuses.get(issue),
    needs: needs.needs,
    external: needs.external,
    soft: needs.soft,
    checks: withoutRepeats([...placed, ...own, ...shared]),
    files: { create: [], modify: [...new Set(modify)], delete: [] },
    fileSources: modify.map((path) => ({ path, range: issue.touched?.range ?? range })),
    labels: Object.fromEntries(
      Object.entries(labels).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
    brief: briefOf(issue, { doc, ...(specification === undefined ? {} : { specification }) }),
    ...(phase === undefined ? {} : { group: phase.name }),
    ...(branch === undefined || branchName === undefined ? {} : { branch: { name: branchName, range: branch.range } }),
    ...(issue.token === undefined || hasHole(issue.token)
      ? {}
      : { commit: `${issue.token}: ${name} (#${github ?? id})` }),
  };
}

/** The places in a file beside the plan are told with its path. */
const withPath = (draft: DraftCheck, doc: Document | undefined): DraftCheck =>
  draft.finding === undefined || doc === undefined
    ? draft
    : { ...draft, finding: { ...draft.finding, path: doc.path } };

/** A command that an issue asks for and all issues have to pass is run once. */
function withoutRepeats(drafts: readonly DraftCheck[]): readonly DraftCheck[] {
  const seen = new Set<string>();
  return drafts.filter(({ check, identity }) => {
    const key = check.kind === "command" ? `command ${check.command}` : `manual ${identity}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** What the row says, the goal of the phase, and all of the file or section of the issue. */
function briefOf(issue: Issue, from: { readonly doc: Document; readonly specification?: Specification }): string {
  const { phase, details, body } = issue;
  const row = details.filter(([, value]) => !isBlank(value)).map(([name, value]) => `- **${name}**: ${value}`);
  const goal = phase === undefined ? [] : [`${phase.name}${phase.goal === undefined ? "" : `: ${phase.goal}`}`];
  const [first, last] = [body?.[0], body?.at(-1)];
  const section =
    first === undefined || last === undefined
      ? ""
      : from.doc.text
          .slice(from.doc.lineStarts[first.line - 1] ?? first.range.start, Math.max(first.range.end, last.range.end))
          .trim();
  return [...goal, row.join("\n"), section, from.specification?.text ?? ""].filter((part) => part !== "").join("\n\n");
}

/** Prose where a branch should be: the stage gets a name all the same, and it is said. */
function branchFindings(doc: Document, { branch, id }: Issue): readonly Finding[] {
  if (branch === undefined || readBranch(branch.text) !== undefined || isBlank(branch.text)) return [];
  const message = `"${plainText(branch.text).slice(0, 80)}" is no name of a branch, so the branch of \`${id}\` gets one from the configuration.`;
  return [{ rule: "branch.derived", severity: "info", message, range: branch.range, path: doc.path }];
}
