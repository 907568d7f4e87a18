// A plan written as a native one is the same plan: the stages, what they need, how they are checked, what they are told.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hasErrors } from "../../src/core/finding.ts";
import type { Plan } from "../../src/core/plan.ts";
import { convertToStages } from "../../src/formats/convert.ts";
import { readDocument } from "../../src/formats/markdown/document.ts";
import { formats, parseDocument, parsePlan } from "../../src/formats/format.ts";
import { type PlanSource, singleSource } from "../../src/formats/source.ts";
import { fixtureNames, fixturesRoot, sourceAt } from "./plan-fixture.ts";

const sourceOf = (path: string, text: string): PlanSource => singleSource(readDocument({ path, text }));
const fixture = (format: string, name: string): PlanSource => {
  const known = formats.find((one) => one.name === format);
  return sourceAt(known ?? expect.unreachable(), join(fixturesRoot, format, name));
};

const shared = new URL("../../../shared/plans/", import.meta.url).pathname;
const others = existsSync(shared)
  ? readdirSync(shared, { recursive: true, encoding: "utf8" }).filter((name) => /\/.*\.md$/.test(name))
  : [];

const sources: readonly (readonly [string, PlanSource])[] = [
  ...formats.flatMap(({ name: format }) =>
    fixtureNames(format).map((name) => [`${format}/${name}`, fixture(format, name)] as const),
  ),
  ...others.map((name) => [name, sourceOf(join("/plans", name), readFileSync(join(shared, name), "utf8"))] as const),
];
const sound = sources.flatMap(([name, source]) => {
  const { plan, findings } = parsePlan(source);
  return plan === undefined || hasErrors(findings) ? [] : [{ name, source, plan }];
});

const checksOf = (plan: Plan | undefined) =>
  plan?.stages.map(({ checks }) =>
    checks.map((check) => (check.kind === "command" ? ["$", check.text, check.command] : ["?", check.text])),
  );
const stagesOf = (plan: Plan | undefined) =>
  plan?.stages.map(({ id, branch, worktree, status, needs, external, kind, labels, agent, commit }) => ({
    id,
    branch,
    worktree,
    status,
    needs,
    external,
    kind,
    labels,
    agent,
    commit,
  }));

const converted = (text: string) => parseDocument(readDocument({ path: "/plans/converted.md", text }));

describe.each(sound)("$name", ({ source, plan: before }) => {
  const { text } = convertToStages(before, source);
  const { plan: after, findings } = converted(text);

  test("is free of errors as a native plan", () => {
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(after?.format).toBe("stages");
  });

  test("keeps its stages, their checks and its stops", () => {
    expect([after?.id, after?.base, after?.stops]).toEqual([before.id, before.base, before.stops]);
    expect(stagesOf(after)).toEqual(stagesOf(before));
    expect(checksOf(after)).toEqual(checksOf(before));
  });

  test("keeps the files that its stages name", () => {
    // The native reader may find more in the text of a stage than the format it came from looked for.
    for (const [index, { files }] of before.stages.entries()) {
      const total = Object.values(files).flat().length;
      if (total > 0) expect(after?.stages[index]?.files).toEqual(files);
    }
  });

  test("keeps every word of what a worker is told", () => {
    const words = (brief: string) =>
      brief
        .replace(/^\s*#.*/, "")
        .split(/[\s#]+/)
        .filter((word) => word !== "");
    for (const [index, stage] of before.stages.entries()) {
      const told = words(after?.stages[index]?.brief ?? "").join(" ");
      expect(told).toContain(words(stage.brief).join(" "));
    }
  });
});

test("a fresh plan of every format has nothing that check would report", () => {
  for (const format of formats) {
    const files = format.fresh({ slug: "rate-limiter", title: "Rate limiter", today: "2026-03-01" });
    const documents = files.map(({ path, text }) => readDocument({ path: join("/repo", path), text }));
    const [first, ...rest] = documents;
    if (first === undefined) expect.unreachable();
    const { plan, findings } = parsePlan({ path: first.path, documents: [first, ...rest], others: new Set() });
    // That a person has to look at something is what the native template shows.
    const loud = findings.filter(({ rule }) => rule !== "command.manual");
    expect({ format: plan?.format, loud }).toEqual({ format: format.name, loud: [] });
    expect(plan?.stages.length).toBeGreaterThan(1);
    expect(plan?.title).toMatch(/Rate limiter$|^rate-limiter$/);
  }
});

describe("what has no place is said", () => {
  const source = fixture("stages", "every-field.md");
  const { plan = expect.unreachable() } = parsePlan(source);
  const lost = (change: Partial<Plan>): string => convertToStages({ ...plan, ...change }, source).lost.join("\n");

  test("of a stage", () => {
    const stages = plan.stages.map((stage) => ({
      ...stage,
      soft: [{ text: "after lunch" }],
      progress: { done: 1, total: 3 },
    }));
    expect(lost({ stages })).toMatch(/after lunch[\s\S]*1 of 3 boxes/);
  });

  test("of the plan", () => {
    expect(lost({ base: "next", baseFrom: "main" })).toContain("`next` is made from `main`");
    expect(lost({ closed: { why: "lies in completed/" } })).toContain(
      "The plan lies in completed/; the new one is open.",
    );
  });

  test("of its text outside of the stages", () => {
    const milestone = fixture("milestone", "three-files");
    const { plan: before = expect.unreachable() } = parsePlan(milestone);
    const said = convertToStages(before, milestone).lost.filter((sentence) => sentence.includes("taken along"));
    expect(said).toEqual([
      'What PLAN.md says outside of its stages is not taken along: "Overview", "Success Criteria".',
      "No text of TASKS.md is taken along.",
      "No text of SPEC.md is taken along.",
    ]);
  });
});

test("a fence that only the end of its file closes hides no stage", () => {
  const { plan = expect.unreachable() } = parsePlan(fixture("milestone", "three-files"));
  const stages = plan.stages.map((stage) => ({ ...stage, brief: `## X\n\n~~~~bash\nnpm run ${stage.id}` }));
  const { plan: after } = converted(convertToStages({ ...plan, stages }, fixture("milestone", "three-files")).text);
  expect(after?.stages.map(({ brief }) => /npm run (\S+)/.exec(brief)?.[1])).toEqual(plan.stages.map(({ id }) => id));
});

test("a title that says what it is gets no second one", () => {
  const source = fixture("stages", "every-field.md");
  const { plan = expect.unreachable() } = parsePlan(source);
  const titleOf = (title: string) => convertToStages({ ...plan, title }, source).text.split("\n")[0];
  expect([titleOf("Search"), titleOf("Implementation Plan for Search")]).toEqual([
    "# Implementation Plan: Search",
    "# Implementation Plan for Search",
  ]);
});

test("the folder of fixtures is there", () => {
  expect(sound.length).toBeGreaterThan(20);
});
