// Worktrees as git has them: listing, adding and filling them, and telling ours from anything else at a path.
import { readdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Oid } from "../core/event.ts";
import { Fault } from "../core/fault.ts";
import { shellWord } from "../core/shell.ts";
import { canonicalPath, isInside, onDisk, readText, statOf } from "./disk.ts";
import type { GitResult, InRepository } from "./git.ts";
import { readOwnership, readRegistrations } from "./registration.ts";

export interface Worktree {
  readonly path: string;
  /** Absent before the first commit. */
  readonly head?: Oid;
  /** Short name. */
  readonly branch?: string;
  readonly detached: boolean;
  readonly bare: boolean;
  /** The reason of git's lock, empty where none was given. */
  readonly locked?: string;
  /** Why git would forget it. */
  readonly prunable?: string;
  readonly main: boolean;
}

/** While another process adds or removes a worktree, a reader of the list can meet a half-written registration. */
const passingTrouble = /commondir|locked|bad object worktrees\//;
const listAttempts = 12;

/** All worktrees, the main one first. Throws Fault `git-failed`. */
export async function listWorktrees(repository: InRepository): Promise<readonly Worktree[]> {
  for (let attempt = 1; ; attempt++) {
    const result = await repository.git.read(["worktree", "list", "--porcelain", "-z"], { allowExit: [128] });
    if (result.code === 0) return parseWorktrees(result.stdout);
    if (attempt === listAttempts || !passingTrouble.test(result.stderr)) throw listFault(result);
    await wait(attempt * 5);
  }
}

const listFault = ({ code, stderr }: GitResult): Fault =>
  new Fault("git-failed", { args: ["worktree", "list", "--porcelain", "-z"], code, stderr: stderr.trimEnd() });

/** Reads `git worktree list --porcelain -z`: attributes end with NUL, worktrees with one NUL more. */
export function parseWorktrees(output: string): readonly Worktree[] {
  const records = output.split("\0\0").filter((record) => record !== "");
  return records.map((record, index) => {
    const attributes = new Map(
      record.split("\0").map((line): [string, string] => {
        const space = line.indexOf(" ");
        return space === -1 ? [line, ""] : [line.slice(0, space), line.slice(space + 1)];
      }),
    );
    const head = attributes.get("HEAD");
    const branch = attributes.get("branch");
    const locked = attributes.get("locked");
    const prunable = attributes.get("prunable");
    return {
      path: attributes.get("worktree") ?? "",
      detached: attributes.has("detached"),
      bare: attributes.has("bare"),
      main: index === 0,
      ...(head === undefined || /^0+$/.test(head) ? {} : { head }),
      ...(branch === undefined ? {} : { branch: branch.replace(/^refs\/heads\//, "") }),
      ...(locked === undefined ? {} : { locked }),
      ...(prunable === undefined ? {} : { prunable }),
    };
  });
}

/** How our own lock reasons start; a worktree that carries one is being made, or was left half-made. */
export const creationToken = "stagetree:";

/**
 * Registers an empty worktree at `path` (absolute) on an existing branch, locked with `reason`, the token (it
 * starts with `creationToken`) by which an interrupted creation is known again. `git worktree add` fails when another one runs beside it, so the caller holds the
 * repository lock; this takes milliseconds whatever the size of the tree. Throws Fault `git-failed`.
 */
export async function addWorktree(
  repository: InRepository,
  { path, branch, reason }: { readonly path: string; readonly branch: string; readonly reason: string },
): Promise<void> {
  await repository.git.write(["worktree", "add", "--no-checkout", "--lock", "--reason", reason, "--", path, branch]);
}

/**
 * Writes the branch's files into a worktree that `addWorktree` just made; many can run side by side. Then asks for the
 * status once, which stores the files' times in the index and makes every later status about ten times faster. Refuses
 * (Fault `refused`) a folder that already holds something: `reset --hard` is for an empty worktree only.
 */
export async function checkoutWorktree(repository: InRepository, { path }: { readonly path: string }): Promise<void> {
  const names = await onDisk(readdir(path), { action: "open", path });
  const ownership = await readOwnership(repository, { path });
  const problem =
    ownership.kind === "not-ours" ? ownership.problem : names.length > 1 ? "already holds files" : undefined;
  if (problem !== undefined) {
    throw new Fault("refused", {
      what: `check out files into ${path}`,
      why: `it ${problem}`,
      now: `Look into ${path} first.`,
    });
  }
  await repository.git.write(["reset", "--hard", "--quiet"], { cwd: path });
  await repository.git.write(["status", "--porcelain", "--untracked-files=no"], { cwd: path });
}

/**
 * Takes our lock off the worktree at `path`; nothing happens where it has none. With `reason`, a lock that someone else
 * set stays. Reads no list of worktrees, so it cannot meet a half-written one. Throws Fault `file-system`.
 */
export async function unlockWorktree(
  repository: InRepository,
  { path, reason }: { readonly path: string; readonly reason?: string },
): Promise<void> {
  const ownership = await readOwnership(repository, { path });
  if (ownership.kind === "not-ours") return;
  const { admin, locked } = ownership.registration;
  if (locked === undefined || (reason !== undefined && locked !== reason)) return;
  const file = join(admin, "locked");
  await onDisk(unlink(file), { action: "remove", path: file });
}

export type Verdict =
  | { readonly kind: "ours" }
  | { readonly kind: "absent" }
  | { readonly kind: "foreign"; readonly problem: string };

/**
 * What is at `path`: a worktree of this repository on `branch`, nothing (an empty folder counts as nothing), or
 * something else, which `problem` names as the end of a sentence that starts with the path. Throws Fault `file-system`.
 */
export async function verifyWorktree(
  repository: InRepository,
  { path, branch }: { readonly path: string; readonly branch: string },
): Promise<Verdict> {
  const found = await statOf(path);
  if (found === undefined) return verifyAbsent(repository, path);
  if (found.isSymbolicLink()) return foreign("is a symbolic link");
  if (!found.isDirectory()) return foreign("is a file");
  if ((await onDisk(readdir(path), { action: "read", path })).length === 0) return verifyAbsent(repository, path);
  const ownership = await readOwnership(repository, { path });
  if (ownership.kind === "not-ours") return foreign(ownership.problem);
  const { admin, locked, hasIndex } = ownership.registration;
  if (locked?.startsWith(creationToken) === true) return foreign(`is a half-made worktree (locked: ${locked})`);
  if (!hasIndex) return foreign("is a worktree that nothing was checked out into");
  const head = await repository.git.read(["symbolic-ref", "--quiet", "HEAD"], { cwd: path, allowExit: [1, 128] });
  if (head.code === 128) return foreign(`is a broken worktree (${head.stderr.trim()})`);
  if (head.code === 1) return foreign(await describeDetached(admin));
  const current = head.stdout.trimEnd().replace(/^refs\/heads\//, "");
  return current === branch ? { kind: "ours" } : foreign(`is a worktree on branch ${current}, not on ${branch}`);
}

const foreign = (problem: string): Verdict => ({ kind: "foreign", problem });

async function verifyAbsent(repository: InRepository, path: string): Promise<Verdict> {
  const canonical = await canonicalPath(path);
  const registered = (await readRegistrations(repository)).find(({ worktree }) => worktree === canonical);
  if (registered === undefined) return { kind: "absent" };
  // Not forgotten by ourselves: the disk it lies on may only be absent.
  const forget = `git worktree remove ${shellWord(path)}`;
  return foreign(`is missing, but git still has a worktree registered there; if it is gone for good: ${forget}`);
}

async function describeDetached(admin: string): Promise<string> {
  const [merging, applying] = await Promise.all([
    readText(join(admin, "rebase-merge", "head-name")),
    readText(join(admin, "rebase-apply", "head-name")),
  ]);
  const rebased = (merging ?? applying)?.trim().replace(/^refs\/heads\//, "");
  return rebased === undefined
    ? "is a worktree with a detached HEAD, on no branch"
    : `is a worktree in the middle of a rebase of ${rebased}`;
}

/**
 * Why no worktree may be made at `path` (absolute, it need not exist), as the end of a sentence that starts with the path;
 * undefined where it may. git itself allows a worktree inside `.git` and inside another worktree. Inside the main
 * worktree is allowed here; the caller sees to it that it is ignored.
 */
export async function placeProblem(
  repository: InRepository & { readonly mainWorktree: string },
  { path }: { readonly path: string },
): Promise<string | undefined> {
  const canonical = await canonicalPath(path);
  if (isInside(canonical, repository.commonDir)) return "lies inside the git directory";
  if (isInside(repository.commonDir, canonical)) return "holds the git directory";
  if (isInside(repository.mainWorktree, canonical)) return "is the main worktree, or holds it";
  for (const { worktree } of await readRegistrations(repository)) {
    if (worktree === undefined || worktree === canonical) continue;
    // In a layout without a main worktree, one linked worktree stands for it; nesting there is as in a main one.
    if (worktree === repository.mainWorktree) continue;
    if (isInside(canonical, worktree)) return `lies inside another worktree, ${worktree}`;
    if (isInside(worktree, canonical)) return `holds another worktree, ${worktree}`;
  }
  return undefined;
}
