import * as fc from "fast-check";
import { expect, test } from "vitest";
import { plainText, widthOf } from "../../src/report/content.ts";
import { type Column, renderTable } from "../../src/report/table.ts";
import { styleOf } from "./sample.ts";

const columns: readonly Column[] = [
  { title: "stage", min: 6 },
  { title: "time", align: "right", drop: 2 },
  { title: "path", min: 8, drop: 1 },
];
const rows = [
  ["money", "1.0 s", "/a/rather/long/path"],
  ["checkout", "12.0 s", "/b"],
];
const linesAt = (width: number): readonly string[] =>
  renderTable({ columns, rows, style: styleOf({ width }) }).map((line) => plainText(line).trimEnd());

test("columns are as wide as what is in them", () => {
  expect(linesAt(80)).toEqual([
    "stage       time  path",
    "money      1.0 s  /a/rather/long/path",
    "checkout  12.0 s  /b",
  ]);
});

test("the widest flexible column shrinks first", () => {
  expect(linesAt(30)).toEqual(["stage       time  path", "money      1.0 s  /a/rather/l…", "checkout  12.0 s  /b"]);
});

test("then the least needed column goes", () => {
  expect(linesAt(20)).toEqual(["stage     path", "money     /a/rather…", "checkout  /b"]);
});

test("a column with nothing in it is left out", () => {
  const lines = renderTable({ columns, rows: [["money", "", "/a"]], style: styleOf() });
  expect(lines.map((line) => plainText(line).trimEnd())).toEqual(["stage  path", "money  /a"]);
});

test("no line is ever wider than the table may be", () => {
  const cell = fc.string({ unit: "grapheme", maxLength: 60 });
  const column = fc.record(
    {
      title: cell,
      min: fc.integer({ min: 1, max: 20 }),
      drop: fc.integer({ min: 1, max: 4 }),
      align: fc.constantFrom("left", "right"),
    },
    { requiredKeys: [] },
  );
  const table = fc.integer({ min: 1, max: 7 }).chain((count) =>
    fc.record({
      columns: fc.array(column, { minLength: count, maxLength: count }),
      rows: fc.array(fc.array(cell, { minLength: count, maxLength: count }), { maxLength: 5 }),
    }),
  );
  fc.assert(
    fc.property(table, fc.integer({ min: 20, max: 140 }), fc.integer({ min: 0, max: 6 }), (of, width, indent) => {
      for (const line of renderTable({ ...of, indent, style: styleOf({ width }) })) {
        expect(widthOf(line)).toBeLessThanOrEqual(width);
      }
    }),
  );
});
