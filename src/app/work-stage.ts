// Takes one stage as far as it can go: worktree, agent, checks, proof; again, with what failed, while tries are left.
import { describeOutcome, passed } from "../core/outcome.ts";
import { type StageId, hasOwnWork } from "../core/plan.ts";
import { shellWord } from "../core/shell.ts";
import { isWorkable } from "../core/view.ts";
import { redactorOf } from "../core/redact.ts";
import { tailLines } from "../host/logs.ts";
import { agentCommand, runAgent } from "./agent.ts";
import type { Baselines } from "./baseline.ts";
import { completeStage, waitForPerson } from "./complete.ts";
import { declaredFix, runFix } from "./fix.ts";
import { followNeeds } from "./follow-needs.ts";
import { recordProblems } from "./record-problems.ts";
import { type Stop } from "./run-command.ts";
import type { Session } from "./session.ts";
import { setupStages } from "./setup.ts";
import type { Slot } from "./slots.ts";
import { applyStops, staysStopped, stopsOnRed } from "./stops.ts";
import { type Verification, verifyStage } from "./verify-stage.ts";

export interface WorkOptions extends Stop {
  /** `--agent`: a command or a profile. */
  readonly agent?: string;
  readonly useCache: boolean;
  /** Commands are held to their worktrees. */
  readonly contain: boolean;
  /** Checks run on the base of their stage as well. */
  readonly baseline: boolean;
  readonly allowEmpty: boolean;
  readonly timeoutMs: number;
  readonly agentTimeoutMs: number;
  /** Further attempts after a red one. */
  readonly retries: number;
}

export interface StageWork extends WorkOptions {
  readonly stage: StageId;
  readonly baselines?: Baselines;
  /** The one that it works in. */
  readonly slot: Slot;
  readonly judging: Map<string, Promise<void>>;
}

interface Failure {
  readonly reason: string;
  readonly tail: string;
}

/** Lines of a failing log that an agent gets to read. */
const tailLength = 60;

/** What came of it is in the session's events. Rejects only for bugs and for what concerns every stage. */
export const workStage = (session: Session, options: StageWork): Promise<void> =>
  recordProblems(session, { stage: options.stage, action: () => work(session, options) });

async function work(session: Session, options: StageWork): Promise<void> {
  const { signal } = options;
  if (!(await hasWorktree(session, options))) return;
  if (await staysStopped(session, options.stage)) return;
  await followNeeds(session, options.stage);
  const { stage, facts, state } = session.view(options.stage);
  const agent =
    !hasOwnWork(stage) && stage.agent === undefined
      ? undefined
      : agentCommand(session, { stage, ...(options.agent === undefined ? {} : { flag: options.agent }) });
  if (agent === undefined && !hasWork(session, options)) return waitForWork(session, options.stage);

  let failure = state === "failed" ? await lastFailure(session, options.stage) : undefined;
  let skipAgent =
    agent !== undefined && facts.branch.ahead > 0 && (facts.worktree.dirty ?? 0) === 0 && failure === undefined;
  const tries = 1 + (agent === undefined ? 0 : options.retries);
  for (let nth = 1; nth <= tries && !signal.aborted; nth++) {
    const attempt = session.view(stage.id).record.attempt + 1;
    session.emit({ type: "attempt-started", stage: stage.id, attempt });
    if (agent !== undefined && !skipAgent) {
      const timeoutMs = options.agentTimeoutMs;
      const given = failure === undefined ? {} : { failure };
      const outcome = await runAgent(session, { ...options, stage, command: agent, attempt, timeoutMs, ...given });
      if (outcome.kind === "cancelled") return;
      await session.look([stage.id]);
      if (!passed(outcome)) {
        failure = await agentFailure(session, { stage: stage.id, reason: `its agent ${describeOutcome(outcome)}` });
        continue;
      }
    }
    skipAgent = false;
    const retries = agent === undefined ? options.retries : 0;
    const verification = await verifyAndFix(session, { ...options, stage, attempt, retries });
    if (verification.cancelled) return;
    if (verification.failure !== undefined) {
      const { reason, log } = verification.failure;
      failure = { reason, tail: await tailOf(session, log) };
      continue;
    }
    if (await isStopped(session, stage.id)) return;
    const lacks = await completeStage(session, { stage: stage.id, allowEmpty: options.allowEmpty });
    if (lacks.length === 0) return;
    if (agent === undefined || lacks.every(({ kind }) => ["manual", "gate", "baseline"].includes(kind))) {
      return waitForPerson(session, { stage: stage.id, lacks });
    }
    const said = session.view(stage.id).record.agent;
    const tail = await tailOf(session, said?.log);
    failure = { reason: lacks.map((lack) => lack.text).join("; "), tail };
  }
  if (failure === undefined || signal.aborted) return;
  // The tries that a person allows come first; an agent that has nothing to add in the last one leaves its checks red.
  const isRed = session.view(stage.id).checks.some((check) => check.state === "failed");
  if (isRed && stopsOnRed(session) && (await isStopped(session, stage.id))) return;
  session.emit({ type: "stage-failed", stage: stage.id, reason: failure.reason });
}

/** Verifies; where a check is red and the plan declares a fix, runs that once and verifies again. */
async function verifyAndFix(session: Session, options: Parameters<typeof verifyStage>[1]): Promise<Verification> {
  const { stage } = options;
  const first = await verifyStage(session, options);
  const command = declaredFix(session);
  if (command === undefined || first.failure === undefined || first.cancelled) return first;
  if ((await runFix(session, { ...options, command })) === "cancelled") return { cancelled: true };
  await session.look([stage.id]);
  return verifyStage(session, options);
}

/** Looks again, since the agent and the checks may have changed everything, and holds the work against the plan's stops. */
async function isStopped(session: Session, stage: StageId): Promise<boolean> {
  await session.look([stage]);
  const red = session.view(stage).checks.flatMap(({ state, text }) => (state === "failed" ? [text] : []));
  return applyStops(session, { stage, red });
}

/** Whether the stage has its worktree and may be worked on, once what can be done for that is done. */
async function hasWorktree(session: Session, options: WorkOptions & { readonly stage: StageId }): Promise<boolean> {
  const { stage, signal } = options;
  const isReady = (): boolean => {
    const view = session.view(stage);
    return view.facts.worktree.exists && view.facts.worktree.problem === undefined && isWorkable(view);
  };
  // What the run saw when it began may be long ago.
  if (session.view(stage).facts.worktree.exists) await session.look([stage]);
  if (isReady()) return true;
  const { entries } = await setupStages(session, { stages: [stage], jobs: 1, signal });
  const { outcome, reason = `it is ${outcome}` } = entries[0] ?? { outcome: "failed" as const };
  if (outcome === "created" || outcome === "exists") return isReady();
  if (outcome === "blocked" && session.view(stage).record.conflict !== undefined) await applyStops(session, { stage });
  const { state, record } = session.view(stage);
  const isBroken = session.guard()?.broken.aborted === true;
  if (!signal.aborted && !isBroken && state !== "blocked" && record.failed?.reason !== reason) {
    session.emit({ type: "setup-failed", stage, reason });
  }
  return false;
}

function hasWork(session: Session, options: WorkOptions & { readonly stage: StageId }): boolean {
  const { stage, facts } = session.view(options.stage);
  return !hasOwnWork(stage) || options.allowEmpty || facts.branch.ahead > 0 || (facts.worktree.dirty ?? 0) > 0;
}

function waitForWork(session: Session, stage: StageId): void {
  const { facts } = session.view(stage);
  const path = facts.worktree.path;
  const { head } = facts.branch;
  session.emit({
    type: "stage-waiting",
    stage,
    reason: "it waits for its work: its branch has no commit yet",
    now: `cd ${shellWord(path)}, read .claude/plans/STAGE.md, do the work and commit it`,
    ...(head === undefined ? {} : { commit: head }),
  });
}

/** It goes into the brief of the next attempt, which is a file. */
async function tailOf({ project }: Session, log: string | undefined): Promise<string> {
  if (log === undefined) return "";
  return redactorOf(project.ambient.environment).all((await tailLines(log, { lines: tailLength })).join("\n"));
}

/** What an earlier run saw fail, so that a new attempt does not start blind. */
async function lastFailure(session: Session, stage: StageId): Promise<Failure | undefined> {
  const { record, checks } = session.view(stage);
  if (record.failed === undefined) return undefined;
  const log = checks.find((check) => check.state === "failed")?.record?.log ?? record.agent?.log;
  return { reason: record.failed.reason, tail: await tailOf(session, log) };
}

/** A stopped agent may have left a commit; it is kept, and said. */
async function agentFailure(
  session: Session,
  options: { readonly stage: StageId; readonly reason: string },
): Promise<Failure> {
  const { facts, record } = session.view(options.stage);
  const kept = facts.branch.ahead > 0 && facts.branch.head !== undefined;
  const reason = kept ? `${options.reason}; its commit ${facts.branch.head?.slice(0, 12)} is kept` : options.reason;
  return { reason, tail: await tailOf(session, record.agent?.log) };
}
