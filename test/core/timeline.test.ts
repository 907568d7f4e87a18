import { describe, expect, test } from "vitest";
import type { Event } from "../../src/core/event.ts";
import { type Timeline, foldTimeline } from "../../src/core/timeline.ts";
import { timelineTotals } from "../../src/core/timeline-totals.ts";
import { start } from "../tui/played-source.ts";
import {
  type Told,
  agent,
  beganRun,
  check,
  completed,
  inOrder,
  record,
  setUp,
  story,
  storyPlan,
} from "../tui/overview-story.ts";

const fold = (...told: readonly Told[]): Timeline => {
  const timeline = foldTimeline(record(inOrder(...told)));
  if (timeline === undefined) throw new Error("a run began");
  return timeline;
};

/** Each interval as "kind from-to result", in seconds since the run began. */
const intervalsOf = (timeline: Timeline, stage: string): readonly string[] =>
  (timeline.stages.get(stage)?.intervals ?? []).map(({ kind, start: from, end, result = "" }) =>
    `${kind} ${(from - start) / 1000}-${end === undefined ? "" : (end - start) / 1000} ${result}`.trim(),
  );

const finished = (seconds: number): Told => [
  seconds,
  { type: "run-finished", result: "done", counts: { done: 1, failed: 0, skipped: 0, waiting: 0 } },
];
const waiting = (stage: string, seconds: number): Told => [
  seconds,
  { type: "stage-waiting", stage, reason: "a check waits for an approval", now: "approve" },
];

describe("the timeline of a run", () => {
  test("set-up, agent and checks of a stage that got through", () => {
    const timeline = fold(...story);
    expect(intervalsOf(timeline, "store")).toEqual([
      "setup 0-2 ok",
      "agent 2-42 ok",
      "check 42-54 ok",
      "check 54-58 ok",
    ]);
    expect(timeline.stages.get("store")).toMatchObject({ outcome: "complete", end: start + 58_000 });
  });

  test("what still goes on has no end, and a stage that waits is said to", () => {
    const timeline = fold(...story);
    expect(intervalsOf(timeline, "sync").at(-1)).toBe("check 125.5-");
    expect(intervalsOf(timeline, "ui").at(-1)).toBe("wait 95-");
    expect(timeline.stages.get("ui")?.outcome).toBe("waiting");
    expect(timeline.stages.get("sync")?.outcome).toBeUndefined();
    expect(timeline.end).toBeUndefined();
  });

  test("an approval ends the wait", () => {
    const approved: Event = { type: "check-approved", stage: "ui", check: "c", tree: "b", commit: "a" };
    const timeline = fold(...story, [140, approved], completed("ui", 140));
    expect(intervalsOf(timeline, "ui").at(-1)).toBe("wait 95-140");
    expect(timeline.stages.get("ui")?.outcome).toBe("complete");
  });

  test("a set-up command is a part of the set-up, a failed one ends it", () => {
    const command = { stage: "docs", attempt: 0, what: "setup", command: "npm ci", log: "/l" } as const;
    const timeline = fold(
      beganRun(storyPlan),
      ...setUp("docs", 1).slice(0, 1),
      [2, { type: "command-started", ...command }],
      [5, { type: "command-finished", ...command, outcome: { kind: "failed", exitCode: 1, durationMs: 3000 } }],
      [5, { type: "setup-failed", stage: "docs", reason: "npm ci failed" }],
    );
    expect(intervalsOf(timeline, "docs")).toEqual(["setup 1-5 bad"]);
    expect(timeline.stages.get("docs")?.outcome).toBe("failed");
  });

  test("a second attempt begins where the first one failed; what came before the first is part of it", () => {
    const timeline = fold(beganRun(storyPlan), ...setUp("docs", 1), ...check("docs", "npm run lint", [3, 2, 1]), [
      6,
      { type: "attempt-started", stage: "docs", attempt: 2 },
    ]);
    expect(timeline.stages.get("docs")).toMatchObject({ start: start + 1000, attemptAt: start + 6000 });
    expect(fold(beganRun(storyPlan), ...setUp("docs", 1)).stages.get("docs")?.attemptAt).toBe(start + 1000);
  });

  test("the end of the run ends what was open", () => {
    const timeline = fold(...story, finished(160));
    expect(timeline).toMatchObject({ end: start + 160_000, result: "done" });
    expect(intervalsOf(timeline, "import").at(-1)).toBe("agent 97.5-160 stopped");
    expect(intervalsOf(timeline, "ui").at(-1)).toBe("wait 95-160");
  });

  test("a run whose process died ends with the last that was heard of it", () => {
    const timeline = fold(...story, [500, { type: "run-lost", pid: 4711 }]);
    expect(timeline).toMatchObject({ end: start + 125_500, result: "lost" });
    expect(fold(...story, [500, { type: "run-lost", pid: 1 }]).end).toBeUndefined();
  });

  test("what happens after a run belongs to none, and the next one starts afresh", () => {
    const told = inOrder(...story, finished(160));
    const timeline = fold(...told);
    expect(foldTimeline(record([[200, completed("ui", 0)[1]]]), timeline)).toEqual(timeline);
    const [began] = [beganRun(storyPlan)];
    expect(fold(...told, [300, began[1]]).stages.size).toBe(0);
  });

  test("folded in pieces it is the same as at once", () => {
    const events = record(story);
    const whole = foldTimeline(events);
    for (let cut = 0; cut <= events.length; cut += 1) {
      const first = foldTimeline(events.slice(0, cut));
      expect(foldTimeline(events.slice(cut), first)).toEqual(whole);
    }
  });

  test("a plan that never ran has none", () => {
    expect(foldTimeline([])).toBeUndefined();
    expect(foldTimeline(record(setUp("docs", 1)))).toBeUndefined();
  });
});

describe("what a run came to", () => {
  const totals = (seconds: number, ...told: readonly Told[]) =>
    timelineTotals(fold(...told), { stages: storyPlan.stages, now: start + seconds * 1000 });

  test("work, what running side by side saved, and the chain that took longest", () => {
    const found = totals(150, ...story);
    // store 58, docs 28, sync 2 + 65 + 24.5, ui 36, export 2 + 30 + 3, import 2 + 52.5
    expect(found).toMatchObject({ elapsedMs: 150_000, workMs: 303_000, waitingMs: 0 });
    expect(found.criticalPath).toEqual({ stages: ["store", "sync"], ms: 149_500 });
    expect(found.savedMs).toBe(303_000 - 149_500);
    expect(found.parallelism).toBeCloseTo(303 / 149.5);
  });

  test("time in which nothing ran, and something waited for a person", () => {
    const found = totals(
      100,
      beganRun(storyPlan),
      ...setUp("ui", 0),
      ...check("ui", "npm test", [2, 8]),
      waiting("ui", 10),
      ...check("docs", "npm run lint", [20, 5]),
    );
    expect(found).toMatchObject({ elapsedMs: 100_000, workMs: 15_000, savedMs: 0, waitingMs: 85_000 });
  });

  test("checks that run side by side count once for the critical path", () => {
    const found = totals(
      20,
      beganRun(storyPlan),
      ...check("store", "npm test", [0, 10]),
      ...check("store", "npm run lint", [5, 10]),
    );
    expect(found.workMs).toBe(20_000);
    expect(found.criticalPath).toEqual({ stages: ["store"], ms: 15_000 });
  });

  test("a run that did nothing has no critical path", () => {
    expect(totals(5, beganRun(storyPlan))).toMatchObject({
      workMs: 0,
      parallelism: 0,
      criticalPath: { stages: [], ms: 0 },
    });
  });

  test("an agent that goes on counts up to now", () => {
    expect(totals(12, beganRun(storyPlan), ...agent("docs", 2)).workMs).toBe(10_000);
  });
});
