// Finds the tags in one line of text: those of known names, and comments.
import type { Range } from "../../core/plan.ts";
import { codeSpans } from "./inline.ts";

export interface Opening {
  readonly kind: "opening";
  /** In lower case. */
  readonly name: string;
  /** By name in lower case; without a prototype. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Written as `<name/>`. */
  readonly isEmpty: boolean;
  readonly range: Range;
}

export interface Closing {
  readonly kind: "closing";
  readonly name: string;
  /** Nothing stands before it on its line, perhaps other tags; or nothing behind it. */
  readonly at: "start" | "end" | "middle";
  readonly range: Range;
}

/** A comment; it may end lines further down. */
interface Comment {
  readonly kind: "comment";
  readonly range: Range;
}

export type Tag = Opening | Closing | Comment;

interface LineOptions extends Range {
  readonly names: ReadonlySet<string>;
  /** Offset of the last `-->` of the text, or -1. */
  readonly lastComment: number;
}

/**
 * The tags of the line from `start` to `end`, in order. An opening tag counts at the start of the line or right behind
 * another tag, so that one in a sentence, or a type such as `List<Name>`, is text; so is all in code marks.
 */
export function tagsInLine(text: string, { start, end, names, lastComment }: LineOptions): readonly Tag[] {
  const line = text.slice(start, end);
  const first = line.indexOf("<");
  if (first === -1) return [];
  const spans = line.includes("`") ? codeSpans(line) : [];
  const lineEnd = line.trimEnd().length;
  const tags: Tag[] = [];
  let span = 0;
  let from = 0;
  let isFirst = true;
  for (let at = first; at !== -1 && from <= line.length; at = line.indexOf("<", from)) {
    isFirst &&= line.slice(from, at).trim() === "";
    while ((spans[span]?.end ?? Number.POSITIVE_INFINITY) <= at) span += 1;
    const code = spans[span];
    if (code !== undefined && code.start < at) {
      isFirst = false;
      from = code.end;
      continue;
    }
    const tag = line.startsWith("<!--", at)
      ? commentAt(text, { start: start + at, lastComment })
      : tagAt(line, { at, start, isFirst, lineEnd });
    if (tag === undefined || (tag.kind !== "comment" && !names.has(tag.name)) || (tag.kind === "opening" && !isFirst)) {
      isFirst = false;
      from = at + 1;
      continue;
    }
    tags.push(tag);
    isFirst = true;
    from = tag.range.end - start;
  }
  return tags;
}

function commentAt(
  text: string,
  { start, lastComment }: { readonly start: number; readonly lastComment: number },
): Comment | undefined {
  if (start + 2 > lastComment) return undefined;
  return { kind: "comment", range: { start, end: text.indexOf("-->", start + 2) + 3 } };
}

interface TagOptions {
  readonly at: number;
  /** Where the line starts in the document. */
  readonly start: number;
  readonly isFirst: boolean;
  /** Where the line ends but for white space. */
  readonly lineEnd: number;
}

const tagName = /[a-z][\w:-]{0,99}/iy;

function tagAt(line: string, { at, start, isFirst, lineEnd }: TagOptions): Opening | Closing | undefined {
  const isClosing = line[at + 1] === "/";
  tagName.lastIndex = at + (isClosing ? 2 : 1);
  const name = tagName.exec(line)?.[0];
  if (name === undefined) return undefined;
  const afterName = at + (isClosing ? 2 : 1) + name.length;
  if (isClosing) {
    const close = skipSpace(line, afterName);
    if (line[close] !== ">") return undefined;
    const range = { start: start + at, end: start + close + 1 };
    const where = isFirst ? "start" : close + 1 >= lineEnd ? "end" : "middle";
    return { kind: "closing", name: name.toLowerCase(), at: where, range };
  }
  const rest = readAttributes(line, afterName);
  if (rest === undefined) return undefined;
  const range = { start: start + at, end: start + rest.end };
  return { kind: "opening", name: name.toLowerCase(), attributes: rest.attributes, isEmpty: rest.isEmpty, range };
}

interface TagRest {
  readonly attributes: Readonly<Record<string, string>>;
  readonly isEmpty: boolean;
  /** Behind the closing bracket. */
  readonly end: number;
}

const attribute = /([\w:.@-]+)[ \t]*(=[ \t]*)?/y;
const bareValue = /[^\s<>"']+/y;

/** Absent where the tag does not end on its line; one that is cut off by `<` is none. */
function readAttributes(line: string, from: number): TagRest | undefined {
  const attributes: Record<string, string> = Object.create(null);
  let at = skipSpace(line, from);
  if (at === from && line[at] !== ">" && line[at] !== "/") return undefined;
  for (;;) {
    if (line[at] === ">") return { attributes, isEmpty: false, end: at + 1 };
    if (line.startsWith("/>", at)) return { attributes, isEmpty: true, end: at + 2 };
    attribute.lastIndex = at;
    const found = attribute.exec(line);
    const [whole = "", name = "", equals] = found ?? [];
    if (found === null) return undefined;
    at += whole.length;
    let value = "";
    if (equals !== undefined) {
      const read = readValue(line, at);
      if (read === undefined) return undefined;
      ({ value } = read);
      at = read.end;
    }
    const key = name.toLowerCase();
    if (!Object.hasOwn(attributes, key)) attributes[key] = value;
    at = skipSpace(line, at);
  }
}

function readValue(line: string, at: number): { readonly value: string; readonly end: number } | undefined {
  const quote = line[at];
  if (quote === '"' || quote === "'") {
    const close = line.indexOf(quote, at + 1);
    return close === -1 ? undefined : { value: line.slice(at + 1, close), end: close + 1 };
  }
  bareValue.lastIndex = at;
  const value = bareValue.exec(line)?.[0];
  return value === undefined ? undefined : { value, end: at + value.length };
}

function skipSpace(line: string, from: number): number {
  let at = from;
  while (line[at] === " " || line[at] === "\t") at += 1;
  return at;
}
