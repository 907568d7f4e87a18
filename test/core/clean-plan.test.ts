// What may be removed, from facts alone: two kinds of loss, two consents, and what no consent can allow.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CleanFacts, type Consent, planClean } from "../../src/core/clean-plan.ts";
import { none, safe } from "./made-clean-facts.ts";
import { oid } from "./made-plan.ts";

const { mergedBy: _, ...unmerged } = safe;
const all: Consent = { discardChanges: true, deleteUnmerged: true };
const plan = (facts: CleanFacts, consent = none) => planClean(facts, { ...consent, backup: "refs/backup" });

test("what is merged and clean goes, its tip saved first", () => {
  const { entry, steps, loss } = plan(safe);
  expect(entry).toMatchObject({ outcome: "removed", reason: "is contained in main" });
  expect(steps).toEqual([
    { kind: "backup", stage: "one", ref: "refs/backup", head: oid("a"), snapshot: false },
    { kind: "remove-worktree", stage: "one", path: "/trees/one" },
    { kind: "delete-branch", stage: "one", branch: "feature/one", head: oid("a") },
  ]);
  expect(loss).toBe(false);
});

test("a branch without a worktree goes alone", () => {
  expect(plan({ ...safe, worktree: "absent" }).steps.map(({ kind }) => kind)).toEqual(["backup", "delete-branch"]);
});

test("a branch that is used elsewhere stays", () => {
  const { steps } = plan({ ...safe, branchInUse: "it is checked out at /other" });
  expect(steps.map(({ kind }) => kind)).toEqual(["backup", "remove-worktree"]);
});

const { head: __, ...headless } = safe;
const obstacles: readonly (readonly [string, CleanFacts, RegExp])[] = [
  ["foreign", { ...safe, worktree: { foreign: "/trees/one is another repository" } }, /another repository/],
  ["without any commit", { ...headless, branchExists: false }, /no commit/],
  ["the current folder", { ...safe, current: true }, /inside it/],
  ["locked", { ...safe, locked: "" }, /it is locked;/],
  ["locked with a reason", { ...safe, locked: "on a stick" }, /locked \(on a stick\)/],
  ["in the middle of a rebase", { ...safe, operation: "rebase" }, /rebase is in progress/],
  ["worked in by a process", { ...safe, processes: [12, 13] }, /process 12, 13/],
  ["around another repository", { ...safe, nested: ["vendor/x/"] }, /vendor\/x/],
  [
    "around a submodule with work of its own",
    { ...safe, submodules: [{ path: "lib", problems: ["holds commits that no remote has"] }] },
    /submodule lib holds commits that no remote has/,
  ],
];

describe("what no consent allows", () => {
  test.each(obstacles)("a worktree that is %s", (_, facts, reason) => {
    for (const consent of [none, all]) {
      const { entry, steps, loss } = plan(facts, consent);
      expect(entry.outcome).toBe("kept");
      expect(entry.reason).toMatch(reason);
      expect([steps, loss]).toEqual([[], false]);
    }
  });
});

describe("what needs a consent", () => {
  const losses: readonly (readonly [string, CleanFacts, Partial<Consent>, RegExp])[] = [
    ["changed files", { ...safe, modified: ["a"] }, { discardChanges: true }, /uncommitted changes in a;/],
    [
      "untracked files",
      { ...safe, untracked: ["a", "b", "c", "d"] },
      { discardChanges: true },
      /untracked a, b, c and 1 more/,
    ],
    ["hidden changes", { ...safe, hidden: ["a"] }, { discardChanges: true }, /hidden from git status in a/],
    ["precious ignored files", { ...safe, precious: [".env"] }, { discardChanges: true }, /nothing makes again: \.env/],
    ["an unmerged branch", unmerged, { deleteUnmerged: true }, /not merged into main; merge it first/],
    ["commits on a detached HEAD", { ...safe, detachedCommits: true }, { deleteUnmerged: true }, /detached/],
  ];
  test.each(losses)("%s", (_, facts, consent, reason) => {
    const other: Consent = {
      discardChanges: consent.discardChanges !== true,
      deleteUnmerged: consent.deleteUnmerged !== true,
    };
    for (const given of [none, other]) {
      const kept = plan(facts, given);
      expect(kept.entry.outcome).toBe("kept");
      expect(kept.entry.reason).toMatch(reason);
      expect([kept.steps, kept.loss]).toEqual([[], true]);
    }
    expect(plan(facts, { ...none, ...consent }).entry.outcome).toBe("removed");
  });

  test("changes that are given up are saved whole, the ignored ones by name", () => {
    const { steps, saveIgnored } = plan({ ...safe, modified: ["a"], precious: [".env"] }, all);
    expect(steps[0]).toMatchObject({ kind: "backup", snapshot: true });
    expect(saveIgnored).toEqual([".env"]);
  });
});

test("nothing that would be lost goes without its consent, and nothing goes that was not saved", () => {
  const names = fc.array(fc.constantFrom("a", "b/c", ".env"), { maxLength: 2 });
  const anyFacts = fc.record({
    modified: names,
    untracked: names,
    precious: names,
    hidden: names,
    detachedCommits: fc.boolean(),
    submodules: fc.constantFrom([], [], [{ path: "lib", problems: [] }], [{ path: "lib", problems: ["is dirty"] }]),
    nested: fc.constantFrom([], [], [], ["x/"]),
    current: fc.constantFrom(false, false, false, true),
    processes: fc.constantFrom([], [], [], [7]),
    branchExists: fc.boolean(),
    worktree: fc.constantFrom("ours" as const, "ours" as const, "absent" as const, { foreign: "is not ours" }),
  });
  const maybe = <T>(value: T) => fc.option(fc.constant(value), { nil: undefined });
  const rest = fc.record({
    head: maybe(oid("a")),
    mergedBy: maybe("merged"),
    locked: maybe(""),
    operation: maybe("merge"),
  });
  const base = {
    stage: "one",
    path: "/trees/one",
    branch: "b",
    target: "main",
    copies: [],
    marked: 0,
    detached: false,
  };
  const consents = fc.record({ discardChanges: fc.boolean(), deleteUnmerged: fc.boolean() });
  fc.assert(
    fc.property(anyFacts, rest, consents, (some, others, consent) => {
      const given = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
      const facts: CleanFacts = { ...base, ...some, ...given };
      const { steps, saveIgnored } = plan(facts, consent);
      const kinds = steps.map(({ kind }) => kind);
      if (!kinds.includes("remove-worktree") && !kinds.includes("delete-branch")) return;
      const blocked = facts.current || facts.locked !== undefined || facts.operation !== undefined;
      const lossy = facts.submodules.some(({ problems }) => problems.length > 0);
      expect(blocked || some.processes.length > 0 || facts.nested.length > 0 || lossy).toBe(false);
      expect(typeof facts.worktree).toBe("string");
      const changes = [facts.modified, facts.untracked, facts.precious, facts.hidden].flat();
      if (changes.length > 0) expect(consent.discardChanges).toBe(true);
      if ((facts.branchExists && facts.mergedBy === undefined) || facts.detachedCommits)
        expect(consent.deleteUnmerged).toBe(true);
      expect(steps[0]).toMatchObject({ kind: "backup", snapshot: changes.length > 0 });
      expect(saveIgnored).toEqual(facts.precious);
    }),
    { numRuns: 2000 },
  );
});
