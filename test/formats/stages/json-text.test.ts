// The JSON of a plan: strict, with places, and with nothing that could be read in two ways.
import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../src/core/finding.ts";
import { plainValue, property, readJson } from "../../../src/formats/stages/json-text.ts";

/** Each finding as rule, text it points at, and message. */
const found = (text: string): readonly string[] =>
  readJson(text).findings.map(
    ({ rule, range, message }) => `${rule} ${JSON.stringify(text.slice(range.start, range.end))} ${message}`,
  );

const fixed = (text: string): string =>
  applyEdits(
    text,
    readJson(text).findings.flatMap(({ fix }) => fix ?? []),
  );

describe("strict JSON", () => {
  test.each(["{}", '{"a": [1, "b", null, true]}', ' \n\t{"a": "// no comment, , ]"}\r\n', '"\\u00e9"'])(
    "%s",
    (text) => {
      expect(readJson(text)).toMatchObject({ findings: [], root: {} });
    },
  );
});

describe("mendable", () => {
  test.each([
    ['{"a": 1,}', '{"a": 1}'],
    ["[1, 2, ]", "[1, 2 ]"],
    ["[1, // one\n 2]", "[1,\n 2]"],
    ['{\n  // alone\n  "a": 1\n}', '{\n  "a": 1\n}'],
    ['{\r\n  /* over\r\n  lines */\r\n  "a": 1\r\n}', '{\r\n  "a": 1\r\n}'],
    ['{"a": 1 /* x */, /* y */}', '{"a": 1}'],
  ])("%j becomes %j", (text, strict) => {
    expect(readJson(text).root).toBeDefined();
    expect(readJson(text).findings.every(({ severity, rule }) => severity === "error" && rule === "json.syntax")).toBe(
      true,
    );
    expect(fixed(text)).toBe(strict);
    expect(readJson(strict).findings).toEqual([]);
  });
});

describe("broken", () => {
  test.each([
    ["", 'json.syntax "" A value is expected here.'],
    ["{'a': 1}", "json.syntax \"'a'\" This is not JSON; text needs double quotes."],
    ['{"a" 1}', 'json.syntax "1" A colon is expected here.'],
    ['{"a": 1 "b": 2}', 'json.syntax "\\"b\\"" A comma is missing before this.'],
    ['{"a": 1}}', 'json.syntax "}" The JSON ended before this; it is one object, nothing after it.'],
    ['{"a": "b', 'json.syntax "\\"b" This text has no closing quote on its line.'],
    ['{"a": "\\x"}', 'json.syntax "\\"\\\\x\\"" This escape does not exist in JSON.'],
  ])("%j", (text, finding) => {
    expect(readJson(text).root).toBeUndefined();
    expect(found(text)).toEqual([finding]);
  });

  test("each broken line is told, not what follows from it on the same line", () => {
    expect(found('{\n "a": b c d,\n "e": f }')).toHaveLength(2);
  });
});

test("a key that stands twice is refused, with both places", () => {
  const text = '{"a": 1, "b": {"c": 1, "c": 2}, "a": 3}';
  const { findings } = readJson(text);
  expect(findings.map(({ rule }) => rule)).toEqual(["json.duplicate-key", "json.duplicate-key"]);
  expect(findings[0]?.range.start).toBe(text.lastIndexOf('"a"'));
  expect(findings[0]?.related?.[0]?.range.start).toBe(text.indexOf('"a"'));
});

test("__proto__ is a key like any other", () => {
  const { root } = readJson('{"__proto__": {"polluted": true}, "constructor": 1}');
  const value = root === undefined ? undefined : plainValue(root);
  expect(Object.keys(Object(value))).toEqual(["__proto__", "constructor"]);
  expect(Reflect.get({}, "polluted")).toBeUndefined();
  expect(property(root, "toString")).toBeUndefined();
});

test.each(["[", '{"a":'])("nesting %s without end is one finding", (open) => {
  expect(found(open.repeat(200_000))).toEqual([
    `json.syntax ${JSON.stringify(open[0])} The JSON is nested more than 100 levels deep.`,
  ]);
});
