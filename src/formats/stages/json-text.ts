// Reads the JSON of a plan with the place of every value, and tells all that strict JSON does not allow.
import { type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import type { Finding, TextEdit } from "../../core/finding.ts";
import type { Range } from "../../core/plan.ts";
import { type JsonNode, jsonTree } from "./json-tree.ts";

/** Deeper nesting is refused before anything recursive sees it. */
const deepest = 100;
/** After the first few mistakes the parser mostly reports what follows from them. */
const mostErrors = 5;

export type { JsonNode } from "./json-tree.ts";

export interface JsonText {
  /** Absent where the text cannot be read as one value. */
  readonly root?: JsonNode;
  readonly findings: readonly Finding[];
}

/**
 * Parses strict JSON. Comments and trailing commas are errors with a fix and do not keep the rest from being read;
 * anything else that is wrong leaves `root` absent. Ranges are offsets in `text`. Total: never throws.
 */
export function readJson(text: string): JsonText {
  const { extras, tooDeepAt } = scanJson(text);
  if (tooDeepAt !== undefined) {
    const message = `The JSON is nested more than ${deepest} levels deep.`;
    return { findings: [syntaxFinding({ start: tooDeepAt, end: tooDeepAt + 1 }, message)] };
  }
  const refused = refusedByParser(text);
  if (refused === undefined) {
    const valid = jsonTree(text);
    return { root: valid, findings: duplicateKeys(valid) };
  }
  const errors: ParseError[] = [];
  const root: JsonNode | undefined = parseTree(text, errors, {
    disallowComments: false,
    allowTrailingComma: true,
    allowEmptyContent: false,
  });
  const findings = extras.map((extra) => extraFinding(text, extra));
  if (root === undefined || errors.length > 0) {
    const found =
      errors.length === 0 ? [syntaxFinding({ start: 0, end: 0 }, "The JSON is empty.")] : describe(text, errors);
    return { findings: [...findings, ...found] };
  }
  if (findings.length === 0) return { findings: [syntaxFinding({ start: 0, end: Math.min(1, text.length) }, refused)] };
  return { root, findings: [...findings, ...duplicateKeys(root)] };
}

interface Extra extends Range {
  readonly kind: "comment" | "comma";
}

/** Finds comments and trailing commas, and where the nesting goes too deep. */
function scanJson(text: string): { readonly extras: readonly Extra[]; readonly tooDeepAt?: number } {
  const extras: Extra[] = [];
  let depth = 0;
  let comma: number | undefined;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x22) {
      index = endOfString(text, index);
      comma = undefined;
    } else if (code === 0x2f && (text[index + 1] === "/" || text[index + 1] === "*")) {
      const end = endOfComment(text, index);
      extras.push({ kind: "comment", start: index, end });
      index = end - 1;
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > deepest) return { extras, tooDeepAt: index };
      comma = undefined;
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1;
      if (comma !== undefined) extras.push({ kind: "comma", start: comma, end: comma + 1 });
      comma = undefined;
    } else if (code === 0x2c) comma = index;
    else if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) comma = undefined;
  }
  return { extras: extras.toSorted((a, b) => a.start - b.start) };
}

/** Offset of the closing quote, or of the end of the line where there is none. */
function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x5c) index += 1;
    else if (code === 0x22 || code === 0x0a || code === 0x0d) return index;
  }
  return text.length;
}

function endOfComment(text: string, start: number): number {
  if (text[start + 1] === "*") {
    const close = text.indexOf("*/", start + 2);
    return close === -1 ? text.length : close + 2;
  }
  let end = start;
  while (end < text.length && text[end] !== "\n" && text[end] !== "\r") end += 1;
  return end;
}

function extraFinding(text: string, { kind, start, end }: Extra): Finding {
  const isComment = kind === "comment";
  return {
    rule: "json.syntax",
    severity: "error",
    message: isComment ? "JSON has no comments." : "JSON allows no comma after the last entry.",
    range: { start, end },
    suggestion: isComment ? "Remove the comment, or move it out of the block." : "Remove the comma.",
    fix: [isComment ? removeComment(text, { start, end }) : { range: { start, end }, text: "" }],
  };
}

/** A comment goes with the blanks before it, and with its whole line where nothing else stands there. */
function removeComment(text: string, { start, end }: Range): TextEdit {
  let from = start;
  while (from > 0 && (text[from - 1] === " " || text[from - 1] === "\t")) from -= 1;
  const startsLine = from === 0 || text[from - 1] === "\n" || text[from - 1] === "\r";
  const rest = /^[ \t]{0,99}(\r\n|\n|\r)/.exec(text.slice(end, end + 101))?.[0];
  if (startsLine && rest !== undefined) return { range: { start: from, end: end + rest.length }, text: "" };
  return { range: { start: startsLine ? start : from, end }, text: "" };
}

const sentences: Readonly<Record<string, string>> = {
  InvalidSymbol: "This is not JSON; text needs double quotes.",
  InvalidNumberFormat: "This is not a number as JSON writes it.",
  PropertyNameExpected: "A key in double quotes is expected here.",
  ValueExpected: "A value is expected here.",
  ColonExpected: "A colon is expected here.",
  CommaExpected: "A comma is missing before this.",
  CloseBraceExpected: "A closing } is missing.",
  CloseBracketExpected: "A closing ] is missing.",
  EndOfFileExpected: "The JSON ended before this; it is one object, nothing after it.",
  UnexpectedEndOfComment: "This comment never ends.",
  UnexpectedEndOfString: "This text has no closing quote on its line.",
  UnexpectedEndOfNumber: "This number is cut short.",
  InvalidUnicode: "This \\u escape needs four hexadecimal digits.",
  InvalidEscapeCharacter: "This escape does not exist in JSON.",
  InvalidCharacter: "Control characters have to be escaped in JSON text.",
};

/** One sentence for each line, the first few: later ones follow from the earlier. */
function describe(text: string, errors: readonly ParseError[]): readonly Finding[] {
  let last: number | undefined;
  const found: Finding[] = [];
  for (const { error, offset, length } of errors) {
    if (found.length === mostErrors) break;
    if (last !== undefined && !/[\r\n]/.test(text.slice(last, offset))) continue;
    last = offset;
    const range = { start: offset, end: Math.min(text.length, Math.max(offset + 1, offset + length)) };
    found.push(syntaxFinding(range, sentences[printParseErrorCode(error)] ?? "This is not JSON."));
  }
  return found;
}

/** The tolerant parser lets a few things pass that other tools will not; the strict one has the last word. */
function refusedByParser(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return `This is not JSON: ${error instanceof Error ? error.message : "it cannot be read"}.`;
  }
}

function duplicateKeys(root: JsonNode): readonly Finding[] {
  const found: Finding[] = [];
  const open = [root];
  for (const node of open) {
    const seen = node.type === "object" ? new Map<unknown, JsonNode>() : undefined;
    for (const child of node.children ?? []) {
      // What holds nothing has no key.
      if (child.children !== undefined) open.push(child);
      const key = seen === undefined ? undefined : child.children?.[0];
      if (seen === undefined || key === undefined) continue;
      const first = seen.get(key.value);
      if (first === undefined) {
        seen.set(key.value, key);
        continue;
      }
      found.push({
        rule: "json.duplicate-key",
        severity: "error",
        message: `The key \`${String(key.value)}\` stands twice in one object; which value counts depends on the reader.`,
        range: nodeRange(key),
        suggestion: "Keep one of the two.",
        related: [{ range: nodeRange(first), message: "The first one." }],
      });
    }
  }
  return found;
}

const syntaxFinding = (range: Range, message: string): Finding => ({
  rule: "json.syntax",
  severity: "error",
  message,
  range,
});

export const nodeRange = ({ offset, length }: JsonNode): Range => ({ start: offset, end: offset + length });

/** The value of a key of an object; the first one where the key stands twice. */
export const property = (node: JsonNode | undefined, key: string): JsonNode | undefined =>
  node?.type === "object"
    ? node.children?.find((child) => child.children?.[0]?.value === key)?.children?.[1]
    : undefined;

/** The entries of an array, none for anything else. */
export const elements = (node: JsonNode | undefined): readonly JsonNode[] =>
  node?.type === "array" ? (node.children ?? []) : [];

export const stringValue = (node: JsonNode | undefined): string | undefined =>
  typeof node?.value === "string" ? node.value : undefined;

/** The plain value of a node. Objects have no prototype, so that a key such as `__proto__` is only a key. */
export function plainValue(node: JsonNode): unknown {
  if (node.type === "array") return elements(node).map(plainValue);
  if (node.type !== "object") return node.value;
  const result: Record<string, unknown> = Object.create(null);
  for (const child of node.children ?? []) {
    const [key, value] = child.children ?? [];
    if (key !== undefined && value !== undefined && !Object.hasOwn(result, String(key.value))) {
      result[String(key.value)] = plainValue(value);
    }
  }
  return result;
}
