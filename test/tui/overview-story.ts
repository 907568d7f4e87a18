// A recorded run with its times, and the overview that is drawn from it.
import { estimatePlan } from "../../src/core/estimate.ts";
import type { Event, Recorded } from "../../src/core/event.ts";
import type { Plan } from "../../src/core/plan.ts";
import { reduceAll } from "../../src/core/state.ts";
import { foldTimeline } from "../../src/core/timeline.ts";
import { type StageFacts, viewPlan } from "../../src/core/view.ts";
import { plainText } from "../../src/report/content.ts";
import type { Style } from "../../src/report/style.ts";
import type { Overview } from "../../src/tui/overview/overview-facts.ts";
import { drawOverview } from "../../src/tui/overview/overview-lines.ts";
import { plainStyle } from "./drawn-model.ts";
import { ended, madeFacts, makeCheck, makePlan, oid, start, started } from "./played-source.ts";

/** An event, seconds after the beginning. */
export type Told = readonly [seconds: number, event: Event];

export const record = (told: readonly Told[], plan = "offline-mode"): readonly Recorded[] =>
  told.map(([seconds, event], place) => ({ seq: place + 1, at: start + seconds * 1000, plan, run: "r1", event }));

const tests = makeCheck("$ npm test");
const lint = makeCheck("$ npm run lint");

/** Nine stages: a wide middle, a gate that a person approves, two that come after it. */
export const storyPlan = makePlan([
  { id: "store", name: "Local article store", checks: [tests, lint] },
  { id: "sync", name: "Sync engine", needs: ["store"], checks: [tests, lint] },
  { id: "ui", name: "Offline banner", needs: ["store"], checks: [tests, makeCheck("The banner is readable")] },
  { id: "export", name: "Export to EPUB", needs: ["store"], checks: [tests] },
  { id: "import", name: "Import of old bookmarks", needs: ["store"], checks: [tests] },
  { id: "wire-up", name: "Wire it all up", needs: ["sync", "export"], checks: [tests, lint] },
  { id: "docs", name: "Manual page", checks: [lint] },
  { id: "release", name: "Release notes", needs: ["wire-up", "import"], checks: [lint] },
  { id: "announce", name: "Announcement", needs: ["ui"], checks: [lint] },
]);

export const setUp = (stage: string, seconds: number): readonly Told[] => [
  [
    seconds,
    {
      type: "setup-started",
      stage,
      branch: `feature/${stage}`,
      path: `/trees/${stage}`,
      base: oid("c"),
      branchExisted: false,
      token: "t",
    },
  ],
  [
    seconds + 2,
    {
      type: "setup-finished",
      stage,
      branch: `feature/${stage}`,
      path: `/trees/${stage}`,
      base: oid("c"),
      parents: [],
    },
  ],
  [seconds + 2, { type: "attempt-started", stage, attempt: 1 }],
];

export const agent = (stage: string, seconds: number, took?: number): readonly Told[] => {
  const log = `/logs/${stage}/agent.log`;
  const common = { stage, attempt: 1, what: "agent" as const, command: "agent", log };
  const begun: Told = [seconds, { type: "command-started", ...common }];
  if (took === undefined) return [begun];
  const outcome = { kind: "passed", durationMs: took * 1000 } as const;
  return [begun, [seconds + took, { type: "command-finished", ...common, outcome }]];
};

export const check = (stage: string, text: string, [from, took, exitCode = 0]: readonly number[]): readonly Told[] => {
  const seconds = from ?? 0;
  const begun: Told = [seconds, started(stage, text)];
  if (took === undefined) return [begun];
  const durationMs = took * 1000;
  const outcome = exitCode === 0 ? { kind: "passed" as const } : { kind: "failed" as const, exitCode };
  return [begun, [seconds + took, ended(stage, text, { ...outcome, durationMs })]];
};

export const completed = (stage: string, seconds: number): Told => [
  seconds,
  { type: "stage-completed", stage, commit: oid("a"), proof: "proven" },
];

export const beganRun = (plan: Plan, jobs = 3): Told => [
  0,
  { type: "run-started", command: "run", pid: 4711, jobs, stages: plan.stages.map(({ id }) => id) },
];

export const inOrder = (...told: readonly Told[]): readonly Told[] => told.toSorted(([a], [b]) => a - b);

/** Two minutes and a half into it: two complete, one failed, one waits, two run, the rest comes. */
export const story: readonly Told[] = inOrder(
  beganRun(storyPlan),
  ...setUp("store", 0),
  ...agent("store", 2, 40),
  ...check("store", "npm test", [42, 12]),
  ...check("store", "npm run lint", [54, 4]),
  completed("store", 58),
  ...setUp("docs", 0.5),
  ...agent("docs", 2.5, 22),
  ...check("docs", "npm run lint", [24.5, 4]),
  completed("docs", 29),
  ...setUp("sync", 58.5),
  ...agent("sync", 60.5, 65),
  ...check("sync", "npm test", [125.5]),
  ...setUp("ui", 58.5),
  ...agent("ui", 60.5, 25),
  ...check("ui", "npm test", [85.5, 9]),
  [95, { type: "stage-waiting", stage: "ui", reason: "a check waits for an approval", now: "stagetree approve x ui" }],
  ...setUp("export", 59),
  ...agent("export", 61, 30),
  ...check("export", "npm test", [91, 3, 1]),
  [94.5, { type: "stage-failed", stage: "export", reason: "npm test failed: exit 1" }],
  ...setUp("import", 95.5),
  ...agent("import", 97.5),
);

export const storyFacts: ReadonlyMap<string, StageFacts> = new Map(
  ["store", "docs", "sync", "ui", "export", "import"].map((id) => [id, madeFacts(id, { ahead: 2 })]),
);

export interface Sketch {
  readonly plan?: Plan;
  readonly told?: readonly Told[];
  readonly facts?: ReadonlyMap<string, StageFacts>;
  /** Seconds after the beginning. */
  readonly seconds?: number;
  readonly style?: Style;
  readonly isLive?: boolean;
  readonly jobs?: number;
  readonly conflicts?: Overview["conflicts"];
}

/** The overview of a story at a moment of it. */
export function overviewOf({
  plan = storyPlan,
  told = story,
  facts = storyFacts,
  seconds = 150,
  style = plainStyle,
  isLive = true,
  jobs = 3,
  conflicts,
}: Sketch = {}): Overview {
  const events = record(told.filter(([at]) => at <= seconds));
  const state = reduceAll(events);
  const timeline = foldTimeline(events);
  const views = viewPlan(plan, state, facts);
  const now = start + seconds * 1000;
  const asked = plan.stages.map(({ id }) => id);
  const read = timeline === undefined ? {} : { timeline };
  const live = isLive ? { live: { command: "run" as const, asked } } : {};
  const estimate = estimatePlan({ plan, views, now, jobs, passes: state.passes, ...read, ...live });
  const run = isLive ? { run: { command: "run" as const, pid: 4711, since: start, ours: true } } : {};
  return { plan, views, estimate, style, now, ...read, ...run, ...(conflicts === undefined ? {} : { conflicts }) };
}

/** Its lines as text, without the blanks at their ends. */
export function framesOf(
  sketch: Sketch & { readonly width?: number; readonly height?: number; readonly top?: number } = {},
): readonly string[] {
  const { width = 80, height = 18, top } = sketch;
  const place = { width, height, ...(top === undefined ? {} : { top }) };
  return drawOverview(overviewOf(sketch), place).lines.map((line) => plainText(line).trimEnd());
}
