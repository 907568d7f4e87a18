// Reads what each issue waits for: from its row, from the bullets under Dependencies, from the front matter of its file.
import type { Finding } from "../../core/finding.ts";
import type { Range } from "../../core/plan.ts";
import type { Entry } from "../markdown/block.ts";
import {
  type Dependencies,
  type DependencyPart,
  type PreparedWorld,
  prepareWorld,
  readDependencies,
} from "../dependencies/dependencies.ts";
import type { Document } from "../markdown/document.ts";
import { comparable } from "../markdown/inline.ts";
import type { NeedSource } from "../stage-source.ts";
import { type Issue, issueKey, type KnownIssues } from "./issue.ts";
import type { Part } from "./outline.ts";

export interface IssueNeeds {
  readonly needs: readonly NeedSource[];
  readonly external: readonly string[];
  readonly soft: readonly { readonly text: string; readonly id?: string }[];
  /** Nothing at all says what the issue depends on. */
  readonly isSilent: boolean;
  readonly findings: readonly Finding[];
}

/** What issues are called in each other's cells. */
export function worldOf(issues: readonly Issue[]): PreparedWorld {
  const phases = [...new Set(issues.flatMap(({ phase }) => phase?.number ?? []))].filter((number) => number !== "");
  const hasPhases = issues.some(({ id }) => /^phase\d/i.test(id));
  const hasAgents = issues.some(({ id }) => /^agent\d/i.test(id));
  return prepareWorld({
    nodes: issues.map(({ id, aliases, phase }) => ({
      id,
      aliases,
      ...(phase === undefined || phase.number === "" ? {} : { group: phase.number }),
    })),
    nouns: [
      "issue",
      "task",
      "pr",
      "card",
      "story",
      "change",
      "ticket",
      ...(hasAgents ? ["agent"] : []),
      ...(hasPhases ? ["phase"] : []),
    ],
    ...(hasPhases || phases.length === 0
      ? {}
      : { groups: { nouns: ["phase", "sprint", "wave", "milestone"], ids: phases } }),
    bareNumbers: true,
  });
}

const verb = /\b(?:depends? (?:up)?on|requires?|needs?|(?:is |are )?blocked by|waits? (?:for|on)|builds? on)\b/i;

/** Bullets such as "Issue #02 depends on #01", by key of the issue. */
export function bulletDependencies(
  parts: readonly Part[],
  { world }: { readonly world: PreparedWorld },
): ReadonlyMap<string, readonly DependencyPart[]> {
  const found = new Map<string, DependencyPart[]>();
  for (const { heading, blocks } of parts) {
    if (
      !/^(?:issue )?(?:dependencies|dependency (?:notes|graph|list))$/.test(
        comparable((heading?.text ?? "").slice(0, 100)),
      )
    )
      continue;
    for (const block of blocks) {
      if (block.kind !== "entry" || block.quoted === true) continue;
      const split = splitBullet(block);
      if (split === undefined) continue;
      const subjects = readDependencies("", { parts: [split.subject], world }).needs;
      for (const { id } of subjects) {
        const own = found.get(issueKey(id));
        if (own === undefined) found.set(issueKey(id), [split.object]);
        else own.push(split.object);
      }
    }
  }
  return found;
}

function splitBullet({
  text,
  textRange,
}: Entry): { readonly subject: DependencyPart; readonly object: DependencyPart } | undefined {
  const at = verb.exec(text.slice(0, 2000))?.index;
  if (at === undefined || at === 0) return undefined;
  const isPlain = textRange.end - textRange.start === text.length;
  const range = isPlain ? { start: textRange.start + at, end: textRange.end } : textRange;
  return { subject: { text: text.slice(0, at), range: textRange }, object: { text: text.slice(at), range } };
}

/** Everything one issue waits for. `file`: what the front matter of its specification lists, used where the plan is silent. */
export function readNeeds(
  issue: Issue,
  from: {
    readonly doc: Document;
    readonly world: PreparedWorld;
    readonly known: KnownIssues;
    readonly bullets: readonly DependencyPart[];
    readonly file: readonly string[];
  },
): IssueNeeds {
  const { doc, world, known, bullets } = from;
  const own: readonly DependencyPart[] = [...(issue.dependencies ?? []), ...bullets];
  const isSaid = own.some(({ text }) => text.trim() !== "" && !/^(?:tbd|tba|\?+)$/i.test(text.trim()));
  const listed = isSaid ? [] : from.file.map((text): DependencyPart => ({ text, range: issue.range }));
  const read = readDependencies(issue.id, { parts: isSaid ? own : listed, world });
  const wished = readDependencies(issue.id, { parts: issue.soft ?? [], world });
  const onGitHub = read.unknown.flatMap(({ id, range }) => {
    const meant = known.byGitHub.get(issueKey(id));
    return meant === undefined ? [] : [{ id: meant.id, written: id, meant, range }];
  });
  const numbers = new Set(onGitHub.map(({ written }) => written));
  const unknown = read.unknown.filter(({ id }) => !numbers.has(id));
  const soft = [...wished.needs, ...wished.unknown]
    .map(({ id }) => ({ text: id, id }))
    .filter(({ id }) => world.places.has(id));
  return {
    needs: [
      ...withoutRepeats(read, isSaid ? own : listed),
      ...onGitHub.map(({ id, range }) => ({ id, range })),
      ...unknown,
    ],
    external: [...new Set(read.external.map(({ text }) => text))],
    soft: [...read.soft, ...wished.soft, ...soft].map(({ text, id }) => (id === undefined ? { text } : { text, id })),
    isSilent: !read.declared && wished.needs.length === 0,
    findings: [
      ...onGitHub.map(({ written, meant, range }) => gitHubFinding({ doc, written, meant, range })),
      ...read.unresolved.map(({ text, range }) => unresolvedFinding({ doc, text, range })),
      ...read.external.map(({ text, range }) => externalFinding({ doc, text, range })),
    ],
  };
}

/**
 * What follows from "all earlier ones" is left out where it is named as well, and what several fields name counts once:
 * "Depends on" and "Blocked by" often say the same.
 */
function withoutRepeats({ needs }: Dependencies, fields: readonly DependencyPart[]): readonly NeedSource[] {
  const fieldOf = ({ range }: NeedSource): number =>
    fields.findIndex((field) => field.range.start <= range.start && range.end <= field.range.end);
  const firsts = new Map<string, number>();
  const named = needs.filter((need) => {
    if (need.isImplied === true) return false;
    const field = fields.length > 1 ? fieldOf(need) : 0;
    const first = firsts.get(need.id) ?? field;
    firsts.set(need.id, first);
    return first === field;
  });
  const seen = new Set(firsts.keys());
  const implied = needs.filter(({ id, isImplied }) => isImplied === true && !seen.has(id) && seen.add(id).size > 0);
  return [...named, ...implied];
}

interface Place {
  readonly doc: Document;
  readonly range: Range;
}

const gitHubFinding = (at: Place & { readonly written: string; readonly meant: Issue }): Finding => ({
  rule: "number.plan-vs-github",
  severity: "info",
  message: `No issue of this plan has the number ${at.written}; it is the number on GitHub of \`${at.meant.id}\`, which is taken.`,
  range: at.range,
  path: at.doc.path,
  suggestion: `Write ${at.meant.written}.`,
});

const unresolvedFinding = (at: Place & { readonly text: string }): Finding => ({
  rule: "dep.group-unresolved",
  severity: "warning",
  message: `Which issues "${at.text}" are, the plan does not say; all earlier ones are taken.`,
  range: at.range,
  path: at.doc.path,
  suggestion: "Name the issues.",
});

const externalFinding = (at: Place & { readonly text: string }): Finding => ({
  rule: "dep.external",
  severity: "info",
  message: `"${at.text}" is no issue of this plan; it is shown as a prerequisite from outside.`,
  range: at.range,
  path: at.doc.path,
});
