// Writing a status into the plan: the two places change, and not one other character.
import { readFileSync, readdirSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyEdits } from "../../src/core/finding.ts";
import type { StageStatus } from "../../src/core/plan.ts";
import { type Document, fileText, readDocument } from "../../src/formats/markdown/document.ts";
import { fixPlan, parseDocument, setStatus } from "../../src/formats/format.ts";
import { singleSource } from "../../src/formats/source.ts";

const folder = new URL("../../fixtures/plans/stages/", import.meta.url);
const fixture = (name: string) => readDocument({ path: name, text: readFileSync(new URL(name, folder), "utf8") });

/** What has to change in the plan's only file. */
const edits = (doc: Document, change: { readonly stage: string; readonly status: StageStatus }) =>
  setStatus(singleSource(doc), { ...change, today: "2026-03-01" }).flatMap((file) => file.edits);

describe("a status", () => {
  test("changes in the metadata and on the line of the section, in its own manner", () => {
    const doc = fixture("every-field.md");
    const found = edits(doc, { stage: "ranking", status: "complete" });
    expect(found.map(({ range, text }) => [doc.text.slice(range.start, range.end), text])).toEqual([
      ['"in-progress"', '"complete"'],
      ["🔄 In Progress", "✅ Complete"],
    ]);
  });

  test("that is there already changes nothing", () => {
    expect(edits(fixture("every-field.md"), { stage: "index", status: "complete" })).toEqual([]);
    expect(edits(fixture("windows.md"), { stage: "one", status: "not-started" })).toEqual([]);
  });

  test("of a stage that does not exist changes nothing", () => {
    expect(edits(fixture("minimal.md"), { stage: "nobody", status: "complete" })).toEqual([]);
  });

  test("is not written into a quotation, nor where there is no plan", () => {
    expect(edits(fixture("quoted.md"), { stage: "a", status: "complete" })).toEqual([]);
    expect(edits(fixture("look-alike.md"), { stage: "a", status: "complete" })).toEqual([]);
  });

  test("is written into a fence that is indented", () => {
    const doc = fixture("in-a-list.md");
    expect(applyEdits(doc.text, edits(doc, { stage: "a", status: "blocked" }))).toContain('"status": "blocked" } ] }');
  });

  test("keeps the byte order mark, CRLF and the spaces at the end of the line", () => {
    const doc = fixture("windows.md");
    const changed = fileText(doc, applyEdits(doc.text, edits(doc, { stage: "one", status: "complete" })));
    const before = readFileSync(new URL("windows.md", folder), "utf8");
    expect(changed).toBe(before.replace('"pending"', '"complete"').replace("Pending  ", "Complete  "));
  });
});

describe("fixing", () => {
  test("comments, commas, self and double dependencies and prose go, and nothing else does", () => {
    const { text, done } = fixPlan(singleSource(fixture("comments-and-commas.md")));
    expect(parseDocument(readDocument({ path: "x", text })).findings).toEqual([]);
    expect(text).toContain('"name": "Only // this is text"');
    expect(text).toContain('"depends_on": []');
    expect(text).toContain("**Status**: Not Started");
    expect(text).toContain('  "plan_id": "comments-and-commas",\n  "status": "draft",');
    expect(done.length).toBeGreaterThan(5);
  });

  test("a plan that only a person can mend is mended as far as possible", () => {
    const { text, done } = fixPlan(singleSource(fixture("everything-wrong.md")));
    expect(done.map(({ rule }) => rule)).toContain("dep.self");
    expect(text).toContain('"depends_on": ["betta", "beta"]');
    expect(parseDocument(readDocument({ path: "x", text })).findings.map(({ rule }) => rule)).toContain("dep.unknown");
  });

  test("a plan without a fault is left as it is", () => {
    for (const name of ["minimal.md", "every-field.md", "swallowed-stage.md"]) {
      expect(fixPlan(singleSource(fixture(name)))).toEqual({ text: fixture(name).text, done: [] });
    }
  });
});

describe("any text at all", () => {
  const corpus = readdirSync(folder)
    .filter((name) => name.endsWith(".md"))
    .map((name) => readFileSync(new URL(name, folder), "utf8"));
  const bits = [
    "```",
    "~~~",
    "`",
    "\n",
    "\r",
    "\r\n",
    '"',
    "{",
    "}",
    "[",
    "]",
    ",",
    "//",
    "/*",
    "\0",
    "\uFEFF",
    "> ",
    "- ",
    "# ",
    "**",
    "<!--",
    "-->",
    '"__proto__": 1,',
    "\ud800",
    "[plan-id]",
    "```json metadata\n",
  ];
  const mutated = fc
    .tuple(
      fc.constantFrom(...corpus),
      fc.array(
        fc.tuple(fc.nat(), fc.nat({ max: 12 }), fc.oneof(fc.constantFrom(...bits), fc.string({ maxLength: 4 }))),
        { maxLength: 6 },
      ),
    )
    .map(([text, changes]) =>
      changes.reduce((result, [at, cut, insert]) => {
        const start = at % (result.length + 1);
        return result.slice(0, start) + insert + result.slice(start + cut);
      }, text),
    );

  test("gives a plan or findings, never an exception, and every range lies in the text", () => {
    fc.assert(
      fc.property(mutated, (text) => {
        const doc = readDocument({ path: "x", text });
        const { plan, findings } = parseDocument(doc);
        expect(plan !== undefined || findings.length > 0).toBe(true);
        for (const { range, message } of findings) {
          expect(message).not.toBe("");
          expect(range.start).toBeGreaterThanOrEqual(0);
          expect(range.end).toBeGreaterThanOrEqual(range.start);
          expect(range.end).toBeLessThanOrEqual(doc.text.length);
        }
      }),
      { numRuns: 400 },
    );
  });

  test("fixing twice changes nothing more", () => {
    fc.assert(
      fc.property(mutated, (text) => {
        const once = fixPlan(singleSource(readDocument({ path: "x", text }))).text;
        expect(fixPlan(singleSource(readDocument({ path: "x", text: once }))).text).toBe(once);
      }),
      { numRuns: 300 },
    );
  });
});
