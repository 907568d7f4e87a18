// Reads the YAML at the head of a plan with the place of every value.
import { type ErrorCode, type Node, isAlias, isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { Finding } from "../../core/finding.ts";
import type { Range } from "../../core/plan.ts";
import type { FrontMatter } from "./block.ts";
import { type Document, textOf } from "./document.ts";

/** In characters. Nobody writes more, and the library takes about a millisecond for a thousand of them at worst. */
const longest = 200_000;
const deepest = 20;
/** After the first few mistakes the parser mostly reports what follows from them. */
const mostErrors = 5;

export interface YamlText {
  readonly kind: "text";
  /** As written, so that 01 stays "01"; without quotes. Empty where a key has no value. */
  readonly value: string;
  /** Quotes included. */
  readonly range: Range;
}

export interface YamlList {
  readonly kind: "list";
  readonly values: readonly YamlValue[];
  readonly range: Range;
}

export interface YamlMap {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, YamlEntry>;
  readonly range: Range;
}

export interface YamlEntry {
  readonly keyRange: Range;
  readonly value: YamlValue;
}

export type YamlValue = YamlText | YamlList | YamlMap;

export interface ParsedFrontMatter {
  /** As far as it can be read; without keys where it holds something else. */
  readonly root: YamlMap;
  /** `front-matter.syntax` and `front-matter.duplicate-key`. */
  readonly findings: readonly Finding[];
}

/**
 * The keys and values of front matter, all of them text: no numbers, dates or truth values are made of them. Of a key
 * that stands twice the first one counts; what an alias stands for is not looked up. Ranges are offsets in the document.
 * Total: never throws.
 */
export function parseFrontMatter(doc: Document, { content }: Pick<FrontMatter, "content">): ParsedFrontMatter {
  const nothing: YamlMap = { kind: "map", entries: new Map(), range: content };
  const refuse = (message: string): ParsedFrontMatter => ({
    root: nothing,
    findings: [{ rule: "front-matter.syntax", severity: "error", message, range: firstLine(doc, content) }],
  });
  if (content.end - content.start > longest) {
    return refuse(`The front matter is longer than ${longest} characters, so it is not read.`);
  }
  // YAML of old ended lines with CR alone; the library does not know it, and the offsets stay the same.
  const text = textOf(doc, content).replaceAll(/\r(?!\n)/g, "\n");
  const parsed = parseOrFail(text);
  if (parsed === undefined) return refuse("The front matter cannot be read as YAML.");
  const findings = describe(text, { errors: parsed.errors, offset: content.start });
  if (parsed.contents === null) return { root: nothing, findings };
  const values = readerOf(text, content.start);
  const root = values.read(parsed.contents, 0);
  if (root.kind !== "map" && findings.length === 0) return refuse("The front matter holds no keys.");
  return { root: root.kind === "map" ? root : nothing, findings: [...findings, ...values.findings] };
}

/** The value of a key, where the map has it. */
export const yamlValue = (map: YamlValue | undefined, key: string): YamlValue | undefined =>
  map?.kind === "map" ? map.entries.get(key)?.value : undefined;

const isNothing = (value: string): boolean => /^(?:|~|null)$/i.test(value.trim());

/** The text of a value; absent where it is empty, `null`, or no plain text. */
export const yamlText = (value: YamlValue | undefined): YamlText | undefined =>
  value?.kind === "text" && !isNothing(value.value) ? value : undefined;

/** The texts of a list, empty ones left out; a text that stands alone counts as a list of one. */
export const yamlTexts = (value: YamlValue | undefined): readonly YamlText[] =>
  (value?.kind === "list" ? value.values : [value]).flatMap((one) => yamlText(one) ?? []);

function parseOrFail(text: string) {
  try {
    // Comparing each key with each other one, as the library does to find doubles, is quadratic.
    return parseDocument(text, {
      schema: "failsafe",
      uniqueKeys: false,
      strict: false,
      prettyErrors: false,
      logLevel: "silent",
    });
  } catch {
    // Nested so deep that the stack did not suffice.
    return undefined;
  }
}

interface Reader {
  readonly read: (node: Node | null, depth: number) => YamlValue;
  readonly findings: readonly Finding[];
}

function readerOf(text: string, offset: number): Reader {
  const findings: Finding[] = [];
  const rangeOf = (node: Node | null | undefined): Range => {
    const [start, end] = node?.range ?? [0, 0];
    return { start: offset + start, end: offset + end };
  };
  const tell = (finding: Finding): void => {
    if (findings.length < mostErrors) findings.push(finding);
  };
  const source = ({ start, end }: Range): string => text.slice(start - offset, end - offset);
  const read = (node: Node | null, depth: number): YamlValue => {
    const range = rangeOf(node);
    if (depth === deepest && (isMap(node) || isSeq(node))) {
      const message = `This is nested more than ${deepest} levels deep, so it is not taken apart.`;
      tell({ rule: "front-matter.syntax", severity: "error", message, range });
      return { kind: "text", value: source(range), range };
    }
    if (isMap<Node, Node | null>(node)) {
      const entries = new Map<string, YamlEntry>();
      for (const { key, value } of node.items) {
        const keyRange = rangeOf(key);
        const name = isScalar(key) ? String(key.value) : source(keyRange);
        const known = entries.get(name);
        if (known !== undefined) tell(duplicateKey(name, { range: keyRange, first: known.keyRange }));
        else {
          const empty = { start: keyRange.end, end: keyRange.end };
          const nothing: YamlText = { kind: "text", value: "", range: empty };
          entries.set(name, { keyRange, value: value === null ? nothing : read(value, depth + 1) });
        }
      }
      return { kind: "map", entries, range };
    }
    if (isSeq<Node | null>(node)) return { kind: "list", values: node.items.map((one) => read(one, depth + 1)), range };
    if (isAlias(node)) tell(aliasFinding(range));
    return {
      kind: "text",
      value: isScalar(node) && typeof node.value === "string" ? node.value : source(range),
      range,
    };
  };
  return { read, findings };
}

const duplicateKey = (name: string, { range, first }: { readonly range: Range; readonly first: Range }): Finding => ({
  rule: "front-matter.duplicate-key",
  severity: "error",
  message: `The key \`${name}\` stands twice in the front matter; the first one counts here, other readers take the last.`,
  range,
  suggestion: "Keep one of the two.",
  related: [{ range: first, message: "The first one." }],
});

const aliasFinding = (range: Range): Finding => ({
  rule: "front-matter.syntax",
  severity: "error",
  message: "An alias stands for something said elsewhere, and is not looked up here.",
  range,
  suggestion: "Write out what it stands for.",
});

const suggestions: Partial<Readonly<Record<ErrorCode, string>>> = {
  BLOCK_AS_IMPLICIT_KEY: "Put a value that holds a colon in quotes.",
  TAB_AS_INDENT: "Indent with spaces.",
  MISSING_CHAR: "Close the quote or the bracket.",
  UNEXPECTED_TOKEN: "Put a value that holds special characters in quotes.",
  BAD_DQ_ESCAPE: "Put a pattern in single quotes.",
};

interface Mistake {
  readonly code: ErrorCode;
  readonly pos: readonly [number, number];
  readonly message: string;
}

/** One sentence for each line, the first few: later ones follow from the earlier. */
function describe(
  text: string,
  from: { readonly errors: readonly Mistake[]; readonly offset: number },
): readonly Finding[] {
  const found: Finding[] = [];
  let last: number | undefined;
  for (const { code, pos, message } of from.errors) {
    if (found.length === mostErrors) break;
    const start = Math.min(pos[0], text.length);
    if (last !== undefined && (start <= last || !/[\r\n]/.test(text.slice(last, start)))) continue;
    last = start;
    const suggestion = suggestions[code];
    const reason = code === "RESOURCE_EXHAUSTION" ? "It is nested too deep" : message;
    found.push({
      rule: "front-matter.syntax",
      // The text of the value is read all the same.
      severity: code === "BAD_DQ_ESCAPE" ? "info" : "error",
      message: `The front matter is not YAML here: ${reason.replace(/\.?$/, ".")}`,
      range: { start: from.offset + start, end: from.offset + Math.min(text.length, Math.max(start + 1, pos[1])) },
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  }
  return found;
}

function firstLine(doc: Document, { start }: Range): Range {
  const line = doc.position(start).line - 1;
  return { start, end: Math.max(start, doc.lineEnds[line] ?? start) };
}
