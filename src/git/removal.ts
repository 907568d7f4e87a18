// Takes a worktree away without destroying it: renamed into a trash folder, and its own registration with it.
import { randomBytes } from "node:crypto";
import { rename, utimes } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Fault } from "../core/fault.ts";
import { canonicalPath, errnoOf, makeFolder, makePrivateFolder, onDisk, statOf } from "./disk.ts";
import type { InRepository } from "./git.ts";
import {
  dropEmptyRegistrations,
  readDotGit,
  readOwnership,
  readRegistration,
  registrationFolder,
} from "./registration.ts";

export interface Removal {
  /** Where the folder lies now; absent where there was nothing to move. */
  readonly trash?: string;
  /** The folder of its registration, and where that lies now. */
  readonly registration?: { readonly admin: string; readonly kept: string };
}

/**
 * Moves the worktree at `path` to `trash` (both absolute; `trash` must not exist yet) and takes its registration out of
 * git; where `trash` is on another disk, the folder goes beside the worktree instead. The branch stays. Judges no
 * content: that is what `inspectWorktree` is for. Doing it again after a crash finishes it, and is nothing when done.
 *
 * Throws Fault `refused` and changes nothing unless git's registration points at the path and the path's `.git` points
 * back; for a symbolic link, the main worktree, and a worktree that is locked. Other missing worktrees keep their
 * registration: `git worktree prune` would drop them all.
 */
export async function removeWorktree(
  repository: InRepository,
  { path, trash }: { readonly path: string; readonly trash: string },
): Promise<Removal> {
  const refuse = (why: string): Fault =>
    new Fault("refused", {
      what: `remove the worktree ${path}`,
      why: `it ${why}`,
      now: `Look into ${path}; nothing was changed.`,
    });
  const found = await statOf(path);
  if (found === undefined) return finishRemoval(repository, { path, trash });
  if (found.isSymbolicLink()) throw refuse("is a symbolic link");
  if (!found.isDirectory()) throw refuse("is a file");
  const ownership = await readOwnership(repository, { path });
  if (ownership.kind === "not-ours") throw refuse(ownership.problem);
  const { admin, locked } = ownership.registration;
  if (locked !== undefined) throw refuse(`is locked${locked === "" ? "" : ` (${locked})`}`);
  if ((await statOf(trash)) !== undefined) {
    throw refuse(`cannot go to ${trash}, where something lies already`);
  }
  const moved = await moveAway(path, { trash });
  const kept = await forgetRegistration(repository, admin);
  return { trash: moved, registration: { admin, kept } };
}

/**
 * Undoes `removeWorktree` where nothing else came to the two places meanwhile. Throws Fault `file-system`; then both lie
 * where the removal put them.
 */
export async function putBack({ trash, registration }: Removal, { path }: { readonly path: string }): Promise<void> {
  if (registration !== undefined) {
    await makeFolder(dirname(registration.admin));
    await onDisk(rename(registration.kept, registration.admin), { action: "move", path: registration.kept });
  }
  if (trash !== undefined) await onDisk(rename(trash, path), { action: "move", path: trash });
}

/** The folder is gone: moved by us (then its registration is still to go), or by someone else (then nothing is ours). */
async function finishRemoval(
  repository: InRepository,
  { path, trash }: { readonly path: string; readonly trash: string },
): Promise<Removal> {
  for (const place of [trash, besideOf(path, trash)]) {
    const dotGit = await readDotGit(place);
    if (dotGit.kind !== "file" || dirname(dotGit.gitDir) !== registrationFolder(repository)) continue;
    const registration = await readRegistration(dotGit.gitDir);
    if (registration?.worktree === (await canonicalPath(path))) await forgetRegistration(repository, dotGit.gitDir);
    return { trash: place };
  }
  return {};
}

const besideOf = (path: string, trash: string): string => join(dirname(path), `.stagetree-trash-${basename(trash)}`);

/** Renames `path` to `trash`, or beside itself when that is another disk; returns where it is. Throws Fault `file-system`. */
export async function moveAway(path: string, { trash }: { readonly trash: string }): Promise<string> {
  await makePrivateFolder(dirname(trash));
  try {
    await rename(path, trash);
    await stamp(trash);
    return trash;
  } catch (error) {
    if (errnoOf(error) !== "EXDEV") return onDisk(Promise.reject(error), { action: "move", path });
    const beside = besideOf(path, trash);
    await onDisk(rename(path, beside), { action: "move", path });
    return beside;
  }
}

/** What lies in the trash is as old as its way there, which a rename does not tell. */
async function stamp(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}

/**
 * Takes one registration (`admin`, its folder) out of git by a rename, so that git never meets half of one; the files
 * stay in the trash of the git directory, at the path that is returned. Throws Fault `file-system`.
 */
export async function forgetRegistration(repository: Pick<InRepository, "commonDir">, admin: string): Promise<string> {
  const trash = join(repository.commonDir, "stagetree", "trash");
  await makePrivateFolder(trash);
  const target = join(trash, `${basename(admin)}-${randomBytes(6).toString("hex")}.registration`);
  try {
    await rename(admin, target);
    await stamp(target);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") await onDisk(Promise.reject(error), { action: "move", path: admin });
  }
  await dropEmptyRegistrations(repository);
  return target;
}

/** Moves the file or folder at `path` to `trash`; nothing where it is gone already. Throws Fault `file-system`. */
export async function moveToTrash(path: string, { trash }: { readonly trash: string }): Promise<void> {
  await makePrivateFolder(dirname(trash));
  try {
    await rename(path, trash);
    await stamp(trash);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") await onDisk(Promise.reject(error), { action: "move", path });
  }
}
