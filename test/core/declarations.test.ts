// From statuses in the plan file to events: hints at first sight, a person's word after that.
import { describe, expect, test } from "vitest";
import { declarationsOf } from "../../src/core/declarations.ts";
import type { Event } from "../../src/core/event.ts";
import type { StageStatus } from "../../src/core/plan.ts";
import { recordOf, seenStatus } from "../../src/core/state.ts";
import { completed, planOf, stageOf, stateOf, writing } from "./made-plan.ts";

const planWith = (statuses: Readonly<Record<string, StageStatus>>) =>
  planOf(Object.entries(statuses).map(([id, status]) => stageOf(id, { status })));
const declarations = (events: readonly Event[]): readonly unknown[] =>
  events.flatMap((event) => (event.type === "stage-declared" ? [[event.stage, event.state, event.by]] : []));

describe("at first sight", () => {
  test("what is not the default is a hint, and everything is seen", () => {
    const events = declarationsOf(planWith({ a: "complete", b: "not-started" }), stateOf());
    expect(declarations(events)).toEqual([["a", "complete", "hint"]]);
    expect(events.at(-1)).toMatchObject({ type: "plan-seen" });
    expect(seenStatus(stateOf(...events), "b")).toBe("not-started");
  });

  test("a plan where nothing began is only seen", () => {
    expect(declarationsOf(planWith({ a: "not-started" }), stateOf()).map(({ type }) => type)).toEqual(["plan-seen"]);
  });
});

describe("later", () => {
  const seen = (statuses: Readonly<Record<string, StageStatus>>): Event => ({ type: "plan-seen", statuses });

  test("nothing changed, nothing happened", () => {
    expect(declarationsOf(planWith({ a: "complete" }), stateOf(seen({ a: "complete" })))).toEqual([]);
  });

  test("an edit is a person's word, also back to the beginning", () => {
    const state = stateOf(seen({ a: "complete", b: "in-progress" }));
    const events = declarationsOf(planWith({ a: "not-started", b: "in-progress" }), state);
    expect(declarations(events)).toEqual([["a", "not-started", "plan"]]);
  });

  test("what we wrote ourselves is no edit", () => {
    const state = stateOf(seen({ a: "not-started" }), completed("a"), {
      type: "plan-written",
      stage: "a",
      status: "complete",
    });
    expect(declarationsOf(planWith({ a: "complete" }), state)).toEqual([]);
  });

  test("what is being written, or was when its writer died, is no edit either; anything else in that moment is", () => {
    const before = [seen({ a: "not-started", b: "not-started" }), ...writing({ a: ["not-started", "in-progress"] })];
    const events = declarationsOf(planWith({ a: "in-progress", b: "blocked" }), stateOf(...before));
    expect(declarations(events)).toEqual([["b", "blocked", "plan"]]);
    const after = stateOf(...before, ...events);
    expect(seenStatus(after, "a")).toBe("in-progress");
    expect(declarations(declarationsOf(planWith({ a: "not-started", b: "blocked" }), after))).toEqual([
      ["a", "not-started", "plan"],
    ]);
    expect(declarations(declarationsOf(planWith({ a: "complete", b: "blocked" }), stateOf(...before)))).toEqual([
      ["a", "complete", "plan"],
      ["b", "blocked", "plan"],
    ]);
  });

  test("a stage that was added is at first sight", () => {
    const state = stateOf(seen({ a: "complete" }));
    expect(declarations(declarationsOf(planWith({ a: "complete", b: "skipped" }), state))).toEqual([
      ["b", "skipped", "hint"],
    ]);
  });

  test("the proof outlives a crash between the write and its record", () => {
    const before = stateOf(seen({ a: "in-progress" }), completed("a"));
    const events = declarationsOf(planWith({ a: "complete" }), before);
    const after = recordOf(stateOf(seen({ a: "in-progress" }), completed("a"), ...events), "a");
    expect(after.completed?.proof).toBe("proven");
  });

  test.each(["__proto__", "constructor", "valueOf"])("a new stage called %s is at first sight, too", (id) => {
    const plan = planOf([stageOf(id, { status: "complete" })]);
    const events = declarationsOf(plan, stateOf(seen({ a: "complete" })));
    expect(declarations(events)).toEqual([[id, "complete", "hint"]]);
    const stored = JSON.parse(JSON.stringify(events)) as Event[];
    expect(declarationsOf(plan, stateOf(...stored))).toEqual([]);
  });
});
