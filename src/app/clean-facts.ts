// Everything that decides whether a stage's worktree and branch may go, read now.
import type { CleanFacts } from "../core/clean-plan.ts";
import type { StageId } from "../core/plan.ts";
import { isInside } from "../git/disk.ts";
import { inspectWorktree } from "../git/inspect.ts";
import { listWorktrees, verifyWorktree } from "../git/worktrees.ts";
import { processesWithCwdInside } from "../host/processes.ts";
import { readTarget } from "./facts.ts";
import { listPrecious } from "./precious.ts";
import type { Session } from "./session.ts";

const nothing = {
  modified: [],
  untracked: [],
  precious: [],
  hidden: [],
  detachedCommits: false,
  submodules: [],
  nested: [],
  current: false,
  processes: [],
} as const;

/** Undefined where there is neither a worktree nor a branch. The session's view of the stage has to be fresh. */
export async function readCleanFacts(session: Session, stage: StageId): Promise<CleanFacts | undefined> {
  const { project, plan } = session;
  const { repository, ambient } = project;
  const { branch, worktree, base, mergedBy, obstacle } = session.view(stage).facts;
  // What lies there is not this stage's, or not under this name.
  if (obstacle !== undefined && !branch.exists) return undefined;
  const { path } = worktree;
  const [found, target, worktrees] = await Promise.all([
    verifyWorktree(repository, { path, branch: branch.name }),
    readTarget(project, { plan, ...(session.base === undefined ? {} : { base: session.base }) }),
    listWorktrees(repository),
  ]);
  if (found.kind === "absent" && !branch.exists) return undefined;
  const idle = `has no commit ${base === undefined ? `that ${target.name} lacks` : "beyond its base"}`;
  const held = mergedBy ?? (branch.exists && branch.ahead === 0 ? idle : undefined);
  const elsewhere = worktrees.find((one) => one.branch === branch.name && one.path !== path);
  const use =
    branch.name === target.name
      ? "it is the branch the others are merged into"
      : elsewhere && `it is checked out at ${elsewhere.path}`;
  const common = {
    stage,
    path,
    branch: branch.name,
    branchExists: branch.exists,
    target: target.name,
    ...(held === undefined ? {} : { mergedBy: held }),
    ...(use === undefined ? {} : { branchInUse: use }),
  };
  if (found.kind !== "ours") {
    const head = branch.head === undefined ? {} : { head: branch.head };
    return {
      ...common,
      ...nothing,
      ...head,
      worktree: found.kind === "absent" ? "absent" : { foreign: `${path} ${found.problem}` },
    };
  }
  const { ignored, modified, untracked, hidden, submodules, nested, ...rest } = await inspectWorktree(repository, {
    path,
  });
  return {
    ...common,
    worktree: "ours",
    modified,
    untracked,
    hidden,
    submodules,
    nested,
    precious: await listPrecious({ worktree: path, mainWorktree: repository.mainWorktree, ignored }),
    detachedCommits: rest.unreachable,
    current: isInside(repository.here, path) || isInside(ambient.cwd, path),
    processes: processesWithCwdInside(path).filter((pid) => pid !== ambient.pid),
    ...(rest.head === undefined ? {} : { head: rest.head }),
    ...(rest.operation === undefined ? {} : { operation: rest.operation }),
    ...(rest.locked === undefined ? {} : { locked: rest.locked }),
  };
}
