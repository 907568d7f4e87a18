// Operations on a small model of a repository: whatever happened, undo leads back to where it began, and redo forth again.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Change, type Direction, endsOf } from "../../src/core/change.ts";
import type { Event } from "../../src/core/event.ts";
import { mostOperations, nextRedo, nextUndo, noOperations, stagesOf } from "../../src/core/operation.ts";
import { emptyState, type PlanState, reduce, recordOf, seenStatus, traceOf } from "../../src/core/state.ts";
import { planTurn, type RefFacts } from "../../src/core/undo-plan.ts";
import { declared, oid, setUp } from "./made-plan.ts";

const stages = ["one", "two", "constructor"];

interface Model {
  state: PlanState;
  readonly refs: Map<string, string>;
  seq: number;
}

const newModel = (): Model => ({ state: emptyState, refs: new Map([["refs/heads/main", oid("0")]]), seq: 0 });

function emit(model: Model, ...events: readonly Event[]): void {
  for (const event of events) {
    model.seq += 1;
    model.state = reduce(model.state, { seq: model.seq, at: model.seq, plan: "p", event });
  }
}

/** One command: what it says of a stage, which refs it moves where. */
interface Done {
  readonly stage: string;
  readonly says: readonly Event[];
  readonly moves: readonly (readonly [ref: string, to: string | undefined])[];
}

function operate(model: Model, { stage, says, moves }: Done): void {
  const operation = `op-${model.seq}`;
  emit(model, { type: "operation-started", operation, kind: "mark" });
  emit(model, { type: "operation-intended", operation, stages: [stage], changes: [] }, ...says);
  for (const [ref, after] of moves) {
    const before = model.refs.get(ref);
    if (before === after) continue;
    const change: Change = {
      kind: "ref",
      stage,
      ref,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    };
    emit(model, { type: "operation-intended", operation, stages: [stage], changes: [change] });
    put(model, ref, after);
  }
  emit(model, { type: "operation-finished", operation });
}

function put(model: Model, ref: string, to: string | undefined): void {
  if (to === undefined) model.refs.delete(ref);
  else model.refs.set(ref, to);
}

/** False where there is nothing to turn; fails where something moved. */
function turn(model: Model, direction: Direction): boolean {
  const operations = model.state.operations ?? noOperations;
  const operation = direction === "undo" ? nextUndo(operations) : nextRedo(operations);
  if (operation === undefined) return false;
  const refs = new Map<string, RefFacts>([...model.refs].map(([ref, at]) => [ref, { oid: at }]));
  const { steps, moved } = planTurn(operation, {
    direction,
    refs,
    worktrees: new Map(),
    text: { writes: [], moved: [] },
    replaced: new Set(),
    trace: (stage) => traceOf(model.state, stage),
  });
  expect(moved).toEqual([]);
  emit(model, { type: "turn-started", operation: operation.id, direction, token: "t", trash: "/trash" });
  for (const step of steps) if (step.kind === "put-ref") put(model, step.ref, step.to);
  emit(model, { type: "turn-finished", operation: operation.id, direction });
  return true;
}

const seen = (model: Model): unknown => ({
  records: stages.map((stage) => recordOf(model.state, stage)),
  seen: stages.map((stage) => seenStatus(model.state, stage)),
  refs: [...model.refs].toSorted(([a], [b]) => (a < b ? -1 : 1)),
});

const event = (stage: string): fc.Arbitrary<Event> =>
  fc.oneof(
    fc
      .constantFrom("not-started", "in-progress", "complete", "blocked", "skipped")
      .map((state) => declared(stage, state as "blocked")),
    fc.constant(setUp(stage)),
    fc
      .constantFrom("a", "b")
      .map((at): Event => ({ type: "stage-completed", stage, commit: oid(at), proof: "proven" })),
    fc
      .constantFrom("c", "d")
      .map((check): Event => ({ type: "check-approved", stage, check, tree: oid("e"), commit: oid("f") })),
    fc.constant<Event>({ type: "stage-failed", stage, reason: "red" }),
    fc
      .constantFrom("complete", "blocked")
      .map((status): Event => ({ type: "plan-written", stage, status: status as "blocked" })),
    fc.boolean().map((branchDeleted): Event => ({
      type: "removal-finished",
      stage,
      path: "/t",
      branch: "b",
      branchDeleted,
      restore: "r",
    })),
  );

const done: fc.Arbitrary<Done> = fc.constantFrom(...stages).chain((stage) =>
  fc.record({
    stage: fc.constant(stage),
    says: fc.array(event(stage), { maxLength: 3 }),
    moves: fc.array(
      fc.tuple(
        fc.constantFrom("refs/heads/main", "refs/heads/one", "refs/stagetree/base/p/one"),
        fc.option(fc.constantFrom(oid("1"), oid("2"), oid("3")), { nil: undefined }),
      ),
      { maxLength: 3 },
    ),
  }),
);

describe("undo of any operations", () => {
  test("all of them: the first state; redo of all: the last; step by step the same on the way", () => {
    fc.assert(
      fc.property(fc.array(done, { maxLength: 12 }), (all) => {
        const model = newModel();
        emit(model, { type: "plan-seen", statuses: { one: "not-started" } });
        const states = [seen(model)];
        for (const one of all) {
          const before = (model.state.operations ?? noOperations).list.length;
          operate(model, one);
          if ((model.state.operations ?? noOperations).list.length > before) states.push(seen(model));
        }
        const forth = [...states];
        for (let at = forth.length - 2; at >= 0; at -= 1) {
          expect(turn(model, "undo")).toBe(true);
          expect(seen(model)).toEqual(forth[at]);
        }
        expect(turn(model, "undo")).toBe(false);
        for (const state of forth.slice(1)) {
          expect(turn(model, "redo")).toBe(true);
          expect(seen(model)).toEqual(state);
        }
        expect(turn(model, "redo")).toBe(false);
      }),
    );
  });

  test("in any order of undo and redo, and new work in between, undo all leads to the beginning", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(done, fc.constantFrom<Direction>("undo", "redo")), { maxLength: 20 }), (all) => {
        const model = newModel();
        const first = seen(model);
        for (const one of all) {
          if (typeof one === "string") turn(model, one);
          else operate(model, one);
        }
        for (let left = true; left;) left = turn(model, "undo");
        expect(seen(model)).toEqual(first);
      }),
    );
  });
});

describe("what is remembered", () => {
  const mark = (model: Model, stage: string, state: "blocked" | "skipped" | "complete"): void =>
    operate(model, { stage, says: [declared(stage, state)], moves: [] });

  test("an operation that changed nothing is none", () => {
    const model = newModel();
    operate(model, { stage: "one", says: [], moves: [] });
    expect(model.state.operations?.list).toEqual([]);
  });

  test("the last fifty, and no more", () => {
    const model = newModel();
    for (let n = 0; n < mostOperations + 5; n += 1) mark(model, "one", n % 2 === 0 ? "blocked" : "skipped");
    expect(model.state.operations?.list).toHaveLength(mostOperations);
    let count = 0;
    while (turn(model, "undo")) count += 1;
    expect(count).toBe(mostOperations);
  });

  test("something new ends what could be done again", () => {
    const model = newModel();
    mark(model, "one", "blocked");
    turn(model, "undo");
    mark(model, "two", "skipped");
    expect(turn(model, "redo")).toBe(false);
    expect(recordOf(model.state, "one").declared).toBeUndefined();
  });

  test("what was recorded since by something else stays", () => {
    const model = newModel();
    mark(model, "one", "blocked");
    emit(model, { type: "check-approved", stage: "one", check: "c", tree: oid("e"), commit: oid("f") });
    turn(model, "undo");
    expect(recordOf(model.state, "one")).toMatchObject({ approvals: { c: { tree: oid("e") } } });
    expect(recordOf(model.state, "one").declared).toBeUndefined();
  });

  test("of a set-up that is taken back nothing stays but what a person said", () => {
    const model = newModel();
    const operation = "op";
    const made: Change = { kind: "worktree", stage: "one", path: "/t", branch: "b", was: "made", head: oid("0") };
    emit(model, { type: "operation-started", operation, kind: "setup" });
    emit(model, { type: "operation-intended", operation, stages: ["one"], changes: [made] }, setUp("one"));
    emit(model, { type: "operation-finished", operation });
    emit(model, { type: "stage-failed", stage: "one", reason: "red" });
    emit(model, { type: "check-approved", stage: "one", check: "c", tree: oid("e"), commit: oid("f") });
    emit(model, { type: "turn-finished", operation, direction: "undo" });
    expect(recordOf(model.state, "one")).toEqual({
      attempt: 0,
      activities: [],
      checks: {},
      approvals: { c: { tree: oid("e"), commit: oid("f") } },
    });
  });

  test("a set-up that was taken back at once is nothing to undo", () => {
    const model = newModel();
    const operation = "op";
    const change: Change = { kind: "ref", stage: "one", ref: "refs/heads/one", after: oid("1") };
    emit(model, { type: "operation-started", operation, kind: "setup" });
    emit(model, { type: "operation-intended", operation, stages: ["one"], changes: [change] });
    emit(model, { type: "setup-failed", stage: "one", reason: "no room" });
    emit(model, { type: "operation-withdrawn", operation, stage: "one" });
    emit(model, { type: "operation-finished", operation });
    expect(model.state.operations?.list).toEqual([]);
  });

  test("an interrupted one counts with what it did; a late end of it changes nothing", () => {
    const model = newModel();
    emit(model, { type: "operation-started", operation: "op", kind: "mark" });
    emit(
      model,
      { type: "operation-intended", operation: "op", stages: ["one"], changes: [] },
      declared("one", "blocked"),
    );
    emit(model, { type: "operation-finished", operation: "op", interrupted: true });
    emit(model, { type: "operation-finished", operation: "op" });
    expect(model.state.operations?.list).toHaveLength(1);
    turn(model, "undo");
    expect(recordOf(model.state, "one").declared).toBeUndefined();
  });
});

describe("what moved since", () => {
  const made = (change: Change): PlanState => {
    const model = newModel();
    emit(model, { type: "operation-started", operation: "op", kind: "setup" });
    emit(model, { type: "operation-intended", operation: "op", stages: ["one"], changes: [change] }, setUp("one"));
    emit(model, { type: "operation-finished", operation: "op" });
    return model.state;
  };
  const plan = (change: Change, facts: Partial<Parameters<typeof planTurn>[1]>, direction: Direction = "undo") => {
    const state = made(change);
    const operation = state.operations?.list[0];
    if (operation === undefined) throw new Error("no operation");
    expect(stagesOf(operation)).toEqual(["one"]);
    return planTurn(operation, {
      direction,
      refs: new Map(),
      worktrees: new Map(),
      text: { writes: [], moved: [] },
      replaced: new Set(),
      trace: (stage) => traceOf(state, stage),
      ...facts,
    });
  };
  const ref = "refs/heads/one";
  const branch: Change = { kind: "ref", stage: "one", ref, after: oid("1") };
  const moved: Change = { kind: "ref", stage: "one", ref, before: oid("1"), after: oid("2") };
  const tree: Change = { kind: "worktree", stage: "one", path: "/t", branch: "one", was: "made", head: oid("1") };
  const gone: Change = { ...tree, was: "removed", image: "refs/i" };
  const ours = { kind: "ours" } as const;
  const absent = { kind: "absent" } as const;
  const atHead = new Map([[ref, { oid: oid("1") }]]);
  const at = (facts: object) => ({ worktrees: new Map([["/t", facts as never]]), refs: atHead });

  test.each<readonly [string, Change, Partial<Parameters<typeof planTurn>[1]>, readonly (string | RegExp)[]]>([
    [
      "a branch with a commit",
      branch,
      { refs: new Map([[ref, { oid: oid("2") }]]) },
      [/branch one is at 2+ now, not at 1+/u],
    ],
    [
      "a branch that is checked out",
      branch,
      { refs: new Map([[ref, { oid: oid("1"), checkedOutAt: "/else" }]]) },
      ["the branch one is checked out at /else"],
    ],
    ["a moved branch that is gone", moved, {}, [/branch one is gone/u]],
    [
      "a moved branch under changes that are not committed",
      moved,
      { refs: new Map([[ref, { oid: oid("2"), checkedOutAt: "/t", content: "other" as const }]]) },
      [/holds changes that were never committed/u],
    ],
    [
      "a worktree with a change and a process",
      tree,
      at({ found: ours, head: oid("1"), holds: ["holds a"], obstacles: ["is b"] }),
      ["/t holds a", "/t is b"],
    ],
    ["a worktree with a commit", tree, at({ found: ours, head: oid("2") }), [/^\/t is at 2+, not at 1+/u]],
    ["another thing in its place", tree, at({ found: { kind: "foreign", problem: "is a file" } }), ["/t is a file"]],
    ["a removed worktree that is there again", gone, at({ found: ours, isSaved: true }), ["/t is a worktree again"]],
    [
      "something else where it was",
      gone,
      at({ found: { kind: "foreign", problem: "is a link" }, isSaved: true }),
      ["/t is a link"],
    ],
    ["what was saved of it is gone", gone, at({ found: absent, isSaved: false }), ["what was saved of /t is gone"]],
    [
      "its place is another's now",
      gone,
      at({ found: absent, isSaved: true, placeProblem: "lies inside /x" }),
      ["/t lies inside /x"],
    ],
    [
      "its branch moved on",
      gone,
      { ...at({ found: absent, isSaved: true }), refs: new Map([[ref, { oid: oid("3") }]]) },
      [/branch one is at 3+ now/u],
    ],
    [
      "its branch is in use",
      gone,
      { ...at({ found: absent, isSaved: true }), refs: new Map([[ref, { oid: oid("1"), checkedOutAt: "/x" }]]) },
      ["the branch one is checked out at /x"],
    ],
    [
      "another stage of that id",
      branch,
      { refs: atHead, replaced: new Set(["one"]) },
      ["the plan has another stage under the id one now"],
    ],
    [
      "the plan was edited there",
      branch,
      { refs: atHead, text: { writes: [], moved: ["one is blocked in plan.md now"] } },
      ["one is blocked in plan.md now"],
    ],
    [
      "a word that came later",
      branch,
      {
        refs: atHead,
        trace: () =>
          traceOf(
            reduce(made(branch), { seq: 9, at: 9, plan: "p", event: { ...setUp("one"), path: "/other" } as Event }),
            "one",
          ),
      },
      ["one was set up anew since"],
    ],
  ])("%s", (_, change, facts, expected) => {
    const { moved: found } = plan(change, facts);
    expect(found).toHaveLength(expected.length);
    for (const [index, sentence] of expected.entries()) expect(found[index]).toMatch(sentence);
  });

  test("what is as it shall be already needs no step", () => {
    expect(plan(branch, {}).steps.map(({ kind }) => kind)).toEqual(["put-record"]);
    expect(plan(tree, { worktrees: new Map([["/t", { found: absent }]]) }).steps.map(({ kind }) => kind)).toEqual([
      "put-record",
    ]);
    expect(plan(gone, at({ found: ours, isSaved: true, isAsSaved: true })).moved).toEqual([]);
  });

  test("worktrees go before their branches, and come back after them", () => {
    const model = newModel();
    emit(model, { type: "operation-started", operation: "op", kind: "setup" });
    emit(model, {
      type: "operation-intended",
      operation: "op",
      stages: ["one"],
      changes: [branch, { ...tree, image: "refs/i" }],
    });
    emit(model, { type: "operation-finished", operation: "op" });
    const [operation] = model.state.operations?.list ?? [];
    if (operation === undefined) throw new Error("no operation");
    const given = {
      text: { writes: [], moved: [] },
      replaced: new Set<string>(),
      trace: (stage: string) => traceOf(model.state, stage),
    };
    const undo = planTurn(operation, { ...given, ...at({ found: ours, head: oid("1") }), direction: "undo" });
    expect(undo.steps.map(({ kind }) => kind)).toEqual(["take-worktree", "put-ref", "put-record"]);
    const redo = planTurn(operation, {
      ...given,
      refs: new Map(),
      worktrees: new Map([["/t", { found: absent, isSaved: true }]]),
      direction: "redo",
    });
    expect(redo.steps.map(({ kind }) => kind)).toEqual(["put-ref", "restore-worktree", "put-record"]);
  });

  test("a ref that one operation moved twice goes back in one move", () => {
    const model = newModel();
    operate(model, {
      stage: "one",
      says: [],
      moves: [
        [ref, oid("1")],
        [ref, oid("2")],
      ],
    });
    turn(model, "undo");
    expect(model.refs.has(ref)).toBe(false);
    turn(model, "redo");
    expect(model.refs.get(ref)).toBe(oid("2"));
    expect(endsOf({ before: "a" }, "undo")).toEqual({ to: "a" });
  });
});
