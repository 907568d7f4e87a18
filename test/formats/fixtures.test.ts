// Every fixture of every format is read into exactly what lies beside it. `UPDATE_FIXTURES=1` writes that side anew.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Check } from "../../src/core/plan.ts";
import { type Document, readDocument } from "../../src/formats/document.ts";
import { fixPlan, formats, parseDocument } from "../../src/formats/format.ts";
import { singleSource } from "../../src/formats/source.ts";

const root = new URL("../../fixtures/plans/", import.meta.url).pathname;

const at = (doc: Document, offset: number): string => {
  const { line, column } = doc.position(offset);
  return `${line}:${column}`;
};

const checkView = (doc: Document, { range, ...check }: Check) => ({ ...check, at: at(doc, range.start) });

/** What the fixture is read into, without what depends on the machine. */
function view(doc: Document): unknown {
  const { plan, findings } = parseDocument(doc);
  return {
    ...(plan === undefined
      ? {}
      : {
          plan: {
            ...plan,
            path: basename(plan.path),
            stages: plan.stages.map((stage) => ({
              ...stage,
              checks: stage.checks.map((check) => checkView(doc, check)),
              brief: stage.brief.split(/\r?\n/)[0],
            })),
          },
        }),
    findings: findings.map(({ rule, severity, message, range, suggestion, related, fix }) => ({
      at: at(doc, range.start),
      text: doc.text.slice(range.start, range.end).slice(0, 60),
      rule,
      severity,
      message,
      ...(suggestion === undefined ? {} : { suggestion }),
      ...(related === undefined
        ? {}
        : { related: related.map((other) => `${at(doc, other.range.start)} ${other.message}`) }),
      ...(fix === undefined ? {} : { fix: fix.length }),
    })),
  };
}

describe.each(formats.map(({ name }) => name))("fixtures of %s", (format) => {
  const folder = join(root, format);
  const names = readdirSync(folder).filter((name) => name.endsWith(".md") && name !== "README.md");

  test("there are some", () => {
    expect(names.length).toBeGreaterThan(0);
  });

  test.each(names)("%s", (name) => {
    const doc = readDocument({ path: join(folder, name), text: readFileSync(join(folder, name), "utf8") });
    const expected = join(folder, name.replace(/\.md$/, ".json"));
    const found = view(doc);
    if (process.env["UPDATE_FIXTURES"] !== undefined)
      writeFileSync(expected, `${JSON.stringify(found, undefined, 2)}\n`);
    expect(existsSync(expected)).toBe(true);
    expect(found).toEqual(JSON.parse(readFileSync(expected, "utf8")));
  });

  test.each(names)("%s: fixing twice is fixing once", (name) => {
    const doc = readDocument({ path: name, text: readFileSync(join(folder, name), "utf8") });
    const once = fixPlan(singleSource(doc)).text;
    expect(fixPlan(singleSource(readDocument({ path: name, text: once })))).toEqual({ text: once, done: [] });
  });
});
