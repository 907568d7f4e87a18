// What an edit of a plan makes of its stages, and that an id is never reused for another stage's work.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PlanChanges } from "../../src/core/answers.ts";
import { changesSince, whyChanged } from "../../src/core/changes-since.ts";
import type { Event } from "../../src/core/event.ts";
import { compareShapes, fatesOf, type ShapedStage } from "../../src/core/plan-changes.ts";
import { withRecordedNames } from "../../src/core/recorded-plan.ts";
import { leftStages } from "../../src/core/removed-stages.ts";
import { emptyState, type PlanState, recordOf, reduce, seenStatus } from "../../src/core/state.ts";
import { oid, planOf, stageOf, stateOf } from "./made-plan.ts";

/** "3 UI < 1 2": id, name, needs. */
const shape = (...lines: readonly string[]): readonly ShapedStage[] =>
  lines.map((line) => {
    const [own = "", needs = ""] = line.split(" < ");
    const [id = "", ...name] = own.split(" ");
    return { id, name: name.join(" "), needs: needs.split(" ").filter((need) => need !== "") };
  });
const planWith = (...lines: readonly string[]) =>
  planOf(shape(...lines).map(({ id, name, needs }) => stageOf(id, { name, needs, derived: ["branch", "worktree"] })));
const shaped = (...lines: readonly string[]): Event => ({ type: "plan-shape", stages: shape(...lines), start: true });
const begun = (stage: string, path = `/trees/${stage}`): Event => ({
  type: "setup-finished",
  stage,
  branch: `plan/${stage}`,
  path,
  base: oid("0"),
  parents: [],
});

describe("what an id stands for after an edit", () => {
  const before = shape("1 Types", "2 API", "3 Docs", "4 UI");
  const names = new Map([...before.map(({ id, name }) => [id, name] as const), ["9", "Old"]]);
  const table: readonly (readonly [string, readonly string[], Readonly<Record<string, string>>])[] = [
    ["nothing changed", ["1 Types", "2 API", "3 Docs", "4 UI"], { 1: "same", 2: "same", 3: "same", 4: "same" }],
    ["a name changed", ["1 Types", "2 Interface"], { 1: "same", 2: "renamed" }],
    ["letter case changed", ["2 api"], { 2: "renamed" }],
    ["one was added", ["1 Types", "5 Tests"], { 1: "same", 5: "new" }],
    ["one was taken out, the next one moved up", ["1 Types", "2 API", "3 UI"], { 1: "same", 2: "same", 3: "replaced" }],
    [
      "one was put in, the others moved down",
      ["1 Types", "2 Schema", "3 API", "4 Docs", "5 UI"],
      { 1: "same", 2: "replaced", 3: "replaced", 4: "replaced", 5: "new" },
    ],
    ["two changed places", ["1 API", "2 Types"], { 1: "replaced", 2: "replaced" }],
    ["an old id came back under another name", ["9 New"], { 9: "replaced" }],
    ["an old id came back as it was", ["9 Old"], { 9: "same" }],
    ["two of one name", ["1 Types", "2 Types"], { 1: "same", 2: "renamed" }],
  ];
  test.each(table)("%s", (_, after, expected) => {
    const fates = fatesOf(shape(...after), { before, names });
    expect(Object.fromEntries([...fates].map(([id, { kind }]) => [id, kind]))).toEqual(expected);
  });

  test("where it came from is told", () => {
    expect(fatesOf(shape("3 UI"), { before, names }).get("3")).toEqual({
      kind: "replaced",
      from: "Docs",
      movedFrom: "4",
    });
  });
});

describe("what changed", () => {
  const compare = (before: readonly string[], after: readonly string[]) =>
    compareShapes(shape(...before), { after: shape(...after), isAnother: () => false });

  test("added, removed, renamed and wired anew, each told once", () => {
    expect(compare(["a A", "b B < a", "c C < a b"], ["a A", "b Bee < a", "c C < b", "d D"])).toEqual({
      added: ["d"],
      removed: [],
      renamed: [{ id: "b", from: "B", to: "Bee" }],
      rewired: [{ id: "c", before: ["a", "b"], after: ["b"] }],
    });
    expect(compare(["a A", "b B < a"], ["a A"]).removed).toEqual([{ id: "b", name: "B" }]);
    expect(compare(["a A", "b B", "c C < a b"], ["a A", "b B", "c C < b a"]).rewired).toEqual([]);
  });

  test("another id alone is a new name, for those that need it too", () => {
    expect(compare(["a A", "b B < a", "c C < b"], ["a A", "bee B < a", "c C < bee"])).toEqual({
      added: [],
      removed: [],
      renamed: [{ id: "bee", from: "B", to: "B", movedFrom: "b" }],
      rewired: [],
    });
    // Two of one name could be either.
    expect(compare(["a A", "b B"], ["a A", "c B", "d B"])).toMatchObject({ added: ["c", "d"], renamed: [] });
  });

  test("a number that another stage has now", () => {
    expect(compare(["3 Docs", "4 UI < 3"], ["3 UI"])).toMatchObject({
      removed: [{ id: "4", name: "UI" }],
      renamed: [{ id: "3", from: "Docs", to: "UI", another: true, movedFrom: "4" }],
      rewired: [],
    });
  });
});

describe("the record of a stage", () => {
  test("goes on under a new name", () => {
    expect(recordOf(stateOf(shaped("a A"), begun("a"), shaped("a Other")), "a").setup).toBeDefined();
  });

  test("waits for the stage to come back", () => {
    const back = stateOf(shaped("a A", "b B"), begun("a"), shaped("b B"), shaped("a A", "b B"));
    expect(recordOf(back, "a").setup).toBeDefined();
  });

  test("is not that of another one under its id, whose branch has another name", () => {
    const state = stateOf(shaped("a A", "b B"), begun("a"), shaped("b B"), shaped("a New", "b B"));
    expect(recordOf(state, "a").setup).toBeUndefined();
    const [stage, other] = withRecordedNames(planWith("a New", "b B"), state).stages;
    expect(stage).toMatchObject({ branch: "feature/a-2", worktree: "../trees/a-2", generation: 2 });
    expect(other).not.toHaveProperty("generation");
    expect(leftStages(planWith("a New", "b B"), state)).toMatchObject([{ id: "a", name: "A", why: "replaced" }]);
  });

  test("of one that had not begun leaves its names free", () => {
    const hint: Event = { type: "stage-declared", stage: "a", state: "complete", by: "hint" };
    const seen: Event = { type: "plan-seen", statuses: { a: "complete", b: "not-started" } };
    const state = stateOf(shaped("a A", "b B"), hint, seen, shaped("b B"), shaped("a New", "b B"));
    expect(recordOf(state, "a").declared).toBeUndefined();
    expect([seenStatus(state, "a"), seenStatus(state, "b")]).toEqual([undefined, "not-started"]);
    expect(withRecordedNames(planWith("a New", "b B"), state).stages[0]?.branch).toBe("feature/a");
  });

  test("a third one gets a third name, and none gets that of a stage there is", () => {
    const twice = stateOf(shaped("a A"), begun("a"), shaped(), shaped("a B"), begun("a"), shaped(), shaped("a C"));
    expect(withRecordedNames(planWith("a C"), twice).stages[0]?.branch).toBe("feature/a-3");
    const taken = stateOf(shaped("a A", "A-2 Two"), begun("a"), shaped("A-2 Two"), shaped("a B", "A-2 Two"));
    expect(withRecordedNames(planWith("a B"), taken).stages[0]?.branch).toBe("feature/a-3");
  });

  test("a name that the plan writes is left as it is", () => {
    const state = stateOf(shaped("a A"), begun("a"), shaped(), shaped("a B"));
    const plan = planOf([stageOf("a", { name: "B" })]);
    expect(withRecordedNames(plan, state).stages[0]).toMatchObject({
      branch: "feature/a",
      worktree: "../trees/a",
      generation: 2,
    });
  });

  test("of a stage that is set up keeps its derived names, whatever the templates are now", () => {
    const state = stateOf(shaped("a A"), begun("a"));
    expect(withRecordedNames(planWith("a A"), state).stages[0]).toMatchObject({
      branch: "plan/a",
      worktree: "/trees/a",
    });
    const written = planOf([stageOf("a", { name: "A" })]);
    expect(withRecordedNames(written, state).stages[0]).toMatchObject({ branch: "feature/a", worktree: "../trees/a" });
  });

  test.each(["__proto__", "constructor", "toString"])("a stage called %s is a stage like any other", (id) => {
    const state = stateOf(shaped(`${id} A`, "b B"), begun(id), shaped("b B"), shaped(`${id} C`, "b B"));
    expect(recordOf(state, id).setup).toBeUndefined();
    expect(withRecordedNames(planWith(`${id} C`), state).stages[0]?.generation).toBe(2);
  });

  test("a store without any shape keeps what it holds", () => {
    const state = stateOf(begun("a"), shaped("a A"));
    expect(recordOf(state, "a").setup).toBeDefined();
  });
});

describe("work that the plan has no place for", () => {
  const at = (id: string, name: string, branch: string) => stageOf(id, { name, branch });
  const state = stateOf(shaped("a A", "b B"), begun("a"), begun("b"), shaped("b A", "a B"));

  test("is not that of two stages which changed their ids and kept their branches", () => {
    expect(leftStages(planOf([at("b", "A", "plan/a"), at("a", "B", "plan/b")]), state)).toEqual([]);
  });

  test("is that of the one which had the id, though the new one names its branch", () => {
    const plan = planOf([at("b", "A", "plan/b"), at("a", "B", "plan/x")]);
    expect(leftStages(plan, state)).toMatchObject([
      { id: "b", name: "B", why: "replaced" },
      { id: "a", name: "A", why: "replaced" },
    ]);
  });

  test("is that of a stage for which the plan names another branch", () => {
    const left = leftStages(planOf([at("a", "A", "plan/other")]), stateOf(shaped("a A"), begun("a")));
    expect(left).toMatchObject([{ id: "a", why: "moved", isBusy: false }]);
  });
});

describe("since work last started", () => {
  test("nothing is told before the first time", () => {
    expect(changesSince(planWith("a A"), stateOf())).toBeUndefined();
  });

  test("an edit that was recorded meanwhile is told all the same", () => {
    const noted: Event = { type: "plan-shape", stages: shape("b B") };
    const state = stateOf(shaped("a A", "b B"), begun("a"), noted, {
      type: "plan-shape",
      stages: shape("a New", "b B"),
    });
    expect(changesSince(planWith("a New", "b B"), state)).toMatchObject({
      at: 1,
      renamed: [{ id: "a", from: "A", to: "New", another: true }],
    });
  });

  test("in sentences for one stage", () => {
    const changes: PlanChanges = {
      since: "",
      added: ["d"],
      removed: [],
      renamed: [
        { id: "b", from: "B", to: "Bee" },
        { id: "3", from: "Docs", to: "UI", another: true, movedFrom: "4" },
      ],
      rewired: [{ id: "b", before: ["a"], after: [] }],
    };
    expect(whyChanged({ changes }, "b")).toEqual(['it was called "B"', "it needed a, and needs nothing now"]);
    expect(whyChanged({ changes }, "3")).toEqual([
      'it is another stage: "Docs" had its id before; a stage of its name had the id 4',
    ]);
    expect(whyChanged({ changes }, "d")).toEqual(["it was added to the plan"]);
    expect(whyChanged({}, "d")).toEqual([]);
    const work = { stage: "4", name: "UI", why: "replaced", busy: false, branch: "plan/4" } as const;
    expect(whyChanged({ changes, left: [work] }, "3")).toEqual([
      'it is another stage: "Docs" had its id before; a stage of its name had the id 4, and its work is on plan/4',
    ]);
    expect(whyChanged({ left: [{ ...work, stage: "x", why: "removed" }] }, "x")).toEqual([
      "it was taken out of the plan",
    ]);
  });
});

const anyPlan = fc
  .uniqueArray(fc.tuple(fc.constantFrom("1", "2", "3", "4"), fc.constantFrom("A", "B", "C", "D", "E")), {
    selector: ([id]) => id,
    maxLength: 4,
  })
  .map((stages) => stages.map(([id, name]): ShapedStage => ({ id, name, needs: [] })));

test("no sequence of edits gives the work of one name to another without a rename being shown", () => {
  const edit = fc.record({ plan: anyPlan, begin: fc.constantFrom("1", "2", "3", "4") });
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 12 }), (edits) => {
      let state: PlanState = emptyState;
      // By the branch of a stage that has begun: the names under which it was shown to go on.
      const shown = new Map<string, Set<string>>();
      const branches = new Set<string>();
      const push = (event: Event): void => {
        state = reduce(state, { seq: state.seq + 1, at: state.seq + 1, plan: "p", event });
      };
      for (const { plan, begin } of edits) {
        const edited = planOf(plan.map(({ id, name }) => stageOf(id, { name, derived: ["branch", "worktree"] })));
        const told = changesSince(edited, state);
        push({ type: "plan-shape", stages: plan, start: true });
        for (const { id, name } of plan) {
          const { setup } = recordOf(state, id);
          if (setup === undefined) continue;
          const names = shown.get(setup.branch);
          const rename = told?.renamed.find((one) => one.id === id && one.another === undefined);
          if (rename !== undefined && names?.has(rename.from) === true) names.add(rename.to);
          expect(names?.has(name)).toBe(true);
        }
        const named = withRecordedNames(edited, state);
        const stage = named.stages.find(({ id }) => id === begin);
        if (stage === undefined || recordOf(state, begin).setup !== undefined) continue;
        // Each stage that begins has a branch that none had before.
        expect(branches.has(stage.branch)).toBe(false);
        branches.add(stage.branch);
        shown.set(stage.branch, new Set([stage.name]));
        push({
          type: "setup-finished",
          stage: begin,
          branch: stage.branch,
          path: `/t/${stage.branch}`,
          base: oid("0"),
          parents: [],
        });
      }
      // Nothing of what began is forgotten.
      const kept = [...state.stages.values(), ...(state.identities?.retired ?? []).map(({ record }) => record)];
      expect(new Set(kept.flatMap(({ setup }) => setup?.branch ?? []))).toEqual(branches);
    }),
    { numRuns: 500 },
  );
});
