// How everything stands now that an operation changed: read right before it is taken back, or done again.
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Direction, endsOf, isTaken, type RefMove, type WorktreeChange } from "../core/change.ts";
import type { OperationRecord } from "../core/operation.ts";
import { mergeRefs, type RefFacts, type TurnFacts, type WorktreeFacts } from "../core/undo-plan.ts";
import { traceOf } from "../core/state.ts";
import { contentAt } from "../git/content-at.ts";
import { isInside } from "../git/disk.ts";
import { resolveRef } from "../git/refs.ts";
import { readImage } from "../git/worktree-image.ts";
import { listWorktrees, placeProblem, verifyWorktree, type Worktree } from "../git/worktrees.ts";
import { listWorkingFolders, workingInside } from "../host/processes.ts";
import type { Session } from "./session.ts";
import { readTextFacts } from "./turn-text.ts";
import { isAsSaved, readContent, type WorktreeContent } from "./worktree-content.ts";

/** Faults: git-failed, file-system. */
export async function readTurnFacts(
  session: Session,
  given: { readonly operation: OperationRecord; readonly direction: Direction },
): Promise<TurnFacts> {
  const { operation, direction } = given;
  const list = await listWorktrees(session.project.repository);
  const changes = mergeRefs(operation.changes);
  const moves = changes.filter((change) => change.kind === "ref");
  const worktrees = changes.filter((change) => change.kind === "worktree");
  const branches = worktrees
    .map(({ branch }) => `refs/heads/${branch}`)
    .filter((ref) => moves.every((move) => move.ref !== ref));
  const refs = new Map<string, RefFacts>();
  for (const move of [...moves, ...branches.map((ref): RefMove => ({ kind: "ref", ref }))]) {
    refs.set(move.ref, await readRef(session, { move, direction, list }));
  }
  const found = new Map<string, WorktreeFacts>();
  for (const change of worktrees) {
    const facts = isTaken(change, direction)
      ? await readTaken(session, { change, since: operation.finishedAt ?? operation.at })
      : await readRestored(session, change);
    found.set(change.path, facts);
  }
  return {
    refs,
    worktrees: found,
    text: await readTextFacts(session, given),
    replaced: new Set([...session.replaced(), ...(operation.replaced ?? [])]),
    trace: (stage) => traceOf(session.state(), stage),
  };
}

async function readRef(
  session: Session,
  given: { readonly move: RefMove; readonly direction: Direction; readonly list: readonly Worktree[] },
): Promise<RefFacts> {
  const { move, direction, list } = given;
  const { repository } = session.project;
  const oid = await resolveRef(repository, move.ref);
  const user = list.find(({ branch }) => branch !== undefined && `refs/heads/${branch}` === move.ref);
  const { from, to } = endsOf(move, direction);
  const isMoved = user !== undefined && from !== undefined && to !== undefined;
  return {
    ...(oid === undefined ? {} : { oid }),
    ...(user === undefined ? {} : { checkedOutAt: user.path }),
    ...(isMoved ? { content: await contentAt(repository, { path: user.path, from, to }) } : {}),
  };
}

async function readTaken(
  session: Session,
  { change, since }: { readonly change: WorktreeChange; readonly since: number },
): Promise<WorktreeFacts> {
  const { project } = session;
  const { path, branch, image } = change;
  const found = await verifyWorktree(project.repository, { path, branch });
  if (found.kind !== "ours") return { found };
  const content = await readContent(project, path);
  const { head } = content.inspection;
  return {
    found,
    ...(head === undefined ? {} : { head }),
    isAsSaved: image !== undefined && (await isAsSaved(project, { path, image, content })),
    holds: await holdsOf(path, { content, since }),
    obstacles: obstaclesOf(session, { path, content }),
  };
}

async function readRestored(session: Session, change: WorktreeChange): Promise<WorktreeFacts> {
  const { project } = session;
  const { repository } = project;
  const { path, branch, image } = change;
  const found = await verifyWorktree(repository, { path, branch });
  const isSaved = image !== undefined && (await readImage(repository, image)) !== undefined;
  if (found.kind === "ours") {
    const content = await readContent(project, path);
    return { found, isSaved, isAsSaved: isSaved && (await isAsSaved(project, { path, image, content })) };
  }
  const problem = await placeProblem(repository, { path });
  return { found, isSaved, ...(problem === undefined ? {} : { placeProblem: problem }) };
}

const list = (names: readonly string[]): string =>
  names.length <= 5 ? names.join(", ") : `${names.slice(0, 5).join(", ")} and ${names.length - 5} more`;

/** What came into the worktree after `since`; ignored files that its set-up made itself are no work of anybody. */
async function holdsOf(
  path: string,
  { content, since }: { readonly content: WorktreeContent; readonly since: number },
): Promise<readonly string[]> {
  const { modified, untracked, hidden } = content.inspection;
  const young: string[] = [];
  for (const name of content.precious) if (await isYounger(join(path, name), since)) young.push(name);
  return [
    ["holds uncommitted changes in", modified] as const,
    ["holds changes hidden from git status in", hidden] as const,
    ["holds untracked files:", untracked] as const,
    ["holds ignored files that nothing makes again:", young] as const,
  ].flatMap(([what, names]) => (names.length === 0 ? [] : [`${what} ${list(names)}`]));
}

/** File systems read a clock that runs a tick behind; milliseconds. */
const tickMs = 10;

/** By the time that nobody can set by hand. */
async function isYounger(path: string, since: number): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || found.ctimeMs > since - tickMs) return true;
  if (!found.isDirectory()) return false;
  for (const name of await readdir(path)) if (await isYounger(join(path, name), since)) return true;
  return false;
}

function obstaclesOf(
  { project }: Session,
  { path, content }: { readonly path: string; readonly content: WorktreeContent },
): readonly string[] {
  const { inspection } = content;
  const { locked, operation, nested, submodules } = inspection;
  const pids = workingInside(listWorkingFolders() ?? [], path).filter((pid) => pid !== project.ambient.pid);
  const isCurrent = isInside(project.repository.here, path) || isInside(project.ambient.cwd, path);
  return [
    isCurrent ? "is where you are; call it from another folder" : "",
    locked === undefined ? "" : `is locked${locked === "" ? "" : ` (${locked})`}`,
    operation === undefined ? "" : `is in the middle of a ${operation}`,
    pids.length === 0 ? "" : `has process ${pids.join(", ")} working inside`,
    nested.length === 0 ? "" : `holds another repository or worktree: ${list(nested)}`,
    submodules.length === 0 ? "" : `has initialised submodules: ${list(submodules.map((one) => one.path))}`,
  ].filter((sentence) => sentence !== "");
}
