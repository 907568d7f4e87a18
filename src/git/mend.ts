// Mends what disagrees about worktrees; every part looks again before it acts and gives nothing up that is not saved.
import { randomBytes } from "node:crypto";
import { rename, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Oid } from "../core/event.ts";
import { isFault } from "../core/fault.ts";
import { writeCommit } from "./commit-object.ts";
import { canonicalPath, makeFolder, namesIn, onDisk, statOf } from "./disk.ts";
import type { InRepository } from "./git.ts";
import { readDotGit, readRegistration, registrationFolder } from "./registration.ts";
import { forgetRegistration, moveAway } from "./removal.ts";
import { addWorktree, unlockWorktree } from "./worktrees.ts";

/**
 * Has git write down again where the worktree `folder` lies, after it was moved by hand (`git worktree repair`). Returns
 * whether the registration points at it now. Throws Fault `git-failed`.
 */
export async function repairWorktree(
  repository: InRepository,
  { folder, admin }: { readonly folder: string; readonly admin: string },
): Promise<boolean> {
  await repository.git.write(["worktree", "repair", folder], { allowExit: [1] });
  return (await readRegistration(admin))?.worktree === (await canonicalPath(folder));
}

/** Staged content that lies in the index of a registration and in no commit, as a commit on `head`; undefined where there is none. */
export async function saveStaged(
  repository: InRepository,
  { admin, head, message }: { readonly admin: string; readonly head: Oid; readonly message: string },
): Promise<Oid | undefined> {
  if ((await statOf(join(admin, "index"))) === undefined) return undefined;
  const env = { GIT_INDEX_FILE: join(admin, "index") };
  try {
    const { stdout: staged } = await repository.git.write(["write-tree"], { env, cwd: repository.commonDir });
    const { stdout: committed } = await repository.git.read(["rev-parse", "--verify", `${head}^{tree}`]);
    if (staged.trim() === committed.trim()) return undefined;
    return await writeCommit(repository, { tree: staged.trim(), parents: [head], message });
  } catch (error) {
    // An index in the middle of a merge, or a damaged one, holds no whole tree.
    if (isFault(error, "git-failed")) return undefined;
    throw error;
  }
}

/** Takes away the registration `admin` if nothing lies at the path it names any more; whether it did. */
export async function dropGoneRegistration(
  repository: Pick<InRepository, "commonDir">,
  { admin, worktree }: { readonly admin: string; readonly worktree: string },
): Promise<boolean> {
  const found = await readRegistration(admin);
  if (found?.worktree !== worktree || found.locked !== undefined || (await statOf(worktree)) !== undefined)
    return false;
  await forgetRegistration(repository, admin);
  return true;
}

/** Whether the folder at `path` holds nothing but the `.git` of a worktree of this repository, or is not there. */
export async function holdsNoFiles(repository: Pick<InRepository, "commonDir">, path: string): Promise<boolean> {
  const found = await statOf(path);
  if (found === undefined) return true;
  if (!found.isDirectory()) return false;
  const names = await namesIn(path);
  if (names.length === 0) return true;
  const dotGit = await readDotGit(path);
  return (
    names.length === 1 &&
    (dotGit.kind === "file"
      ? dotGit.gitDir.startsWith(`${registrationFolder(repository)}/`)
      : dotGit.kind === "unreadable")
  );
}

/** Takes away a registration that was never finished, with its folder where that holds no files; whether it did. */
export async function dropHalfMade(
  repository: Pick<InRepository, "commonDir">,
  { admin, path, trash }: { readonly admin: string; readonly path?: string | undefined; readonly trash: string },
): Promise<boolean> {
  if (path !== undefined && !(await holdsNoFiles(repository, path))) return false;
  await forgetRegistration(repository, admin);
  if (path !== undefined && (await statOf(path)) !== undefined) await moveAway(path, { trash });
  return true;
}

/**
 * Gives the folder at `path`, whose registration is gone, a new one on `branch`: its files stay as they are, and what they
 * differ in from the branch shows as changes. `git worktree repair` cannot do that. Whether it could be done; the caller
 * holds the repository lock. Throws Faults `git-failed`, `file-system`.
 */
export async function registerAgain(
  repository: InRepository,
  { path, branch, token }: { readonly path: string; readonly branch: string; readonly token: string },
): Promise<boolean> {
  const dotGit = await readDotGit(path);
  if (dotGit.kind !== "file" || dirname(dotGit.gitDir) !== registrationFolder(repository)) return false;
  if ((await statOf(dotGit.gitDir)) !== undefined) return false;
  // Of the same name, since git names the registration after it.
  const folder = join(dirname(path), `.stagetree-${randomBytes(6).toString("hex")}`);
  const beside = join(folder, basename(path));
  await addWorktree(repository, { path: beside, branch, reason: token });
  await onDisk(rename(join(beside, ".git"), join(path, ".git")), { action: "move", path: join(beside, ".git") });
  for (const empty of [beside, folder]) await onDisk(rmdir(empty), { action: "remove", path: empty });
  await repository.git.write(["worktree", "repair", path], { allowExit: [1] });
  await repository.git.write(["reset", "--quiet"], { cwd: path });
  await unlockWorktree(repository, { path, reason: token });
  return true;
}

/** A registration of the worktree that once was `admin`, in the trash: the one that was put there last. */
export async function findForgotten(
  { commonDir }: Pick<InRepository, "commonDir">,
  { admin, folder }: { readonly admin: string; readonly folder: string },
): Promise<string | undefined> {
  const trash = join(commonDir, "stagetree", "trash");
  const found: { readonly path: string; readonly since: number }[] = [];
  for (const name of await namesIn(trash)) {
    if (!name.startsWith(`${basename(admin)}-`) || !name.endsWith(".registration")) continue;
    const path = join(trash, name);
    const registration = await readRegistration(path);
    const isItsOwn = registration?.worktree === folder && registration.locked === undefined && registration.hasIndex;
    if (isItsOwn) found.push({ path, since: Number((await statOf(path))?.mtimeMs ?? 0) });
  }
  return found.toSorted((a, b) => b.since - a.since)[0]?.path;
}

/** Puts a registration back from the trash, for a folder that came back; whether it could be. */
export async function restoreRegistration(
  repository: InRepository,
  { from, admin, folder }: { readonly from: string; readonly admin: string; readonly folder: string },
): Promise<boolean> {
  const dotGit = await readDotGit(folder);
  if (dotGit.kind !== "file" || dotGit.gitDir !== admin || (await statOf(admin)) !== undefined) return false;
  if (dirname(admin) !== registrationFolder(repository)) return false;
  await makeFolder(dirname(admin));
  await onDisk(rename(from, admin), { action: "move", path: from });
  return repairWorktree(repository, { folder, admin });
}
