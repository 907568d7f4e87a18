// The YAML at the head of a plan: plain texts with their places, and a finding for everything that is wrong.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDocument } from "../../../src/formats/markdown/document.ts";
import {
  type YamlValue,
  parseFrontMatter,
  yamlText,
  yamlTexts,
  yamlValue,
} from "../../../src/formats/markdown/front-matter.ts";
import { readMarkdown } from "../../../src/formats/markdown/markdown.ts";

function read(lines: readonly string[], lineBreak = "\n") {
  const text = ["---", ...lines, "---", "# Plan"].join(lineBreak);
  const doc = readDocument({ path: "plan.md", text });
  const [block] = readMarkdown(doc).blocks;
  if (block?.kind !== "front-matter") throw new Error("no front matter");
  return { doc, ...parseFrontMatter(doc, block) };
}

const plain = (value: YamlValue): unknown => {
  if (value.kind === "text") return value.value;
  if (value.kind === "list") return value.values.map(plain);
  return Object.fromEntries([...value.entries].map(([key, entry]) => [key, plain(entry.value)]));
};

const rules = ({ doc, findings }: ReturnType<typeof read>): readonly unknown[] =>
  findings.map(({ rule, range }) => [rule, doc.position(range.start).line]);

describe("values", () => {
  const lines = [
    "phase: 07.2-name",
    "plan: 05",
    'depends_on: [01, "01-02", 1e3]',
    "autonomous: false # for now",
    "files_modified: ",
    "date: 2026-01-02",
    "must_haves:",
    "  truths:",
    "    - 'It is so'",
    "    - path: a.ts",
    "      lines: 010",
    "  links: []",
    "note: |",
    "  one",
    "  two",
    "__proto__: x",
  ];
  const expected = {
    phase: "07.2-name",
    plan: "05",
    depends_on: ["01", "01-02", "1e3"],
    autonomous: "false",
    files_modified: "",
    date: "2026-01-02",
    must_haves: { truths: ["It is so", { path: "a.ts", lines: "010" }], links: [] },
    note: "one\ntwo\n",
    ["__proto__"]: "x",
  };

  test.each([
    ["LF", "\n"],
    ["CRLF", "\r\n"],
    ["CR", "\r"],
  ])("all of them are text, as written, with %s", (_, lineBreak) => {
    const { root, findings } = read(lines, lineBreak);
    expect(plain(root)).toEqual(expected);
    expect(findings).toEqual([]);
  });

  test("each has its place", () => {
    const { doc, root } = read(lines);
    const slice = (value: YamlValue | undefined) => doc.text.slice(value?.range.start, value?.range.end);
    expect(slice(yamlValue(root, "plan"))).toBe("05");
    expect(yamlTexts(yamlValue(root, "depends_on")).map(slice)).toEqual(["01", '"01-02"', "1e3"]);
    expect(yamlTexts(yamlValue(yamlValue(root, "must_haves"), "truths")).map(slice)).toEqual(["'It is so'"]);
    const key = root.entries.get("files_modified");
    expect(doc.text.slice(key?.keyRange.start, key?.keyRange.end)).toBe("files_modified");
    expect(key?.value.range.start).toBe(key?.value.range.end);
  });

  test("nothing, said in whatever way, is nothing", () => {
    const { root } = read(["a:", "b: ~", "c: null", 'd: ""', "e: [~, x, '']", "f: one", "g: {}"]);
    expect(["a", "b", "c", "d", "z"].map((key) => yamlText(yamlValue(root, key)))).toEqual(Array(5).fill(undefined));
    expect(
      ["a", "b", "e", "f", "g", "z"].map((key) => yamlTexts(yamlValue(root, key)).map(({ value }) => value)),
    ).toEqual([[], [], ["x"], ["one"], [], []]);
  });

  test("front matter without anything in it", () => {
    expect(read([]).root.entries.size).toBe(0);
    expect(read(["# only a comment"]).findings).toEqual([]);
  });
});

describe("findings", () => {
  test.each<readonly [string, readonly string[], readonly unknown[]]>([
    ["a colon in a value", ["a: 1", "title: Name: more"], [["front-matter.syntax", 3]]],
    ["a tab", ["a:", "\t- b"], [["front-matter.syntax", 3]]],
    ["a quote that is not closed", ['a: "b', "c: d"], [["front-matter.syntax", 4]]],
    ["a bracket that is not closed", ["a: [b", "c: d"], [["front-matter.syntax", 3]]],
    [
      "a sign at the start of a value",
      ["a: @b", "c: `d`"],
      [
        ["front-matter.syntax", 2],
        ["front-matter.syntax", 3],
      ],
    ],
    ["a key twice", ["a: 1", "b: 2", "a: 3"], [["front-matter.duplicate-key", 4]]],
    ["an alias", ["a: &x 1", "b: *x"], [["front-matter.syntax", 3]]],
    ["no keys", ["just words"], [["front-matter.syntax", 2]]],
    ["a list", ["- a"], [["front-matter.syntax", 2]]],
  ])("%s", (_, lines, expected) => {
    expect(rules(read(lines))).toEqual(expected);
  });

  test("the rest is read all the same, and of two keys the first one counts", () => {
    expect(plain(read(["a: 1", "b: @c", "a: 3", "d: 4"]).root)).toEqual({ a: "1", b: "@c", d: "4" });
  });
});

describe("hostile front matter", () => {
  test.each([
    ["brackets", `a: ${"[".repeat(90_000)}`],
    ["braces", `a: ${"{".repeat(90_000)}`],
    ["list marks", "- ".repeat(90_000)],
    ["keys in keys", Array.from({ length: 400 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n")],
    ["aliases of aliases", `a: &a [x,x]\n${Array.from({ length: 5000 }, () => "b: &a [*a,*a]").join("\n")}`],
    ["mistakes", "a: @\n".repeat(20_000)],
    ["more than anyone writes", "a: b\n".repeat(100_000)],
  ])("%s: a few findings, and soon", (_, text) => {
    const { findings } = read([text]);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.length).toBeLessThan(11);
  });

  test("many keys are no mistake", () => {
    const { root, findings } = read(Array.from({ length: 10_000 }, (_, index) => `key${index}: v`));
    expect(findings).toEqual([]);
    expect(root.entries.size).toBe(10_000);
  });
});

test("whatever stands there, it is read, and every place lies in the front matter", () => {
  const part = fc.constantFrom(..."ab01:-[]{}\"'#&*!|>%@`,? ~\t".split(""), "\n", "\r\n", "\r", "  ", "a: ", "- ", "é");
  fc.assert(
    fc.property(fc.string({ unit: part, maxLength: 60 }), (text) => {
      const doc = readDocument({ path: "plan.md", text: `---\n${text}\n---\n` });
      const [block] = readMarkdown(doc).blocks;
      if (block?.kind !== "front-matter") return;
      const { root, findings } = parseFrontMatter(doc, block);
      const open: YamlValue[] = [root];
      const ranges = findings.map(({ range }) => range);
      for (const value of open) {
        ranges.push(value.range);
        if (value.kind === "list") open.push(...value.values);
        if (value.kind === "map") open.push(...[...value.entries.values()].map((entry) => entry.value));
      }
      for (const { start, end } of ranges) {
        expect(start).toBeGreaterThanOrEqual(block.content.start);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(block.content.end);
      }
    }),
    { numRuns: 1000 },
  );
});
