// An issue as the plan writes it down, and the way from what people call an issue to the one they mean.
import type { Range } from "../../core/plan.ts";
import type { Block } from "../markdown/block.ts";
import { comparable, plainText } from "../markdown/inline.ts";

/** A piece of the plan with its place. */
export interface Field {
  readonly text: string;
  readonly range: Range;
}

export interface Phase {
  /** As shown, without the list of issues behind it. */
  readonly name: string;
  /** What dependencies call it by: the number of "Phase 2"; empty where it has none. */
  readonly number: string;
  /** In document order, from 0. */
  readonly index: number;
  /** The sentence behind `**Goal:**`. */
  readonly goal?: string;
  /** "P0", where its heading ends so. */
  readonly priority?: string;
}

export interface Issue {
  readonly id: string;
  /** As it is called in text: a number alone, and where the plan writes it so, has a `#`. */
  readonly written: string;
  readonly name: string;
  /** The cell or heading with the id. */
  readonly range: Range;
  readonly phase?: Phase;
  /** Other names: link texts, slugs, file names. */
  readonly aliases: readonly string[];
  /** Number on GitHub, without `#`. */
  readonly github?: string;
  readonly priority?: Field;
  /** Absent where the plan has no place for dependencies at this issue. */
  readonly dependencies?: readonly Field[];
  /** Prerequisites that only part of the work waits for. */
  readonly soft?: readonly Field[];
  readonly branch?: Field;
  readonly status?: Field;
  readonly token?: string;
  readonly size?: string;
  readonly owner?: string;
  /** Name of its specification, without folders. */
  readonly file?: Field;
  /** Files it will change. */
  readonly touched?: Field;
  /** All that its row says, for the brief. */
  readonly details: readonly (readonly [name: string, value: string])[];
  /** What stands below its heading, where it has one of its own. */
  readonly body?: readonly Block[];
}

/** Text that holds the place of a value that is not known yet. */
export const isBlank = (text: string): boolean =>
  text.length <= 40 && /^(?:tbd|tba|todo|n\/a|none|\?|[-–—.…_]*)$/.test(text.toLowerCase().replaceAll(/[*`\s]/g, ""));

/** Whether a template's hole was not filled in: `{n}`, `<slug>`, `[name]`. */
export const hasHole = (text: string): boolean => /\{[^{}]*\}|<[^<>]*>|\[[^[\]]*\](?!\()/.test(text);

/** How numbers are compared: `#01` is `1`. */
export const issueKey = (id: string): string => {
  const key = id.trim().toLowerCase().replace(/^#/, "");
  return /^\d{1,15}$/.test(key) ? String(Number(key)) : key;
};

/** Finds the issue that a text starts with; see `findIssues`. */
export interface KnownIssues {
  /** Of several with one id the first. */
  readonly byKey: ReadonlyMap<string, Issue>;
  readonly byAlias: ReadonlyMap<string, Issue>;
  readonly byGitHub: ReadonlyMap<string, Issue>;
}

export function knownIssues(issues: readonly Issue[]): KnownIssues {
  const byKey = new Map<string, Issue>();
  const byAlias = new Map<string, Issue>();
  const byGitHub = new Map<string, Issue>();
  const add = (map: Map<string, Issue>, key: string, issue: Issue): void => {
    if (key !== "" && !map.has(key)) map.set(key, issue);
  };
  for (const issue of issues) {
    add(byKey, issueKey(issue.id), issue);
    for (const alias of issue.aliases) add(byAlias, comparable(alias), issue);
    if (issue.github !== undefined) add(byGitHub, issueKey(issue.github), issue);
  }
  return { byKey, byAlias, byGitHub };
}

export interface NamedIssue {
  readonly issue: Issue;
  /** What stands behind the name. */
  readonly rest: string;
}

/**
 * The issue that an entry of a list starts with: "#01 — Title", "**#55** (plan #3)", "Issue 2: …", "01-unit-tests: …". A
 * plan number counts before a number on GitHub.
 */
export function issueAtStart(known: KnownIssues, text: string): NamedIssue | undefined {
  const words = plainText(text.slice(0, 500))
    .replaceAll("~~", "")
    .replace(/^[*_\s]+/, "");
  const found = /^(?:(issue|task|story|card|change|ticket|pr) ?)?(#?)([\p{L}\p{N}][\p{L}\p{N}._-]*)/iu.exec(words);
  if (found === null) return undefined;
  const [whole, noun = "", mark = "", word = ""] = found;
  const rest = words.slice(whole.length).replace(/^[*_\s]+/, "");
  const plan = /^\(plan ?#?(\d{1,9})\)/i.exec(rest)?.[1];
  const planned = plan === undefined ? undefined : known.byKey.get(issueKey(plan));
  if (planned !== undefined) return { issue: planned, rest };
  const name = word.replace(/[._-]+$/, "");
  const isPullRequest = noun.toLowerCase() === "pr";
  const issue =
    known.byKey.get(issueKey(noun + name)) ??
    (isPullRequest ? undefined : (known.byKey.get(issueKey(name)) ?? known.byAlias.get(name.toLowerCase()))) ??
    (mark === "" ? undefined : known.byGitHub.get(issueKey(name)));
  return issue === undefined ? undefined : { issue, rest };
}
