// Reads which files a task means to change, and which file an entry of must_haves names.
import type { StageFiles } from "../../core/plan.ts";
import type { Document } from "../markdown/document.ts";
import { type CodeSpan, codeSpans } from "../markdown/inline.ts";
import type { FileSource } from "../stage-source.ts";
import { type Field, type Fields, entriesOf } from "./fields.ts";

type Group = keyof StageFiles;

/** Longer words are no paths. */
const longestPath = 500;

export interface TaskFiles {
  readonly files: StageFiles;
  readonly sources: readonly FileSource[];
}

const groupOf = (word: string): Group | undefined =>
  /^(?:create|add|new)/i.test(word) ? "create" : /^(?:delete|remove)/i.test(word) ? "delete" : undefined;

const fieldName =
  /^(?:(new|deleted|modified) )?files?(?: (?:to )?(write|writes|written|change|changed|modify|modified|create|created|add|update|edit|touch|touched|delete|deleted|remove))?$/;

/** The files of all fields that are about files to write; what is only to be read is none. */
export function filesOf(doc: Document, fields: Fields): TaskFiles {
  const found: (FileSource & { readonly group: Group })[] = [];
  for (const [name, field] of fields) {
    const [mark, before = "", after = ""] = fieldName.exec(name) ?? [];
    if (mark === undefined) continue;
    const usual = groupOf(before) ?? groupOf(after) ?? "modify";
    for (const { text, range } of textsOf(field)) {
      const isWhole = doc.text.startsWith(text, range.start);
      const verb = groupOf(/^\W*(\w+)[*_]*:/.exec(text.slice(0, 100))?.[1] ?? "");
      for (const { path, start, end, note } of pathsIn(text)) {
        const group = groupOf(note) ?? verb ?? usual;
        const place = isWhole ? { start: range.start + start, end: range.start + end } : range;
        found.push({ path, group, range: place });
      }
    }
  }
  const of = (group: Group): readonly string[] => [
    ...new Set(found.filter((file) => file.group === group).map(({ path }) => path)),
  ];
  return {
    files: { create: of("create"), modify: of("modify"), delete: of("delete") },
    sources: found.map(({ path, range }) => ({ path, range })),
  };
}

const textsOf = (field: Field) => [
  ...(field.value === "" ? [] : [{ text: field.value, range: field.range }]),
  ...entriesOf(field).map(({ text, textRange }) => ({ text, range: textRange })),
];

interface FoundPath {
  readonly path: string;
  /** Within the text, marks left out. */
  readonly start: number;
  readonly end: number;
  /** What stands in parentheses right behind it. */
  readonly note: string;
}

/** The code spans outside of parentheses; in a text without any, the words between commas that look like paths. */
function pathsIn(text: string): readonly FoundPath[] {
  const spans = codeSpans(text);
  if (spans.length === 0) return plainPaths(text);
  const found: FoundPath[] = [];
  let depth = 0;
  let from = 0;
  for (const [index, span] of spans.entries()) {
    depth = depthAfter(text.slice(from, span.start), depth);
    from = span.end;
    const path = pathOf(span);
    if (depth > 0 || path === undefined) continue;
    const behind = text.slice(span.end, spans[index + 1]?.start ?? span.end + 100);
    const note = /^\s*\(([^()]*)/.exec(behind)?.[1] ?? "";
    found.push({ path, start: span.codeStart, end: span.codeEnd, note });
  }
  return found;
}

/** How many parentheses are open behind a text. */
function depthAfter(text: string, before: number): number {
  let depth = before;
  for (const character of text) {
    if (character === "(") depth += 1;
    else if (character === ")") depth = Math.max(0, depth - 1);
  }
  return depth;
}

/** Between commas, each a path alone, perhaps in quotation marks, and perhaps with a note. */
function plainPaths(text: string): readonly FoundPath[] {
  const found: FoundPath[] = [];
  for (const { 0: words, index } of text.matchAll(/[^,;]+/g)) {
    if (words.length > longestPath) continue;
    const [mark, lead = "", path = "", note = ""] =
      /^([\s"'«»‘’‚“”„]*(?:and\s+)?)([\w.@][^\s()`"'<>|«»‘’‚“”„]*)["'«»‘’“”]*\s*(?:\(([^()]*)\)|[–—].*)?\s*$/u.exec(
        words,
      ) ?? [];
    const isPath =
      mark !== undefined && (/[^/]\/[^/]|\w\/$/.test(path) || /\w\.[a-z]{1,10}$/.test(path)) && !isOutside(path);
    if (isPath) found.push({ path, start: index + lead.length, end: index + lead.length + path.length, note });
  }
  return found;
}

/** A span as a path inside the repository; a line number behind it does not belong to it. */
function pathOf({ code }: CodeSpan): string | undefined {
  const path = code.trim().replace(/:\d+(?:-\d+)?$/, "");
  return path.length <= longestPath &&
    /^[^\s<>|"'`;]+$/u.test(path) &&
    !/^[-/~$]/.test(path) &&
    !path.endsWith("()") &&
    !isOutside(path)
    ? path
    : undefined;
}

const isOutside = (path: string): boolean => path.split("/").includes("..") || /^[a-z]+:\/\//i.test(path);

/**
 * The files that an entry of must_haves starts with. Empty where it starts with something else; a name that stands for several
 * files, or for none yet, is told apart by `isOne`.
 */
export function artifactsIn(entry: string): readonly { readonly path: string; readonly isOne: boolean }[] {
  const text = entry.replace(/^(?:path|file): */i, "");
  const found: { readonly path: string; readonly isOne: boolean }[] = [];
  let from = 0;
  for (const span of codeSpans(text)) {
    if (!/^[\s,&+*]*(?:and\s+)?$/.test(text.slice(from, span.start))) break;
    from = span.end;
    const path = pathOf(span);
    if (path === undefined || !looksLikeFile(path)) return [];
    found.push({ path, isOne: !/[*{}?]/.test(path) });
  }
  if (found.length > 0) return found;
  const [word = ""] = /^\S+/.exec(text.replace(/^\*\*/, "")) ?? [];
  const path = word.length > longestPath ? "" : word.replaceAll(/^["']|(?:\*\*)?[:,]?$|["'][:,]?$/g, "");
  const isPath = /^[\w.@][^()`"'<>|*{}?]*\/[^()`"'<>|*{}?]*\.\w{1,10}$/.test(path) && !isOutside(path);
  return isPath ? [{ path, isOne: true }] : [];
}

/** A folder, or a name with an ending; `Task` and `handleCreate` are none. */
const looksLikeFile = (path: string): boolean =>
  path.includes("/") ||
  /^[\w.[\]+@-]+\.\w{1,10}$/.test(path) ||
  /^(?:Makefile|Dockerfile|[Jj]ustfile|LICENSE|README)$/.test(path);
