// What holds of the blocks of any document: places that are true, and the same blocks whatever the line breaks are.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyEdits } from "../../../src/core/finding.ts";
import type { Range } from "../../../src/core/plan.ts";
import type { Block } from "../../../src/formats/markdown/block.ts";
import { type Document, readDocument, textOf } from "../../../src/formats/markdown/document.ts";
import { joinLines } from "../../../src/formats/markdown/joined-text.ts";
import { readMarkdown } from "../../../src/formats/markdown/markdown.ts";
import { blocksBelow, labelAt } from "../../../src/formats/markdown/nesting.ts";

const indents = ["", "", "", "  ", "   ", "    ", "\t", "> ", ">", "- ", "  - ", "1. ", "* [ ] ", "- [x] ", ">> "];
const leaves = [
  "",
  "",
  "a",
  "words that go on",
  "# H",
  "## H ##",
  "---",
  "***",
  "\\",
  "é — €”",
  "a\tb  ",
  "```",
  "```",
  "```sh",
  "~~~",
  "````md",
  "```text",
  "`a` ``b",
  "**L**: v",
  "**L:** `v` <!-- c -->",
  "**L**:",
  "**T 1** (type: auto)",
  "**T**",
  "| a | b |",
  "|---|---|",
  "--|--",
  "| 1 | `x|y` |",
  "| 1 |",
  "x | y",
  "|",
  "||",
  "<!-- c -->",
  "<!--",
  "-->",
  "a <!-- b",
  "c --> d",
  "<!-- x --> y `<!--` z",
  "#",
  "**",
  "***",
];

const line = fc.tuple(fc.constantFrom(...indents), fc.constantFrom(...indents), fc.constantFrom(...leaves));
const document = fc
  .tuple(fc.boolean(), fc.array(line, { maxLength: 30 }))
  .map(([hasFrontMatter, lines]) => [
    ...(hasFrontMatter ? ["---", "a: 1", "---"] : []),
    ...lines.map((parts) => parts.join("")),
  ]);

const read = (text: string): { readonly doc: Document; readonly blocks: readonly Block[] } => {
  const doc = readDocument({ path: "plan.md", text });
  return { doc, blocks: readMarkdown(doc, { isLandmark: (one) => one === "## H ##" }).blocks };
};

/** All places a block names. */
function placesOf(block: Block): readonly Range[] {
  switch (block.kind) {
    case "heading":
      return [block.textRange];
    case "fence":
      return [...(block.pieces ?? [])];
    case "front-matter":
      return [block.content];
    case "label":
      return [block.valueRange];
    case "entry":
      return [
        block.textRange,
        ...(block.boxRange ? [block.boxRange] : []),
        ...(block.valueRange ? [block.valueRange] : []),
      ];
    case "table":
      return [...block.header, ...block.rows, ...block.rows.flatMap(({ cells }) => cells)].map(({ range }) => range);
    case "paragraph":
      return [];
  }
}

describe("any document", () => {
  test("blocks lie in the text, one behind the other, on the line they say, and what they name lies in them", () => {
    fc.assert(
      fc.property(document, fc.constantFrom("\n", "\r\n", "\r"), (lines, lineBreak) => {
        const { doc, blocks } = read(lines.join(lineBreak));
        let from = 0;
        for (const block of blocks) {
          const { start, end } = block.range;
          expect(start).toBeGreaterThanOrEqual(from);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(doc.text.length);
          expect(doc.position(start).line).toBe(block.line);
          expect(block.depth).toBeGreaterThanOrEqual(0);
          for (const place of placesOf(block)) {
            expect(place.start).toBeGreaterThanOrEqual(start);
            expect(place.end).toBeGreaterThanOrEqual(place.start);
            expect(place.end).toBeLessThanOrEqual(end);
          }
          from = end;
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("what a place holds is what the block says", () => {
    fc.assert(
      fc.property(document, (lines) => {
        const { doc, blocks } = read(lines.join("\n"));
        const plain = (range: Range): string => textOf(doc, range);
        for (const [index, block] of blocks.entries()) {
          if (block.kind === "table") {
            for (const { text, range } of [...block.header, ...block.rows.flatMap(({ cells }) => cells)]) {
              expect(plain(range).replaceAll("\\|", "|")).toBe(text);
            }
          }
          if (block.kind === "entry" && block.boxRange) expect(plain(block.boxRange)).toBe(block.box);
          if (block.kind === "heading" && !block.text.includes("<!--")) {
            expect(joinLines(doc.text, [block.textRange]).text).toBe(block.text);
          }
          if (block.kind === "label") expect(joinLines(doc.text, [block.valueRange]).text).toBe(block.label.value);
          const found = labelAt(blocks, index);
          // A paragraph that goes on keeps the blanks at its end: two of them are a line break.
          if (found !== undefined) expect(plain(found.range).trimStart()).toBe(plain(found.range));
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("the blocks below an entry lie right behind it, and deeper", () => {
    fc.assert(
      fc.property(document, (lines) => {
        const { blocks } = read(lines.join("\n"));
        for (const [index, block] of blocks.entries()) {
          const found = blocksBelow(blocks, index);
          expect(found).toEqual(blocks.slice(index + 1, index + 1 + found.length));
          if (block.kind === "entry") expect(found.every(({ depth }) => depth > block.depth)).toBe(true);
        }
      }),
    );
  });

  test("without an edit, nothing changes, and an edit of a box changes one character", () => {
    fc.assert(
      fc.property(document, (lines) => {
        const { doc, blocks } = read(lines.join("\r\n"));
        expect(applyEdits(doc.text, [])).toBe(doc.text);
        const boxes = blocks.flatMap((block) => (block.kind === "entry" ? (block.boxRange ?? []) : []));
        const edited = applyEdits(
          doc.text,
          boxes.map((range) => ({ range, text: "x" })),
        );
        expect(edited).toHaveLength(doc.text.length);
        const ticked = read(edited).blocks.map((block) => (block.kind === "entry" ? block.box : block.kind));
        expect(ticked).toEqual(blocks.map((block) => (block.kind === "entry" ? block.box && "x" : block.kind)));
      }),
    );
  });

  test("the same blocks with CRLF, LF and a lone CR", () => {
    fc.assert(
      fc.property(document, (lines) => {
        const shape = (lineBreak: string): unknown => {
          const { doc, blocks } = read(lines.join(lineBreak));
          const at = (offset: number) => doc.position(offset);
          return blocks.map((block) => ({
            ...("text" in block ? { text: block.text } : {}),
            ...(block.kind === "label" ? { label: block.label } : {}),
            ...(block.kind === "fence" ? { info: block.info, closeLine: block.closeLine } : {}),
            ...(block.kind === "table" ? { cells: block.rows.map(({ cells }) => cells.map(({ text }) => text)) } : {}),
            kind: block.kind,
            depth: block.depth,
            quoted: block.quoted,
            range: [at(block.range.start), at(block.range.end)],
            places: placesOf(block).map(({ start, end }) => [at(start), at(end)]),
          }));
        };
        expect(shape("\r\n")).toEqual(shape("\n"));
        expect(shape("\r")).toEqual(shape("\n"));
      }),
    );
  });
});

test("the place of a part of joined lines holds that part", () => {
  const part = fc.constantFrom("a", "b", " ", "  ", "`", "<!--", "-->", "<!-- c -->", "é");
  fc.assert(
    fc.property(fc.array(fc.array(part, { maxLength: 6 }), { minLength: 1, maxLength: 4 }), (rows) => {
      const lines = rows.map((row) => row.join(""));
      const text = lines.join("\n");
      let start = 0;
      const pieces = lines.map((one) => {
        const piece = { start, end: start + one.length };
        start = piece.end + 1;
        return piece;
      });
      const joined = joinLines(text, pieces);
      for (let at = 0; at < joined.text.length; at += 1) {
        const place = joined.locate({ start: at, end: at + 1 });
        const found = text.slice(place.start, place.end);
        expect(found === "\n" || /^\s+$/.test(found) ? " " : found).toBe(joined.text[at]);
      }
    }),
    { numRuns: 500 },
  );
});
