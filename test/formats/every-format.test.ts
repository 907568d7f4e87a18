// What holds for writing a status in every format: on each fixture, and on plans of other people where they lie beside.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Plan, StageStatus } from "../../src/core/plan.ts";
import { editSource, formatOf, formats, parsePlan, setStatus } from "../../src/formats/format.ts";
import { readDocument } from "../../src/formats/markdown/document.ts";
import { type PlanSource, singleSource } from "../../src/formats/source.ts";
import { fixtureNames, fixturesRoot, sourceAt } from "./plan-fixture.ts";

const statuses = ["not-started", "in-progress", "complete", "blocked", "skipped"] as const;
const today = "2026-03-01";
const bare = (plan: Plan | undefined) =>
  plan?.stages.map(({ id, name, needs, branch, external, checks }) => ({
    id,
    name,
    needs,
    branch,
    external,
    checks: checks.map((check) => check.id),
  }));

/** Statuses by id, without the stage in question. */
const others = (plan: Plan | undefined, stage: string): readonly (readonly [string, StageStatus])[] =>
  (plan?.stages ?? []).filter(({ id }) => id !== stage).map(({ id, status }) => [id, status] as const);

function holds(source: PlanSource, mostStages = Infinity): void {
  const before = parsePlan(source).plan;
  for (const { id } of (before?.stages ?? []).slice(0, mostStages)) {
    for (const status of statuses) {
      const change = { stage: id, status, today };
      const about = `${source.path} ${id} ${status}`;
      const edits = setStatus(source, change);
      const written = editSource(source, edits);
      const after = parsePlan(written).plan;
      expect(bare(after), about).toEqual(bare(before));
      expect(others(after, id), about).toEqual(others(before, id));
      // A format that has no word for a status leaves the plan alone.
      if (edits.length > 0) expect(after?.stages.find((stage) => stage.id === id)?.status, about).toBe(status);
      expect(setStatus(written, change), about).toEqual([]);
      for (const { edits: own, path } of edits) {
        const text = source.documents.find((doc) => doc.path === path)?.text ?? expect.unreachable(about);
        for (const { range } of own) expect(text.slice(range.start, range.end).length, about).toBeLessThan(300);
      }
    }
  }
}

describe.each(formats)("a status in a plan of $name", (format) => {
  test.each(fixtureNames(format.name))("%s: is read back, and all else is the same", (name) => {
    holds(sourceAt(format, join(fixturesRoot, format.name, name)));
  });
});

const real = new URL("../../../shared/plans/", import.meta.url).pathname;
const files = existsSync(real)
  ? readdirSync(real, { recursive: true, encoding: "utf8" }).filter((name) => /\/.*\.md$/u.test(name))
  : [];

describe.runIf(files.length > 0)("a status in a plan of other people", () => {
  test.each(files)("%s", (name) => {
    const source = singleSource(readDocument({ path: join(real, name), text: readFileSync(join(real, name), "utf8") }));
    expect(formats).toContain(formatOf(source));
    holds(source, 4);
  });
});
