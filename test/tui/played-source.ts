// A TuiSource without git: a plan, recorded events and invented facts, folded by the real reducer and the real views.
import type { PlanNews } from "../../src/core/answers.ts";
import type { Event, Recorded } from "../../src/core/event.ts";
import type { Check, Plan, Stage } from "../../src/core/plan.ts";
import { type PlanState, emptyState, reduce } from "../../src/core/state.ts";
import { foldTimeline } from "../../src/core/timeline.ts";
import { type StageFacts, viewPlan } from "../../src/core/view.ts";
import type { Doc, LiveRun, LogChunk, TuiAction, TuiSource } from "../../src/tui/source.ts";

/** The moment at which every played story begins: a round number, so that frames can be compared. */
export const start = 1_760_000_000_000;

type StageSketch = Partial<Stage> & { readonly id: string };

export const makeCheck = (text: string): Check => {
  const base = { id: text.toLowerCase().replaceAll(/[^a-z0-9]+/gu, "-"), text, range: { start: 0, end: 0 } };
  return text.startsWith("$ ")
    ? { ...base, text: text.slice(2), kind: "command", command: text.slice(2), alternatives: [], env: {} }
    : { ...base, kind: "manual", reason: "not plainly a command" };
};

export const makeStage = (sketch: StageSketch): Stage => ({
  name: sketch.id,
  kind: "auto",
  branch: `feature/${sketch.id}`,
  worktree: `../worktrees/${sketch.id}`,
  status: "not-started",
  needs: [],
  external: [],
  checks: [],
  parallel: false,
  files: { create: [], modify: [], delete: [] },
  brief: "",
  line: 1,
  ...sketch,
});

export const makePlan = (stages: readonly StageSketch[], title = "Offline mode for the reader"): Plan => ({
  id: "offline-mode",
  title,
  format: "stages",
  path: "/repository/.claude/plans/offline-mode.md",
  status: "active",
  base: "main",
  stages: stages.map(makeStage),
});

const tests = makeCheck("$ npm test");
const lint = makeCheck("$ npm run lint");

/** Six stages with a fan-in of three and one apart from the rest. */
export const readerPlan = makePlan([
  { id: "store", name: "Local article store", checks: [tests, lint] },
  { id: "sync", name: "Sync engine", needs: ["store"], checks: [tests, lint, makeCheck("$ npm run bench:sync")] },
  {
    id: "ui",
    name: "Offline banner",
    needs: ["store"],
    checks: [tests, makeCheck("The banner is readable on a phone")],
  },
  { id: "export", name: "Export to EPUB", needs: ["store"], checks: [tests], external: ["the design of the cover"] },
  {
    id: "wire-up",
    name: "Wire it all up",
    needs: ["sync", "ui", "export"],
    checks: [tests, lint],
    kind: "human-verify",
  },
  { id: "docs", name: "Manual page", checks: [makeCheck("$ npm run docs")] },
]);

export const oid = (letter: string): string => letter.repeat(40);

/** Facts of a stage that is set up. */
export const madeFacts = (
  stage: string,
  more: Partial<StageFacts["branch"]> & { readonly dirty?: number } = {},
): StageFacts => {
  const { dirty = 0, ...branch } = more;
  return {
    branch: { name: `feature/${stage}`, exists: true, head: oid("a"), tree: oid("b"), ahead: 1, behind: 0, ...branch },
    worktree: { path: `/repository/../worktrees/${stage}`, exists: true, dirty },
  };
};

type EndedCommand = Extract<Event, { type: "command-finished" }>;

export const started = (stage: string, text: string): Event => ({
  type: "command-started",
  stage,
  attempt: 1,
  what: "check",
  check: makeCheck(`$ ${text}`).id,
  command: text,
  log: `/logs/${stage}/${text}.log`,
});

export const ended = (stage: string, text: string, outcome: EndedCommand["outcome"]): Event => ({
  type: "command-finished",
  stage,
  attempt: 1,
  what: "check",
  check: makeCheck(`$ ${text}`).id,
  command: text,
  log: `/logs/${stage}/${text}.log`,
  outcome,
  commit: oid("a"),
  tree: oid("b"),
  clean: true,
});

/** A story in the middle of a run: one complete, one failed, one running, one waits for a person. */
export const midRun: readonly Event[] = [
  { type: "run-started", command: "run", pid: 4711, jobs: 2, stages: readerPlan.stages.map(({ id }) => id) },
  ended("store", "npm test", { kind: "passed", durationMs: 4200 }),
  ended("store", "npm run lint", { kind: "passed", durationMs: 1300 }),
  { type: "stage-completed", stage: "store", commit: oid("a"), proof: "proven" },
  { type: "attempt-started", stage: "sync", attempt: 2 },
  ended("sync", "npm test", { kind: "passed", durationMs: 3100 }),
  started("sync", "npm run lint"),
  ended("ui", "npm test", { kind: "passed", durationMs: 2800 }),
  {
    type: "stage-waiting",
    stage: "ui",
    reason: "a check waits for an approval",
    now: "stagetree approve offline-mode ui",
  },
  ended("export", "npm test", { kind: "failed", exitCode: 1, durationMs: 900 }),
  { type: "stage-failed", stage: "export", reason: "npm test failed: exit 1" },
];

export const midRunFacts: ReadonlyMap<string, StageFacts> = new Map([
  ["store", madeFacts("store", { ahead: 3 })],
  ["sync", madeFacts("sync", { ahead: 2, dirty: 1 })],
  ["ui", madeFacts("ui")],
  ["export", madeFacts("export", { ahead: 1, behind: 2 })],
]);

export interface Played extends TuiSource {
  /** Lets events happen, one second apart, and tells the listeners. */
  readonly play: (...events: readonly Event[]) => void;
  readonly write: (path: string, text: string) => void;
  readonly pass: (ms: number) => void;
  readonly setRun: (run: LiveRun | undefined) => void;
  readonly setPlan: (plan: Plan) => void;
  /** Git has answered. */
  readonly answer: () => void;
  readonly setNews: (news: PlanNews) => void;
  /** What was asked for, in order. */
  readonly asked: TuiAction[];
}

export interface PlayedOptions {
  /** Git has not answered yet. */
  readonly isLooking?: boolean;
  readonly hasAgent?: boolean;
  readonly plan?: Plan;
  readonly events?: readonly Event[];
  readonly facts?: ReadonlyMap<string, StageFacts>;
  readonly run?: LiveRun;
  readonly logs?: Readonly<Record<string, string>>;
  readonly answer?: (action: TuiAction) => Promise<{ ok: boolean; message: string }> | { ok: boolean; message: string };
  /** A clock that goes on by itself. */
  readonly live?: true;
  /** What is read for tabs and dialogs, one of a kind. */
  readonly docs?: readonly Doc[];
}

/** A part of a log, as the application answers. */
export function chunkOf(text: string, { from, bytes }: { readonly from: number; readonly bytes: number }): LogChunk {
  const all = Buffer.from(text);
  const first = from < 0 ? Math.max(0, all.length + from) : from;
  return { size: all.length, from: first, bytes: all.subarray(first, first + bytes) };
}

export function playSource(options: PlayedOptions = {}): Played {
  const { facts = new Map(), answer = () => ({ ok: true, message: "Done." }) } = options;
  const logs = new Map(Object.entries(options.logs ?? {}));
  const listeners = new Set<() => void>();
  const asked: TuiAction[] = [];
  const opened = Date.now();
  let { plan = readerPlan, run } = options;
  let news: PlanNews = {};
  let isLooking = options.isLooking === true;
  let passed = 0;
  const happened: Recorded[] = [];
  let state: PlanState = emptyState;
  const now = (): number => start + passed + (options.live === true ? Date.now() - opened : 0);
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const record = (event: Event): void => {
    const recorded: Recorded = { seq: state.seq + 1, at: now(), plan: plan.id, run: "r1", event };
    state = reduce(state, recorded);
    happened.push(recorded);
    passed += 1000;
  };
  for (const event of options.events ?? []) record(event);
  return {
    asked,
    plan: () => plan,
    isLooking: () => isLooking,
    views: () => viewPlan(plan, state, facts),
    state: () => state,
    news: () => news,
    run: () => run,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    jobs: () => 4,
    hasAgent: () => options.hasAgent === true,
    timeline: () => foldTimeline(happened),
    redact: (text) => text,
    readLog: async (path, part) => chunkOf(logs.get(path) ?? "", part),
    read: async (request) => {
      const found = options.docs?.find((doc) => doc.kind === request.kind);
      if (found === undefined) throw new Error(`There is no ${request.kind} here.`);
      return found;
    },
    act: async (action) => {
      asked.push(action);
      return answer(action);
    },
    commandFor: (action) => {
      const words = action.kind === "refresh" ? ["status"] : [action.kind];
      const stage = "stage" in action && action.stage !== undefined ? [action.stage] : [];
      const check = action.kind === "approve" && action.check !== undefined ? [action.check] : [];
      return ["stagetree", ...words, plan.id, ...stage, ...check].join(" ");
    },
    now,
    play: (...events) => {
      for (const event of events) record(event);
      tell();
    },
    write: (path, text) => {
      logs.set(path, (logs.get(path) ?? "") + text);
    },
    pass: (ms) => {
      passed += ms;
    },
    setRun: (next) => {
      run = next;
      tell();
    },
    setPlan: (next) => {
      plan = next;
      tell();
    },
    answer: () => {
      isLooking = false;
      tell();
    },
    setNews: (next) => {
      news = next;
      tell();
    },
  };
}
