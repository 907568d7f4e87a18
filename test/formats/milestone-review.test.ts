// PLAN against TASKS: grades, lines, suggested headings.
import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Document, readDocument } from "../../src/formats/markdown/document.ts";
import { milestoneFormat } from "../../src/formats/milestone/milestone.ts";
import { type Review, reviewMilestone } from "../../src/formats/milestone/review.ts";
import type { PlanSource } from "../../src/formats/source.ts";
import { fixturesRoot, sourceAt } from "./plan-fixture.ts";

const folder = "/repo/spec/milestone-1";
const sourceOf = (first: Document, ...rest: readonly Document[]): PlanSource => ({
  path: first.path,
  documents: [first, ...rest],
  others: new Set(),
});
const plan = (...headings: readonly string[]) =>
  readDocument({
    path: `${folder}/PLAN.md`,
    text: `# Milestone 1: X - Implementation Plan\n\n${headings.join("\n\n")}\n`,
  });
const tasks = (...headings: readonly string[]) =>
  readDocument({
    path: `${folder}/TASKS.md`,
    text: `# Milestone 1: X - Tasks\n\n${headings.map((heading) => `${heading}\n- [ ] box`).join("\n\n")}\n`,
  });
const review = (first: Document, ...rest: readonly Document[]): Review | undefined =>
  reviewMilestone(sourceOf(first, ...rest));
const shortOf = (found: Review | undefined) =>
  found?.tasks.map(({ grade, plan: left, tasks: right, rename }) => [
    grade,
    left && `${left.id}@${left.line}`,
    right && `${right.id}@${right.line}`,
    rename?.text,
  ]);

describe("a task is graded", () => {
  test.each<readonly [string, string, string, string | undefined]>([
    ["### Task M1.1: Read `x`", "### M1.1: Read `x`", "exact", undefined],
    ["### Task 1.1: Read", "### M1.1: Read", "exact", undefined],
    ["### Task M1.1: Read", "## Task M1.1: Read", "exact", undefined],
    ["### Task M1.1: Read NVM", "### M1.1: Read nvm", "case-only", "### Task M1.1: Read nvm"],
    ["### Task M1.1: Read `x`", "### M1.1: Read x", "case-only", "### Task M1.1: Read x"],
    ["### Task M1.1: Read", "## Task M1.1: Read ⏳", "case-only", undefined],
    ["### Task M1.1: Read - COMPLETED", "### M1.1: Read", "case-only", "### Task M1.1: Read"],
    ["### Task M1.1: Read", "## Task M1.1: Read (Optional) ⏸️", "renamed", "### Task M1.1: Read (Optional)"],
    ["### Task 4: Read the words", "### Read the wrods", "renamed", "### Task 4: Read the wrods"],
  ])("%s against %s: %s", (left, right, grade, rename) => {
    const atLine3: unknown = expect.stringMatching(/@3$/);
    expect(shortOf(review(plan(left), tasks(right)))).toEqual([[grade, atLine3, atLine3, rename]]);
  });

  test("as extra and missing where it has no partner", () => {
    const found = review(
      plan("### Task M1.1: Store", "### Task M1.3: Publish the guide"),
      tasks("### M1.1: Store", "### M1.2: Translate the menu"),
    );
    expect(shortOf(found)).toEqual([
      ["exact", "M1.1@3", "M1.1@3", undefined],
      ["extra", "M1.3@5", undefined, undefined],
      ["missing", undefined, "M1.2@6", undefined],
    ]);
    expect(found?.counts).toEqual({ plan: 2, tasks: 2, exact: 1, caseOnly: 0, renamed: 0, extra: 1, missing: 1 });
  });

  test("by its name where one more task moved the numbers", () => {
    const found = review(
      plan("### Task 1: Store", "### Task 2: List", "### Task 3: Import"),
      tasks("### Task 1: Store", "### Task 2: Back up everything", "### Task 3: List", "### Task 4: Import"),
    );
    expect(found?.tasks.map(({ grade, plan: left, tasks: right }) => [grade, left?.id, right?.id])).toEqual([
      ["exact", "1", "1"],
      ["exact", "2", "3"],
      ["exact", "3", "4"],
      ["missing", undefined, "2"],
    ]);
  });
});

describe("a file", () => {
  test("without tasks is said", () => {
    const found = review(plan("## Architecture"), tasks("### M1.1: Store"));
    expect(found?.noTasks).toEqual(["plan"]);
    expect(shortOf(found)).toEqual([["missing", undefined, "M1.1@3", undefined]]);
  });

  test("that is absent is said", () => {
    const found = review(plan("### Task M1.1: Store"));
    expect(found?.files).toEqual({ plan: `${folder}/PLAN.md` });
    expect(found?.noTasks).toEqual([]);
    const spec = readDocument({ path: `${folder}/SPEC.md`, text: "# X\n" });
    expect(review(plan("### Task M1.1: Store"), spec)?.files.spec).toBe(`${folder}/SPEC.md`);
  });

  test("of a phase has nothing to compare", () => {
    const doc = readDocument({ path: "/repo/spec/m/phase-2.md", text: "# Phase 2: X\n\n### Task 2.1: A\n" });
    expect(review(doc)).toBeUndefined();
  });

  test("tells its success criteria, in a list or line by line", () => {
    const lines =
      "## Success Criteria\n\nWhen:\n\n✅ it builds\n✅ it runs\n\n- [ ] it is liked\n\n### Later\n\n- it is kept\n\n## Notes\n\n- no\n";
    expect(review(plan("### Task M1.1: A", lines))?.criteria.map(({ text, line }) => [text, line])).toEqual([
      ["✅ it builds", 9],
      ["✅ it runs", 10],
      ["it is liked", 12],
      ["it is kept", 16],
    ]);
  });
});

test("two long lists that share nothing are answered at once", () => {
  const many = (word: string) => Array.from({ length: 3000 }, (_, index) => `### ${word}${index} ${word}`);
  const found = review(
    plan(...many("x").map((heading, index) => heading.replace("### ", `### Task ${index}: `))),
    tasks(...many("other")),
  );
  expect(found?.counts).toMatchObject({ exact: 0, extra: 3000, missing: 3000 });
});

test("the fixture of three files", () => {
  const found = reviewMilestone(sourceAt(milestoneFormat, join(fixturesRoot, "milestone/three-files")));
  expect(found?.tasks.map(({ grade, plan: left, tasks: right }) => [grade, left?.id, right?.id])).toEqual([
    ["exact", "M3.1", "M3.1"],
    ["case-only", "M3.2", "M3.2"],
    ["case-only", "M3.3", "M3.3"],
    ["renamed", "M3.4", "M3.4"],
    ["extra", "M3.5", undefined],
    ["missing", undefined, "M3.6"],
  ]);
});

const shared = new URL("../../../shared/plans/000-milestone-plan", import.meta.url).pathname;
const names = ((): readonly string[] => {
  try {
    return readdirSync(shared);
  } catch {
    return [];
  }
})();

describe.runIf(names.length > 0)("milestones of other people", () => {
  test.each<readonly [string, Partial<Review["counts"]>, readonly string[]]>([
    ["1", { plan: 7, tasks: 7, exact: 7 }, []],
    ["2", { plan: 5, tasks: 5, exact: 0, caseOnly: 5, renamed: 0, extra: 0, missing: 0 }, []],
    ["3", { plan: 4, tasks: 4, exact: 4 }, []],
    ["4", { plan: 8, tasks: 8, exact: 8 }, []],
    ["5", { plan: 6, tasks: 6, exact: 6 }, []],
    ["6", { plan: 8, tasks: 7, exact: 7, extra: 1, missing: 0 }, []],
    ["8", { plan: 0, tasks: 0 }, ["plan", "tasks"]],
  ])("milestone %s", (number, counts, noTasks) => {
    const [first, ...rest] = ["PLAN", "TASKS"].map((role) => {
      const path = join(shared, names.find((name) => name.endsWith(`milestone-${number}.${role}.md`)) ?? "");
      return readDocument({ path, text: readFileSync(path, "utf8") });
    });
    if (first === undefined) throw new Error("no file");
    const found = review(first, ...rest);
    expect(found?.counts).toMatchObject(counts);
    expect(found?.noTasks).toEqual(noTasks);
    expect(basename(found?.files.plan ?? "")).toContain("PLAN");
  });
});
