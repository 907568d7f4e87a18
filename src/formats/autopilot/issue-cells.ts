// Reads what single cells of an issue table say: ids, links, branches, files.
import { codeSpans, plainText } from "../markdown/inline.ts";
import { branchProblem } from "../../core/refname.ts";
import { hasHole, isBlank } from "./issue.ts";

export interface IssueId {
  readonly id: string;
  readonly written: string;
  /** From a link to an issue on GitHub. */
  readonly github?: string;
}

const longestId = 60;

/** The id in a cell such as `#01`, `T01`, `F1-001`, `[#7](url)`, `**M0** ⭐`, `PR 5`; absent where it holds none. */
export function readId(text: string): IssueId | undefined {
  if (text.length > 500) return undefined;
  const words = plainText(text)
    .replaceAll("~~", "")
    .replaceAll(/^[*_\s]+|[*_\s]+$/g, "");
  if (words === "" || words.length > longestId || isBlank(words) || hasHole(words)) return undefined;
  if (/^(?:#?x{2,}|(?:grand |sub)?totals?:?|sum|all|note)$/i.test(words)) return undefined;
  const found = /^(?:(issue|task|story|card|change|ticket|pr|step)\s+)?(#?)\s?([\p{L}\p{N}][\p{L}\p{N}._-]*)$/iu.exec(
    words,
  );
  if (found === null) return undefined;
  const [, noun = "", mark = "", word = ""] = found;
  const id = noun.toLowerCase() === "pr" ? `PR${word}` : word;
  const github = /\/issues\/(\d{1,9})\b/.exec(text)?.[1];
  return { id, written: writtenId(mark + id), ...(github === undefined ? {} : { github }) };
}

/** A number alone is easily taken for something else, so it gets its mark. */
export const writtenId = (id: string): string => (/^\d+$/.test(id) ? `#${id}` : id);

/** Whether a row without an id only sums up, or keeps a place. */
export const isFiller = (text: string): boolean => {
  const words = plainText(text).replaceAll(/[*_]/g, "").trim();
  return words === "" || isBlank(words) || /^(?:grand |sub)?totals?\b/i.test(words) || /^#?x{2,}$/i.test(words);
};

const linkPattern = /\[([^[\]]*)\]\(([^()\s]*)\)/g;

/** Texts of links and the last parts of what they lead to, without a file ending. */
export const linkNames = (text: string): readonly string[] =>
  [...text.slice(0, 2000).matchAll(linkPattern)].flatMap(([, words = ""]) =>
    words.trim() === "" ? [] : [words.trim()],
  );

/** The name of a file, without folders, in a cell; absent where it names no Markdown file. */
export function readFileName(text: string): string | undefined {
  const target = [...text.slice(0, 2000).matchAll(linkPattern)]
    .map(([, , to = ""]) => to)
    .find((to) => /\.md$/i.test(to));
  const written = target ?? codeSpans(text)[0]?.code ?? plainText(text);
  const name = written.trim().split("/").at(-1) ?? "";
  return /^[^\s<>{}[\]|]+\.md$/i.test(name) ? name : undefined;
}

/** The branch that a cell names: its first code span, or all of it. Absent for prose, dashes and holes of a template. */
export function readBranch(text: string): string | undefined {
  const span = codeSpans(text)[0];
  const name = (span?.code ?? plainText(text)).trim();
  if (isBlank(name) || hasHole(name)) return undefined;
  if (span !== undefined) return /\s/.test(name) ? undefined : name;
  return branchProblem(name) === undefined ? name : undefined;
}
