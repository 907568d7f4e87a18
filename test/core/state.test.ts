// The fold of events: what each sequence leaves of a stage, and that it does not matter how the stream was cut.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Event, Recorded } from "../../src/core/event.ts";
import { emptyRecord } from "../../src/core/stage-record.ts";
import { emptyState, type PlanState, recordOf, reduce, reduceAll, seenStatus } from "../../src/core/state.ts";
import { checkEnded, completed, declared, oid, recorded, setUp, stateOf } from "./made-plan.ts";

const started: Event = {
  type: "setup-started",
  stage: "one",
  branch: "feature/one",
  path: "/trees/one",
  base: oid("0"),
  branchExisted: false,
  token: "stagetree:1:creating",
};
const runStarted: Event = { type: "run-started", command: "run", pid: 7, jobs: 2, stages: ["one"] };
const begun: Event = {
  type: "command-started",
  stage: "one",
  attempt: 1,
  what: "check",
  check: "c",
  command: "run-c",
  log: "/logs/c",
};
const failed: Event = { type: "stage-failed", stage: "one", reason: "red" };
const waiting: Event = { type: "stage-waiting", stage: "one", reason: "to approve", now: "approve it" };
const conflict: Event = { type: "base-conflict", stage: "one", between: ["a", "b"], files: ["f"] };
const attempted: Event = { type: "attempt-started", stage: "one", attempt: 1 };
const removed = (extra: Partial<Extract<Event, { type: "removal-finished" }>> = {}): Event => ({
  type: "removal-finished",
  stage: "one",
  path: "/trees/one",
  branch: "feature/one",
  branchDeleted: true,
  restore: "git worktree add",
  ...extra,
});

describe("what is left of a stage", () => {
  const table: readonly (readonly [string, readonly Event[], object, readonly string[]])[] = [
    ["a set-up that never ended", [started], { unfinishedSetup: { token: started.token, at: 1 } }, ["setup", "failed"]],
    ["a set-up that ended", [started, setUp("one")], { setup: { path: "/trees/one" } }, ["unfinishedSetup"]],
    [
      "a set-up that failed",
      [started, { type: "setup-failed", stage: "one", reason: "no room" }],
      { failed: { reason: "no room" } },
      ["unfinishedSetup"],
    ],
    [
      "a set-up that was stopped leaves the stage as it was",
      [started, { type: "setup-failed", stage: "one", reason: "stopped", interrupted: true }],
      emptyRecord,
      ["unfinishedSetup", "failed"],
    ],
    ["a conflict of its needs, tried again", [conflict, started], {}, ["conflict"]],
    ["a red attempt, tried again", [failed, attempted], { attempt: 1 }, ["failed"]],
    ["a red attempt", [waiting, failed], { failed: { reason: "red" } }, ["waiting"]],
    ["an approval ends the wait", [waiting, approved("m")], { approvals: { m: { tree: oid("b") } } }, ["waiting"]],
    ["completion ends what was declared", [declared("one", "in-progress"), completed("one")], {}, ["declared"]],
    ["a red verification ends completion", [completed("one"), failed], {}, ["completed"]],
    ["a red verification ends a word of completion", [declared("one", "complete"), failed], {}, ["declared"]],
    [
      "a red verification leaves a decision",
      [declared("one", "skipped"), failed],
      { declared: { state: "skipped" } },
      [],
    ],
    [
      "a word of completion does not replace the proof",
      [completed("one"), declared("one", "complete", "plan")],
      { completed: { proof: "proven" } },
      [],
    ],
    ["any other word does", [completed("one"), declared("one", "in-progress", "plan")], {}, ["completed"]],
    ["a set-up overtakes a word of progress", [declared("one", "in-progress", "hint"), setUp("one")], {}, ["declared"]],
    ["and leaves a decision", [declared("one", "blocked"), setUp("one")], { declared: { state: "blocked" } }, []],
    ["work given up before it was merged", [completed("one"), removed({ unmerged: true })], {}, ["completed", "setup"]],
    [
      "a worktree that went, its branch stays",
      [completed("one"), removed({ branchDeleted: false })],
      { completed: {} },
      [],
    ],
    ["a branch that went after its merge", [completed("one"), removed()], { completed: {} }, ["setup"]],
    ["a decision outlives the branch", [declared("one", "skipped"), removed()], { declared: { state: "skipped" } }, []],
  ];
  test.each(table)("%s", (_, events, expected, absent) => {
    const record = recordOf(stateOf(...events), "one");
    expect(record).toMatchObject(expected);
    for (const key of absent) expect(record).not.toHaveProperty(key);
  });

  function approved(check: string): Event {
    return { type: "check-approved", stage: "one", check, tree: oid("b"), commit: oid("a") };
  }

  test("a check keeps its last end, an agent its own", () => {
    const agent: Event = { ...checkEndedAs("agent"), outcome: { kind: "failed", exitCode: 3, durationMs: 1 } };
    const { checks, agent: last } = recordOf(stateOf(checkEnded("one", "c"), agent), "one");
    expect(Object.keys(checks)).toEqual(["c"]);
    expect(checks["c"]).toMatchObject({ outcome: { kind: "passed" }, tree: oid("b"), clean: true });
    expect(last).toMatchObject({ outcome: { exitCode: 3 } });
  });

  function checkEndedAs(what: "agent" | "setup"): Extract<Event, { type: "command-finished" }> {
    const { check: _, ...event } = checkEnded("one", "x") as Extract<Event, { type: "command-finished" }>;
    return { ...event, what, log: `/logs/${what}` };
  }
});

describe("what is remembered for reuse", () => {
  test("a pass with a key", () => {
    const { passes } = stateOf(checkEnded("one", "c"));
    expect([...passes]).toEqual([["key-c", { log: "/logs/c", at: 1, durationMs: 5 }]]);
  });

  test("not a failure, and not a pass on content that changed under it", () => {
    const { key: _, ...keyless } = checkEnded("one", "c") as Extract<Event, { type: "command-finished" }>;
    const red = checkEnded("one", "d", { outcome: { kind: "failed", exitCode: 1, durationMs: 5 } });
    expect(stateOf(keyless, red).passes.size).toBe(0);
  });
});

test("a command without an end is known until it has one, also after its run was found lost", () => {
  const started = (log: string): Event => ({
    type: "command-started",
    stage: "a",
    attempt: 1,
    what: "agent",
    command: "x",
    log,
    token: `token-of-${log}`,
  });
  const lost: Event = { type: "run-lost", pid: 1 };
  const run: Event = { type: "run-started", command: "run", pid: 1, jobs: 1, stages: ["a"] };
  const before = [run, started("/1"), started("/2"), lost];
  const tokens = (events: readonly Event[]): readonly unknown[] =>
    recordOf(stateOf(...events), "a").unfinishedCommands?.map(({ token }) => token) ?? [];
  expect(tokens(before)).toEqual(["token-of-/1", "token-of-/2"]);
  const end = (log: string): Event => ({
    type: "command-finished",
    stage: "a",
    attempt: 1,
    what: "agent",
    command: "x",
    log,
    outcome: { kind: "cancelled", durationMs: 0 },
  });
  expect(tokens([...before, end("/1")])).toEqual(["token-of-/2"]);
  expect(recordOf(stateOf(...before, end("/1"), end("/2")), "a").unfinishedCommands).toBeUndefined();
});

describe("runs", () => {
  test("what runs is known while it runs", () => {
    expect(recordOf(stateOf(runStarted, begun), "one").activities).toHaveLength(1);
    expect(recordOf(stateOf(runStarted, begun, checkEnded("one", "c")), "one").activities).toEqual([]);
  });

  test("a run that ended, was lost, or was followed by another leaves nothing running", () => {
    const ended: Event = {
      type: "run-finished",
      result: "interrupted",
      counts: { done: 0, failed: 0, skipped: 1, waiting: 0 },
    };
    for (const end of [ended, { type: "run-lost", pid: 7 } as const, runStarted]) {
      expect(recordOf(stateOf(runStarted, begun, end), "one").activities).toEqual([]);
    }
  });

  test("who finds a run lost that had just ended, or sees the next one, loses nothing", () => {
    const ended: Event = {
      type: "run-finished",
      result: "done",
      counts: { done: 1, failed: 0, skipped: 0, waiting: 0 },
    };
    expect(stateOf(runStarted, ended, { type: "run-lost", pid: 7 }).run?.finished?.result).toBe("done");
    expect(stateOf(runStarted, { type: "run-lost", pid: 6 }).run?.pid).toBe(7);
    expect(stateOf(runStarted, { type: "run-lost", pid: 7 }).run).toBeUndefined();
  });
});

describe("the stream", () => {
  const ids = ["one", "two", "__proto__", "constructor", "toString"];
  const anyEvent: fc.Arbitrary<Event> = fc
    .constantFrom(...ids)
    .chain((stage) =>
      fc.constantFrom<Event>(
        { ...started, stage } as Event,
        setUp(stage),
        { type: "setup-failed", stage, reason: "no" },
        { ...conflict, stage } as Event,
        runStarted,
        { type: "run-lost", pid: 7 },
        { ...attempted, stage } as Event,
        { ...begun, stage } as Event,
        checkEnded(stage, "c"),
        { ...failed, stage } as Event,
        { ...waiting, stage } as Event,
        completed(stage),
        declared(stage, "complete", "plan"),
        declared(stage, "blocked"),
        { ...removed(), stage } as Event,
        { type: "plan-written", stage, status: "complete" },
      ),
    );

  test("folding is the same however the stream is cut", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), fc.nat(), (events, cut) => {
        const all = recorded(events, "r1");
        const at = events.length === 0 ? 0 : cut % events.length;
        expect(reduceAll(all.slice(at), reduceAll(all.slice(0, at)))).toEqual(reduceAll(all));
        // As it lies in the store: JSON between every two events.
        const stored = all.reduce<PlanState>((state, one) => {
          const event: Recorded = JSON.parse(JSON.stringify(one)) as Recorded;
          return reduce(state, event);
        }, emptyState);
        expect(JSON.stringify(stored)).toBe(JSON.stringify(reduceAll(all)));
      }),
    );
  });

  test("an event touches no stage but its own, whatever the stages are called", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
        const state = stateOf(...events);
        for (const id of ids) {
          const own = events.filter((event) => !("stage" in event) || event.stage === id);
          const alone = own.reduce<PlanState>(
            (folded, event) =>
              reduce(folded, { seq: 0, at: events.indexOf(event) + 1, plan: "sample", run: "r1", event }),
            emptyState,
          );
          const { unfinishedSetup: _, checks: __, activities: ___, ...found } = recordOf(state, id);
          expect(found).toMatchObject(withoutTimes(recordOf(alone, id)));
        }
      }),
    );
  });

  const withoutTimes = (record: object): object => {
    const { unfinishedSetup: _, checks: __, activities: ___, ...rest } = record as Record<string, unknown>;
    return rest;
  };

  test("an event of a later version changes nothing but how far we have read", () => {
    const later = {
      seq: 9,
      at: 9,
      plan: "sample",
      event: { type: "stage-dreamt", stage: "one" },
    } as unknown as Recorded;
    const before = stateOf(setUp("one"));
    expect(reduce(before, later)).toEqual({ ...before, seq: 9 });
    expect(reduce(emptyState, later)).toEqual({ ...emptyState, seq: 9 });
  });

  test("folding changes no state that was handed out before", () => {
    const before = stateOf(runStarted, setUp("one"), begun);
    const copy = JSON.stringify(before);
    reduceAll(recorded([checkEnded("one", "c"), completed("one"), failed, removed()]), before);
    expect(JSON.stringify(before)).toBe(copy);
  });
});

describe("stages with the names of what every object has", () => {
  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("%s", (id) => {
    expect(recordOf(emptyState, id)).toBe(emptyRecord);
    expect(seenStatus(stateOf({ type: "plan-seen", statuses: {} }), id)).toBeUndefined();
    const statuses = JSON.parse(`{${JSON.stringify(id)}: "complete"}`) as Record<string, "complete">;
    const state = stateOf({ type: "plan-seen", statuses }, completed(id), {
      type: "plan-written",
      stage: id,
      status: "blocked",
    });
    expect(recordOf(state, id).completed?.proof).toBe("proven");
    expect(seenStatus(state, id)).toBe("blocked");
    expect(recordOf(state, "other")).toBe(emptyRecord);
  });
});
