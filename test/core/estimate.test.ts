import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type EstimateRequest, estimatePlan } from "../../src/core/estimate.ts";
import type { Plan } from "../../src/core/plan.ts";
import { reduceAll } from "../../src/core/state.ts";
import { foldTimeline } from "../../src/core/timeline.ts";
import { type StageFacts, viewPlan } from "../../src/core/view.ts";
import { madeFacts, makeCheck, makePlan, start } from "../tui/played-source.ts";
import { type Told, beganRun, check, completed, inOrder, overviewOf, record } from "../tui/overview-story.ts";

const tests = makeCheck("$ npm test");
const lint = makeCheck("$ npm run lint");

interface Sketch {
  readonly plan: Plan;
  readonly told: readonly Told[];
  readonly seconds?: number;
  readonly jobs?: number;
  readonly worked?: readonly string[];
  readonly live?: EstimateRequest["live"];
}

function estimate({ plan, told, seconds = 0, jobs = 2, worked, live }: Sketch) {
  const events = record(inOrder(...told));
  const state = reduceAll(events);
  const made = worked ?? plan.stages.map(({ id }) => id);
  const facts = new Map<string, StageFacts>(made.map((id) => [id, madeFacts(id)]));
  const timeline = foldTimeline(events);
  const views = viewPlan(plan, state, facts);
  return estimatePlan({
    plan,
    views,
    jobs,
    now: start + seconds * 1000,
    passes: state.passes,
    ...(timeline === undefined ? {} : { timeline }),
    ...(live === undefined ? {} : { live }),
  });
}

/** Start and end of each stage in seconds. */
const timesOf = ({ stages }: ReturnType<typeof estimate>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...stages].map(([id, { startsInMs, endsInMs, held }]) => [
      id,
      held !== undefined && endsInMs === undefined
        ? `${held.why} ${held.by}`
        : `${(startsInMs ?? 0) / 1000}-${(endsInMs ?? 0) / 1000}`,
    ]),
  );

const chain = makePlan([
  { id: "a", checks: [tests] },
  { id: "b", checks: [tests], needs: ["a"] },
  { id: "c", checks: [lint] },
  { id: "d", checks: [lint], needs: ["c"] },
]);

describe("how long a run would take", () => {
  const known = [...check("a", "npm test", [0, 10]), ...check("c", "npm run lint", [0, 4])];

  test("what never ran takes as long as the same command elsewhere", () => {
    const found = estimate({ plan: chain, told: known });
    expect(timesOf(found)).toEqual({ a: "0-10", c: "0-4", d: "4-8", b: "10-20" });
    expect(found).toMatchObject({ leftMs: 20_000, isGuess: true, coming: 4, isLive: false });
    expect(found.stages.get("a")?.isGuess).toBe(false);
    expect(found.stages.get("b")?.isGuess).toBe(true);
  });

  test("one at a time, in the order in which the scheduler starts them", () => {
    expect(timesOf(estimate({ plan: chain, told: known, jobs: 1 }))).toEqual({
      a: "0-10",
      c: "10-14",
      b: "14-24",
      d: "24-28",
    });
  });

  test("a command known from nowhere takes the median of all", () => {
    const plan = makePlan([
      { id: "a", checks: [tests] },
      { id: "b", checks: [makeCheck("$ npm run bench")] },
    ]);
    expect(estimate({ plan, told: check("a", "npm test", [0, 10]) }).stages.get("b")).toMatchObject({
      endsInMs: 10_000,
      isGuess: true,
    });
  });

  test("where nothing ever ran, nothing is made up", () => {
    const found = estimate({ plan: chain, told: [] });
    expect(found.leftMs).toBeUndefined();
    expect(found.held).toMatchObject({ unknown: 4 });
    expect(found.stages.get("b")?.held).toEqual({ why: "unknown", by: "a" });
  });

  test("checks that run side by side take as long as the longest", () => {
    const told = [...check("a", "npm test", [0, 10]), ...check("a", "npm run lint", [0, 4])];
    const plan = makePlan([{ id: "a", checks: [tests, lint], parallel: true }]);
    expect(estimate({ plan, told }).leftMs).toBe(10_000);
  });

  test("behind an approval, and behind work that only a person does, there is no time", () => {
    const plan = makePlan([
      { id: "a", checks: [tests, makeCheck("Looks good")] },
      { id: "b", checks: [tests], needs: ["a"] },
      { id: "c", checks: [tests] },
    ]);
    const found = estimate({ plan, told: check("a", "npm test", [0, 10]), worked: ["a"] });
    expect(timesOf(found)).toEqual({ a: "person a", b: "person a", c: "person c" });
  });

  test("what is complete takes no time", () => {
    const found = estimate({ plan: chain, told: [...known, [20, completed("a", 20)[1]], completed("c", 20)] });
    expect(timesOf(found)).toEqual({ b: "0-10", d: "0-4" });
  });
});

describe("how long the run that goes on still takes", () => {
  test("what it settled or was not asked for does not come back", () => {
    const told = [
      beganRun(chain, 2),
      ...check("a", "npm test", [0, 10, 1]),
      [10, { type: "stage-failed", stage: "a", reason: "npm test failed" }],
      ...check("c", "npm run lint", [0, 4]),
      completed("c", 4),
    ] as const satisfies readonly Told[];
    const found = estimate({ plan: chain, told, seconds: 10, live: { command: "run", asked: ["a", "b", "c"] } });
    expect(timesOf(found)).toEqual({ a: "stopped a", b: "stopped a", d: "not-asked d" });
    expect(found.leftMs).toBeUndefined();
  });

  test("of a command that runs the rest counts, and all after it", () => {
    const plan = makePlan([
      { id: "a", checks: [tests, lint] },
      { id: "b", checks: [tests, lint] },
    ]);
    const told = [
      beganRun(plan),
      ...check("a", "npm test", [0, 10]),
      ...check("a", "npm run lint", [10, 4]),
      completed("a", 14),
      ...check("b", "npm test", [14]),
    ];
    const live = { command: "run", asked: ["a", "b"] } as const;
    expect(estimate({ plan, told, seconds: 17, live }).stages.get("b")).toMatchObject({ endsInMs: 11_000 });
    const late = estimate({ plan, told, seconds: 60, live }).stages.get("b");
    expect(late).toMatchObject({ endsInMs: 4000, isLate: true });
  });

  test("the story: what waits and what failed holds back what is behind it", () => {
    const { estimate: found } = overviewOf();
    expect(found.held).toEqual({ person: 2, stopped: 3, unknown: 0, "not-asked": 0 });
    expect(found.stages.get("announce")?.held).toEqual({ why: "person", by: "ui" });
    expect(found.stages.get("release")?.held).toEqual({ why: "stopped", by: "export" });
  });
});

test("no stage starts before its needs have ended, and never more than the jobs run at once", () => {
  const plans = fc.integer({ min: 1, max: 25 }).chain((count) =>
    fc.record({
      jobs: fc.integer({ min: 1, max: 6 }),
      needs: fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: count, maxLength: count }),
      seconds: fc.array(fc.integer({ min: 1, max: 50 }), { minLength: count, maxLength: count }),
    }),
  );
  fc.assert(
    fc.property(plans, ({ jobs, needs, seconds }) => {
      const plan = makePlan(
        needs.map((drawn, at) => ({
          id: `s${at}`,
          checks: [tests],
          needs: at === 0 ? [] : [...new Set(drawn.map((one) => `s${one % at}`))],
        })),
      );
      const told = seconds.flatMap((took, at) => check(`s${at}`, "npm test", [0, took]));
      const { stages, leftMs } = estimate({ plan, told, jobs });
      const spans = plan.stages.map((stage) => ({ stage, ...stages.get(stage.id) }));
      for (const { stage, startsInMs = -1 } of spans) {
        for (const need of stage.needs) expect(stages.get(need)?.endsInMs).toBeLessThanOrEqual(startsInMs);
      }
      for (const { startsInMs = 0 } of spans) {
        const at = spans.filter((one) => (one.startsInMs ?? 0) <= startsInMs && (one.endsInMs ?? 0) > startsInMs);
        expect(at.length).toBeLessThanOrEqual(jobs);
      }
      const work = seconds.reduce((sum, one) => sum + one * 1000, 0);
      expect(leftMs).toBeLessThanOrEqual(work);
      expect((leftMs ?? 0) * jobs).toBeGreaterThanOrEqual(work);
    }),
  );
});
