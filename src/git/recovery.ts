// Undoes a worktree whose creation was interrupted. Plain files first: some leftovers make every git command fail.
import { readdir, readlink, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Oid } from "../core/event.ts";
import { isFault } from "../core/fault.ts";
import { canonicalPath, errnoOf, isInside, namesIn, onDisk, readText, statOf } from "./disk.ts";
import type { InRepository } from "./git.ts";
import { resolveRef, updateRefs } from "./refs.ts";
import { gitDirOf, readDotGit, readRegistrations, type Registration, registrationFolder } from "./registration.ts";
import { forgetRegistration, moveAway } from "./removal.ts";

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
  const registrations = await readRegistrations(repository);
  const registered = registrations.find(({ worktree }) => worktree === canonical);
  if (registered !== undefined && !isHalfMade(registered, half.token)) return { result: "finished", locks: [] };
  const leftovers = await findLeftovers(registrations, { canonical, token: half.token });
  const isOurFolder = await isLeftoverFolder(repository, half.path);
  for (const { admin } of leftovers) await forgetRegistration(repository, admin);
  const trash = isOurFolder ? await moveAway(half.path, { trash: half.trash }) : undefined;
  const { cleared, locks } = await clearLocks(repository, half);
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

/** Lock files that a killed git left, removed where nobody can own them any more. */
async function clearLocks(
  repository: InRepository,
  { branch, since }: HalfMade,
): Promise<{ readonly cleared: number; readonly locks: readonly string[] }> {
  const names = [`refs/heads/${branch}.lock`, "packed-refs.lock", "HEAD.lock", "config.lock"];
  const candidates: string[] = [];
  for (const name of names) {
    const path = join(repository.commonDir, name);
    const found = await statOf(path);
    // File times are coarser than our clock.
    if (found !== undefined && Number(found.mtimeMs) >= since - 1000) candidates.push(path);
  }
  if (candidates.length === 0) return { cleared: 0, locks: [] };
  if (await gitMayRun(repository)) return { cleared: 0, locks: candidates };
  for (const path of candidates) await onDisk(unlink(path), { action: "remove", path });
  return { cleared: candidates.length, locks: [] };
}

/** Whether a git process works in the repository; where the system does not tell (no /proc), it may. */
async function gitMayRun(repository: InRepository): Promise<boolean> {
  const processes = (await namesIn("/proc")).filter((name) => /^\d+$/.test(name));
  if (processes.length === 0) return true;
  const top = dirname(repository.commonDir);
  for (const id of processes) {
    const name = await readText(`/proc/${id}/comm`).catch(() => undefined);
    if (name?.startsWith("git") !== true) continue;
    const directory = await readlink(`/proc/${id}/cwd`).catch((error: unknown) => errnoOf(error) ?? "");
    // One of another user may be anywhere; one that ended meanwhile, or waits to be reaped, has no folder and owns nothing.
    if (directory === "EACCES" || directory === "EPERM") return true;
    if (!directory.startsWith("/")) continue;
    if (isInside(directory, top)) return true;
    const gitDir = await gitDirOf(directory).catch(() => undefined);
    if (gitDir !== undefined && isInside(gitDir, repository.commonDir)) return true;
  }
  return false;
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
