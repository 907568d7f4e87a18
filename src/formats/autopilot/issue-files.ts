// Matches the files beside a plan to its issues, and reads the specification that each of them holds.
import type { Finding } from "../../core/finding.ts";
import type { Block } from "../markdown/block.ts";
import { type DraftCheck, checksInFence, isShell, textCheck } from "../commands/checks.ts";
import { type CommandOptions, readCheckText } from "../commands/commands.ts";
import { type Document, textOf } from "../markdown/document.ts";
import { type YamlMap, parseFrontMatter, yamlText, yamlTexts, yamlValue } from "../markdown/front-matter.ts";
import { comparable } from "../markdown/inline.ts";
import { readMarkdown } from "../markdown/markdown.ts";
import { type Issue, issueKey } from "./issue.ts";

const baseName = (path: string): string => (path.split(/[/\\]/).at(-1) ?? "").toLowerCase();

/** A specification is `07-short-name.md`; the plan itself and its epic are none. */
export const isIssueFileName = (name: string): boolean =>
  /^\d{1,4}[a-z]?[-_][^/]*\.md$/i.test(name) &&
  !/^(?:implementation_plan|_milestone|0+-(?:epic|specification))\b/i.test(name);

/** Whether a file is called like one and starts with the keys of one. */
export function isSpecification({ path, text }: Document): boolean {
  if (!isIssueFileName(baseName(path)) || !text.startsWith("---")) return false;
  const head = text.slice(0, text.indexOf("\n---", 3) + 1).slice(0, 5000);
  return /^github_issue:/m.test(head) || (/^priority:/m.test(head) && /^(?:dependencies|depends_on):/m.test(head));
}

export interface Specification {
  readonly doc: Document;
  /** Without front matter. */
  readonly text: string;
  readonly checks: readonly DraftCheck[];
  readonly priority?: string;
  readonly github?: string;
  readonly dependencies: readonly string[];
  readonly findings: readonly Finding[];
}

export interface MatchedFiles {
  /** By place of the issue among the issues. */
  readonly of: ReadonlyMap<number, Document>;
  /** Issues whose table names a file that is not there. */
  readonly missing: readonly Issue[];
  /** Files that no issue has. */
  readonly left: readonly Document[];
}

/** By the name in the table; where that names none, by the number that the file starts with. */
export function matchFiles(issues: readonly Issue[], documents: readonly Document[]): MatchedFiles {
  const byName = new Map(documents.map((doc) => [baseName(doc.path), doc]));
  const byNumber = Map.groupBy(documents, ({ path }) => issueKey(/^\d+[a-z]?/.exec(baseName(path))?.[0] ?? ""));
  const of = new Map<number, Document>();
  const missing: Issue[] = [];
  issues.forEach((issue, place) => {
    const named = issue.file === undefined ? undefined : byName.get(issue.file.text.toLowerCase());
    const numbered = issue.file === undefined ? byNumber.get(issueKey(issue.id)) : undefined;
    const found = named ?? (numbered?.length === 1 ? numbered[0] : undefined);
    if (found !== undefined) of.set(place, found);
    else if (issue.file !== undefined) missing.push(issue);
  });
  const taken = new Set(of.values());
  return { of, missing, left: documents.filter((doc) => !taken.has(doc)) };
}

/** What a file says of its issue. Mistakes in its front matter are warnings: the plan can be read without it. */
export function readSpecification(doc: Document, options: CommandOptions): Specification {
  const { blocks } = readMarkdown(doc);
  const [first] = blocks;
  const head = first?.kind === "front-matter" ? first : undefined;
  const parsed = head === undefined ? undefined : parseFrontMatter(doc, head);
  const root = parsed?.root;
  const from = head?.range.end ?? 0;
  const priority = valueOf(root, ["priority"]);
  const github = /^#?(\d{1,9})$/.exec(valueOf(root, ["github_issue", "github", "github_number", "issue"]) ?? "")?.[1];
  return {
    doc,
    text: textOf(doc, { start: from, end: doc.text.length }).trim(),
    checks: checksIn(doc, { blocks, ...options }),
    dependencies: ["dependencies", "depends_on"].flatMap((key) =>
      yamlTexts(yamlValue(root, key)).map(({ value }) => value),
    ),
    findings: (parsed?.findings ?? []).map((finding) => ({ ...finding, severity: "warning", path: doc.path })),
    ...(priority === undefined ? {} : { priority }),
    ...(github === undefined ? {} : { github }),
  };
}

const valueOf = (root: YamlMap | undefined, keys: readonly string[]): string | undefined =>
  keys.map((key) => yamlText(yamlValue(root, key))?.value).find((value) => value !== undefined);

/** `**Verify:**` with a command or a shell block below it, and the entries under Acceptance Criteria. Steps are no checks. */
export function checksIn(
  doc: Document,
  { blocks, ...options }: CommandOptions & { readonly blocks: readonly Block[] },
): readonly DraftCheck[] {
  const found: DraftCheck[] = [];
  let inCriteria = false;
  blocks.forEach((block, index) => {
    const label = block.kind === "label" || block.kind === "entry" ? block.label : undefined;
    const name = block.kind === "heading" ? block.text : block.kind === "label" ? block.label.name : undefined;
    if (name !== undefined) inCriteria = /^(?:acceptance criteria|definition of done)\b/.test(comparable(name));
    if (label !== undefined && /^(?:verify|verification)(?: command)?s?$/.test(comparable(label.name))) {
      const next = blocks[index + 1];
      const range = (block.kind === "label" || block.kind === "entry" ? block.valueRange : undefined) ?? block.range;
      if (label.value !== "")
        found.push(textCheck({ text: label.value, range, reading: readCheckText(label.value, options) }));
      else if (next?.kind === "fence" && isShell(next)) found.push(...checksInFence(doc, { fence: next, ...options }));
      return;
    }
    if (!inCriteria || block.kind !== "entry" || block.depth > 0 || block.text === "" || block.quoted === true) return;
    const text = block.text.replace(/^[✅☑✔❌⬜]\u{FE0F}? */u, "");
    found.push(textCheck({ text, range: block.textRange, reading: readCheckText(text, options) }));
  });
  const seen = new Set<string>();
  return found.filter(({ identity }) => !seen.has(identity) && seen.add(identity));
}
