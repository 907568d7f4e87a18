// What happened to a stage, told from its events.
import { describe, expect, test } from "vitest";
import type { Event, Recorded } from "../../src/core/event.ts";
import { historyOf } from "../../src/core/history.ts";
import { manualCheck, oid, planOf, setUp, stageOf } from "./made-plan.ts";

const plan = planOf([stageOf("one", { checks: [{ ...manualCheck("m"), text: "Looks right" }] }), stageOf("two")]);

const told = (...events: readonly Event[]) =>
  historyOf(
    events.map((event, index): Recorded => ({ seq: index + 1, at: 1000 * (index + 1), plan: plan.id, event })),
    { plan, stage: "one" },
  );

const texts = (...events: readonly Event[]): readonly string[] =>
  told(...events)
    .toReversed()
    .map(({ tone, text }) => `${tone}: ${text}`);

const command = { stage: "one", attempt: 1, what: "check", check: "c", command: "npm test", log: "/logs/1" } as const;
const started: Event = { type: "command-started", ...command };
const ended = (outcome: Extract<Event, { type: "command-finished" }>["outcome"]): Event => ({
  type: "command-finished",
  ...command,
  outcome,
  commit: oid("a"),
});

describe("a command", () => {
  test("and its end are one entry, with when it began, how long it took, and what it said", () => {
    expect(
      told({ type: "attempt-started", stage: "one", attempt: 2 }, started, ended({ kind: "passed", durationMs: 900 })),
    ).toEqual([
      {
        at: 2000,
        attempt: 2,
        text: "check: npm test passed",
        tone: "ok",
        durationMs: 900,
        log: "/logs/1",
        commit: oid("a"),
      },
      { at: 1000, attempt: 2, text: "attempt 2 began", tone: "plain" },
    ]);
  });

  test.each([
    ["runs", [started], "plain: check: npm test runs"],
    [
      "failed",
      [started, ended({ kind: "failed", exitCode: 2, durationMs: 1 })],
      "bad: check: npm test failed with exit code 2",
    ],
    [
      "was killed",
      [started, ended({ kind: "signalled", signal: "SIGKILL", durationMs: 1 })],
      "bad: check: npm test was ended by SIGKILL",
    ],
    ["was stopped", [started, ended({ kind: "cancelled", durationMs: 1 })], "warn: check: npm test was stopped"],
    [
      "took too long",
      [started, ended({ kind: "timed-out", limitMs: 1, durationMs: 1 })],
      "bad: check: npm test was stopped at its time limit",
    ],
    [
      "could not run",
      [started, ended({ kind: "not-run", reason: "no shell", durationMs: 0 })],
      "bad: check: npm test could not run: no shell",
    ],
    ["lost its run", [started, { type: "run-lost", pid: 1 }], "warn: check: npm test never ended: the run died"],
    [
      "did not end with its run",
      [
        started,
        { type: "run-finished", result: "interrupted", counts: { done: 0, failed: 0, skipped: 0, waiting: 0 } },
      ],
      "warn: check: npm test did not end before the run did",
    ],
    ["was begun by nobody we know", [ended({ kind: "passed", durationMs: 1 })], "ok: check: npm test passed"],
  ] as const)("that %s", (_, events, text) => {
    expect(texts(...events)).toEqual([text]);
  });

  test("that is red on the base is no fault of the stage", () => {
    const what = { ...command, what: "baseline" } as const;
    expect(
      texts({ type: "command-finished", ...what, outcome: { kind: "failed", exitCode: 1, durationMs: 1 } }),
    ).toEqual(["warn: check on its base: npm test failed with exit code 1"]);
  });
});

test("a stage from its set-up to its removal, without what is about others or announces only", () => {
  const approved: Event = { type: "check-approved", stage: "one", check: "m", tree: oid("b"), commit: oid("a") };
  expect(
    texts(
      { type: "stage-declared", stage: "one", state: "in-progress", by: "hint" },
      setUp("two"),
      setUp("one"),
      { type: "stage-waiting", stage: "one", reason: "one approval is open", now: "stagetree approve" },
      approved,
      { ...approved, check: "gone-from-the-plan" },
      { type: "stage-completed", stage: "one", commit: oid("a"), proof: "proven" },
      { type: "plan-written", stage: "one", status: "complete" },
      { type: "stage-merged", stage: "one", commit: oid("a"), proof: "an ancestor of main" },
      {
        type: "removal-finished",
        stage: "one",
        path: "/trees/one",
        branch: "feature/one",
        branchDeleted: true,
        restore: "stagetree undo",
      },
      { type: "stage-declared", stage: "one", state: "skipped", by: "person", note: "not now" },
      { type: "note", stage: "one", text: "looked at" },
      { type: "note", text: "about nothing" },
    ),
  ).toMatchInlineSnapshot(`
    [
      "plain: the plan said at first sight: in-progress",
      "ok: worktree ready at /trees/one, branch feature/one",
      "warn: waits for a person: one approval is open",
      "ok: approved: Looks right",
      "ok: approved: gone-from-the-plan",
      "ok: complete, proven",
      "dim: the plan says complete now",
      "ok: merged: an ancestor of main",
      "plain: removed /trees/one, and branch feature/one with it; to bring it back: stagetree undo",
      "plain: marked skipped: not now",
      "dim: looked at",
    ]
  `);
});

test("what goes wrong", () => {
  expect(
    texts(
      { type: "setup-failed", stage: "one", reason: "no room" },
      { type: "setup-failed", stage: "one", reason: "killed", interrupted: true },
      { type: "base-conflict", stage: "one", between: ["a", "b"], files: ["f.txt"] },
      { type: "refresh-failed", stage: "one", reason: "its commits do not apply" },
      {
        type: "containment-breached",
        ...command,
        changes: [{ where: "main", name: "x.txt", how: "created" }],
        now: "git status",
      },
      { type: "stage-failed", stage: "one", reason: "1 check failed" },
      { type: "stage-skipped", stage: "one", reason: "two failed" },
      {
        type: "stage-stopped",
        stage: "one",
        level: "hard",
        condition: "touches migrations",
        trigger: "paths",
        reason: "touches migrations/1.sql",
        evidence: { names: [], count: 0, lines: 0 },
      },
      { type: "stop-cleared", stage: "one", by: "person" },
    ),
  ).toMatchInlineSnapshot(`
    [
      "bad: could not be set up: no room",
      "warn: the set-up was interrupted and taken back: killed",
      "bad: blocked: a and b cannot be merged, both change f.txt",
      "warn: was not moved onto its new base: its commits do not apply",
      "bad: something outside of its worktree was changed while its check \`npm test\` ran: x.txt in the main checkout (created)",
      "bad: failed: 1 check failed",
      "dim: skipped: two failed",
      "warn: stopped for a person: it touches migrations/1.sql",
      "ok: approved in spite of a stop condition",
    ]
  `);
});

test("that an operation was taken back, and done again, where it touched the stage", () => {
  const begin = (operation: string, stages: readonly string[]): readonly Event[] => [
    { type: "operation-started", operation, kind: "mark" },
    { type: "operation-intended", operation, stages, changes: [] },
    { type: "operation-finished", operation },
  ];
  const turn = (operation: string, direction: "undo" | "redo"): Event => ({
    type: "turn-finished",
    operation,
    direction,
  });
  expect(
    texts(
      ...begin("o1", ["one", "two"]),
      ...begin("o2", ["two"]),
      turn("o2", "undo"),
      turn("o1", "undo"),
      turn("o1", "redo"),
      turn("o9", "undo"),
    ),
  ).toEqual(["warn: taken back: mark", "warn: done again: mark"]);
});

test("what happened under its id before it had it belongs to another stage", () => {
  const events = [setUp("one"), started].map((event, index): Recorded => ({
    seq: index + 1,
    at: 1,
    plan: plan.id,
    event,
  }));
  expect(historyOf(events, { plan, stage: "one", born: 2 })).toHaveLength(1);
});
