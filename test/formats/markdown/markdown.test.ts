// Blocks and fences: what CommonMark says, what generators get wrong, and what a hostile file may not cost.
import { describe, expect, test } from "vitest";
import type { Block } from "../../../src/formats/markdown/block.ts";
import { type Document, readDocument } from "../../../src/formats/markdown/document.ts";
import { type MarkdownOptions, readMarkdown } from "../../../src/formats/markdown/markdown.ts";

const read = (lines: readonly string[], options: MarkdownOptions = {}) =>
  readMarkdown(readDocument({ path: "plan.md", text: lines.join("\n") }), options);

const show = (block: Block): string => {
  switch (block.kind) {
    case "heading":
      return `${"#".repeat(block.level)} ${block.text}`;
    case "fence":
      return `fence ${block.info} ${block.line}-${block.closeLine ?? "?"}`;
    case "entry":
      return `${"  ".repeat(block.depth)}- ${block.box === undefined ? "" : `[${block.box}] `}${block.text}`;
    case "label":
      return `${block.label.name}: ${block.label.value}`;
    case "paragraph":
      return block.text;
    case "front-matter":
      return "front matter";
    case "table":
      return [block.header, ...block.rows.map(({ cells }) => cells)]
        .map((cells) => cells.map(({ text }) => text).join(" | "))
        .join(" // ");
  }
};

const blocks = (...lines: readonly string[]): readonly string[] => read(lines).blocks.map(show);

describe("headings", () => {
  test("one to six marks and white space", () => {
    expect(blocks("# A", "### B ##", "####### no", "#no", "   ## C", "## ", "## D#")).toEqual([
      "# A",
      "### B",
      "####### no #no",
      "## C",
      "## ",
      "## D#",
    ]);
  });

  test("four columns of indent make code, not a heading", () => {
    expect(blocks("    # A", "\t# B")).toEqual([]);
  });
});

describe("fences", () => {
  test("a closer is as long as the opener, of the same mark, and bare", () => {
    expect(blocks("````md", "```", "~~~~", "```` x", "`````", "after")).toEqual(["fence md 1-5", "after"]);
  });

  test("headings and labels inside are content", () => {
    expect(blocks("~~~", "# A", "**B**: c", "- d", "~~~")).toEqual(["fence  1-5"]);
  });

  test("an info string with a back-tick is no fence of back-ticks", () => {
    expect(blocks("``` a`b", "text")).toEqual(["``` a`b text"]);
    expect(blocks("~~~ a`b", "~~~")).toEqual(["fence a`b 1-2"]);
  });

  test("up to three columns of indent, for opener and closer", () => {
    expect(blocks("   ```sh", "x", "  ```", "a")).toEqual(["fence sh 1-3", "a"]);
    expect(blocks("```sh", "    ```", "```")).toEqual(["fence sh 1-3"]);
  });

  test("in a list, on its own line or right behind the mark", () => {
    expect(blocks("- a", "  ```sh", "  x", "  ```", "- ```sh", "  y", "  ```", "b")).toEqual([
      "- a",
      "fence sh 2-4",
      "fence sh 5-7",
      "b",
    ]);
  });

  test("a list that ends takes its fence along", () => {
    expect(blocks("1. a", "   ```sh", "x", "```", "y", "```")).toEqual(["- a", "fence sh 2-?", "x", "fence  4-6"]);
  });

  test("in a quotation, as long as the quotation", () => {
    expect(blocks("> ```json", "> {}", "> ```", "> ```sh", "text")).toEqual(["fence json 1-3", "fence sh 4-?", "text"]);
  });

  test("one that never ends is told, with its line", () => {
    const { findings } = read(["a", "```js", "x"]);
    expect(findings.map(({ rule, message }) => [rule, message])).toEqual([
      ["fence.unbalanced", "The code block that starts on line 2 never ends."],
    ]);
  });
});

describe("lists", () => {
  test("checkboxes, nesting, and lines that go on", () => {
    expect(blocks("- [ ] a", "  b", "  - [x] c", "lazy", "* d", "1) e", "- [ ]x", "- [~] f")).toEqual([
      "- [ ] a b",
      "  - [x] c lazy",
      "- d",
      "- e",
      "- [ ]x",
      "- [~] f",
    ]);
  });

  test("a rule is no list", () => {
    expect(blocks("- - -", "***", "a", "---")).toEqual(["a"]);
  });
});

describe("labels", () => {
  test("the colon inside or behind the bold", () => {
    expect(blocks("**Status**: Not Started", "**Branch:** `a`", "**Done** : yes", "**not** a label", "**A**")).toEqual([
      "Status: Not Started",
      "Branch: `a`",
      "Done: yes",
      "**not** a label **A**",
    ]);
  });
});

describe("comments and front matter", () => {
  test("a comment hides what is in it, over several lines", () => {
    expect(blocks("<!--", "# A", "```", "--> x", "# B", "c <!-- d --> e")).toEqual(["# B", "c  e"]);
  });

  test("a comment that never ends hides nothing", () => {
    expect(blocks("<!-- a", "# B")).toEqual(["<!-- a", "# B"]);
  });

  test("front matter only at the very start", () => {
    expect(blocks("---", "a: 1", "# no", "---", "# A")).toEqual(["front matter", "# A"]);
    expect(blocks("", "---", "# A", "---")).toEqual(["# A"]);
    expect(blocks("---", "# A")).toEqual(["# A"]);
  });
});

describe("stray closers", () => {
  const names = new Set(["One", "Two", "Three"]);
  const options: MarkdownOptions = {
    expects: (heading) => (names.has(heading) ? heading : undefined),
    isLandmark: (line) => line === "#### Validation",
  };
  const repaired = (...lines: readonly string[]) => {
    const { blocks: found, ignoredLines } = read(lines, options);
    return { blocks: found.map(show), ignoredLines };
  };

  test("a heading that is nowhere else proves the fence wrong", () => {
    expect(repaired("## One", "```", "## Two", "```sh", "x", "```")).toEqual({
      blocks: ["## One", "## Two", "fence sh 4-6"],
      ignoredLines: [2],
    });
  });

  test("a heading that is elsewhere as well proves nothing, before or behind", () => {
    expect(repaired("## One", "```", "## One", "```").ignoredLines).toEqual([]);
    expect(repaired("```text", "## Two", "```", "## Two").ignoredLines).toEqual([]);
  });

  test("a line of the template proves it at once", () => {
    expect(repaired("```text", "#### Validation", "- [ ] a").blocks).toEqual(["#### Validation", "- [ ] a"]);
  });

  test("a fence without a language that never ends is a closer left over", () => {
    expect(repaired("a", "```", "b")).toEqual({ blocks: ["a", "b"], ignoredLines: [2] });
  });

  test("fences with a language are left alone: they hold such lines for a reason", () => {
    expect(
      repaired("```markdown", "## Two", "#### Validation", "```", "~~~sh", "## Three", "~~~").ignoredLines,
    ).toEqual([]);
  });

  test("what lies before the stray closer belongs to the example that it should have closed", () => {
    const lines = ["## One", "```markdown", "# Guide", "```sh", "x", "```", "## Settings", "```text", "## Two"];
    expect(repaired(...lines)).toEqual({ blocks: ["## One", "fence markdown 2-8", "## Two"], ignoredLines: [8] });
  });

  test("one repair uncovers the next", () => {
    const lines = ["## One", "```", "## Two", "```sh", "```", "```text", "## Three", "```sh", "```"];
    expect(repaired(...lines)).toEqual({
      blocks: ["## One", "## Two", "fence sh 4-5", "## Three", "fence sh 8-9"],
      ignoredLines: [2, 6],
    });
  });
});

/** How often the start of a line was asked for, for each line of the document. */
function looksPerLine(text: string): number {
  let looks = 0;
  const plain = readDocument({ path: "plan.md", text });
  const lineStarts = new Proxy(plain.lineStarts, {
    get: (target, key, receiver): unknown => {
      looks += 1;
      return Reflect.get(target, key, receiver);
    },
  });
  const doc: Document = { ...plain, lineStarts };
  readMarkdown(doc, { isLandmark: (line) => line.startsWith("#### V"), expects: (heading) => heading });
  return looks / plain.lineEnds.length;
}

describe("hostile files", () => {
  const decreasing = Array.from({ length: 300 }, (_, index) => "~".repeat(400 - index)).join("\n");

  test.each([
    ["ten thousand fences with a language", "```text\n".repeat(10_000)],
    ["ten thousand bare fences", "```\n".repeat(10_001)],
    ["fences none of which closes another", `${decreasing}\n${"x\n".repeat(20_000)}`],
    ["a stray closer in every section", "### A\n```md\n```sh\n```\n```text\n#### V\n- a\n".repeat(3000)],
    ["a heading in every fence", "```\n### A\n".repeat(10_000)],
    ["deep quotations", `${"> ".repeat(50)}x\n`.repeat(2000)],
    ["deep lists over blank lines", `${"- ".repeat(1000)}x\n${"\n".repeat(20_000)}`],
  ])("%s: each line is looked at a bounded number of times", (_, text) => {
    expect(looksPerLine(text)).toBeLessThan(200);
  });

  // What is not linear here does not end within the time a test has.
  test.each([
    ["back-ticks", "`".repeat(1_000_000)],
    ["back-ticks in runs", Array.from({ length: 1500 }, (_, index) => "`".repeat(index + 1)).join(" ")],
    ["quotation marks", ">".repeat(1_000_000)],
    ["list marks", "- ".repeat(500_000)],
    ["white space", `${" ".repeat(1_000_000)}x`],
    ["hashes", `# a ${"#".repeat(1_000_000)}`],
    ["a heading of spaces", `# a${" ".repeat(1_000_000)}b`],
    ["comments that never end", "<!--".repeat(250_000)],
    ["comments", "a <!-- -->".repeat(100_000)],
    ["bold", "**a".repeat(300_000)],
    ["brackets", "[a](b".repeat(200_000)],
    ["tabs", `${"\t".repeat(1_000_000)}x`],
  ])("a line of a megabyte: %s", (_, text) => {
    expect(read([text, "# End"]).blocks.map(show).at(-1)).toBe("# End");
  });
});
