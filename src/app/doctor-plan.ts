// What `doctor` has to know of one plan: its stages as they are, what is left, and what never ended.
import type { LeftFacts, PlanFacts, StageHealth } from "../core/doctor-plan.ts";
import { shellWord } from "../core/shell.ts";
import { reachOf } from "../git/reach.ts";
import { readDotGit, readRegistration, registrationFolder } from "../git/registration.ts";
import { listWorktrees, type Worktree } from "../git/worktrees.ts";
import { pathKind } from "../host/files.ts";
import { readRunHolder } from "../host/lock.ts";
import { dirname } from "node:path";
import { type Left, listLeft, readChanges } from "./changes.ts";
import { removalOf } from "./former-stages.ts";
import type { Session } from "./session.ts";

/** `word`: the plan as it is named in commands. `explained`: paths of worktrees that something was said about already. */
export async function readPlanFacts(
  session: Session,
  { word, explained }: { readonly word: string; readonly explained: ReadonlySet<string> },
): Promise<PlanFacts> {
  const { plan, project } = session;
  const { repository, directory } = project;
  const [, worktrees, left, news] = await Promise.all([
    session.look(),
    listWorktrees(repository),
    listLeft(session),
    readChanges(session),
  ]);
  const run = readRunHolder({ directory, plan: plan.id });
  const stages: StageHealth[] = [];
  for (const view of session.views()) {
    const commit = view.record.completed?.commit;
    const { path } = view.facts.worktree;
    const elsewhere = worktrees.find((one) => one.branch === view.stage.branch && one.path !== path)?.path;
    stages.push({
      view,
      isStranded: await isStranded(session, path),
      isExplained: explained.has(path) || isElsewhere(view.stage.branch, { worktrees, explained }),
      ...(elsewhere === undefined ? {} : { elsewhere }),
      ...(commit === undefined ? {} : { completed: { commit, reach: await reachOf(repository, commit) } }),
    });
  }
  return {
    plan: plan.id,
    word: shellWord(word),
    stages,
    left: left.map((one) => withCommand(one, shellWord(word))),
    news,
    unfinished: await listUnfinished(session),
    ...(run === undefined ? {} : { run }),
  };
}

/** Its branch is checked out in a worktree that something was said about. */
const isElsewhere = (
  branch: string,
  { worktrees, explained }: { readonly worktrees: readonly Worktree[]; readonly explained: ReadonlySet<string> },
): boolean => worktrees.some((one) => one.branch === branch && explained.has(one.path));

async function isStranded({ project }: Session, path: string): Promise<boolean> {
  const dotGit = await readDotGit(path);
  if (dotGit.kind !== "file" || dirname(dotGit.gitDir) !== registrationFolder(project.repository)) return false;
  return (await readRegistration(dotGit.gitDir)) === undefined;
}

function withCommand({ stage, name, why, branch, worktree }: Left, word: string): LeftFacts {
  const command = why === "removed" ? `stagetree clean ${word} ${shellWord(stage)}` : removalOf(branch, worktree);
  return {
    stage,
    name,
    why,
    command,
    ...(branch === undefined ? {} : { branch }),
    ...(worktree === undefined ? {} : { worktree }),
  };
}

async function listUnfinished(session: Session): Promise<PlanFacts["unfinished"]> {
  const found: PlanFacts["unfinished"][number][] = [];
  for (const [stage, { unfinishedSetup, unfinishedRemoval }] of session.state().stages) {
    for (const [what, half] of [
      ["setup", unfinishedSetup],
      ["removal", unfinishedRemoval],
    ] as const) {
      if (half === undefined) continue;
      const { path, branch } = half;
      found.push({ stage, what, path, branch, isThere: (await pathKind(path)) !== "absent" });
    }
  }
  return found;
}
