// `clean`: removes what is proven safe, keeps the rest and says why.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { listLeft } from "../app/changes.ts";
import { type CleanRequest, cleanStages, type JudgedStage, recordOfClean } from "../app/clean.ts";
import { keepCleanRecord, readCleanRecord } from "../app/clean-record.ts";
import { findStageAt, listPlans } from "../app/find-plan.ts";
import { removalOf } from "../app/former-stages.ts";
import { openProject } from "../app/project.ts";
import { withRunLock } from "../app/run-lock.ts";
import type { Session } from "../app/session.ts";
import type { CleanAnswer, CleanEntry } from "../core/clean-answers.ts";
import { digestOf } from "../core/clean-digest.ts";
import { exitCode, type ExitCode, Fault } from "../core/fault.ts";
import { hasErrors } from "../core/finding.ts";
import { shellWord } from "../core/shell.ts";
import { nearestRealPath } from "../host/files.ts";
import { renderClean } from "../report/clean.ts";
import { renderSentence } from "../report/sentence.ts";
import { describeStep } from "../report/steps.ts";
import { typedNames } from "../report/command.ts";
import { type Call, errLines, outLines, planWord, shownPath, writeJson } from "./call.ts";
import { askedStages, planName, withSession } from "./plan-session.ts";

export async function run(call: Call): Promise<ExitCode> {
  const { args, options } = call;
  if (options.apply !== undefined) {
    const { planned, cleaned } = await applyRecord(call, options.apply);
    return tell(planned, cleaned);
  }
  const [name] = args;
  if (name === undefined) return cleanEvery(call);
  return tell(
    call,
    await cleanPlan(name.includes("/") && args.length === 1 ? await namedByWorktree(call, name) : call),
  );
}

function tell(call: Call, { answer, refused, failed }: Cleaned): ExitCode {
  if (call.options.json === true) writeJson(call.output, answer);
  else show(call, answer);
  return exitOf({ refused, failed });
}

const exitOf = ({ refused, failed }: Pick<Cleaned, "refused" | "failed">): ExitCode =>
  refused ? exitCode.refused : failed ? exitCode.stageFailed : exitCode.done;

export interface Cleaned {
  readonly answer: CleanAnswer;
  /** Something was kept because work would be lost, or is not as it was planned. */
  readonly refused: boolean;
  /** Something was kept because its removal failed. */
  readonly failed: boolean;
}

/** Of the plan that the call names. Faults: those of opening, run-held. */
export function cleanPlan(call: Call): Promise<Cleaned> {
  const { options } = call;
  const isPlan = options.plan === true;
  const dryRun = options.dryRun === true || isPlan;
  return withSession(call, { removed: true, ...(dryRun ? { readonly: true } : {}) }, async (session) => {
    const isNamed = call.args.length > 1;
    const asked = askedStages(call, session);
    const request: CleanRequest = {
      // A stage that the plan no longer has is removed only where it is named.
      stages: isNamed ? asked : session.own.stages.map(({ id }) => id),
      dryRun,
      discardChanges: options.discardChanges === true,
      deleteUnmerged: options.deleteUnmerged === true,
      ...(isPlan ? { contents: true } : {}),
    };
    const work = () => cleanStages(session, request);
    const { plans, refused, failed } = dryRun ? await work() : await withRunLock(session, work);
    const ends = { refused, failed };
    const left = isNamed ? [] : await keptLeft(session, typedNames("clean", planWord(call, session.plan)));
    const common = { schema: 1, plan: planName(session.plan), ...(dryRun ? { dryRun: true as const } : {}) } as const;
    if (!isPlan) return { answer: { ...common, worktrees: [...plans.map(({ entry }) => entry), ...left] }, ...ends };
    const consent = { discardChanges: request.discardChanges, deleteUnmerged: request.deleteUnmerged };
    const record = recordOfClean(session, { plans, consent });
    const digest = options.dryRun === true ? digestOf(record) : await keepCleanRecord(session.project, record);
    const worktrees = [...plans.map(withEvidence), ...left];
    return { answer: { ...common, ...(record.removals.length === 0 ? {} : { digest }), consent, worktrees }, ...ends };
  });
}

const withEvidence = ({ entry, steps, checks }: JudgedStage): CleanEntry => ({
  ...entry,
  steps: steps.map(describeStep),
  checks,
});

/** Exactly what was planned under the digest, or nothing. */
export async function applyRecord(
  call: Call,
  typed: string,
): Promise<{ readonly cleaned: Cleaned; /** As it would have been called by name. */ readonly planned: Call }> {
  const { options, args } = call;
  if (
    args.length > 1 ||
    options.plan === true ||
    options.discardChanges === true ||
    options.deleteUnmerged === true ||
    options.base !== undefined
  ) {
    throw new Fault("usage", {
      message: "--apply takes stages, consents and base from what was planned.",
      hint: "Give the digest alone, or plan anew with --plan.",
    });
  }
  const { digest, record } = await readCleanRecord(await openProject(call.ambient), typed);
  const [name = record.plan.path] = args;
  const { base } = record;
  const planned: Call = { ...call, args: [name], options: { ...options, ...(base === undefined ? {} : { base }) } };
  const dryRun = options.dryRun === true;
  const cleaned = await withSession(
    planned,
    { removed: true, ...(dryRun ? { readonly: true } : {}) },
    async (session) => {
      if (session.plan.id !== record.plan.id) {
        throw new Fault("usage", {
          message: `The digest ${typed} was made for the plan "${record.plan.id}", not for "${session.plan.id}".`,
          hint: "Give the digest alone: the plan is found by it.",
        });
      }
      const known = new Set(session.plan.stages.map(({ id }) => id));
      const request: CleanRequest = {
        stages: record.removals.map(({ stage }) => stage).filter((stage) => known.has(stage)),
        dryRun,
        ...record.consent,
        contents: true,
        exactly: record.removals,
      };
      const work = () => cleanStages(session, request);
      const { entries, refused, failed, changes } = dryRun ? await work() : await withRunLock(session, work);
      const answer: CleanAnswer = {
        schema: 1,
        plan: planName(session.plan),
        ...(dryRun ? { dryRun } : {}),
        digest,
        worktrees: entries,
        ...(changes.length === 0 ? {} : { changes }),
      };
      return { answer, refused, failed };
    },
  );
  return { cleaned, planned };
}

/** What lies under names that the plan does not have, each with the command that removes it. */
async function keptLeft(session: Session, command: string): Promise<readonly CleanEntry[]> {
  return (await listLeft(session)).map(({ stage, why, setup, branch, worktree }) => ({
    stage,
    path: setup.path,
    branch: setup.branch,
    outcome: "kept",
    reason: `${whyLeft[why]}; to remove it: ${
      why === "removed" ? `${command} ${shellWord(stage)}` : removalOf(branch, worktree)
    }`,
  }));
}

const whyLeft = {
  removed: "the plan no longer has it",
  replaced: "the plan has another stage under this id",
  moved: "the plan names another branch for it",
} as const;

/** Without a name: each plan found here, one after the other. A plan with errors is passed over, and said. */
async function cleanEvery(call: Call): Promise<ExitCode> {
  const { options, output } = call;
  const project = await openProject(call.ambient);
  const answers: CleanAnswer[] = [];
  let refused = false;
  let failed = false;
  for (const { path, findings } of await listPlans(project)) {
    if (hasErrors(findings)) {
      const shown = shownPath(call)(path);
      errLines(output, `${shown} has errors, so nothing of it was looked at: ${typedNames("check", shown)}`);
      continue;
    }
    const cleaned = await cleanPlan({ ...call, args: [path] });
    refused ||= cleaned.refused;
    failed ||= cleaned.failed;
    answers.push(cleaned.answer);
    if (options.json !== true && cleaned.answer.worktrees.length > 0) {
      outLines(output, cleaned.answer.plan.title);
      show({ ...call, args: [shownPath(call)(path)] }, cleaned.answer);
    }
  }
  if (options.json === true) writeJson(output, { schema: 1, plans: answers });
  else if (answers.every(({ worktrees }) => worktrees.length === 0))
    output.out(renderSentence("No plan found here has a worktree to remove.", output.outStyle));
  return exitOf({ refused, failed });
}

/** `clean ../worktrees/search/api` names a plan and one of its stages. A path of anything else stays what it is. */
async function namedByWorktree(call: Call, path: string): Promise<Call> {
  if (path.toLowerCase().endsWith(".md")) return call;
  const project = await openProject(call.ambient);
  const found = await findStageAt(project, path);
  if (found !== undefined) return { ...call, args: [found.file.path, found.stage] };
  const absolute = resolve(call.ambient.cwd, path);
  if (!existsSync(join(absolute, ".git"))) return call;
  if ((await nearestRealPath(absolute)) === project.repository.mainWorktree) {
    const why = "it is the main worktree, which no command removes";
    throw new Fault("refused", { what: path, why, now: "Name a plan, or the worktree of one of its stages." });
  }
  const message = `${path} is not the worktree of a stage in a plan found here, so stagetree leaves it alone.`;
  throw new Fault("usage", { message, hint: `git itself removes it: git worktree remove ${shellWord(path)}` });
}

function show(call: Call, answer: CleanAnswer): void {
  const { output } = call;
  output.out(
    renderClean({ answer, planWord: planWord(call, answer.plan), shown: shownPath(call), style: output.outStyle }),
  );
}
