// The evidence agrees with the decision: what goes rests on checks that are clear or were consented to, and nothing else stays.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { cleanChecks } from "../../src/core/clean-checks.ts";
import { changesSince, digestOf, type PlannedRemoval } from "../../src/core/clean-digest.ts";
import { type CleanFacts, planClean } from "../../src/core/clean-plan.ts";
import { none, safe } from "./made-clean-facts.ts";
import { oid } from "./made-plan.ts";

test("each check is told, with what was seen", () => {
  const told = cleanChecks(safe, none).map(({ check, verdict }) => `${check} ${verdict}`);
  expect(told).toEqual(
    "ownership branch merged head changes untracked ignored hidden submodules nested operation lock processes current"
      .split(" ")
      .map((check) => `${check} clear`),
  );
  const facts = { ...safe, modified: ["a", "b", "c", "d"], submodules: [{ path: "lib", problems: ["is dirty"] }] };
  const checks = cleanChecks(facts, none);
  expect(checks.find(({ check }) => check === "changes")).toEqual({
    check: "changes",
    verdict: "needs-consent",
    evidence: "uncommitted changes: a, b, c and 1 more",
    found: ["a", "b", "c", "d"],
  });
  expect(checks.find(({ check }) => check === "submodules")).toMatchObject({
    verdict: "forbids",
    found: ["lib is dirty"],
  });
});

test("a system that shows no processes says so, and that is no clear check", () => {
  const { processes: _, ...unseen } = safe;
  expect(cleanChecks(unseen, none).find(({ check }) => check === "processes")?.verdict).toBe("unknown");
});

test("what is removed has no check against it, and what is kept has one", () => {
  const names = fc.constantFrom([], [], ["a"]);
  const maybe = <T>(value: T) => fc.option(fc.constant(value), { nil: undefined });
  const facts = fc.record({
    modified: names,
    untracked: names,
    precious: names,
    hidden: names,
    detachedCommits: fc.boolean(),
    submodules: fc.constantFrom([], [{ path: "lib", problems: [] }], [{ path: "lib", problems: ["is dirty"] }]),
    nested: names,
    current: fc.constantFrom(false, false, true),
    processes: fc.constantFrom([], [], [7]),
    branchExists: fc.boolean(),
    worktree: fc.constantFrom("ours" as const, "absent" as const, { foreign: "is not ours" }),
  });
  const more = fc.record({
    head: maybe(oid("a")),
    mergedBy: maybe("is contained in main"),
    locked: maybe("x"),
    operation: maybe("merge"),
    branchInUse: maybe("it is used"),
  });
  const consents = fc.record({ discardChanges: fc.boolean(), deleteUnmerged: fc.boolean() });
  const { head: _, mergedBy: __, ...rest } = safe;
  fc.assert(
    fc.property(facts, more, consents, (some, others, consent) => {
      const given = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
      const all: CleanFacts = { ...rest, ...some, detached: some.detachedCommits, ...given };
      // Facts that are read are whole: what is absent has nothing in it, and no head without a branch or a worktree.
      fc.pre(
        all.worktree === "ours" ||
          [
            some.modified,
            some.untracked,
            some.precious,
            some.hidden,
            some.nested,
            some.submodules,
            some.processes,
          ].every((one) => one.length === 0),
      );
      fc.pre(
        all.worktree === "ours" ||
          (!some.detachedCommits && !some.current && all.locked === undefined && all.operation === undefined),
      );
      const { entry } = planClean(all, { ...consent, backup: "refs/b" });
      const against = cleanChecks(all, consent).some(
        ({ verdict }) => verdict === "forbids" || verdict === "needs-consent",
      );
      // A branch that stays forbids nothing where there is none of it.
      const isInUse = all.worktree !== "ours" && all.branchInUse !== undefined && !all.branchExists;
      if (!isInUse) expect(entry.outcome === "kept").toBe(against);
    }),
    { numRuns: 2000 },
  );
});

const planned: PlannedRemoval = {
  stage: "one",
  path: "/trees/one",
  branch: "feature/one",
  steps: ["remove /trees/one"],
  checks: cleanChecks({ ...safe, modified: ["a"] }, { ...none, discardChanges: true }),
  contents: { a: "644 1234" },
};

test("a digest stands for the checks and the bytes, and for nothing that is made anew each time", () => {
  const record = { schema: 1, plan: { id: "p", path: "/p.md" }, consent: none, removals: [planned] } as const;
  expect(digestOf(record)).toBe(digestOf(structuredClone(record)));
  const others = [
    { ...planned, contents: { a: "644 9999" } },
    { ...planned, steps: [] },
    { ...planned, checks: planned.checks.slice(1) },
  ];
  for (const other of others) expect(digestOf({ ...record, removals: [other] })).not.toBe(digestOf(record));
  expect(digestOf({ ...record, consent: { ...none, discardChanges: true } })).not.toBe(digestOf(record));
});

test("what changed since is named", () => {
  expect(changesSince(planned, planned)).toEqual([]);
  expect(changesSince(planned, undefined)).toMatchObject([{ stage: "one", about: "stage" }]);
  expect(changesSince(planned, { ...planned, contents: { a: "644 9999" } })).toEqual([
    { stage: "one", about: "contents", before: "a", now: "has other content" },
  ]);
  const locked = cleanChecks({ ...safe, modified: ["a"], locked: "mine" }, { ...none, discardChanges: true });
  expect(changesSince(planned, { ...planned, checks: locked })).toEqual([
    { stage: "one", about: "lock", before: "git has it not locked", now: "it is locked (mine)" },
  ]);
  expect(changesSince(planned, { ...planned, path: "/else" })).toMatchObject([{ about: "steps" }]);
});
