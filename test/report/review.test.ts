// What a person sees of a review.
import { describe, expect, test } from "vitest";
import type { ReviewAnswer } from "../../src/core/answers.ts";
import { agrees, renderReview } from "../../src/report/review.ts";
import { controlsIn, overlong, styleOf } from "./sample.ts";

const at = (id: string, name: string, line: number) => ({ id, name, path: "/repo/spec/m1/FILE.md", line });
const answer: ReviewAnswer = {
  schema: 1,
  plan: { id: "m1", title: "Milestone 1: Bookmarks", format: "milestone", path: "/repo/spec/m1/PLAN.md" },
  files: { plan: "/repo/spec/m1/PLAN.md", tasks: "/repo/spec/m1/TASKS.md" },
  counts: { plan: 3, tasks: 3, exact: 1, caseOnly: 1, renamed: 0, extra: 1, missing: 1 },
  noTasks: [],
  tasks: [
    { grade: "exact", plan: at("M1.1", "Store", 8), tasks: at("M1.1", "Store", 5) },
    {
      grade: "case-only",
      plan: at("M1.2", "List All", 20),
      tasks: at("M1.2", "List all", 9),
      rename: { path: "/repo/spec/m1/PLAN.md", line: 20, text: "### Task M1.2: List all" },
    },
    { grade: "extra", plan: at("M1.3", "Publish\u001B[2J", 31) },
    { grade: "missing", tasks: at("M1.4", "Translate", 13) },
  ],
  criteria: [{ text: "A page can be kept", path: "/repo/spec/m1/PLAN.md", line: 40 }],
  findings: { errors: 1, warnings: 2 },
};
const clean: ReviewAnswer = {
  ...answer,
  counts: { plan: 1, tasks: 1, exact: 1, caseOnly: 0, renamed: 0, extra: 0, missing: 0 },
  tasks: answer.tasks.slice(0, 1),
  findings: { errors: 0, warnings: 0 },
};
const shown = (path: string): string => path.replace("/repo/", "");
const render = (of: ReviewAnswer, width = 100): string =>
  renderReview({ answer: of, style: styleOf({ width }), planWord: "spec/m1", shown });

describe("a review", () => {
  test("has both lines of every task, what to write, the counts and the next command", () => {
    expect(render(answer).split("\n")).toEqual([
      "Milestone 1: Bookmarks  m1 · milestone",
      "PLAN   spec/m1/PLAN.md",
      "TASKS  spec/m1/TASKS.md",
      "SPEC   there is no SPEC",
      "",
      "✓ M1.1  Store  PLAN line 8, TASKS line 5",
      "i M1.2  List All  only letter case, signs or marks differ  PLAN line 20, TASKS line 9",
      "    TASKS says M1.2  List all",
      "    → write in spec/m1/PLAN.md, line 20: ### Task M1.2: List all",
      "✗ M1.3  Publish  in PLAN only  PLAN line 31",
      "✗ M1.4  Translate  in TASKS only  TASKS line 13",
      "",
      "3 tasks in PLAN, 3 in TASKS: 1 exact, 1 the same but for letter case, signs or marks, 1 in PLAN",
      "  only, 1 in TASKS only",
      "▲ 1 error and 2 warnings in the plan itself, which check shows",
      "",
      "Success criteria",
      "  · A page can be kept  line 40",
      "",
      "Next → stagetree check spec/m1",
      "",
    ]);
  });

  test("of a file without tasks says so", () => {
    expect(render({ ...answer, noTasks: ["plan"], tasks: [] })).toContain("✗ no tasks found in PLAN");
  });

  test.each([40, 80])("fits %i columns and writes no control of the plan", (width) => {
    const text = render(answer, width);
    expect(overlong(text, width)).toEqual([]);
    expect(controlsIn(text)).toEqual([]);
  });

  test.each<readonly [string, ReviewAnswer, boolean]>([
    ["all names are the same", clean, true],
    ["only letter case differs", { ...clean, counts: { ...clean.counts, exact: 0, caseOnly: 1 } }, true],
    ["a task has another name", { ...clean, counts: { ...clean.counts, renamed: 1 } }, false],
    ["a task is in PLAN only", { ...clean, counts: { ...clean.counts, extra: 1 } }, false],
    ["a task is in TASKS only", { ...clean, counts: { ...clean.counts, missing: 1 } }, false],
    ["TASKS holds none", { ...clean, noTasks: ["tasks"] }, false],
    ["there is no TASKS", { ...clean, files: { plan: "/repo/PLAN.md" } }, false],
    ["there is no SPEC", clean, true],
  ])("where %s", (_, of, expected) => {
    expect(agrees(of)).toBe(expected);
  });
});
