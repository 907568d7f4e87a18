// The facts behind a stage's state, and the next command, which has to exist.
import { describe, expect, test } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import type { Fact } from "../../src/core/answers.ts";
import type { CleanPlan } from "../../src/core/clean-plan.ts";
import type { Event } from "../../src/core/event.ts";
import type { Stage } from "../../src/core/plan.ts";
import { type StageFacts, viewPlan } from "../../src/core/view.ts";
import { nextCommand, whyComplete, whyReady, whyRemovable } from "../../src/core/why.ts";
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
  stateOf,
  viewOf,
  worked,
} from "./made-plan.ts";

const names = { plan: "plan.md", stage: "one", removable: false };
const checked = stageOf("one", { checks: [commandCheck("c"), manualCheck("m")] });
const gate = stageOf("one", { kind: "gate", checks: [commandCheck("c")] });
const failed: Event = { type: "stage-failed", stage: "one", reason: "red" };
const conflict: Event = { type: "base-conflict", stage: "one", between: ["a", "b"], files: ["f"] };

describe("the next command", () => {
  const bare = stageOf("one");
  const noWork = worked("one", { branch: { ahead: 0 } });
  const table: readonly (readonly [string, Stage, readonly Event[], StageFacts, string])[] = [
    ["ready", bare, [], factsOf("one"), "stagetree setup plan.md one"],
    ["waits for others", stageOf("one", { needs: ["other"] }), [], factsOf("one"), "stagetree status plan.md"],
    ["without work", bare, [], noWork, 'cd "$(stagetree path plan.md one)"'],
    [
      "with uncommitted work",
      checked,
      [],
      worked("one", { worktree: { dirty: 1 } }),
      'cd "$(stagetree path plan.md one)"',
    ],
    [
      "on another branch",
      bare,
      [declared("one", "in-progress")],
      worked("one", { worktree: { problem: "x" } }),
      'cd "$(stagetree path plan.md one)"',
    ],
    ["with work", checked, [], worked("one"), "stagetree verify plan.md one"],
    ["green, to approve", checked, [checkEnded("one", "c")], worked("one"), "stagetree approve plan.md one"],
    ["nothing lacking", bare, [], worked("one"), "stagetree verify plan.md one"],
    ["a gate", gate, [], noWork, "stagetree verify plan.md one"],
    [
      "begun, without a worktree",
      bare,
      [declared("one", "in-progress")],
      factsOf("one"),
      "stagetree setup plan.md one",
    ],
    ["red", checked, [failed], worked("one"), "stagetree logs plan.md one"],
    ["needs in conflict", bare, [conflict], factsOf("one"), "stagetree setup plan.md one"],
    [
      "blocked by a person",
      bare,
      [declared("one", "blocked")],
      factsOf("one"),
      "stagetree mark plan.md one not-started",
    ],
    ["skipped", bare, [declared("one", "skipped")], factsOf("one"), "stagetree mark plan.md one not-started"],
    ["complete", bare, [completed("one")], worked("one"), "stagetree status plan.md"],
    ["merged", bare, [completed("one")], worked("one", { mergedBy: "is in main" }), "stagetree status plan.md"],
  ];
  test.each(table)("%s", (_, stage, events, facts, command) => {
    const next = nextCommand(viewOf({ stage, events, facts }), names);
    expect(next).toBe(command);
    const called = /stagetree (\w+)/.exec(next)?.[1];
    expect(commands.map(({ name }) => name)).toContain(called);
  });

  test("what can be removed is cleaned", () => {
    const next = nextCommand(viewOf({ events: [completed("one")], facts: worked("one") }), {
      ...names,
      removable: true,
    });
    expect(next).toBe("stagetree clean plan.md one");
    expect(commands.some(({ name }) => name === "clean")).toBe(true);
  });
});

const lines = (fact: Fact): readonly string[] => [
  `${fact.holds ? "yes" : "no"} ${fact.text}`,
  ...(fact.because ?? []).flatMap((one) => lines(one).map((line) => `  ${line}`)),
];

describe("why", () => {
  test("ready, or what it waits for", () => {
    const stages = [stageOf("a"), stageOf("one", { needs: ["a", "gone"], external: ["a key"] })];
    const plan = planOf(stages);
    const views = viewPlan(plan, stateOf({ type: "stage-failed", stage: "a", reason: "red" }), new Map());
    const view = views[1];
    if (view === undefined) throw new Error("two stages have two views");
    expect(lines(whyReady(plan, { view, views }))).toEqual([
      "no not ready to start",
      "  yes the plan is approved",
      "  yes it is not-started",
      "  no a is failed: red",
      "  no gone is unknown",
      "  yes needs, outside this plan: a key (for you to confirm)",
    ]);
    const alone = viewOf({});
    expect(lines(whyReady(planOf([alone.stage]), { view: alone, views: [alone] }))[0]).toBe(
      "yes ready: it can start now",
    );
  });

  test("complete, or what is lacking", () => {
    expect(lines(whyComplete(viewOf({ stage: checked, facts: worked("one", { worktree: { dirty: 1 } }) })))).toEqual([
      "no not complete",
      "  yes 1 commit beyond its base",
      "  no 1 uncommitted changes",
      "  no not run: run c",
      "  no to approve: look at m",
    ]);
    expect(lines(whyComplete(viewOf({})))).toEqual(["no not complete", "  no it has no worktree yet"]);
    expect(lines(whyComplete(viewOf({ events: [completed("one")], facts: worked("one") })))).toEqual([
      `yes complete (proven at ${oid("a").slice(0, 12)})`,
    ]);
    expect(lines(whyComplete(viewOf({ events: [declared("one", "complete")] })))[0]).toBe(
      "yes complete (declared, not proven)",
    );
  });

  test("removable, or what is in the way", () => {
    const entry = { stage: "one", path: "/t", branch: "b", outcome: "kept", reason: "it is locked" } as const;
    const kept: CleanPlan = { entry, steps: [], loss: false, saveIgnored: [] };
    expect(lines(whyRemovable(kept))).toEqual(["no not removable", "  no it is locked"]);
    const steps = [{ kind: "remove-worktree", stage: "one", path: "/t" }] as const;
    expect(whyRemovable({ ...kept, steps, entry: { ...entry, outcome: "removed", reason: "merged" } }).holds).toBe(
      true,
    );
  });
});
