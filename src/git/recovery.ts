// Undoes a worktree whose creation was interrupted. Plain files first: some leftovers make every git command fail.
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Oid } from "../core/event.ts";
import { isFault } from "../core/fault.ts";
import { canonicalPath, isInside, namesIn, onDisk, readText, statOf } from "./disk.ts";
import { listGitProcesses } from "./git-processes.ts";
import type { InRepository } from "./git.ts";
import { resolveRef, updateRefs } from "./refs.ts";
import { readDotGit, readRegistrations, type Registration, registrationFolder } from "./registration.ts";
import { forgetRegistration, moveAway } from "./removal.ts";
import { clearStaleLocks, refLocks } from "./stale-locks.ts";

export interface HalfMade {
  /** Absolute path the worktree was to be at. */
  readonly path: string;
  readonly branch: string;
  /** The commit the branch was created at. */
  readonly base: Oid;
  /** The branch was there before; then it stays whatever it points at. */
  readonly branchExisted: boolean;
  /** The lock reason `addWorktree` was given. */
  readonly token: string;
  /** Absolute path a half-made folder is moved to; it must not exist yet. */
  readonly trash: string;
  /** When the creation began, in milliseconds since the epoch; only ref locks younger than this are cleared. */
  readonly since: number;
  /** Full names of further refs that the creation changed. */
  readonly refs?: readonly string[];
}

export interface Undone {
  /** `finished`: the worktree had been made after all, and is left alone. */
  readonly result: "undone" | "nothing" | "finished";
  /** Where a half-made folder was moved to. */
  readonly trash?: string;
  /** Stale lock files of git that were left because a git process may still own them. */
  readonly locks: readonly string[];
}

/**
 * Brings the repository back to before the creation, whatever point it was killed at; doing it again is nothing. The caller
 * holds the repository lock and knows that the creating process is dead. A registration goes only if it carries our token
 * (or a beginning of it) and points at `path`, or was killed before it pointed anywhere; the folder is moved, never deleted;
 * the branch goes only if we made it and it never moved. Throws Faults `file-system`, `git-failed`.
 */
export async function undoHalfMadeWorktree(repository: InRepository, half: HalfMade): Promise<Undone> {
  const canonical = await canonicalPath(half.path);
  await waitForCreators({ token: half.token, path: canonical });
  const registrations = await readRegistrations(repository);
  const registered = registrations.find(({ worktree }) => worktree === canonical);
  if (registered !== undefined && !isHalfMade(registered, half.token)) return { result: "finished", locks: [] };
  const leftovers = await findLeftovers(registrations, { canonical, token: half.token });
  const isOurFolder = await isLeftoverFolder(repository, half.path);
  for (const { admin } of leftovers) await forgetRegistration(repository, admin);
  const trash = isOurFolder ? await moveAway(half.path, { trash: half.trash }) : undefined;
  const files = refLocks(repository, [`refs/heads/${half.branch}`, ...(half.refs ?? [])]);
  const { cleared, locks } = await clearStaleLocks(repository, { files, since: half.since });
  const branchGone = !half.branchExisted && (await dropBranch(repository, half));
  const changed = leftovers.length > 0 || trash !== undefined || cleared > 0 || branchGone;
  return { result: changed ? "undone" : "nothing", locks, ...(trash === undefined ? {} : { trash }) };
}

/** Ours are locked with the token until all is done; git's own word for a worktree it is still adding is `initializing`. */
const isHalfMade = ({ locked, hasIndex }: Registration, token: string): boolean =>
  locked === undefined ? !hasIndex : token.startsWith(locked) || locked === "initializing";

async function findLeftovers(
  registrations: readonly Registration[],
  { canonical, token }: { readonly canonical: string; readonly token: string },
): Promise<readonly Registration[]> {
  const leftovers: Registration[] = [];
  for (const registration of registrations) {
    const { admin, worktree, locked } = registration;
    const isNameless =
      worktree === undefined && (locked === undefined ? (await namesIn(admin)).length === 0 : token.startsWith(locked));
    if (worktree === canonical || isNameless) leftovers.push(registration);
  }
  return leftovers;
}

/** git writes `.git` before any file, so a folder with files and no `.git` is someone else's. */
async function isLeftoverFolder(repository: InRepository, path: string): Promise<boolean> {
  const found = await statOf(path);
  if (found?.isDirectory() !== true) return false;
  const dotGit = await readDotGit(path);
  if (dotGit.kind === "file") return dirname(dotGit.gitDir) === registrationFolder(repository);
  const names = await onDisk(readdir(path), { action: "read", path });
  const text = dotGit.kind === "unreadable" && names.length === 1 ? await readText(join(path, ".git")) : undefined;
  return text !== undefined && "gitdir: ".startsWith(text.slice(0, "gitdir: ".length));
}

/** How long a git that outlived the one who started it may take to end, in milliseconds. */
const creatorMs = 30_000;

/** A git that goes on alone, where only the process that started it was killed, would write into what is taken back. */
async function waitForCreators({ token, path }: { readonly token: string; readonly path: string }): Promise<void> {
  const deadline = Date.now() + creatorMs;
  for (;;) {
    const running = await listGitProcesses();
    const isCreator = running?.some(
      ({ commandLine, cwd }) => commandLine.includes(token) || (cwd !== undefined && isInside(cwd, path)),
    );
    if (isCreator !== true || Date.now() > deadline) return;
    await wait(20);
  }
}

async function dropBranch(repository: InRepository, { branch, base }: HalfMade): Promise<boolean> {
  const ref = `refs/heads/${branch}`;
  if ((await resolveRef(repository, ref)) !== base) return false;
  try {
    await updateRefs(repository, [{ ref, from: base }]);
    return true;
  } catch (error) {
    if (isFault(error, "refused")) return false;
    throw error;
  }
}
