// From facts to the steps that give a stage its branch and worktree.
import { describe, expect, test } from "vitest";
import { planSetup, type SetupFacts } from "../../src/core/setup-plan.ts";
import { oid, viewOf } from "./made-plan.ts";

const facts: SetupFacts = {
  path: "/trees/one",
  found: { kind: "absent" },
  base: { kind: "commit", oid: oid("1"), parents: [oid("2")] },
  baseRef: "refs/stagetree/base/sample/one",
};
const plan = (change: Partial<SetupFacts> = {}, options: { copy?: readonly string[]; command?: string } = {}) =>
  planSetup(viewOf({}), { ...facts, ...change }, { copy: [], ...options });

describe("a stage that can be set up", () => {
  test("fresh: the branch, its base, the worktree, the files, in this order", () => {
    const { entry, steps, base, parents } = plan();
    expect(entry).toEqual({
      id: "one",
      branch: "feature/one",
      worktree: "/trees/one",
      outcome: "created",
      base: oid("1"),
    });
    expect(steps.map(({ kind }) => kind)).toEqual([
      "create-branch",
      "record-base",
      "add-worktree",
      "checkout",
      "link-plan",
    ]);
    expect([base, parents]).toEqual([oid("1"), [oid("2")]]);
  });

  test("with files to copy and a command to run, last", () => {
    const { steps } = plan({}, { copy: [".env"], command: "npm ci" });
    expect(steps.slice(-3)).toMatchObject([
      { kind: "copy-ignored", patterns: [".env"] },
      { kind: "link-plan" },
      { kind: "run-setup", command: "npm ci" },
    ]);
  });

  test("a branch with work on the base is taken as it is, and keeps the base it was recorded with", () => {
    const { steps, base } = plan({ branchHead: oid("3"), branchHolds: "base", recordedBase: oid("4") });
    expect(steps[0]?.kind).toBe("record-base");
    expect(base).toBe(oid("4"));
  });

  test("a branch without work of its own is moved up to the base", () => {
    const moved = plan({ branchHead: oid("3"), branchHolds: "behind-base", recordedBase: oid("3") });
    expect(moved.steps[0]).toMatchObject({ kind: "create-branch", at: oid("1") });
    expect([moved.base, moved.forwardFrom]).toEqual([oid("1"), oid("3")]);
  });
});

describe("a stage that cannot, and why", () => {
  const table: readonly (readonly [string, Partial<SetupFacts>, string, RegExp])[] = [
    ["a place outside", { pathProblem: "/trees/one is outside /x" }, "failed", /^\/trees\/one is outside/],
    [
      "something else there",
      { found: { kind: "foreign", problem: "is a file" } },
      "failed",
      /^\/trees\/one is a file$/,
    ],
    ["the branch elsewhere", { checkedOutAt: "/other" }, "failed", /feature\/one is checked out at \/other/],
    [
      "needs in conflict",
      { base: { kind: "conflict", between: ["a", "b"], files: ["f", "g"] } },
      "blocked",
      /a and b .* both change f, g/,
    ],
    [
      "a branch from elsewhere",
      { branchHead: oid("3"), branchHolds: "diverged" },
      "blocked",
      /rebase it onto 111111111111/,
    ],
  ];
  test.each(table)("%s", (_, change, outcome, reason) => {
    const { entry, steps } = plan(change);
    expect(entry.outcome).toBe(outcome);
    expect(entry.reason).toMatch(reason);
    expect(steps).toEqual([]);
  });
});

test("a worktree that is there already needs nothing, whatever else is so", () => {
  const { entry, steps } = plan({
    found: { kind: "ours" },
    recordedBase: oid("4"),
    pathProblem: "would be refused today",
    base: { kind: "conflict", between: ["a", "b"], files: [] },
  });
  expect(entry).toMatchObject({ outcome: "exists", base: oid("4") });
  expect(steps).toEqual([]);
});
