// Damage that makes git itself fail, found and mended with plain files: git cannot be asked about it.
import { lstat, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { canonicalPath, readText, replaceFile, statOf } from "./disk.ts";
import type { InRepository } from "./git.ts";
import { readDotGit, readRegistrations, type Registration, registrationFolder } from "./registration.ts";
import { moveToTrash } from "./removal.ts";

/** What every registration has to say of where the shared git directory is. */
const wayToCommonDir = "../..";

export interface RegistrationHealth extends Registration {
  /** `unusable`: empty or no file; then every git command that lists worktrees fails. `wrong`: only this worktree fails. */
  readonly commonDirFile: "good" | "unusable" | "wrong";
  /** `unusable`: absent, empty or zeros. */
  readonly head: "good" | "unusable";
  /** The commit of a detached HEAD. */
  readonly detachedAt?: string;
}

/** The git directory that all worktrees share, found from `directory` upwards without git; undefined outside of any. */
export async function findCommonDir(directory: string): Promise<string | undefined> {
  for (let folder = directory; ; folder = dirname(folder)) {
    const dotGit = await readDotGit(folder).catch(() => undefined);
    if (dotGit?.kind === "folder" && (await isGitDir(dotGit.gitDir))) return dotGit.gitDir;
    if (dotGit?.kind === "file") {
      const registered = commonDirOf(dotGit.gitDir);
      if (await isGitDir(registered)) return registered;
      if (await isGitDir(dotGit.gitDir)) return dotGit.gitDir;
    }
    if (await isGitDir(folder)) return canonicalPath(folder);
    if (dirname(folder) === folder) return undefined;
  }
}

/** Of a registration the folder two levels up, whatever its own `commondir` says; of anything else itself. */
const commonDirOf = (gitDir: string): string =>
  basename(dirname(gitDir)) === "worktrees" ? dirname(dirname(gitDir)) : gitDir;

/** As git tells a git directory from any other folder (`is_git_directory` in its setup.c), without its look into HEAD. */
async function isGitDir(path: string): Promise<boolean> {
  const found = await Promise.all(
    ["HEAD", "objects", "refs"].map((name) => stat(join(path, name)).catch(() => undefined)),
  );
  return found.every((one) => one !== undefined);
}

/** All registrations with what is wrong in their own files. Runs no git. Throws Fault `file-system`. */
export async function readRegistrationHealth(
  repository: Pick<InRepository, "commonDir">,
): Promise<readonly RegistrationHealth[]> {
  const registrations = await readRegistrations(repository);
  return Promise.all(registrations.map(healthOf));
}

async function healthOf(registration: Registration): Promise<RegistrationHealth> {
  const { admin } = registration;
  const [commonDirFile, head, worktree] = await Promise.all([
    readCommonDirFile(admin),
    readFileText(join(admin, "HEAD")),
    placeOf(admin),
  ]);
  const text = head?.trim() ?? "";
  const isCommit = /^[0-9a-f]{40,64}$/u.test(text) && !/^0+$/u.test(text);
  return {
    ...registration,
    ...(worktree === undefined ? {} : { worktree }),
    commonDirFile,
    head: isCommit || text.startsWith("ref: ") ? "good" : "unusable",
    ...(isCommit ? { detachedAt: text } : {}),
  };
}

/** Where its worktree should lie. A link that somebody put in its place is not followed: it would name another worktree. */
async function placeOf(admin: string): Promise<string | undefined> {
  const named = (await readFileText(join(admin, "gitdir")))?.trimEnd() ?? "";
  if (named === "") return undefined;
  const path = dirname(resolve(admin, named));
  return join(await canonicalPath(dirname(path)), basename(path));
}

async function readCommonDirFile(admin: string): Promise<RegistrationHealth["commonDirFile"]> {
  const path = join(admin, "commondir");
  const found = await statOf(path);
  if (found === undefined) return "wrong";
  const text = await readFileText(path);
  if (text === undefined || text === "") return "unusable";
  const named = await canonicalPath(resolve(admin, text.replace(/\r?\n$/u, "")));
  return named === dirname(dirname(admin)) ? "good" : "wrong";
}

/** Undefined also for what is no file. */
async function readFileText(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? readText(path) : undefined;
}

/**
 * The registration that makes git fail in the whole repository, looked at again for as long as another process may be
 * just writing it; undefined where there is none. Throws Fault `file-system`.
 */
export async function findPoison(repository: Pick<InRepository, "commonDir">): Promise<RegistrationHealth | undefined> {
  for (let attempt = 1; ; attempt++) {
    const found = (await readRegistrationHealth(repository)).find(({ commonDirFile }) => commonDirFile === "unusable");
    if (found === undefined || attempt === 8) return found;
    await new Promise((resolve_) => setTimeout(resolve_, attempt * 10));
  }
}

/**
 * Writes the one thing that can stand in the `commondir` of the registration `admin`. What lies there instead is moved to
 * the trash where it is no file. Throws Fault `file-system`.
 */
export async function mendCommonDirFile(
  repository: Pick<InRepository, "commonDir">,
  { admin, trash }: { readonly admin: string; readonly trash: string },
): Promise<void> {
  if (dirname(admin) !== registrationFolder(repository)) return;
  const path = join(admin, "commondir");
  const found = await lstat(path).catch(() => undefined);
  if (found !== undefined && !found.isFile()) {
    await moveToTrash(path, { trash });
  }
  await replaceFile(path, { bytes: Buffer.from(`${wayToCommonDir}\n`), mode: 0o644 });
}
