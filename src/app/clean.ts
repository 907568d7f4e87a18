// Removes worktrees and branches that are proven safe: facts, then a decision, then the same facts read again, then the change.
import { type CleanCheck, cleanChecks } from "../core/clean-checks.ts";
import {
  type CleanChange,
  changesSince,
  type CleanRecord,
  type PlannedRemoval,
  stepKey,
} from "../core/clean-digest.ts";
import type { CleanOutcome } from "../core/clean-outcome.ts";
import { type CleanFacts, type CleanPlan, type Consent, planClean } from "../core/clean-plan.ts";
import { canonicalJson } from "../core/fingerprint.ts";
import type { StageId } from "../core/plan.ts";
import { type Glance, glanceAt } from "../git/inspect.ts";
import { readOwnership } from "../git/registration.ts";
import { backupRef, readRefs } from "../git/refs.ts";
import { pathKind, removeInBackground } from "../host/files.ts";
import { listWorkingFolders, workingInside } from "../host/processes.ts";
import { withRepositoryLock } from "../host/lock.ts";
import { applyRemoval, saveTree } from "./apply-removal.ts";
import { type CleanAround, readCleanAround, readCleanFacts } from "./clean-facts.ts";
import { readTarget } from "./facts.ts";
import { mapLimited } from "./limit.ts";
import { asOperation, dropOldRefs, type Operation } from "./operation.ts";
import { describeProblem } from "./problem.ts";
import { baseRefOf } from "./recover.ts";
import type { Session } from "./session.ts";
import { writeStatuses } from "./write-back.ts";

export interface CleanRequest extends Consent {
  readonly stages: readonly StageId[];
  readonly dryRun: boolean;
  /** Read what lies in the files that would be lost, so that a digest can rest on it. */
  readonly contents?: true;
  /** Do exactly this, or nothing. */
  readonly exactly?: readonly PlannedRemoval[];
}

export interface CleanResult {
  readonly entries: readonly CleanOutcome[];
  readonly plans: readonly JudgedStage[];
  /** Something was kept because work would be lost, or is not as it was planned. */
  readonly refused: boolean;
  /** Something was kept because its removal failed. */
  readonly failed: boolean;
  /** What is other than what was asked for with `exactly`; then nothing was removed. */
  readonly changes: readonly CleanChange[];
}

/** What would be done with one stage, and why. */
export interface JudgedStage extends CleanPlan {
  readonly facts: CleanFacts;
  readonly checks: readonly CleanCheck[];
  /** As in `ReadFacts`. */
  readonly glance?: Glance;
}

/** One entry for each stage that has a worktree or a branch. The caller holds the plan's lock, unless it is a dry run. */
export async function cleanStages(session: Session, request: CleanRequest): Promise<CleanResult> {
  const discarded: string[] = [];
  const discard = (path: string): void => void discarded.push(path);
  try {
    return await asOperation(session, { kind: "clean" }, (operation) =>
      cleanAll(session, { ...request, operation, discard }),
    );
  } finally {
    // At the end, so that it competes with nothing that a person waits for.
    removeInBackground(...discarded);
  }
}

interface Cleaning extends CleanRequest {
  readonly operation: Operation;
  readonly discard: (path: string) => void;
}

async function cleanAll(session: Session, request: Cleaning): Promise<CleanResult> {
  const { dryRun, exactly, operation } = request;
  const { cores } = session.project.ambient;
  await session.look();
  const around = await readCleanAround(session);
  const looked = await mapLimited(request.stages, cores, (stage) => judge(session, { ...request, stage, around }));
  const judged = looked.filter((one) => one !== undefined);
  const changes = (exactly ?? []).flatMap((before) =>
    changesSince(before, removalOf(judged.find(({ entry }) => entry.stage === before.stage))),
  );
  if (changes.length > 0) return { entries: [], plans: judged, refused: true, failed: false, changes };
  const plans = dryRun
    ? judged
    : await mapLimited(judged, cores, (one) =>
        one.steps.length === 0 ? Promise.resolve(one) : remove(session, { ...request, judged: one, around }),
      );
  const entries = plans.map((plan) => plan.entry);
  const removed = dryRun ? [] : entries.filter(({ outcome }) => outcome === "removed").map(({ stage }) => stage);
  if (removed.length > 0) await session.look(removed);
  // Also of those that an earlier clean-up removed and did not live to write down.
  if (!dryRun) await writeStatuses(session, { stages: request.stages, within: operation });
  if (removed.length > 0) await dropOldRefs(session);
  const refused = exactly === undefined ? plans.some(({ loss }) => loss) : removed.length < exactly.length && !dryRun;
  const failed = !dryRun && plans.some(({ steps, entry }) => steps.length > 0 && entry.outcome === "kept");
  return { entries, plans, refused, failed, changes };
}

/** What a digest rests on, and is held against later on; undefined where there is nothing of the stage. */
function removalOf(judged: JudgedStage | undefined): PlannedRemoval | undefined {
  if (judged === undefined) return undefined;
  const { entry, steps, checks, facts } = judged;
  const { stage, path, branch } = entry;
  return { stage, path, branch, steps: steps.map(stepKey), checks, contents: facts.contents ?? {} };
}

/** What a clean-up with these consents would do, as a digest is taken of it. */
export function recordOfClean(
  session: Session,
  { plans, consent }: { readonly plans: readonly JudgedStage[]; readonly consent: Consent },
): CleanRecord {
  const { plan, base } = session;
  return {
    schema: 1,
    plan: { id: plan.id, path: plan.path },
    consent: { discardChanges: consent.discardChanges, deleteUnmerged: consent.deleteUnmerged },
    removals: plans
      .filter(({ steps }) => steps.length > 0)
      .map(removalOf)
      .filter((one) => one !== undefined),
    ...(base === undefined ? {} : { base }),
  };
}

/** What would be done for one stage, from facts read now; undefined where there is nothing. */
export async function planRemoval(
  session: Session,
  options: Consent & { readonly stage: StageId },
): Promise<CleanPlan | undefined> {
  return judge(session, { ...options, around: await readCleanAround(session) });
}

interface JudgeOptions extends Consent {
  readonly stage: StageId;
  readonly around: CleanAround;
  readonly contents?: true;
}

async function judge(session: Session, options: JudgeOptions): Promise<JudgedStage | undefined> {
  const found = await readCleanFacts(session, options);
  if (found === undefined) return undefined;
  const { plan, project } = session;
  const backup = backupRef({ plan: plan.id, stage: options.stage, at: project.ambient.now() });
  const planned = planClean(found.facts, { ...options, backup });
  return { ...planned, ...found, checks: cleanChecks(found.facts, options) };
}

interface RemoveOptions extends Cleaning {
  readonly judged: JudgedStage;
  readonly around: CleanAround;
}

/**
 * Removes one stage's worktree and branch if the facts still allow it; what was carried out, with its entry. Where a short
 * look shows that nothing moved since it was judged, that judgement stands; else everything is read anew.
 */
async function remove(session: Session, options: RemoveOptions): Promise<JudgedStage> {
  const { judged: before } = options;
  const { ambient, directory } = session.project;
  // Most of the work, and without the lock. What fails here is told where it is done again.
  const saved = before.glance === undefined ? undefined : await saveTree(session, before.facts).catch(() => undefined);
  const asked = ambient.now();
  const isStill = await isUnmoved(session, before);
  return withRepositoryLock(directory, async () => {
    // The look is good for a moment: who had to wait for the lock looks again.
    const isFresh = isStill && (ambient.now() - asked < freshMs || (await isUnmoved(session, before)));
    const stands = isFresh && (await hasSameRefs(session, options)) && isFree(before.facts);
    const judged = stands ? before : await judgeAgain(session, options);
    if (judged === undefined) return { ...before, entry: { ...before.entry, reason: "it is gone already" } };
    if (judged.steps.length === 0) return judged;
    const planned = options.exactly?.find(({ stage }) => stage === before.entry.stage);
    const [change] = planned === undefined ? [] : changesSince(planned, removalOf(judged));
    if (change !== undefined) return kept(judged, `it changed: ${change.before}; now: ${change.now}`);
    try {
      const { facts } = judged;
      return {
        ...judged,
        entry: await applyRemoval(session, { ...options, planned: judged, facts, ...(stands && saved && { saved }) }),
      };
    } catch (error) {
      const reason = describeProblem(error);
      const { path, stage } = judged.entry;
      if ((await pathKind(path)) !== "absent") options.operation.withdraw({ stage });
      if (reason === undefined) throw error;
      return kept(judged, reason);
    }
  });
}

/** Milliseconds; a removal takes about as long. */
const freshMs = 50;

const kept = (judged: JudgedStage, reason: string): JudgedStage => ({
  ...judged,
  entry: { ...judged.entry, outcome: "kept", reason },
});

async function judgeAgain(session: Session, options: RemoveOptions): Promise<JudgedStage | undefined> {
  const { stage } = options.judged.entry;
  await session.look([stage]);
  return judge(session, { ...options, stage, around: await readCleanAround(session) });
}

/** Whether one call of git and a few small files say that all is as it was. */
async function isUnmoved(session: Session, { facts, glance }: JudgedStage): Promise<boolean> {
  if (glance === undefined) return false;
  const { repository } = session.project;
  const ownership = await readOwnership(repository, { path: facts.path });
  if (ownership.kind !== "ours" || ownership.registration.admin !== facts.registration) return false;
  const now = await glanceAt(repository, { path: facts.path }).catch(() => undefined);
  return now !== undefined && canonicalJson(now) === canonicalJson(glance);
}

/** Whether the branch and the target are where they were; both decide what counts as merged. */
async function hasSameRefs(session: Session, { judged, around }: RemoveOptions): Promise<boolean> {
  const { repository } = session.project;
  const { facts } = judged;
  const branch = `refs/heads/${facts.branch}`;
  const target = `refs/heads/${around.target.name}`;
  const recorded = baseRefOf(session, facts.stage);
  const refs = await readRefs(repository, [branch, target, recorded]);
  if (refs.get(recorded)?.oid !== session.view(facts.stage).facts.base) return false;
  if (refs.get(branch)?.oid !== (facts.branchHead ?? facts.head)) return false;
  const at = refs.get(target);
  if (at !== undefined) return at.oid === around.target.oid;
  const { plan, base } = session;
  const now = await readTarget(session.project, { plan, ...(base === undefined ? {} : { base }) });
  return now.oid === around.target.oid;
}

/** Nobody went into it since. */
function isFree({ path }: CleanFacts): boolean {
  const folders = listWorkingFolders();
  return folders === undefined || workingInside(folders, path).length === 0;
}
