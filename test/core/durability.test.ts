// What may be lost with the power: only what a further look finds again.
import { expect, test } from "vitest";
import { canBeSeenAgain } from "../../src/core/durability.ts";
import type { Event } from "../../src/core/event.ts";

const started = (what: "check" | "baseline" | "agent" | "setup" | "fix"): Event => ({
  type: "command-started",
  stage: "s",
  attempt: 1,
  what,
  command: "true",
  log: "/log",
});

test.each(["check", "baseline"] as const)("a %s is run again", (what) => {
  expect(canBeSeenAgain(started(what))).toBe(true);
});

test.each(["agent", "setup", "fix"] as const)("the work of an %s is not done twice", (what) => {
  expect(canBeSeenAgain(started(what))).toBe(false);
});

const lasting: readonly Event[] = [
  { type: "stage-completed", stage: "s", commit: "c", proof: "proven" },
  { type: "removal-finished", stage: "s", path: "/p", branch: "b", branchDeleted: false, restore: "" },
  { type: "plan-written", stage: "s", status: "complete" },
  { type: "stage-merged", stage: "s", commit: "c", proof: "ancestor" },
  { type: "run-finished", result: "done", counts: { done: 1, failed: 0, skipped: 0, waiting: 0 } },
  { type: "operation-finished", operation: "o" },
  { type: "note", text: "a word of a person" },
];

test("what a person said, and what was done to the repository and the plan, is there for good", () => {
  expect(lasting.filter(canBeSeenAgain)).toEqual([]);
});
