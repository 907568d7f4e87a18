// `clean`: removes what is proven safe, keeps the rest and says why.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { listLeft } from "../app/changes.ts";
import { cleanStages } from "../app/clean.ts";
import { findStageAt, listPlans } from "../app/find-plan.ts";
import { removalOf } from "../app/former-stages.ts";
import { openProject } from "../app/project.ts";
import { withRunLock } from "../app/run-lock.ts";
import type { Session } from "../app/session.ts";
import type { CleanAnswer, CleanEntry } from "../core/answers.ts";
import { exitCode, type ExitCode, Fault } from "../core/fault.ts";
import { hasErrors } from "../core/finding.ts";
import { shellWord } from "../core/shell.ts";
import { renderClean } from "../report/clean.ts";
import { typedNames } from "../report/command.ts";
import { type Call, planWord, shownPath, writeJson } from "./call.ts";
import { askedStages, planName, withSession } from "./plan-session.ts";

export async function run(call: Call): Promise<ExitCode> {
  const { args, output, options } = call;
  const [name] = args;
  if (name === undefined) return cleanEvery(call);
  const { answer, refused } = await cleanPlan(
    name.includes("/") && args.length === 1 ? await namedByWorktree(call, name) : call,
  );
  if (options.json === true) writeJson(output, answer);
  else show(call, answer);
  return refused ? exitCode.refused : exitCode.done;
}

interface Cleaned {
  readonly answer: CleanAnswer;
  /** Something was kept because work would be lost. */
  readonly refused: boolean;
}

function cleanPlan(call: Call): Promise<Cleaned> {
  const { options } = call;
  const dryRun = options.dryRun === true;
  return withSession(call, { removed: true, ...(dryRun ? { readonly: true } : {}) }, async (session) => {
    const isNamed = call.args.length > 1;
    const asked = askedStages(call, session);
    const request = {
      // A stage that the plan no longer has is removed only where it is named.
      stages: isNamed ? asked : session.own.stages.map(({ id }) => id),
      dryRun,
      discardChanges: options.discardChanges === true,
      deleteUnmerged: options.deleteUnmerged === true,
    };
    const work = () => cleanStages(session, request);
    const { entries, refused } = dryRun ? await work() : await withRunLock(session, work);
    const kept = isNamed ? [] : await keptLeft(session, typedNames("clean", planWord(call, session.plan)));
    const plan = planName(session.plan);
    const worktrees = [...entries, ...kept];
    return { answer: { schema: 1, plan, ...(dryRun ? { dryRun: true as const } : {}), worktrees }, refused };
  });
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
  for (const { path, findings } of await listPlans(project)) {
    if (hasErrors(findings)) {
      output.err(
        `${shownPath(call)(path)} has errors, so nothing of it was looked at: ${typedNames("check", shownPath(call)(path))}\n`,
      );
      continue;
    }
    const cleaned = await cleanPlan({ ...call, args: [path] });
    refused ||= cleaned.refused;
    answers.push(cleaned.answer);
    if (options.json !== true && cleaned.answer.worktrees.length > 0) {
      output.out(`${cleaned.answer.plan.title}\n`);
      show({ ...call, args: [shownPath(call)(path)] }, cleaned.answer);
    }
  }
  if (options.json === true) writeJson(output, { schema: 1, plans: answers });
  else if (answers.every(({ worktrees }) => worktrees.length === 0))
    output.out("No plan found here has a worktree to remove.\n");
  return refused ? exitCode.refused : exitCode.done;
}

/** `clean ../worktrees/search/api` names a plan and one of its stages. A path of anything else stays what it is. */
async function namedByWorktree(call: Call, path: string): Promise<Call> {
  if (path.toLowerCase().endsWith(".md")) return call;
  const found = await findStageAt(await openProject(call.ambient), path);
  if (found !== undefined) return { ...call, args: [found.file.path, found.stage] };
  if (!existsSync(resolve(call.ambient.cwd, path, ".git"))) return call;
  const message = `${path} is not the worktree of a stage in a plan found here, so stagetree leaves it alone.`;
  throw new Fault("usage", { message, hint: `git itself removes it: git worktree remove ${shellWord(path)}` });
}

function show(call: Call, answer: CleanAnswer): void {
  const { output } = call;
  output.out(
    renderClean({ answer, planWord: planWord(call, answer.plan), shown: shownPath(call), style: output.outStyle }),
  );
}
