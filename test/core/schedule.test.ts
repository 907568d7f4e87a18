// What starts next, and a whole run driven by a model: random graphs, random outcomes, interruptions.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Event } from "../../src/core/event.ts";
import { ancestorsOf, descendantsOf } from "../../src/core/graph.ts";
import type { Plan, StageId } from "../../src/core/plan.ts";
import { durationWeights, startable } from "../../src/core/schedule.ts";
import { emptyState, type PlanState, reduce } from "../../src/core/state.ts";
import { createViewer, type StageFacts, type StageView, viewPlan } from "../../src/core/view.ts";
import {
  checkEnded,
  commandCheck,
  completed,
  declared,
  oid,
  planOf,
  setUp,
  stageOf,
  stateOf,
  worked,
} from "./made-plan.ts";

function startableIds(
  plan: Plan,
  options: {
    readonly events?: readonly Event[];
    readonly running?: readonly string[];
    readonly settled?: readonly string[];
    readonly asked?: readonly string[];
    readonly weight?: (id: StageId) => number;
  } = {},
): readonly string[] {
  const views = viewPlan(plan, stateOf(...(options.events ?? [])), new Map());
  const asked = new Set(options.asked ?? plan.stages.map(({ id }) => id));
  const progress = { asked, running: new Set(options.running), settled: new Set(options.settled) };
  return startable({ plan, views, progress, ...(options.weight === undefined ? {} : { weight: options.weight }) }).map(
    ({ stage }) => stage.id,
  );
}

describe("what can start", () => {
  const diamond = planOf([
    stageOf("alone"),
    stageOf("a"),
    stageOf("b", { needs: ["a"] }),
    stageOf("c", { needs: ["a"] }),
    stageOf("d", { needs: ["b", "c"] }),
  ]);

  test("the one with the longest path behind it comes first, then the order of the plan", () => {
    expect(startableIds(diamond)).toEqual(["a", "alone"]);
    expect(startableIds(diamond, { events: [completed("a")] })).toEqual(["b", "c", "alone"]);
  });

  test("weights decide where they are known", () => {
    const weight = (id: StageId): number => (id === "alone" ? 10 : 1);
    expect(startableIds(diamond, { weight })).toEqual(["alone", "a"]);
  });

  test("a priority of the plan comes before the length of the path, and no priority comes last", () => {
    const labels = (priority: string) => ({ labels: { priority } });
    const plan = planOf([
      stageOf("none"),
      stageOf("later", labels("P1")),
      stageOf("behind", { needs: ["later"], ...labels("P1") }),
      stageOf("first", labels("P0")),
      stageOf("second", labels("p0")),
      stageOf("odd", labels("high")),
    ]);
    expect(startableIds(plan)).toEqual(["first", "second", "later", "none", "odd"]);
  });

  test("the earlier phase comes before the longer path, and priority before both", () => {
    const plan = planOf([
      stageOf("late", { group: "Phase 2" }),
      stageOf("first", { group: "Phase 1" }),
      stageOf("long", { group: "Phase 1" }),
      stageOf("behind", { needs: ["long"], group: "Phase 2" }),
      stageOf("urgent", { group: "Phase 2", labels: { priority: "P0" } }),
    ]);
    const inOrder = { ...plan, stages: plan.stages.toSorted((a, b) => (a.group ?? "").localeCompare(b.group ?? "")) };
    expect(startableIds(inOrder)).toEqual(["urgent", "long", "first", "late"]);
  });

  test("not what runs, is settled, or was not asked for", () => {
    expect(startableIds(diamond, { running: ["a"] })).toEqual(["alone"]);
    expect(startableIds(diamond, { settled: ["a"] })).toEqual(["alone"]);
    expect(startableIds(diamond, { asked: ["d", "a"] })).toEqual(["a"]);
  });

  test("a stage that failed, or whose needs conflicted, is tried again by the next run", () => {
    const failed: Event = { type: "stage-failed", stage: "a", reason: "red" };
    const conflict: Event = { type: "base-conflict", stage: "a", between: ["x", "y"], files: [] };
    expect(startableIds(diamond, { events: [failed] })).toContain("a");
    expect(startableIds(diamond, { events: [conflict] })).toContain("a");
  });

  test("what a person set aside is not started, and holds back what needs it", () => {
    expect(startableIds(diamond, { events: [completed("a"), declared("b", "skipped")] })).toEqual(["c", "alone"]);
    expect(startableIds(diamond, { events: [completed("a"), completed("c"), declared("b", "blocked")] })).toEqual([
      "alone",
    ]);
  });

  test("nothing in a closed plan", () => {
    expect(startableIds({ ...diamond, status: "superseded" })).toEqual([]);
  });
});

test("past durations are weights of at least a second", () => {
  const stage = stageOf("one", { checks: [commandCheck("c"), commandCheck("d")] });
  const agent: Event = {
    type: "command-finished",
    stage: "one",
    attempt: 1,
    what: "agent",
    command: "x",
    log: "/a",
    outcome: { kind: "passed", durationMs: 4000 },
  };
  const slow = checkEnded("one", "c", { outcome: { kind: "passed", durationMs: 3000 } });
  const views = viewPlan(planOf([stage, stageOf("two")]), stateOf(slow, agent), new Map());
  const weight = durationWeights(views);
  expect([weight("one"), weight("two"), weight("unknown")]).toEqual([7000, 1000, 1000]);
});

// The model: stages take turns ending in random order with a random outcome; facts follow events as git would.
interface Made {
  readonly plan: Plan;
  /** What happens when a stage is worked on, per try; the last one repeats. */
  readonly outcomes: ReadonlyMap<StageId, readonly Outcome[]>;
  readonly jobs: number;
  /** Which of the running stages ends next. */
  readonly picks: readonly number[];
}
type Outcome = "complete" | "failed" | "waiting" | "conflict";

const anyRun: fc.Arbitrary<Made> = fc
  .array(
    fc.record({
      needs: fc.array(fc.nat(), { maxLength: 3 }),
      outcomes: fc.array(outcome(), { minLength: 1, maxLength: 3 }),
    }),
    {
      minLength: 1,
      maxLength: 10,
    },
  )
  .chain((rows) => {
    const stages = rows.map(({ needs }, index) =>
      stageOf(`s${index}`, { needs: [...new Set(index === 0 ? [] : needs.map((need) => `s${need % index}`))] }),
    );
    return fc.record({
      plan: fc.shuffledSubarray(stages, { minLength: stages.length }).map((shuffled) => planOf(shuffled)),
      outcomes: fc.constant(new Map(rows.map(({ outcomes }, index) => [`s${index}`, outcomes] as const))),
      jobs: fc.integer({ min: 1, max: 4 }),
      picks: fc.array(fc.nat(), { minLength: 1, maxLength: 40 }),
    });
  });

function outcome(): fc.Arbitrary<Outcome> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant<Outcome>("complete") },
    { weight: 2, arbitrary: fc.constant<Outcome>("failed") },
    { weight: 1, arbitrary: fc.constant<Outcome>("waiting") },
    { weight: 1, arbitrary: fc.constant<Outcome>("conflict") },
  );
}

/** One repository under the model: what is recorded, what git has, how often each stage was worked on. */
interface World {
  state: PlanState;
  readonly facts: Map<StageId, StageFacts>;
  readonly tries: Map<StageId, number>;
}

const freshWorld = (): World => ({ state: emptyState, facts: new Map(), tries: new Map() });
const viewer = createViewer();
/** From the facts as they are, which are taken down anew each time; whoever asked before gets the same answer. */
function viewsOf({ plan }: Made, world: World): readonly StageView[] {
  const views = viewPlan(plan, world.state, new Map(world.facts));
  expect(viewer(plan, world.state, new Map(world.facts))).toEqual(views);
  return views;
}

function happen(world: World, ...events: readonly Event[]): void {
  for (const event of events) {
    world.state = reduce(world.state, { seq: world.state.seq + 1, at: world.state.seq + 1, plan: "sample", event });
  }
}

function finish(made: Made, world: World, id: StageId): void {
  const tried = world.tries.get(id) ?? 0;
  world.tries.set(id, tried + 1);
  const outcomes = made.outcomes.get(id) ?? [];
  const end = outcomes[Math.min(tried, outcomes.length - 1)];
  if (end === "conflict") {
    happen(world, { type: "base-conflict", stage: id, between: ["x", "y"], files: ["f"] });
    return;
  }
  happen(world, setUp(id), { type: "attempt-started", stage: id, attempt: tried + 1 });
  world.facts.set(id, worked(id));
  if (end === "complete") happen(world, completed(id, oid("a")));
  if (end === "failed") happen(world, { type: "stage-failed", stage: id, reason: "red" });
  if (end === "waiting")
    happen(world, { type: "stage-waiting", stage: id, reason: "look", now: "approve", commit: oid("a") });
}

/** A run as the application drives it; `steps` cuts it off in the middle, as a kill would. */
function run(made: Made, world: World, steps = Number.POSITIVE_INFINITY): readonly string[] {
  const { plan, jobs, picks } = made;
  const asked = new Set(plan.stages.map(({ id }) => id));
  const running = new Set<StageId>();
  const settled = new Set<StageId>();
  const started: string[] = [];
  for (let step = 0; step < steps; step += 1) {
    const views = viewsOf(made, world);
    const next = startable({ plan, views, progress: { running, settled, asked } });
    for (const view of next.slice(0, Math.max(0, jobs - running.size))) {
      const { id, needs } = view.stage;
      const done = views.filter(({ state }) => state === "complete" || state === "merged").map(({ stage }) => stage.id);
      expect(done).toEqual(expect.arrayContaining([...needs]));
      expect(settled.has(id) || running.has(id)).toBe(false);
      running.add(id);
      started.push(id);
    }
    expect(running.size).toBeLessThanOrEqual(jobs);
    const ends = [...running][(picks[step % picks.length] ?? 0) % Math.max(1, running.size)];
    if (ends === undefined) return started;
    finish(made, world, ends);
    running.delete(ends);
    settled.add(ends);
    expect(step).toBeLessThan(plan.stages.length);
  }
  return started;
}

/** Each stage comes to the same end whenever it is worked on. */
const firstOutcomes = (made: Made): Made => ({
  ...made,
  outcomes: new Map([...made.outcomes].map(([id, ends]) => [id, ends.slice(0, 1)])),
});

const statesIn = (made: Made, world: World): readonly unknown[] =>
  viewsOf(made, world).map(({ stage, state }) => [stage.id, state]);

/** A run that is stopped after `steps` ends: what is in hand then has its worktree and its attempt, and no end. */
function cancel(made: Made, world: World, steps: number): readonly StageId[] {
  run(made, world, steps);
  const asked = new Set(made.plan.stages.map(({ id }) => id));
  const settled = new Set(world.tries.keys());
  const next = startable({
    plan: made.plan,
    views: viewsOf(made, world),
    progress: { running: new Set(), settled, asked },
  });
  // Needs that conflict come to light before there is a worktree.
  const begun = next
    .slice(0, made.jobs)
    .map(({ stage }) => stage.id)
    .filter((id) => made.outcomes.get(id)?.[0] !== "conflict");
  for (const id of begun) {
    happen(world, setUp(id), { type: "attempt-started", stage: id, attempt: 1 });
    world.facts.set(id, worked(id));
  }
  return begun;
}

describe("a whole run", () => {
  test("starts each stage at most once, never before its needs, never more than allowed, and ends", () => {
    fc.assert(
      fc.property(anyRun, (made) => {
        const world = freshWorld();
        const started = run(made, world);
        expect(new Set(started).size).toBe(started.length);
        // It ended because nothing more could go on, not earlier.
        for (const view of viewsOf(made, world)) {
          if (started.includes(view.stage.id)) continue;
          expect(view.waitingFor.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("a stage that does not complete holds back what needs it, directly or not, and nothing else", () => {
    fc.assert(
      fc.property(anyRun, (made) => {
        const world = freshWorld();
        const started = run(made, world);
        const stuck = made.plan.stages.filter(
          ({ id }) => started.includes(id) && made.outcomes.get(id)?.[0] !== "complete",
        );
        const held = new Set(stuck.flatMap(({ id }) => [...descendantsOf(made.plan.stages, id)]));
        const expected = made.plan.stages.map(({ id }) => id).filter((id) => !held.has(id));
        expect(started.toSorted()).toEqual(expected.toSorted());
        for (const { id } of made.plan.stages) {
          if (!started.includes(id))
            expect([...ancestorsOf(made.plan.stages, id)].some((need) => stuck.some((one) => one.id === need))).toBe(
              true,
            );
        }
      }),
      { numRuns: 500 },
    );
  });

  test("killed anywhere and run again, it ends as if nothing had happened, and completes no stage twice", () => {
    fc.assert(
      fc.property(anyRun, fc.nat({ max: 10 }), (made, steps) => {
        const always = firstOutcomes(made);
        const whole = freshWorld();
        run(always, whole);
        const cut = freshWorld();
        run(always, cut, steps);
        run(always, cut);
        const states = (world: World): readonly unknown[] => statesIn(always, world);
        expect(states(cut)).toEqual(states(whole));
        for (const [id, tries] of cut.tries) {
          if (always.outcomes.get(id)?.[0] === "complete") expect(tries).toBe(1);
        }
        const before = JSON.stringify(states(cut));
        expect(run(always, cut).every((id) => always.outcomes.get(id)?.[0] !== "complete")).toBe(true);
        expect(JSON.stringify(states(cut))).toBe(before);
      }),
      { numRuns: 300 },
    );
  });

  test("cancelled at any moment nothing more is started, what was in hand is neither done nor failed, and it goes on later", () => {
    fc.assert(
      fc.property(anyRun, fc.nat({ max: 10 }), (made, steps) => {
        const always = firstOutcomes(made);
        const whole = freshWorld();
        run(always, whole);
        const world = freshWorld();
        const begun = cancel(always, world, steps);
        for (const id of begun) {
          expect(viewsOf(always, world).find(({ stage }) => stage.id === id)?.state).toBe("in-progress");
        }
        const again = run(always, world);
        expect(again).toEqual(expect.arrayContaining([...begun]));
        expect(statesIn(always, world)).toEqual(statesIn(always, whole));
        for (const [id, tries] of world.tries) {
          if (always.outcomes.get(id)?.[0] === "complete") expect(tries).toBe(1);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("at each step it starts what a scheduler that knows nothing but loops would", () => {
    fc.assert(
      fc.property(anyRun, (made) => {
        const world = freshWorld();
        const { stages } = made.plan;
        const pathBehind = (id: StageId): number =>
          1 + Math.max(0, ...stages.filter(({ needs }) => needs.includes(id)).map((stage) => pathBehind(stage.id)));
        const complete = new Set<StageId>();
        const reference = {
          ready: (settled: ReadonlySet<StageId>, running: ReadonlySet<StageId>): readonly StageId[] =>
            stages
              .filter(({ id }) => !complete.has(id) && !settled.has(id) && !running.has(id))
              .filter(({ needs }) => needs.every((need) => complete.has(need)))
              .map(({ id }) => id),
        };
        const running = new Set<StageId>();
        const settled = new Set<StageId>();
        for (let step = 0; step <= stages.length; step += 1) {
          const asked = new Set(stages.map(({ id }) => id));
          const found = startable({
            plan: made.plan,
            views: viewsOf(made, world),
            progress: { running, settled, asked },
          }).map(({ stage }) => stage.id);
          expect(found.toSorted()).toEqual([...reference.ready(settled, running)].toSorted());
          const lengths = found.map(pathBehind);
          expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
          for (const id of found.slice(0, Math.max(0, made.jobs - running.size))) running.add(id);
          const ends = [...running][(made.picks[step % made.picks.length] ?? 0) % Math.max(1, running.size)];
          if (ends === undefined) break;
          finish(made, world, ends);
          if (made.outcomes.get(ends)?.[0] === "complete") complete.add(ends);
          running.delete(ends);
          settled.add(ends);
        }
        expect(running.size).toBe(0);
        expect(reference.ready(settled, running)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test("run often enough, whatever can become complete does", () => {
    fc.assert(
      fc.property(anyRun, (made) => {
        const mending: Made = {
          ...made,
          outcomes: new Map([...made.outcomes].map(([id, ends]) => [id, [...ends, "complete"]])),
        };
        const world = freshWorld();
        for (let nth = 0; nth < 4 * mending.plan.stages.length; nth += 1) run(mending, world);
        expect(viewsOf(mending, world).every(({ state }) => state === "complete")).toBe(true);
        expect(run(mending, world)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
