// Files that nobody writes by hand: whatever they hold, they are read in the time that a test has, to sensible blocks.
import { describe, expect, test } from "vitest";
import type { Block } from "../../../src/formats/markdown/block.ts";
import { type Document, readDocument } from "../../../src/formats/markdown/document.ts";
import { readElements } from "../../../src/formats/markdown/elements.ts";
import { readMarkdown } from "../../../src/formats/markdown/markdown.ts";
import { blocksBelow, labelAt } from "../../../src/formats/markdown/nesting.ts";
import { column } from "../../../src/formats/markdown/table.ts";

const names = new Set(["tasks", "task", "name", "action"]);
const megabyte = 1_000_000;

const docOf = (text: string): Document => readDocument({ path: "plan.md", text });

const blocksOf = (text: string): readonly Block[] =>
  readMarkdown(docOf(text), { isLandmark: (line) => line.startsWith("#### V"), expects: (words) => words }).blocks;

/** How many blocks of each kind there are, after everything was asked of them that a format asks. */
function kinds(text: string): Readonly<Record<string, number>> {
  const blocks = blocksOf(text);
  const counts: Record<string, number> = {};
  for (const [index, block] of blocks.entries()) {
    counts[block.kind] = (counts[block.kind] ?? 0) + 1;
    if (block.kind === "table") column(block, ["x"]);
    labelAt(blocks, index);
    blocksBelow(blocks, index);
  }
  return counts;
}

const nested = Array.from({ length: 1000 }, (_, depth) => `${"  ".repeat(depth)}- [ ] a`).join("\n");
const table = "| a | b |\n|---|---|\n";

describe("Markdown", () => {
  // What is not linear here does not end within the time a test has.
  test.each<readonly [string, string, Readonly<Record<string, number>>]>([
    ["100,000 back-ticks", `${"`".repeat(100_000)}\n# End`, { heading: 1 }],
    ["100,000 quotation marks", `${">".repeat(100_000)}\n# End`, { heading: 1, paragraph: 1 }],
    ["lists nested 1,000 deep", nested, { entry: 32 }],
    ["a row of a megabyte", `${table}| ${"a | ".repeat(megabyte / 4)}\n| 1 | 2 |`, { table: 1 }],
    ["a row of pipes", `${table}${"|".repeat(megabyte)}\n| 1 | 2 |`, { table: 1 }],
    ["a row of pipes in code", `${table}| ${"`a|b` ".repeat(megabyte / 6)}`, { table: 1 }],
    ["a row of pipes and back-ticks", `${table}|${"`|".repeat(megabyte / 2)}`, { table: 1 }],
    ["a row of escaped pipes", `${table}|${"\\|".repeat(megabyte / 2)}`, { table: 1 }],
    ["a line of pipes", "|".repeat(megabyte), { paragraph: 1 }],
    ["100,000 columns", `${"| a ".repeat(100_000)}|\n${"|---".repeat(100_000)}|\n`, { table: 1 }],
    ["a column of underscores", `| ${"_".repeat(megabyte)}x |\n|---|`, { table: 1 }],
    ["50,000 tables", "| a |\n|---|\n".repeat(50_000), { table: 1 }],
    ["100,000 labels", "**A**: b\n".repeat(100_000), { label: 100_000 }],
    ["50,000 labels with lines below", "**A:**\nb\n".repeat(50_000), { label: 50_000, paragraph: 50_000 }],
    ["50,000 captions", "**T** (x)\n".repeat(50_000), { paragraph: 50_000 }],
    ["50,000 captions behind lists", "- a\n**T** (x)\n".repeat(50_000), { entry: 50_000, paragraph: 50_000 }],
    ["50,000 stray fences", "```\n#### V\n".repeat(50_000), { heading: 50_000 }],
    ["fences that alternate", "```\n~~~\n".repeat(50_000), { fence: 33_333 }],
    ["a comment that never ends", `<!-- ${"a\n".repeat(200_000)}`, { paragraph: 1 }],
    ["100,000 comments that never end", "a <!-- b\n".repeat(100_000), { paragraph: 1 }],
    ["comments in code marks", `${"a `<!--` <!-- ".repeat(70_000)}-->`, { paragraph: 1 }],
    ["emphasis that never ends", "*a ".repeat(100_000), { paragraph: 1 }],
    ["brackets", "[".repeat(megabyte), { paragraph: 1 }],
    ["a caption in brackets", `**a** ${"(".repeat(megabyte)})`, { paragraph: 1 }],
    ["front matter that never ends", `---\n${"a: b\n".repeat(100_000)}`, { paragraph: 1 }],
  ])("%s", (_, text, expected) => {
    const found = kinds(text);
    for (const [kind, count] of Object.entries(expected)) expect([kind, found[kind]]).toEqual([kind, count]);
  });
});

describe("elements", () => {
  test.each<readonly [string, string, number]>([
    ["a megabyte of opening tags", "<task>".repeat(megabyte / 6), Math.floor(megabyte / 6)],
    ["100,000 lines of them", "<task>\n".repeat(100_000), 100_000],
    ["names in each other", "<tasks><task><name>".repeat(50_000), 50_000],
    ["words, then others", "<task>x\n<action>y\n<name>z\n".repeat(30_000), 90_000],
    ["tags that do not end", "<task ".repeat(megabyte / 6), 0],
    ["attributes that do not end", '<task a="'.repeat(megabyte / 9), 0],
    ["a tag of attributes", `<task ${"a=b ".repeat(megabyte / 4)}>`, 1],
    ["brackets", "<".repeat(megabyte), 0],
    ["closing tags", `<task>${"</name>".repeat(140_000)}`, 1],
    ["comments that never end", `<task>\n${"<!--".repeat(250_000)}`, 1],
    ["fences that are not closed", "<task>\n```sh\n</task>\n".repeat(40_000), 40_000],
    ["fences none of which closes another", `<task>\n${"~~~~sh\n~~~\n".repeat(80_000)}`, 1],
  ])("%s", (_, text, count) => {
    expect(readElements(docOf(text), { names })).toHaveLength(count);
  });
});

/** How often the start of a line was asked for, for each line of the document. */
function looksPerLine(text: string, read: (doc: Document) => unknown): number {
  let looks = 0;
  const plain = docOf(text);
  const lineStarts = new Proxy(plain.lineStarts, {
    get: (target, key, receiver): unknown => {
      looks += 1;
      return Reflect.get(target, key, receiver);
    },
  });
  read({ ...plain, lineStarts });
  return looks / plain.lineEnds.length;
}

test.each([
  ["fences that are not closed", "<task>\n```sh\n</task>\n".repeat(5000)],
  ["fences that never end", Array.from({ length: 2000 }, (_, index) => "~".repeat(2003 - index)).join("\n")],
  ["comments", "<task>\n<!--\n-->\n".repeat(5000)],
])("elements: each line is looked at a bounded number of times: %s", (_, text) => {
  expect(looksPerLine(text, (doc) => readElements(doc, { names }))).toBeLessThan(20);
});
