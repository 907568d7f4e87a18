// Worktrees as git has them: listing, adding and filling them, and telling ours from anything else at a path.
import { readdir, rm, rmdir, unlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Oid } from "../core/event.ts";
import { Fault, isFault } from "../core/fault.ts";
import { shellWord } from "../core/shell.ts";
import { canonicalPath, isInside, onDisk, readText, statOf } from "./disk.ts";
import type { GitResult, InRepository } from "./git.ts";
import { listPlaces } from "./linked-places.ts";
import { gitDirOf, readOwnership, readRegistration } from "./registration.ts";

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
  /** Why git fails in it, as the end of a sentence; only where plain files were read instead of git. */
  readonly broken?: string;
}

/**
 * `git worktree prune`, which every `git gc` runs, takes away a registration that it saw before it was locked. git then
 * cannot write into it or no longer takes it for a repository, says so in one of these ways, and takes back what it made.
 */
const prunedMeanwhile =
  /worktrees\/[^\n]*: (?:No such file or directory|Success)|not a git repository: [^\n]*worktrees\/|unable to write symref for HEAD/;
const addAttempts = 10;

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
 * Registers an empty worktree at `path` (absolute) on an existing branch (or a commit: then HEAD is detached), locked with `reason`, the token (it
 * starts with `creationToken`) by which an interrupted creation is known again. `git worktree add` fails when another one runs beside it, so the caller holds the
 * repository lock; this takes milliseconds whatever the size of the tree. Throws Fault `git-failed`.
 */
export async function addWorktree(
  repository: InRepository,
  { path, branch, reason }: { readonly path: string; readonly branch: string; readonly reason: string },
): Promise<void> {
  const args = ["worktree", "add", "--no-checkout", "--lock", "--reason", reason, "--", path, branch];
  for (let attempt = 1; attempt < addAttempts; attempt++) {
    try {
      await repository.git.write(args);
      if (await isRegistered(path)) return;
      // Pruned so late that git did not notice. All it wrote here is the file that names the registration.
      await rm(join(path, ".git"), { force: true });
      await rmdir(path);
    } catch (error) {
      if (!isFault(error, "git-failed") || !prunedMeanwhile.test(error.facts.stderr)) throw error;
    }
  }
  await repository.git.write(args);
}

async function isRegistered(path: string): Promise<boolean> {
  const admin = await gitDirOf(path);
  return admin !== undefined && (await readRegistration(admin))?.worktree !== undefined;
}

export interface Checkout {
  /** Absolute. */
  readonly path: string;
  readonly workers?: number;
  /** A faster way to the same end, given the worktree's folder under the git directory. False: it is git's to do, whatever is there by now. */
  readonly fill?: (admin: string) => Promise<boolean>;
}

/**
 * Writes the branch's files into a worktree that `addWorktree` just made, with so many `workers` of git's own (1 where
 * absent) unless `fill` does all of it; many can run side by side. Every later status is about ten times faster, or needless,
 * for what is done to the index then. Refuses (Fault `refused`) a folder that already holds something: `reset --hard` is for
 * an empty worktree only.
 */
export async function checkoutWorktree(repository: InRepository, { path, workers = 1, fill }: Checkout): Promise<void> {
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
  const admin = ownership.kind === "ours" ? ownership.registration.admin : undefined;
  if (admin !== undefined && (await fill?.(admin)) === true) return;
  const settings = workers > 1 ? ["-c", `checkout.workers=${workers}`] : [];
  await repository.git.write([...settings, "reset", "--hard", "--quiet"], { cwd: path });
  await settleIndex(repository, { path, ...(admin === undefined ? {} : { admin }) });
}

/** Bytes of an index with about a thousand files. */
const largeIndex = 100_000;

/**
 * Makes the index younger than the files that were just written: what is as old as the index could have changed since, and git
 * reads it again for each status. Of many files git itself does that, where it can when it is asked the next time.
 */
async function settleIndex(
  { git, known }: InRepository,
  { path, admin }: { readonly path: string; readonly admin?: string },
): Promise<void> {
  const index = admin === undefined ? undefined : join(admin, "index");
  const size = index === undefined ? undefined : (await statOf(index))?.size;
  if (index === undefined || size === undefined || size > largeIndex) {
    if (known !== undefined) return void known.unsettled.add(path);
    await git.write(["status", "--porcelain", "--untracked-files=no"], { cwd: path });
    return;
  }
  // The clock knows no less than a millisecond, and the files may be from this one; seconds are rounded by less than a microsecond.
  const soon = (Date.now() + 1.001) / 1000;
  await onDisk(utimes(index, soon, soon), { action: "write", path: index });
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
  | {
      readonly kind: "foreign";
      readonly problem: string;
      /** It is a worktree of this repository, only that it is on no branch. */
      readonly detached?: true;
    };

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
  if (head.code === 128)
    return foreign(`is a broken worktree (${head.stderr.trim().replace(/^fatal: /u, "")}); see stagetree doctor`);
  if (head.code === 1) return verifyDetached(admin);
  const current = head.stdout.trimEnd().replace(/^refs\/heads\//, "");
  return current === branch ? { kind: "ours" } : foreign(`is a worktree on branch ${current}, not on ${branch}`);
}

const foreign = (problem: string): Extract<Verdict, { kind: "foreign" }> => ({ kind: "foreign", problem });

async function verifyAbsent(repository: InRepository, path: string): Promise<Verdict> {
  const canonical = await canonicalPath(path);
  const registered = (await listPlaces(repository)).find(({ worktree }) => worktree === canonical);
  if (registered === undefined) return { kind: "absent" };
  // Not forgotten by ourselves: the disk it lies on may only be absent.
  const forget = `git worktree remove ${shellWord(path)}`;
  return foreign(`is missing, but git still has a worktree registered there; if it is gone for good: ${forget}`);
}

async function verifyDetached(admin: string): Promise<Verdict> {
  const [merging, applying] = await Promise.all([
    readText(join(admin, "rebase-merge", "head-name")),
    readText(join(admin, "rebase-apply", "head-name")),
  ]);
  const rebased = (merging ?? applying)?.trim().replace(/^refs\/heads\//, "");
  return rebased === undefined
    ? { ...foreign("is a worktree with a detached HEAD, on no branch"), detached: true }
    : foreign(`is a worktree in the middle of a rebase of ${rebased}`);
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
  for (const { worktree } of await listPlaces(repository)) {
    if (worktree === undefined || worktree === canonical) continue;
    // In a layout without a main worktree, one linked worktree stands for it; nesting there is as in a main one.
    if (worktree === repository.mainWorktree) continue;
    if (isInside(canonical, worktree)) return `lies inside another worktree, ${worktree}`;
    if (isInside(worktree, canonical)) return `holds another worktree, ${worktree}`;
  }
  return undefined;
}
