import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Finding } from "../../src/core/finding.ts";
import { displayWidth } from "../../src/report/columns.ts";
import { renderFindings, toCheckAnswer } from "../../src/report/findings.ts";
import { toSarif } from "../../src/report/sarif.ts";
import { makeSource } from "../../src/report/source.ts";
import { overlong, plan, styleOf } from "./sample.ts";

const text = [
  "# Plan",
  "",
  "```json metadata",
  '{\t"stages": [',
  '\t{ "id": "日本", "depends_on": ["mony"] },',
  '\t{ "id": "money", "notes": "a line that goes on and on and on until it is wider than any terminal is" }',
  "```",
  "",
].join("\n");

const rangeOf = (needle: string): { start: number; end: number } => {
  const start = text.indexOf(needle);
  return { start, end: start + needle.length };
};

const findings: readonly Finding[] = [
  {
    rule: "stage.unknown-field",
    severity: "warning",
    message: "A stage has no field notes.",
    range: rangeOf("until it is"),
    fix: [{ range: rangeOf("until it is"), text: "" }],
  },
  {
    rule: "dep.unknown",
    severity: "error",
    message: 'The stage "日本" needs "mony", which is not a stage of this plan.',
    range: rangeOf('"mony"'),
    suggestion: 'Did you mean "money"?',
    related: [{ range: rangeOf('"money"'), message: "a stage of this plan" }],
  },
];

test("findings as they are shown, in the order of the text", () => {
  expect(renderFindings({ findings, text, path: "docs/shop.md", style: styleOf() })).toMatchInlineSnapshot(`
    "✗ error  dep.unknown  docs/shop.md:5:31
      The stage "日本" needs "mony", which is not a stage of this plan.
      5 │     { "id": "日本", "depends_on": ["mony"] },
        │                                    ~~~~~~
      6 │     { "id": "money", "notes": "a line that goes on and on and on until it…
        │             ─────── a stage of this plan
      → Did you mean "money"?

    ▲ warning  stage.unknown-field  docs/shop.md:6:63
      A stage has no field notes.
      6 │ …line that goes on and on and on until it is wider than any terminal is" }
        │                                  ~~~~~~~~~~~

    1 error, 1 warning in docs/shop.md
    1 of them can be mended for you: stagetree check --fix docs/shop.md
    "
  `);
});

test("on a narrow terminal without Unicode", () => {
  const shown = renderFindings({ findings, text, path: "docs/shop.md", style: styleOf({ width: 40, ascii: true }) });
  expect(shown).toMatchInlineSnapshot(`
    "x error  dep.unknown  docs/shop.md:5:31
      The stage "日本" needs "mony", which
      is not a stage of this plan.
      5 | ... 本", "depends_on": ["mony"] },
        |                         ~~~~~~
      6 |     { "id": "money", "notes": "...
        |             -------
        | a stage of this plan
      -> Did you mean "money"?

    ! warning  stage.unknown-field
      docs/shop.md:6:63
      A stage has no field notes.
      6 | ... and on until it is wider th...
        |            ~~~~~~~~~~~

    1 error, 1 warning in docs/shop.md
    1 of them can be mended for you: stagetree check --fix docs/shop.md
    "
  `);
  expect(overlong(shown, 40)).toEqual([]);
});

test("nothing wrong is said as well", () => {
  expect(renderFindings({ findings: [], text, path: "docs/shop.md", style: styleOf() })).toBe(
    "✓ docs/shop.md: nothing wrong found\n",
  );
});

/** The text that lies over the squiggle, read from the drawing alone. */
const underlined = (line: string, needle: string): string => {
  const start = line.indexOf(needle);
  const range = { start, end: start + needle.length };
  const finding: Finding = { rule: "x", severity: "error", message: "m", range };
  const shown = renderFindings({ findings: [finding], text: line, path: "p", style: styleOf() }).split("\n");
  const [source = "", under = ""] = shown.slice(2, 4);
  const from = under.indexOf("~");
  const width = under.lastIndexOf("~") - from + 1;
  let skipped = "";
  for (const character of source) {
    if (displayWidth(skipped) >= from) break;
    skipped += character;
  }
  let marked = "";
  for (const character of source.slice(skipped.length)) {
    if (displayWidth(marked) >= width) break;
    marked += character;
  }
  return marked;
};

describe("the squiggle", () => {
  test.each([
    ["plain text here", "text"],
    ["\t\ttabs before", "before"],
    ["日本語 then text", "then"],
    ["before 日本語 after", "日本語"],
    ["e\u0301e\u0301 combining", "combining"],
    ["\u001B[31mred\u001B[0m and more", "more"],
    [`${"long ".repeat(60)}needle${" tail".repeat(60)}`, "needle"],
  ])("lies under the very range: %j", (line, needle) => {
    expect(underlined(line, needle)).toBe(needle);
  });
});

test("ranges that are empty, reversed, or outside of the text do no harm", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -5, max: 400 }),
      fc.integer({ min: -5, max: 400 }),
      fc.integer({ min: 40, max: 120 }),
      (start, end, width) => {
        const finding: Finding = { rule: "x", severity: "warning", message: "m", range: { start, end } };
        const shown = renderFindings({ findings: [finding], text, path: "p", style: styleOf({ width }) });
        expect(shown).toContain("~");
        for (const line of shown.split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      },
    ),
  );
});

test("the JSON answer has line and column, and no plan where none was read", () => {
  const answer = toCheckAnswer({ plan, findings, text, path: "docs/shop.md" });
  expect(answer.plan).toEqual({ id: "shop", title: "A small shop", format: "stages", path: "/repo/docs/shop.md" });
  expect(answer.findings[1]).toEqual({
    rule: "dep.unknown",
    severity: "error",
    message: 'The stage "日本" needs "mony", which is not a stage of this plan.',
    line: 5,
    column: 31,
    suggestion: 'Did you mean "money"?',
  });
  expect(toCheckAnswer({ findings: [], text, path: "docs/shop.md" })).toEqual({ schema: 1, findings: [] });
});

test("lines and columns are those of an editor, with either kind of line end", () => {
  const source = makeSource("ab\r\ncd\n\nef");
  expect(source.position(0)).toEqual({ line: 1, column: 1 });
  expect(source.position(4)).toEqual({ line: 2, column: 1 });
  expect(source.position(7)).toEqual({ line: 3, column: 1 });
  expect(source.position(99)).toEqual({ line: 4, column: 3 });
  expect([source.line(1), source.line(2), source.line(3), source.line(4), source.line(5)]).toEqual([
    "ab",
    "cd",
    "",
    "ef",
    "",
  ]);
});

test("SARIF carries rule, level, region, related places and fixes", () => {
  const sarif = toSarif([{ findings, text, path: "docs/my plan#1.md", version: "1.2.3" }]);
  expect(sarif).toMatchObject({
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "stagetree",
            version: "1.2.3",
            rules: [{ id: "dep.unknown" }, { id: "stage.unknown-field" }],
          },
        },
        columnKind: "utf16CodeUnits",
        results: [
          { ruleId: "stage.unknown-field", ruleIndex: 1, level: "warning", fixes: [{ artifactChanges: [{}] }] },
          {
            ruleId: "dep.unknown",
            level: "error",
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: "docs/my%20plan%231.md" },
                  region: { startLine: 5, startColumn: 31, endLine: 5, endColumn: 37 },
                },
              },
            ],
            relatedLocations: [{ message: { text: "a stage of this plan" } }],
          },
        ],
      },
    ],
  });
});
