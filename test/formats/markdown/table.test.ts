// Tables: what is one, where its cells are, and how a column is found, with the liberties that plans take.
import { describe, expect, test } from "vitest";
import type { Block, Table } from "../../../src/formats/markdown/block.ts";
import { type Document, readDocument, textOf } from "../../../src/formats/markdown/document.ts";
import { readMarkdown } from "../../../src/formats/markdown/markdown.ts";
import { cellAt, column } from "../../../src/formats/markdown/table.ts";

const docOf = (lines: readonly string[]): Document => readDocument({ path: "plan.md", text: lines.join("\n") });

const read = (...lines: readonly string[]): readonly Block[] => readMarkdown(docOf(lines)).blocks;

const cells = ({ header, rows }: Table): readonly (readonly string[])[] =>
  [header, ...rows.map((row) => row.cells)].map((row) => row.map(({ text }) => text));

const tables = (...lines: readonly string[]): readonly (readonly (readonly string[])[])[] =>
  read(...lines).flatMap((block) => (block.kind === "table" ? [cells(block)] : []));

function onlyTable(...lines: readonly string[]): { readonly table: Table; readonly doc: Document } {
  const [table] = read(...lines);
  if (table?.kind !== "table") throw new Error("no table");
  return { table, doc: docOf(lines) };
}

describe("what is a table", () => {
  test.each([
    ["with pipes around", ["| a | b |", "|---|:-:|", "| 1 | 2 |"]],
    ["without pipes around", ["a | b", "--|--", "1 | 2"]],
    ["with pipes on one side", ["| a | b", "|---|---", "| 1 | 2"]],
    ["with tabs and spaces", ["|\ta\t|  b  |  ", "| :-- | --: |\t", "|\t1|2 |   "]],
    ["indented a little", ["  | a | b |", "   |---|---|", " | 1 | 2 |"]],
    ["behind a comment", ["<!-- the stages -->", "| a | b |", "|---|---|", "<!-- one -->", "| 1 | 2 |"]],
  ])("%s", (_, lines) => {
    expect(tables(...lines)).toEqual([
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ]);
  });

  test("one column needs its pipes", () => {
    expect(tables("| a |", "|---|", "| 1 |", "", "b", "---")).toEqual([[["a"], ["1"]]]);
  });

  test.each([
    ["too few marks below, without pipes around", ["a | b", "---|---|---", "1 | 2"]],
    ["another sign in the line below", ["| a | b |", "|---|-x-|"]],
    ["an empty cell in the line below", ["| a | b |", "|---||"]],
    ["nothing above", ["|---|---|", "| 1 | 2 |"]],
    ["in a fence", ["```", "| a | b |", "|---|---|", "```"]],
    ["a rule below a sentence", ["a | b", "---"]],
  ])("not: %s", (_, lines) => {
    expect(tables(...lines)).toEqual([]);
  });

  test("with a pipe at the start of both lines, nobody means anything else, whatever the number of columns", () => {
    expect(tables("| a | b | c |", "|---|---|", "| 1 | 2 | 3 |")).toEqual([
      [
        ["a", "b", "c"],
        ["1", "2", "3"],
      ],
    ]);
  });

  test("it ends at an empty line, another block, or a line without a pipe", () => {
    const table = [["a"], ["1"]];
    const lines = ["| a |", "|---|", "| 1 |"];
    expect(tables(...lines, "", "| 2 |")).toEqual([table]);
    expect(tables(...lines, "# | 2 |")).toEqual([table]);
    expect(tables(...lines, "**Goal:** | 2 |")).toEqual([table]);
    expect(read(...lines, "plain words").map(({ kind }) => kind)).toEqual(["table", "paragraph"]);
  });

  test("right below a sentence, a label or a list, and inside of lists and quotations", () => {
    const lines = ["| a |", "|---|", "| 1 |"];
    expect(read("Words", ...lines).map(({ kind, line }) => [kind, line])).toEqual([
      ["paragraph", 1],
      ["table", 2],
    ]);
    expect(read("**Order:**", ...lines).map(({ kind }) => kind)).toEqual(["label", "table"]);
    expect(read("- entry", ...lines).map(({ kind, depth }) => [kind, depth])).toEqual([
      ["entry", 0],
      ["table", 0],
    ]);
    expect(read("- entry", "", ...lines.map((line) => `  ${line}`)).map(({ kind, depth }) => [kind, depth])).toEqual([
      ["entry", 0],
      ["table", 1],
    ]);
    expect(read(...lines.map((line) => `> ${line}`))).toMatchObject([{ kind: "table", quoted: true }]);
    expect(tables(...lines.map((line) => `> ${line}`))).toEqual([[["a"], ["1"]]]);
  });
});

describe("cells", () => {
  test("rows keep the cells they have", () => {
    expect(tables("| a | b |", "|---|---|", "| 1 |", "| 1 | 2 | 3 |", "| | 2 |", "||2|")).toEqual([
      [["a", "b"], ["1"], ["1", "2", "3"], ["", "2"], ["", "2"]],
    ]);
  });

  test("an escaped pipe is text", () => {
    expect(tables("| a | b |", "|---|---|", "| 1 \\| 2 | `x \\| y` |", "| \\\\| 2 |")).toEqual([
      [
        ["a", "b"],
        ["1 | 2", "`x | y`"],
        ["\\\\", "2"],
      ],
    ]);
  });

  test("a pipe in code marks parts cells as GitHub has it, unless only whole code gives the columns of the header", () => {
    expect(tables("| a | b |", "|---|---|", "| `x | y` |", "| 1 | `x | y` |", "| `a|b` | `c|d` | 3 |")).toEqual([
      [
        ["a", "b"],
        ["`x", "y`"],
        ["1", "`x | y`"],
        ["`a", "b`", "`c", "d`", "3"],
      ],
    ]);
    expect(tables("| a | `b|c` |", "|---|---|")).toEqual([[["a", "`b|c`"]]]);
  });

  test("the range of a cell is its text, and that of an empty one lies between the pipes", () => {
    const { table, doc } = onlyTable("| a | b | c |", "|---|---|---|", "|  x \\| y|  ||");
    const [row] = table.rows;
    expect(row?.cells.map(({ range }) => textOf(doc, range))).toEqual(["x \\| y", "", ""]);
    expect(row?.cells.map(({ range }) => doc.position(range.start).column)).toEqual([4, 12, 14]);
    expect(row).toMatchObject({ line: 3 });
    expect(table.rows.map(({ range }) => textOf(doc, range))).toEqual(["|  x \\| y|  ||"]);
    expect(textOf(doc, table.range)).toBe(doc.text);
  });
});

describe("columns by name", () => {
  const { table } = onlyTable(
    "| # | **Issue** File | ✓ | Depends on (ids) | 🔗 *Status* | Status: | `PR` | Est. Size | Depends |",
    "|---|---|---|---|---|---|---|---|---|",
    "| 1 | x | y |",
  );

  test.each<readonly [readonly string[], number | undefined]>([
    [["#"], 0],
    [["issue file"], 1],
    [["✓"], 2],
    [["Dependencies", "Depends On", "Blocked by"], 3],
    [["STATUS"], 4],
    [["pr"], 6],
    [["Est. Size"], 7],
    [["Depends"], 8],
    [["Branch"], undefined],
    [[], undefined],
  ])("%j", (names, index) => {
    expect(column(table, names)).toBe(index);
  });

  test("a short row has no cell there", () => {
    const [row] = table.rows;
    if (row === undefined) throw new Error("no row");
    expect(cellAt(row, column(table, ["✓"]))?.text).toBe("y");
    expect(cellAt(row, column(table, ["Status"]))).toBeUndefined();
    expect(cellAt(row, column(table, ["Branch"]))).toBeUndefined();
  });
});
