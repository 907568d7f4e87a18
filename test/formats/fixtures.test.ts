// Every fixture of every format is read into exactly what lies beside it. `UPDATE_FIXTURES=1` writes that side anew.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import type { Check, Stage } from "../../src/core/plan.ts";
import type { Document } from "../../src/formats/markdown/document.ts";
import { detectFormat, editSource, fixPlan, formats, parsePlan } from "../../src/formats/format.ts";
import type { PlanSource } from "../../src/formats/source.ts";
import { fixtureNames, fixturesRoot, sourceAt } from "./plan-fixture.ts";

const at = (doc: Document, offset: number): string => {
  const { line, column } = doc.position(offset);
  return `${line}:${column}`;
};

const checkView = (doc: Document, { range, ...check }: Check) => ({ ...check, at: at(doc, range.start) });

/** What the fixture is read into, without what depends on the machine. */
function view(folder: string, source: PlanSource): unknown {
  const { plan, findings } = parsePlan(source);
  const shown = (path: string): string => relative(folder, path);
  const named = (path: string | undefined): string => (path === undefined ? "" : `${shown(path)}:`);
  const docOf = (path: string | undefined): Document =>
    source.documents.find((doc) => doc.path === path) ?? source.documents[0];
  const stageView = (stage: Stage) => ({
    ...stage,
    ...(stage.path === undefined ? {} : { path: shown(stage.path) }),
    checks: stage.checks.map((check) => checkView(docOf(stage.path), check)),
    brief: stage.brief.split(/\r?\n/)[0],
  });
  return {
    ...(plan === undefined
      ? {}
      : { plan: { ...plan, path: shown(plan.path), stages: plan.stages.map((stage) => stageView(stage)) } }),
    findings: findings.map(({ rule, severity, message, range, suggestion, related, fix, path }) => ({
      at: `${named(path)}${at(docOf(path), range.start)}`,
      text: docOf(path).text.slice(range.start, range.end).slice(0, 60),
      rule,
      severity,
      message,
      ...(suggestion === undefined ? {} : { suggestion }),
      ...(related === undefined
        ? {}
        : {
            related: related.map(
              (other) => `${named(other.path)}${at(docOf(other.path), other.range.start)} ${other.message}`,
            ),
          }),
      ...(fix === undefined ? {} : { fix: fix.length }),
    })),
  };
}

describe.each(formats)("fixtures of $name", (format) => {
  const folder = join(fixturesRoot, format.name);
  const names = fixtureNames(format.name);

  test("there are some", () => {
    expect(names.length).toBeGreaterThan(0);
  });

  test.each(names)("%s", (name) => {
    const source = sourceAt(format, join(folder, name));
    const expected = join(folder, `${name.replace(/\.md$/, "")}.json`);
    const found = view(folder, source);
    if (process.env["UPDATE_FIXTURES"] !== undefined)
      writeFileSync(expected, `${JSON.stringify(found, undefined, 2)}\n`);
    expect(existsSync(expected)).toBe(true);
    expect(found).toEqual(JSON.parse(readFileSync(expected, "utf8")));
  });

  test.each(names)("%s: no other format is as sure of it", (name) => {
    for (const doc of sourceAt(format, join(folder, name)).documents) {
      const { format: best, score } = detectFormat(doc);
      expect(best.name === format.name || score === 0, `${doc.path} is ${best.name}: ${score}`).toBe(true);
    }
  });

  test.each(names)("%s: fixing twice is fixing once", (name) => {
    const source = sourceAt(format, join(folder, name));
    const [first] = source.documents;
    const once = fixPlan(source).text;
    const edits = [{ range: { start: 0, end: first.text.length }, text: once }];
    const again = editSource(source, [{ path: first.path, edits }]);
    expect(fixPlan(again)).toEqual({ text: once, done: [] });
  });
});
