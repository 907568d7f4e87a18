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
import { dependencyFindings } from "../dependencies/findings.ts";
import type { Document } from "../markdown/document.ts";
import { comparable, plainText } from "../markdown/inline.ts";
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

/** What the bullets under Dependencies say. */
export interface BulletDependencies {
  /** By key of the issue. */
  readonly of: ReadonlyMap<string, readonly DependencyPart[]>;
  /** Of bullets that name issues in another way, such as with an arrow, which people mean either way. */
  readonly findings: readonly Finding[];
}

/** Reads bullets such as "Issue #02 depends on #01". */
export function bulletDependencies(
  { doc, parts }: { readonly doc: Document; readonly parts: readonly Part[] },
  { world }: { readonly world: PreparedWorld },
): BulletDependencies {
  const found = new Map<string, DependencyPart[]>();
  const findings: Finding[] = [];
  const issuesIn = (part: DependencyPart) => readDependencies("", { parts: [part], world }).needs;
  for (const block of parts.filter(isAboutDependencies).flatMap(({ blocks }) => blocks)) {
    if (block.kind !== "entry" || block.quoted === true) continue;
    const split = splitBullet(block);
    if (split === undefined && issuesIn({ text: block.text, range: block.textRange }).length > 0) {
      findings.push(unreadFinding({ doc, text: block.text, range: block.textRange }));
    }
    if (split === undefined) continue;
    for (const { id } of issuesIn(split.subject)) {
      const own = found.get(issueKey(id));
      if (own === undefined) found.set(issueKey(id), [split.object]);
      else own.push(split.object);
    }
  }
  return { of: found, findings };
}

const isAboutDependencies = ({ heading }: Part): boolean =>
  /^(?:issue )?(?:dependencies|dependency (?:notes|graph|list))$/.test(comparable((heading?.text ?? "").slice(0, 100)));

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
  const saidOnGitHub = read.external.flatMap(({ text, range }) => {
    const number = /^(?:github|gh) (?:issue |pr )?#?(\d+)$/i.exec(text)?.[1];
    return number === undefined ? [] : [{ id: number, written: text, range }];
  });
  const onGitHub = [...read.unknown.map(({ id, range }) => ({ id, written: id, range })), ...saidOnGitHub].flatMap(
    ({ id, written, range }) => {
      const meant = known.byGitHub.get(issueKey(id));
      return meant === undefined ? [] : [{ id: meant.id, written, meant, range }];
    },
  );
  const numbers = new Set(onGitHub.map(({ written }) => written));
  const external = read.external.filter(({ text }) => !numbers.has(text));
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
    external: [...new Set(external.map(({ text }) => text))],
    soft: [...read.soft, ...wished.soft, ...soft].map(({ text, id }) => (id === undefined ? { text } : { text, id })),
    isSilent: !read.declared && wished.needs.length === 0,
    findings: [
      ...onGitHub.map(({ written, meant, range }) => gitHubFinding({ doc, written, meant, range })),
      ...dependencyFindings({ doc, id: issue.id, noun: "issue" }, { ...read, external }),
    ],
  };
}

/**
 * What follows from "all earlier ones" is left out where it is named as well, and what several fields name counts once:
 * "Depends on" and "Blocked by" often say the same.
 */
function withoutRepeats({ needs }: Dependencies, fields: readonly DependencyPart[]): readonly NeedSource[] {
  const starts = fields.map(({ range }) => range.start).toSorted((a, b) => a - b);
  const firsts = new Map<string, number | undefined>();
  const named = needs.filter((need) => {
    if (need.isImplied === true) return false;
    const field = lastUpTo(starts, need.range.start);
    if (!firsts.has(need.id)) firsts.set(need.id, field);
    return firsts.get(need.id) === field;
  });
  const seen = new Set(firsts.keys());
  const implied = needs.filter(({ id, isImplied }) => isImplied === true && !seen.has(id) && seen.add(id).size > 0);
  return [...named, ...implied];
}

/** The last of the sorted numbers that is not above the limit. */
function lastUpTo(sorted: readonly number[], limit: number): number | undefined {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? limit) <= limit) low = middle + 1;
    else high = middle;
  }
  return sorted[low - 1];
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

const unreadFinding = ({ doc, text, range }: Place & { readonly text: string }): Finding => ({
  rule: "dep.unread",
  severity: "info",
  message: `Nothing was read from "${plainText(text).slice(0, 80)}": it does not say what depends on what.`,
  range,
  path: doc.path,
  suggestion: 'Write it as "#02 depends on #01".',
});
