// What is really so of each stage: the plan, the recorded state and git's facts joined. Status, `why`, the scheduler and
// the terminal UI all read these views, so they can never disagree.
import type { Oid } from "./event.ts";
import { planIsLive } from "./live-plan.ts";
import { type Plan, type Stage, type StageId, hasOwnWork } from "./plan.ts";
import { type BaselineRecord, type CheckRecord, isRed, type StageRecord } from "./stage-record.ts";
import { type PlanState, recordOf } from "./state.ts";
import type { StaleBase } from "./stale-base.ts";
import type { Stop } from "./stops.ts";

export type StageState = "not-started" | "in-progress" | "complete" | "merged" | "failed" | "blocked" | "skipped";

/** What git says of one stage at this moment. Counts are commits. */
export interface StageFacts {
  readonly branch: {
    readonly name: string;
    readonly exists: boolean;
    readonly head?: Oid;
    /** Tree of `head`. */
    readonly tree?: Oid;
    /** Commits of the branch that its base does not hold, and the reverse. */
    readonly ahead: number;
    readonly behind: number;
  };
  readonly worktree: {
    /** Absolute. */
    readonly path: string;
    readonly exists: boolean;
    /** Files that differ from HEAD, untracked ones among them. Absent where nobody looked. */
    readonly dirty?: number;
    /** Something else lies at the path, or the worktree is on another branch; one sentence. */
    readonly problem?: string;
  };
  /** Recorded under `refs/stagetree/base/…`, else the merge base with the target. */
  readonly base?: Oid;
  /** Needs became other commits since the base was made. */
  readonly staleBase?: StaleBase;
  /** How the target branch holds all of the branch, where it does and the branch has commits of its own. */
  readonly mergedBy?: string;
  /** Work lies in its way since the plan was edited: nothing can start before a person moved or removed that. */
  readonly obstacle?: Obstacle;
}

export interface Obstacle {
  /** One sentence, with the ways out. */
  readonly reason: string;
  /** The shell command that clears it, as far as nothing is lost. */
  readonly command: string;
}

export type CheckState =
  | "passed"
  | "cached"
  | "failed"
  /** It is red, and was so on the commit that the stage started from. */
  | "baseline-red"
  | "stale"
  | "not-run"
  | "running"
  | "approved"
  | "to-approve";

export interface CheckView {
  readonly id: string;
  readonly text: string;
  readonly kind: "command" | "manual";
  /** `stale`: it ran, but on other content than the branch holds now. */
  readonly state: CheckState;
  readonly record?: CheckRecord;
  /** What it came to on the base of the stage, where that was asked for. */
  readonly baseline?: BaselineRecord;
}

export interface StageView {
  readonly stage: Stage;
  readonly state: StageState;
  readonly ready: boolean;
  /** Needs that are neither complete nor merged. */
  readonly waitingFor: readonly StageId[];
  /** Gates among these: whatever was done already, nothing behind them is complete before they are. */
  readonly heldBy: readonly StageId[];
  readonly proof?: "proven" | "declared";
  /** One sentence on why it failed, is blocked, skipped, or waits for a person. */
  readonly reason?: string;
  /** Set while a person has to do something before it can go on. */
  readonly waitsForPerson: boolean;
  /** The stop condition that holds it: hard makes it blocked, soft skipped. */
  readonly stop?: Stop;
  readonly checks: readonly CheckView[];
  readonly facts: StageFacts;
  readonly record: StageRecord;
}

/**
 * Whether work on the stage may go on, its needs aside. Needs that could not be merged, and work that a hard stop holds, are
 * looked at again each time: they may have changed since.
 */
export const isWorkable = ({ state, record, stop }: StageView): boolean =>
  state === "not-started" ||
  state === "in-progress" ||
  state === "failed" ||
  (state === "blocked" &&
    (record.conflict !== undefined || stop !== undefined) &&
    record.declared?.state !== "blocked");

/** What git says of stages, by their id. */
export type FactsOfStages = Pick<ReadonlyMap<StageId, StageFacts>, "get">;

/** What views are made of. */
export interface ViewSource {
  readonly plan: Plan;
  readonly state: PlanState;
  readonly facts: FactsOfStages;
  /** Views of the same plan as they were; what has not changed since is the very same object. */
  readonly before?: ReadonlyMap<StageId, StageView>;
}

/** All stages of the plan as they really are, in the order of the plan. */
export const viewPlan = (plan: Plan, state: PlanState, facts: FactsOfStages): readonly StageView[] =>
  createViewer()(plan, state, facts);

/**
 * `viewPlan` for who asks again and again: what has not changed since the call before is the very same object, the views of
 * single stages as well as all of them.
 */
export function createViewer(): typeof viewPlan {
  let last: { readonly given: Parameters<typeof viewPlan>; readonly views: readonly StageView[] } | undefined;
  return (...given) => {
    if (last !== undefined && given.every((one, place) => one === last?.given[place])) return last.views;
    const [plan, state, facts] = given;
    const old = last?.given[0] === plan ? last.views : [];
    const before = new Map(old.map((view) => [view.stage.id, view]));
    const view = viewer({ plan, state, facts, before }, stagesById(plan));
    const made = plan.stages.map(view);
    const isSame = old.length === made.length && made.every((one, place) => one === old[place]);
    last = { given, views: isSame ? old : made };
    return last.views;
  };
}

/** The stages of a plan by their id. */
export const stagesById = ({ stages }: Plan): ReadonlyMap<StageId, Stage> =>
  new Map(stages.map((stage) => [stage.id, stage]));

/** Makes the views of single stages, each in time that does not depend on how many the plan has. */
export function viewer(
  { plan, state, facts, before }: ViewSource,
  byId: ReadonlyMap<StageId, Stage>,
): (stage: Stage) => StageView {
  const unchanged = ({ id }: Stage): StageView | undefined => {
    const view = before?.get(id);
    return view?.record === recordOf(state, id) && view.facts === facts.get(id) ? view : undefined;
  };
  const states = new Map<StageId, DerivedState>();
  const derived = (stage: Stage): DerivedState => {
    const found = states.get(stage.id) ?? unchanged(stage) ?? stateOf(recordOf(state, stage.id), factsOf(stage, facts));
    states.set(stage.id, found);
    return found;
  };
  const finished = (id: StageId): boolean => {
    const need = byId.get(id);
    const found = need === undefined ? undefined : derived(need).state;
    return found === "complete" || found === "merged";
  };
  const isLive = planIsLive(plan);
  return (stage) => {
    const waitingFor = stage.needs.filter((need) => !finished(need));
    const same = unchanged(stage);
    if (same?.waitingFor.length === waitingFor.length && waitingFor.every((need, at) => need === same.waitingFor[at])) {
      return same;
    }
    const record = recordOf(state, stage.id);
    const own = factsOf(stage, facts);
    const { state: stageState, reason, proof, stop } = derived(stage);
    const heldBy = waitingFor.filter((need) => byId.get(need)?.kind === "gate");
    const checks = stage.checks.map((check) => viewCheck(check, record, own));
    return {
      stage,
      state: stageState,
      ready: stageState === "not-started" && waitingFor.length === 0 && isLive,
      waitingFor,
      heldBy,
      waitsForPerson:
        stop?.level === "hard" ||
        (stageState === "in-progress" &&
          (waitingNow(record, own) !== undefined || onlyApprovalsLeft(checks, { facts: own, stage }))),
      checks,
      facts: own,
      record,
      ...(proof === undefined ? {} : { proof }),
      ...withReason(reason ?? (stageState === "complete" && proof === "proven" ? whyUnproven(checks) : undefined)),
      ...(stop === undefined ? {} : { stop }),
    };
  };
}

const withReason = (reason: string | undefined): { readonly reason?: string } =>
  reason === undefined ? {} : { reason };

/** What is complete stays so when the plan gets other checks; that nobody ran these is said. */
const whyUnproven = (checks: readonly CheckView[]): string | undefined =>
  checks.some(({ state }) => state === "not-run" || state === "to-approve")
    ? "some checks that the plan has for it now were not run or approved"
    : undefined;

const factsOf = (stage: Stage, facts: FactsOfStages): StageFacts =>
  facts.get(stage.id) ?? {
    branch: { name: stage.branch, exists: false, ahead: 0, behind: 0 },
    worktree: { path: stage.worktree, exists: false },
  };

interface DerivedState {
  readonly state: StageState;
  readonly reason?: string;
  readonly proof?: "proven" | "declared";
  readonly stop?: Stop;
}

function stateOf(record: StageRecord, facts: StageFacts): DerivedState {
  const { head } = facts.branch;
  const { completed, declared, merged } = record;
  if (head === undefined && merged !== undefined) {
    return { state: "merged", reason: merged.proof, ...(completed === undefined ? {} : { proof: completed.proof }) };
  }
  if (completed !== undefined) {
    const { proof } = completed;
    if (facts.mergedBy !== undefined) return { state: "merged", proof, reason: facts.mergedBy };
    if (head === undefined || head === completed.commit) return { state: "complete", proof };
    if (declared?.state !== "complete") {
      return {
        state: "in-progress",
        reason: "its branch moved after it was complete, so it has to be verified again",
      };
    }
  }
  const note = declared?.note === undefined ? {} : { reason: declared.note };
  switch (declared?.state) {
    case "complete":
      return facts.mergedBy === undefined
        ? { state: "complete", proof: "declared", ...note }
        : { state: "merged", proof: "declared", reason: facts.mergedBy };
    case "blocked":
    case "skipped":
      return { state: declared.state, reason: declared.note ?? `declared ${declared.state}` };
    // Progress is a word about the past; what git and the checks say now goes before it.
    case "in-progress":
    case "not-started":
    case undefined:
      break;
  }
  if (facts.obstacle !== undefined) return { state: "blocked", reason: facts.obstacle.reason };
  if (facts.mergedBy !== undefined && facts.branch.ahead > 0) return { state: "merged", reason: facts.mergedBy };
  if (record.stop !== undefined) {
    const { stop } = record;
    return { state: stop.level === "hard" ? "blocked" : "skipped", reason: describeStop(stop), stop };
  }
  if (record.failed !== undefined) return { state: "failed", reason: record.failed.reason };
  if (record.conflict !== undefined && !facts.worktree.exists) {
    const [one, other] = record.conflict.between;
    const files = record.conflict.files.join(", ");
    return { state: "blocked", reason: `${one} and ${other} cannot be merged: both change ${files}` };
  }
  if (record.skipped !== undefined) return { state: "skipped", reason: record.skipped.reason };
  if (facts.worktree.exists && facts.worktree.problem === undefined) {
    const waiting = waitingNow(record, facts);
    return waiting === undefined ? { state: "in-progress", ...note } : { state: "in-progress", reason: waiting.reason };
  }
  return { state: declared?.state === "in-progress" ? "in-progress" : "not-started", ...note };
}

/** What stopped it, as one sentence. */
export const describeStop = ({ reason }: Stop): string => `it ${reason}`;

/** What it waits for a person with, as long as its branch stands where it stood then. */
export function waitingNow({ waiting }: StageRecord, facts: StageFacts): StageRecord["waiting"] {
  return waiting?.commit === undefined || waiting.commit === facts.branch.head ? waiting : undefined;
}

/** There is work, every command passed on it, and an approval is still open: the next move is a person's. */
const onlyApprovalsLeft = (
  checks: readonly CheckView[],
  { facts, stage }: { readonly facts: StageFacts; readonly stage: Stage },
): boolean =>
  (facts.branch.ahead > 0 || !hasOwnWork(stage)) &&
  checks.some((check) => check.state === "to-approve") &&
  checks.every((check) => ["to-approve", "approved", "passed", "cached"].includes(check.state));

function viewCheck(check: Stage["checks"][number], record: StageRecord, facts: StageFacts): CheckView {
  const { id, text, kind } = check;
  const tree = facts.branch.tree;
  if (kind === "manual") {
    const approval = Object.hasOwn(record.approvals, id) ? record.approvals[id] : undefined;
    const holds = approval !== undefined && (approval.tree === tree || tree === undefined);
    return { id, text, kind, state: holds ? "approved" : "to-approve" };
  }
  if (record.activities.some((activity) => activity.check === id)) return { id, text, kind, state: "running" };
  const last = Object.hasOwn(record.checks, id) ? record.checks[id] : undefined;
  const found = Object.hasOwn(record.baseline ?? {}, id) ? record.baseline?.[id] : undefined;
  const baseline = found === undefined ? {} : { baseline: found };
  if (last === undefined) return { id, text, kind, state: "not-run", ...baseline };
  const isOld = found !== undefined && isRed(found.outcome) && isRed(last.outcome);
  const state = isOld ? "baseline-red" : checkState(last, tree);
  return { id, text, kind, state, record: last, ...baseline };
}

function checkState(last: CheckRecord, tree: Oid | undefined): CheckState {
  // One that was stopped says nothing about the content.
  if (last.outcome !== "cached" && last.outcome.kind === "cancelled") return "not-run";
  if (last.outcome !== "cached" && last.outcome.kind !== "passed") return "failed";
  if (tree !== undefined && last.tree !== tree) return "stale";
  return last.outcome === "cached" ? "cached" : "passed";
}
