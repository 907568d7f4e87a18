// What formats read out of lists, labels, captions and quotations: whose is what, and where exactly it stands.
import { describe, expect, test } from "vitest";
import type { Block } from "../../../src/formats/markdown/block.ts";
import { type Document, readDocument, textOf } from "../../../src/formats/markdown/document.ts";
import { readMarkdown } from "../../../src/formats/markdown/markdown.ts";
import { blocksBelow, labelAt } from "../../../src/formats/markdown/nesting.ts";

interface Reading {
  readonly doc: Document;
  readonly blocks: readonly Block[];
}

function read(...lines: readonly string[]): Reading {
  const doc = readDocument({ path: "plan.md", text: lines.join("\n") });
  return { doc, blocks: readMarkdown(doc).blocks };
}

const texts = (blocks: readonly Block[]): readonly string[] =>
  blocks.map((block) => {
    if (block.kind === "label") return `${block.label.name}: ${block.label.value}`;
    return "text" in block ? block.text : block.kind;
  });

const below = ({ blocks }: Reading, index: number): readonly string[] => texts(blocksBelow(blocks, index));

const label = ({ doc, blocks }: Reading, index: number) => {
  const found = labelAt(blocks, index);
  return found === undefined ? undefined : [found.name, found.value, textOf(doc, found.range)];
};

describe("list entries", () => {
  test("the box, its one character, and the number", () => {
    const { doc, blocks } = read("1. [x] **#01** — first", "12) second", "* [ ] third", "- [✅] fourth");
    const entries = blocks.flatMap((block) => (block.kind === "entry" ? [block] : []));
    expect(entries.map(({ number, box, text }) => [number, box, text])).toEqual([
      ["1", "x", "**#01** — first"],
      ["12", undefined, "second"],
      [undefined, " ", "third"],
      [undefined, "✅", "fourth"],
    ]);
    const boxes = entries.flatMap(({ boxRange }) => boxRange ?? []);
    expect(boxes.map((range) => [textOf(doc, range), range.end - range.start])).toEqual([
      ["x", 1],
      [" ", 1],
      ["✅", 1],
    ]);
    expect(boxes[0]?.start).toBe(4);
  });

  test("what lies in an entry: words that go on, deeper entries, fences, tables, labels", () => {
    const reading = read(
      "- **Action**: do this",
      "  and that",
      "  - first",
      "    - deeper",
      "  - ```sh",
      "    npm test",
      "    ```",
      "",
      "  More words",
      "  **Note**: x",
      "",
      "  | a |",
      "  |---|",
      "- next",
      "After",
    );
    expect(below(reading, 0)).toEqual(["first", "deeper", "fence", "More words", "Note: x", "table"]);
    expect(below(reading, 1)).toEqual(["deeper"]);
    expect(reading.blocks.map(({ depth }) => depth)).toEqual([0, 1, 2, 1, 1, 1, 1, 0]);
  });

  test("a quotation around a list is no deeper list", () => {
    const { blocks } = read("> - a", ">   - b", "", "- c", "  > d");
    expect(blocks.map(({ depth, quoted }) => [depth, quoted])).toEqual([
      [0, true],
      [1, true],
      [0, undefined],
      [1, true],
    ]);
  });

  test("a fence three columns in belongs to the numbered entry", () => {
    const reading = read("1. Run:", "   ```sh", "   npm test", "   ```", "2. Look", "", "   ~~~", "   x", "   ~~~");
    expect(below(reading, 0)).toEqual(["fence"]);
    expect(below(reading, 2)).toEqual(["fence"]);
  });
});

describe("labels", () => {
  test("at the start of an entry, with a value that goes on", () => {
    const reading = read(
      "- **Files**: `a.ts`,",
      "  `b.ts`",
      "- **Verify:**",
      "  `npm test`",
      "- [ ] **Done** : all <!-- or most --> of it",
      "- plain",
    );
    expect(label(reading, 0)).toEqual(["files", "`a.ts`, `b.ts`", "`a.ts`,\n  `b.ts`"]);
    expect(label(reading, 1)).toEqual(["verify", "`npm test`", "`npm test`"]);
    expect(label(reading, 2)).toEqual(["done", "all  of it", "all <!-- or most --> of it"]);
    expect(label(reading, 3)).toBeUndefined();
  });

  test("each line of its own, with two spaces at the end or without", () => {
    const reading = read(
      "**Branch:** `a`  ",
      "**Depends On:** PR1, PR2 (all)  ",
      "**Status**: ✅ **COMPLETED** - done",
    );
    expect([0, 1, 2].map((index) => label(reading, index))).toEqual([
      ["branch", "`a`", "`a`"],
      ["depends on", "PR1, PR2 (all)", "PR1, PR2 (all)"],
      ["status", "✅ **COMPLETED** - done", "✅ **COMPLETED** - done"],
    ]);
  });

  test("plain lines right below go on with the value; the label itself keeps its line", () => {
    const reading = read("**Goal:** one", "two", "three", "**Next:**", "four", "", "five", "**Last:** x", "> y");
    expect(label(reading, 0)).toEqual(["goal", "one two three", "one\ntwo\nthree"]);
    expect(reading.blocks[0]).toMatchObject({ kind: "label", label: { value: "one" } });
    expect(label(reading, 2)).toEqual(["next", "four", "four"]);
    expect(label(reading, 5)).toEqual(["last", "x", "x"]);
  });

  test("comments before, in and behind the value are not in its way", () => {
    const reading = read("**A**: <!-- x --> b", "**C**: d <!-- y -->", "**E**<!-- z -->: f", "**G**: `<!-- h -->`");
    expect([0, 1, 2, 3].map((index) => label(reading, index))).toEqual([
      ["a", "b", "b"],
      ["c", "d", "d"],
      ["e", "f", "f"],
      ["g", "`<!-- h -->`", "`<!-- h -->`"],
    ]);
  });

  test("what belongs to a label: up to the next one, a caption, or a heading", () => {
    const reading = read(
      "**Dependencies:**",
      "- Requires: 1",
      "  - because",
      "",
      "Words",
      "",
      "**Enables:**",
      "- 3",
      "",
      "**Task 2** (type: auto)",
      "- **Files**: `a`",
      "# End",
    );
    expect(below(reading, 0)).toEqual(["Requires: 1", "because", "Words"]);
    expect(below(reading, 4)).toEqual(["3"]);
    expect(below(reading, 6)).toEqual([]);
  });
});

describe("captions", () => {
  test("each is a paragraph of its own, also right behind a list", () => {
    const { doc, blocks } = read(
      "**Task 1.1** (type: auto, model: small)",
      "- **Files**: `a`",
      "**Task 1.2: Name** (type: checkpoint:gate)",
      "- **Files**: `b`",
      "",
      "  **inside** the entry",
      "**Task 1.3**",
      "- c",
      "**Task 1.4** (type: auto)",
      "Words below",
      "**Task 1.5** (type: auto)",
    );
    const paragraphs = blocks.filter(({ kind }) => kind === "paragraph");
    expect(texts(paragraphs)).toEqual([
      "**Task 1.1** (type: auto, model: small)",
      "**Task 1.2: Name** (type: checkpoint:gate)",
      "**inside** the entry",
      "**Task 1.3**",
      "**Task 1.4** (type: auto)",
      "Words below",
      "**Task 1.5** (type: auto)",
    ]);
    expect(paragraphs.map(({ depth }) => depth)).toEqual([0, 0, 1, 0, 0, 0, 0]);
    expect(paragraphs.every((block) => "text" in block && textOf(doc, block.range) === block.text)).toBe(true);
  });

  test("words in bold that a line of a sentence starts with are part of it", () => {
    expect(texts(read("This is", "**important** to know.", "**Really**").blocks)).toEqual([
      "This is **important** to know. **Really**",
    ]);
  });
});

describe("quotations", () => {
  test("the words below a heading, joined, and told apart from plain ones", () => {
    const { doc, blocks } = read(
      "### Wave 2",
      "> Depends on: Wave 1.",
      "> Both at once.",
      "",
      "> **Note**: x",
      "",
      "y",
    );
    expect(texts(blocks)).toEqual(["Wave 2", "Depends on: Wave 1. Both at once.", "Note: x", "y"]);
    expect(blocks.map(({ quoted }) => quoted)).toEqual([undefined, true, true, undefined]);
    expect(blocks.slice(1, 2).map(({ range }) => textOf(doc, range))).toEqual(["Depends on: Wave 1.\n> Both at once."]);
  });
});

describe("comments", () => {
  test("within a paragraph, also over several lines, but not over its end", () => {
    expect(texts(read("a <!-- b", "c --> d", "", "e <!-- f", "", "g --> h").blocks)).toEqual([
      "a  d",
      "e <!-- f",
      "g --> h",
    ]);
  });

  test("in code marks they are text", () => {
    expect(texts(read("Put `<!-- start -->` and `<!-- end -->` there <!-- soon -->", "# `<!-- x -->`").blocks)).toEqual(
      ["Put `<!-- start -->` and `<!-- end -->` there", "`<!-- x -->`"],
    );
  });
});

test("the words of a heading have a place of their own", () => {
  const { doc, blocks } = read("##   Phase 1: *Name* ✅  ##  ", "#");
  expect(blocks.map((block) => (block.kind === "heading" ? textOf(doc, block.textRange) : "?"))).toEqual([
    "Phase 1: *Name* ✅",
    "",
  ]);
});
