// Who owns a worktree, read from both sides with plain files: a damaged registration makes git itself fail.
import { rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { canonicalPath, namesIn, readText, statOf } from "./disk.ts";
import type { InRepository } from "./git.ts";

/** One folder of `<common git directory>/worktrees`. */
export interface Registration {
  /** Absolute path of the folder. */
  readonly admin: string;
  /** Canonical path of the worktree it points at; absent where git was killed before it wrote that. */
  readonly worktree?: string;
  /** The reason of git's lock; empty where none was given, absent where it is not locked. */
  readonly locked?: string;
  /** Whether files were ever checked out through it. */
  readonly hasIndex: boolean;
}

export const registrationFolder = (repository: Pick<InRepository, "commonDir">): string =>
  join(repository.commonDir, "worktrees");

/** All registrations, whole or half-made. Runs no git. Throws Fault `file-system`. */
export async function readRegistrations(repository: Pick<InRepository, "commonDir">): Promise<readonly Registration[]> {
  const folder = registrationFolder(repository);
  const entries = await namesIn(folder);
  const found = await Promise.all(entries.map((name) => readRegistration(join(folder, name))));
  return found.filter((registration) => registration !== undefined);
}

/** One registration; undefined where `admin` is no folder. Throws Fault `file-system`. */
export async function readRegistration(admin: string): Promise<Registration | undefined> {
  const found = await statOf(admin);
  if (found?.isDirectory() !== true) return undefined;
  const [gitdir, locked, index] = await Promise.all([
    readText(join(admin, "gitdir")),
    readText(join(admin, "locked")),
    statOf(join(admin, "index")),
  ]);
  const back = gitdir?.trimEnd() ?? "";
  return {
    admin,
    hasIndex: index !== undefined,
    ...(back === "" ? {} : { worktree: await canonicalPath(dirname(resolve(admin, back))) }),
    ...(locked === undefined ? {} : { locked: locked.trimEnd() }),
  };
}

/** What `path`/.git says: a file that names a git directory (canonical), a git directory itself, or nothing readable. */
export type DotGit =
  | { readonly kind: "file"; readonly gitDir: string }
  | { readonly kind: "folder"; readonly gitDir: string }
  | { readonly kind: "unreadable" }
  | { readonly kind: "none" };

/** Reads `path`/.git. Throws Fault `file-system`. */
export async function readDotGit(path: string): Promise<DotGit> {
  const dotGit = join(path, ".git");
  const found = await statOf(dotGit);
  if (found === undefined) return { kind: "none" };
  if (found.isDirectory()) return { kind: "folder", gitDir: await canonicalPath(dotGit) };
  if (!found.isFile()) return { kind: "unreadable" };
  const named = /^gitdir: (.+?)\r?\n?$/s.exec((await readText(dotGit)) ?? "")?.[1];
  return named === undefined
    ? { kind: "unreadable" }
    : { kind: "file", gitDir: await canonicalPath(resolve(path, named)) };
}

/**
 * The git directory of the worktree at `path`: its index, HEAD and unfinished operations lie there. Undefined where
 * `path` is no worktree. Throws Fault `file-system`.
 */
export async function gitDirOf(path: string): Promise<string | undefined> {
  const dotGit = await readDotGit(path);
  return dotGit.kind === "file" || dotGit.kind === "folder" ? dotGit.gitDir : undefined;
}

export type Ownership =
  | { readonly kind: "ours"; readonly registration: Registration }
  | { readonly kind: "not-ours"; readonly problem: string };

/**
 * Whether the folder at `path` is a linked worktree of this repository in both directions: its `.git` names a
 * registration here, and that registration points back at it. `problem` says what it is instead, as the end of a sentence
 * that starts with the path. Throws Fault `file-system`.
 */
export async function readOwnership(
  repository: Pick<InRepository, "commonDir">,
  { path }: { readonly path: string },
): Promise<Ownership> {
  const dotGit = await readDotGit(path);
  if (dotGit.kind === "none") return notOurs("is a folder with other files, not a worktree");
  if (dotGit.kind === "unreadable") return notOurs("has a .git that cannot be read");
  if (dotGit.gitDir === repository.commonDir) return notOurs("is the main worktree of this repository");
  if (dotGit.kind === "folder") return notOurs("is another repository");
  if (dirname(dotGit.gitDir) !== registrationFolder(repository)) {
    return notOurs(`belongs to another repository (${dotGit.gitDir})`);
  }
  const registration = await readRegistration(dotGit.gitDir);
  if (registration === undefined) {
    return notOurs("was a worktree of this repository, but git no longer has it registered");
  }
  if (registration.worktree !== (await canonicalPath(path))) {
    const at = registration.worktree ?? "nothing";
    return notOurs(`is a copy or was moved: git's registration points at ${at}`);
  }
  return { kind: "ours", registration };
}

const notOurs = (problem: string): Ownership => ({ kind: "not-ours", problem });

/** Removes the folder of registrations when none is left, as git does. */
export async function dropEmptyRegistrations(repository: Pick<InRepository, "commonDir">): Promise<void> {
  await rmdir(registrationFolder(repository)).catch(() => undefined);
}
