// Dependency texts of plans that other people wrote, where a table of them lies beside the repository; skipped otherwise.
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { prepareWorld, readDependencies } from "../../../src/formats/dependencies/dependencies.ts";

const table = new URL("../../../../shared/plans/EDGES.tsv", import.meta.url).pathname;
const isHere = existsSync(table);

interface Row {
  readonly format: string;
  readonly file: string;
  readonly node: string;
  readonly raw: string;
  readonly edges: readonly string[];
  readonly outside: string;
}

const rows: readonly Row[] = (isHere ? readFileSync(table, "utf8") : "")
  .split("\n")
  .slice(1)
  .filter((line) => line !== "")
  .map((line) => {
    const [format = "", file = "", node = "", raw = "", edges = "", outside = ""] = line.split("\t");
    return { format, file, node, raw, edges: edges === "-" ? [] : edges.split(" "), outside };
  });

const nouns: Readonly<Record<string, readonly string[]>> = {
  "000": ["task"],
  "001": ["wave"],
  "002": ["phase", "work package", "WP"],
  "003": ["issue", "pr", "card", "#"],
  "004": ["stage"],
};

test("the table is not empty where it is there", () => {
  expect(rows.length > 0).toBe(isHere);
});

describe.runIf(isHere).each([...Map.groupBy(rows, ({ file }) => file)])("%s", (_, own) => {
  const format = own[0]?.format ?? "";
  const world = prepareWorld({
    nodes: own.map(({ node }) => ({ id: node })),
    nouns: nouns[format] ?? [],
    bareNumbers: format === "003",
  });

  test.each(own)("$node: $raw", ({ node, raw, edges, outside }) => {
    const parts = raw.split(" || ").map((text) => ({ text, range: { start: 0, end: text.length } }));
    const read = readDependencies(node, { parts, world });
    expect([...new Set(read.needs.map(({ id }) => id))]).toEqual(edges);
    expect(read.unknown).toEqual([]);
    expect(read.unresolved).toEqual([]);
    const isOutside = outside !== "-" && edges.length === 0;
    expect(read.external.length > 0).toBe(isOutside);
  });
});
