// What a stage lacks before it may be called complete, and when it gets a worktree.
import { describe, expect, test } from "vitest";
import type { Event } from "../../src/core/event.ts";
import { lackingProof, wantsSetup } from "../../src/core/proof.ts";
import type { StageFacts } from "../../src/core/view.ts";
import {
  checkEnded,
  commandCheck,
  completed,
  declared,
  factsOf,
  manualCheck,
  oid,
  planOf,
  stageOf,
  viewOf,
  worked,
} from "./made-plan.ts";

describe("what is lacking", () => {
  const stage = stageOf("one", { checks: [commandCheck("c"), commandCheck("d"), manualCheck("m")] });
  const green = [checkEnded("one", "c"), checkEnded("one", "d")];
  const approved: Event = { type: "check-approved", stage: "one", check: "m", tree: oid("b"), commit: oid("a") };
  const red = checkEnded("one", "d", { outcome: { kind: "failed", exitCode: 1, durationMs: 1 } });
  const table: readonly (readonly [string, readonly Event[], StageFacts, readonly string[]])[] = [
    ["nothing", [...green, approved], worked("one"), []],
    ["everything else hides behind a missing worktree", [], factsOf("one"), ["worktree"]],
    [
      "a worktree on another branch",
      [...green, approved],
      worked("one", { worktree: { problem: "it is on main" } }),
      ["worktree"],
    ],
    ["a commit", [...green, approved], worked("one", { branch: { ahead: 0 } }), ["commit"]],
    ["a clean worktree", [...green, approved], worked("one", { worktree: { dirty: 2 } }), ["clean"]],
    ["a command that never ran", [checkEnded("one", "c"), approved], worked("one"), ["command"]],
    ["a command that failed", [checkEnded("one", "c"), red, approved], worked("one"), ["command"]],
    ["an approval", green, worked("one"), ["manual"]],
    [
      "all of it",
      [],
      worked("one", { branch: { ahead: 0 }, worktree: { dirty: 1 } }),
      ["commit", "clean", "command", "manual"],
    ],
    [
      "all of it again, for other content",
      [...green, approved],
      worked("one", { branch: { tree: oid("f") } }),
      ["command", "manual"],
    ],
  ];
  test.each(table)("%s", (_, events, facts, kinds) => {
    const lacks = lackingProof(viewOf({ stage, events, facts }), { allowEmpty: false });
    expect(lacks.map(({ kind }) => kind)).toEqual(kinds);
  });

  test("the checks are named", () => {
    const lacks = lackingProof(viewOf({ stage, facts: worked("one") }), { allowEmpty: false });
    expect(lacks.map(({ checks }) => checks)).toEqual([["c", "d"], ["m"]]);
    expect(lacks[0]?.text).toBe('not passed at this commit: "run c", "run d"');
    expect(lacks[1]?.text).toBe("1 manual check waits for approval");
  });

  test("no commit is needed when that is allowed, or for a gate", () => {
    const facts = worked("one", { branch: { ahead: 0 } });
    expect(lackingProof(viewOf({ facts }), { allowEmpty: true })).toEqual([]);
    expect(lackingProof(viewOf({ facts, stage: stageOf("one", { kind: "gate" }) }), { allowEmpty: false })).toEqual([]);
  });
});

describe("who gets a worktree", () => {
  const table: readonly (readonly [string, boolean, readonly Event[], StageFacts])[] = [
    ["a stage that was not started", true, [], factsOf("one")],
    ["one that failed to be set up", true, [{ type: "setup-failed", stage: "one", reason: "no room" }], factsOf("one")],
    [
      "one whose needs could not be merged",
      true,
      [{ type: "base-conflict", stage: "one", between: ["a", "b"], files: [] }],
      factsOf("one"),
    ],
    ["one that has one", false, [], worked("one")],
    ["one that is complete", false, [completed("one")], factsOf("one")],
    ["one that is skipped", false, [declared("one", "skipped")], factsOf("one")],
  ];
  test.each(table)("%s: %s", (_, wants, events, facts) => {
    const view = viewOf({ events, facts });
    expect(wantsSetup(planOf([view.stage]), view)).toBe(wants);
  });

  test("none in a closed plan", () => {
    expect(wantsSetup(planOf([], { status: "archived" }), viewOf({}))).toBe(false);
  });
});
