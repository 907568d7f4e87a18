// What is really so of a stage, from the plan, the record and git's facts.
import { describe, expect, test } from "vitest";
import type { Event } from "../../src/core/event.ts";
import { planIsLive } from "../../src/core/live-plan.ts";
import { createViewer, isWorkable, type StageFacts, type StageState, viewPlan } from "../../src/core/view.ts";
import {
  checkEnded,
  commandCheck,
  completed,
  declared,
  factsOf,
  manualCheck,
  oid,
  planOf,
  setUp,
  stageOf,
  stateOf,
  viewOf,
  worked,
} from "./made-plan.ts";

const failed: Event = { type: "stage-failed", stage: "one", reason: "red" };
const conflict: Event = { type: "base-conflict", stage: "one", between: ["a", "b"], files: ["f.txt"] };
const merged: Event = { type: "stage-merged", stage: "one", commit: oid("a"), proof: "is contained in main" };

describe("the state of a stage", () => {
  const moved = worked("one", { branch: { head: oid("c"), tree: oid("d") } });
  const inMain = worked("one", { mergedBy: "is contained in main" });
  const table: readonly (readonly [string, StageState, readonly Event[], StageFacts, string])[] = [
    ["nothing happened", "not-started", [], factsOf("one"), ""],
    ["a branch and no worktree", "not-started", [], factsOf("one", { branch: { head: oid("a"), ahead: 1 } }), ""],
    ["a worktree", "in-progress", [], worked("one"), ""],
    ["a worktree on another branch", "not-started", [], worked("one", { worktree: { problem: "it is on main" } }), ""],
    ["complete", "complete", [completed("one")], worked("one"), ""],
    ["complete, its branch gone", "complete", [completed("one")], factsOf("one"), ""],
    ["complete, its branch moved", "in-progress", [completed("one")], moved, "moved after it was complete"],
    ["complete, moved, and a person says so", "complete", [completed("one"), declared("one", "complete")], moved, ""],
    ["complete and merged", "merged", [completed("one")], inMain, ""],
    ["merged, never verified", "merged", [setUp("one")], inMain, ""],
    ["merged and removed", "merged", [completed("one"), merged], factsOf("one"), ""],
    ["merged and removed, never verified", "merged", [setUp("one"), merged], factsOf("one"), ""],
    ["merged once, and a branch of its name now", "in-progress", [merged, setUp("one")], worked("one"), ""],
    ["failed", "failed", [failed], worked("one"), "red"],
    ["its needs conflict", "blocked", [conflict], factsOf("one"), "a and b cannot be merged: both change f.txt"],
    ["they did, and it has a worktree now", "in-progress", [conflict], worked("one"), ""],
    ["declared complete", "complete", [declared("one", "complete")], factsOf("one"), ""],
    ["declared complete and merged", "merged", [declared("one", "complete")], inMain, ""],
    ["declared blocked", "blocked", [declared("one", "blocked")], worked("one"), "declared blocked"],
    ["declared skipped", "skipped", [declared("one", "skipped")], factsOf("one"), "declared skipped"],
    ["declared in progress", "in-progress", [declared("one", "in-progress")], factsOf("one"), ""],
    [
      "said to be in progress, and red since",
      "failed",
      [declared("one", "in-progress", "hint"), failed],
      worked("one"),
      "",
    ],
    ["said to be in progress, and merged", "merged", [declared("one", "in-progress", "hint")], inMain, ""],
    ["declared not started, with a worktree", "in-progress", [declared("one", "not-started")], worked("one"), ""],
    [
      "declared not started after it was complete",
      "not-started",
      [completed("one"), declared("one", "not-started")],
      factsOf("one"),
      "",
    ],
    [
      "skipped by a run",
      "skipped",
      [{ type: "stage-skipped", stage: "one", reason: "no use" }],
      worked("one"),
      "no use",
    ],
  ];
  test.each(table)("%s", (_, state, events, facts, reason) => {
    const view = viewOf({ events, facts });
    expect(view.state).toBe(state);
    expect(view.reason ?? "").toContain(reason);
  });

  test("a note says why", () => {
    const note: Event = { type: "stage-declared", stage: "one", state: "blocked", by: "person", note: "no key yet" };
    expect(viewOf({ events: [note] }).reason).toBe("no key yet");
  });

  test("proven and declared are told apart", () => {
    expect(viewOf({ events: [completed("one")] }).proof).toBe("proven");
    expect(viewOf({ events: [declared("one", "complete")] }).proof).toBe("declared");
    expect(viewOf({ facts: worked("one") })).not.toHaveProperty("proof");
  });

  test("it waits for a person as long as its branch stands where it stood", () => {
    const waiting: Event = { type: "stage-waiting", stage: "one", reason: "work", now: "do it", commit: oid("a") };
    expect(viewOf({ events: [waiting], facts: worked("one") })).toMatchObject({ waitsForPerson: true, reason: "work" });
    expect(viewOf({ events: [waiting], facts: moved }).waitsForPerson).toBe(false);
  });
});

describe("whether work on it may go on", () => {
  const table: readonly (readonly [string, boolean, readonly Event[]])[] = [
    ["nothing happened", true, []],
    ["failed", true, [failed]],
    ["its needs conflict: they may have changed since", true, [conflict]],
    ["declared blocked", false, [declared("one", "blocked")]],
    ["its needs conflict, and a person declared it blocked", false, [conflict, declared("one", "blocked")]],
    ["declared skipped", false, [declared("one", "skipped")]],
    ["complete", false, [completed("one")]],
  ];
  test.each(table)("%s: %s", (_, workable, events) => {
    expect(isWorkable(viewOf({ events }))).toBe(workable);
  });
});

describe("readiness", () => {
  const plan = planOf([stageOf("a"), stageOf("b"), stageOf("top", { needs: ["b", "a"] })]);
  const top = (events: readonly Event[]) => viewPlan(plan, stateOf(...events), new Map()).at(2);

  test("it waits for what is not complete, in the order of its needs", () => {
    expect(top([])).toMatchObject({ ready: false, waitingFor: ["b", "a"] });
    expect(top([completed("b")])).toMatchObject({ ready: false, waitingFor: ["a"] });
  });

  test("complete by proof and complete by word both count, and so does merged", () => {
    const gone: Event = { ...merged, stage: "a" } as Event;
    expect(top([completed("b"), declared("a", "complete")])).toMatchObject({ ready: true, waitingFor: [] });
    expect(top([completed("b"), completed("a"), gone])).toMatchObject({ ready: true });
  });

  test("a need that was skipped, is blocked or failed holds it back", () => {
    for (const state of ["skipped", "blocked", "in-progress"] as const) {
      expect(top([completed("b"), declared("a", state)])?.waitingFor).toEqual(["a"]);
    }
  });

  test.each(["superseded", "Archived", " done ", "completed"])("nothing is ready in a plan that is %s", (status) => {
    const closed = { ...plan, status };
    expect(planIsLive(closed)).toBe(false);
    expect(viewPlan(closed, stateOf(), new Map()).some(({ ready }) => ready)).toBe(false);
  });

  test.each(["", "draft", "approved", "in-progress"])("a plan with the status %j is live", (status) => {
    expect(planIsLive({ ...plan, status })).toBe(true);
  });

  test.each(["__proto__", "constructor", "toString"])("a stage called %s is a stage like any other", (id) => {
    const odd = planOf([stageOf(id), stageOf("top", { needs: [id] })]);
    const [first, second] = viewPlan(odd, stateOf(), new Map());
    expect([first?.state, first?.ready, second?.waitingFor]).toEqual(["not-started", true, [id]]);
    const [done, next] = viewPlan(odd, stateOf(completed(id)), new Map());
    expect([done?.state, next?.ready]).toEqual(["complete", true]);
  });
});

describe("checks", () => {
  const stage = stageOf("one", { checks: [commandCheck("c"), manualCheck("m")] });
  const check = (at: number, events: readonly Event[], facts = worked("one")) =>
    viewOf({ stage, events, facts }).checks[at]?.state;
  const cached: Event = {
    type: "check-cached",
    stage: "one",
    attempt: 1,
    check: "c",
    command: "run-c",
    key: "k",
    commit: oid("a"),
    tree: oid("b"),
    log: "/logs/c",
  };
  const running: Event = {
    type: "command-started",
    stage: "one",
    attempt: 1,
    what: "check",
    check: "c",
    command: "run-c",
    log: "/l",
  };
  const approved: Event = { type: "check-approved", stage: "one", check: "m", tree: oid("b"), commit: oid("a") };

  const commands: readonly (readonly [string, string, readonly Event[]])[] = [
    ["never ran", "not-run", []],
    ["runs now", "running", [checkEnded("one", "c"), running]],
    ["passed", "passed", [checkEnded("one", "c")]],
    ["passed on this content before", "cached", [cached]],
    ["passed on other content", "stale", [checkEnded("one", "c", { tree: oid("f") })]],
    ["passed before on other content", "stale", [{ ...cached, tree: oid("f") } as Event]],
    ["failed", "failed", [checkEnded("one", "c", { outcome: { kind: "failed", exitCode: 1, durationMs: 1 } })]],
    ["ran too long", "failed", [checkEnded("one", "c", { outcome: { kind: "timed-out", limitMs: 1, durationMs: 1 } })]],
    ["was stopped", "not-run", [checkEnded("one", "c", { outcome: { kind: "cancelled", durationMs: 1 } })]],
    [
      "could not be run",
      "failed",
      [checkEnded("one", "c", { outcome: { kind: "not-run", reason: "no shell", durationMs: 0 } })],
    ],
  ];
  test.each(commands)("a command that %s is %s", (_, state, events) => {
    expect(check(0, events)).toBe(state);
  });

  test("an approval holds for the content that was looked at, under whatever commit", () => {
    expect(check(1, [])).toBe("to-approve");
    expect(check(1, [approved])).toBe("approved");
    expect(check(1, [approved], worked("one", { branch: { head: oid("e") } }))).toBe("approved");
    expect(check(1, [approved], worked("one", { branch: { tree: oid("e") } }))).toBe("to-approve");
    expect(check(1, [approved], factsOf("one"))).toBe("approved");
  });

  test.each(["__proto__", "constructor"])("a check with the id %s is nothing yet", (id) => {
    const odd = stageOf("one", { checks: [commandCheck(id), manualCheck(id)] });
    expect(viewOf({ stage: odd, facts: worked("one") }).checks.map(({ state }) => state)).toEqual([
      "not-run",
      "to-approve",
    ]);
  });
});

test("who asks again gets the very same views of what has not changed", () => {
  const plan = planOf([stageOf("one"), stageOf("two", { needs: ["one"] }), stageOf("three")]);
  const facts = new Map(plan.stages.map(({ id }) => [id, factsOf(id)]));
  const view = createViewer();
  const before = view(plan, stateOf(), facts);
  expect(view(plan, stateOf(), facts)).toBe(before);
  const after = view(plan, stateOf(completed("one")), facts);
  expect(after).toEqual(viewPlan(plan, stateOf(completed("one")), facts));
  expect(after[0]?.state).toBe("complete");
  expect(after[1]?.waitingFor).toEqual([]);
  expect(after[2]).toBe(before[2]);
});
