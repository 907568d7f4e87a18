// A plan of six stages in the middle of a run, for every test of what is shown of one.
import type { RunAnswer } from "../../src/core/answers.ts";
import type { Event, Recorded } from "../../src/core/event.ts";
import type { Check, Plan, Stage } from "../../src/core/plan.ts";
import { type PlanState, emptyState, reduce } from "../../src/core/state.ts";
import { type StageFacts, viewPlan } from "../../src/core/view.ts";
import { type Style, makeStyle } from "../../src/report/style.ts";

const nowhere = { start: 0, end: 0 };

export const checks: readonly Check[] = [
  { kind: "command", id: "c1", text: "Run `npm test`", command: "npm test", alternatives: [], env: {}, range: nowhere },
  {
    kind: "command",
    id: "c2",
    text: "`npm run lint -- --max-warnings 0`",
    command: "npm run lint -- --max-warnings 0",
    alternatives: [],
    env: {},
    range: nowhere,
  },
  {
    kind: "manual",
    id: "m1",
    text: "The prices look right on a phone",
    reason: "not plainly a command",
    range: nowhere,
  },
];

export const stageOf = (id: string, needs: readonly string[] = [], name = `Make the ${id}`): Stage => ({
  id,
  name,
  kind: "auto",
  branch: `feature/shop/${id}`,
  worktree: `../worktrees/shop/${id}`,
  status: "not-started",
  needs,
  external: [],
  checks,
  parallel: false,
  files: { create: [], modify: [], delete: [] },
  brief: "",
  line: 12,
});

export const planOf = (stages: readonly Stage[]): Plan => ({
  id: "shop",
  title: "A small shop",
  format: "stages",
  path: "/repo/docs/shop.md",
  status: "active",
  base: "main",
  stages,
});

export const plan: Plan = planOf([
  stageOf("money", [], "Money type and rounding"),
  stageOf("catalog", ["money"], "Catalog with prices"),
  stageOf("cart", ["money"], "Cart and its totals"),
  stageOf("taxes", ["money"], "Taxes by country"),
  stageOf("checkout", ["catalog", "cart", "taxes"], "Checkout joins it all"),
  stageOf("docs", [], "Pages for users"),
]);

/** Thirty stages in a fixed, uneven graph. */
export const largePlan: Plan = planOf(
  Array.from({ length: 30 }, (_, index) => {
    const needs = [7, 5, 3, 1].filter((back) => index - back >= 0 && (index * 7 + back * 3) % 5 === 0);
    return stageOf(
      `m${1 + Math.floor(index / 8)}.${(index % 8) + 1}`,
      needs.map((back) => `m${1 + Math.floor((index - back) / 8)}.${((index - back) % 8) + 1}`),
    );
  }),
);

export const oid = "3f2a9c1d77aa00bb11cc22dd33ee44ff55660011";
export const startedAt = Date.UTC(2026, 8, 21, 14, 13, 20);

const setupOf = (stage: string): readonly [Event, Event] => {
  const where = { stage, branch: `feature/shop/${stage}`, path: `/worktrees/shop/${stage}`, base: oid };
  return [
    { type: "setup-started", ...where, branchExisted: false, token: "t" },
    { type: "setup-finished", ...where, parents: [] },
  ];
};
const test = (stage: string, log: string) =>
  ({ stage, attempt: 1, what: "check", check: "c1", command: "npm test", log }) as const;

const story: readonly (readonly [ms: number, event: Event])[] = [
  [0, { type: "run-started", command: "run", pid: 4711, jobs: 2, stages: plan.stages.map(({ id }) => id) }],
  [100, setupOf("money")[0]],
  [300, setupOf("money")[1]],
  [310, { type: "attempt-started", stage: "money", attempt: 1 }],
  [320, { type: "command-started", stage: "money", attempt: 1, what: "agent", command: "make-it", log: "/logs/0" }],
  [
    8320,
    {
      type: "command-finished",
      stage: "money",
      attempt: 1,
      what: "agent",
      command: "make-it",
      log: "/logs/0",
      outcome: { kind: "passed", durationMs: 8000 },
    },
  ],
  [8400, { type: "command-started", ...test("money", "/logs/1") }],
  [
    12_700,
    {
      type: "command-finished",
      ...test("money", "/logs/1"),
      outcome: { kind: "passed", durationMs: 4300 },
      commit: oid,
      tree: "t1",
      key: "k",
      clean: true,
    },
  ],
  [
    12_710,
    {
      type: "check-cached",
      stage: "money",
      attempt: 1,
      check: "c2",
      command: "npm run lint -- --max-warnings 0",
      key: "k2",
      commit: oid,
      tree: "t1",
      log: "/logs/9",
    },
  ],
  [12_715, { type: "check-approved", stage: "money", check: "m1", tree: "t1", commit: oid }],
  [12_720, { type: "stage-completed", stage: "money", commit: oid, proof: "proven" }],
  [12_730, setupOf("catalog")[0]],
  [12_800, setupOf("catalog")[1]],
  [12_900, { type: "command-started", ...test("catalog", "/logs/2") }],
  [
    12_910,
    {
      type: "command-started",
      stage: "cart",
      attempt: 2,
      what: "check",
      check: "c2",
      command: "npm run lint -- --max-warnings 0",
      log: "/logs/3",
    },
  ],
  [
    16_100,
    {
      type: "command-finished",
      ...test("catalog", "/logs/2"),
      outcome: { kind: "failed", exitCode: 1, durationMs: 3200 },
      commit: oid,
      tree: "t2",
    },
  ],
  [16_110, { type: "stage-failed", stage: "catalog", reason: "npm test failed in both attempts" }],
  [16_120, { type: "stage-skipped", stage: "checkout", reason: "it needs catalog, which failed" }],
  [
    16_130,
    { type: "stage-waiting", stage: "docs", reason: "the work is yours", now: 'cd "$(stagetree path shop docs)"' },
  ],
  [16_140, { type: "base-conflict", stage: "taxes", between: ["money", "docs"], files: ["src/money.js", "README.md"] }],
];

export const recorded: readonly Recorded[] = story.map(([ms, event], index) => ({
  seq: index + 1,
  at: startedAt + ms,
  plan: "shop",
  run: "r1",
  event,
}));

export const state: PlanState = recorded.reduce(reduce, emptyState);

/** What a failing test leaves in its log, hostile parts among it. */
export const tail =
  "\u001B[31mFAIL\u001B[0m catalog.test.js\n  \u001B]0;gotcha\u0007rounded\n\texpected 3.33\n\tgot      3.34\n\n";

const facts = new Map<string, StageFacts>(
  plan.stages.map((stage, index) => [
    stage.id,
    {
      branch: {
        name: stage.branch,
        exists: index < 4,
        ahead: index + 1,
        behind: index === 2 ? 1 : 0,
        head: oid,
        tree: index === 0 ? "t1" : "t2",
      },
      worktree: { path: `/worktrees/shop/${stage.id}`, exists: index < 4, dirty: index === 2 ? 3 : 0 },
    },
  ]),
);
export const views = viewPlan(plan, state, facts);

const results = ["done", "failed", "failed", "skipped", "skipped", "waiting"] as const;
const reasons = [
  undefined,
  "npm test failed in both attempts",
  undefined,
  "money and docs cannot be merged",
  "it needs catalog, which failed",
  "the work is yours",
];

export const runAnswer: RunAnswer = {
  schema: 1,
  plan: { id: "shop", title: plan.title, format: "stages", path: plan.path },
  run: "r1",
  result: "failed",
  counts: { done: 1, failed: 2, skipped: 2, waiting: 1 },
  stages: plan.stages.map((stage, index) => {
    const reason = reasons[index];
    const result = results[index] ?? "skipped";
    return {
      id: stage.id,
      result,
      state: result === "done" ? "complete" : result === "failed" ? "failed" : "not-started",
      durationMs: [12_400, 3300, 125_000, 0, 0, 400][index] ?? 0,
      ...(index === 0 ? { commit: oid } : {}),
      ...(reason === undefined ? {} : { reason }),
      ...(result === "waiting" ? { now: 'cd "$(stagetree path shop docs)"' } : {}),
      checks: stage.checks.map(({ text, kind }, at) => ({
        text,
        kind,
        state: index === 0 ? (at === 1 ? "cached" : "passed") : index === 1 && at === 0 ? "failed" : "not-run",
      })),
    };
  }),
};

/** A style that depends on nothing of the machine the tests run on. */
export const styleOf = (
  of: { readonly width?: number; readonly ascii?: true; readonly color?: true; readonly interactive?: true } = {},
): Style => ({
  ...makeStyle({
    environment: {
      LANG: of.ascii === true ? "C" : "C.UTF-8",
      COLUMNS: String(of.width ?? 80),
      FORCE_COLOR: of.color === true ? "1" : "0",
    },
    stream: {},
  }),
  interactive: of.interactive === true,
});

/** The control characters of `text`, line feeds aside. */
export const controlsIn = (text: string): readonly string[] => text.replaceAll("\n", "").match(/\p{Cc}/gu) ?? [];

/** Lines wider than `width`, other than those that hold a command or a path to be copied whole. */
export const overlong = (text: string, width: number): readonly string[] =>
  text.split("\n").filter((line) => line.length > width && !/stagetree |git |sha256 |^ *\S+$/u.test(line));
