// Folders whose `.git` names a registration of this repository: a worktree that was moved by hand is found again this way.
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { canonicalPath } from "./disk.ts";
import type { InRepository } from "./git.ts";
import { readDotGit, registrationFolder } from "./registration.ts";

export interface Claim {
  /** Canonical path of the folder. */
  readonly folder: string;
  /** The registration that its `.git` names, be it there or not. */
  readonly admin: string;
}

/** More folders than this are not looked into, so that a home folder as a neighbour costs no minute. */
const mostFolders = 3000;

/**
 * The worktrees, moved, copied or in their place, that lie in one of the `places`, or are one, or `levels` deeper. Runs no
 * git.
 */
export async function listClaims(
  repository: Pick<InRepository, "commonDir">,
  { places, levels }: { readonly places: readonly string[]; readonly levels: number },
): Promise<readonly Claim[]> {
  const folders = new Set(places);
  let level = [...places];
  for (let depth = 0; depth <= levels; depth++) {
    const below = await Promise.all(level.map((folder) => foldersIn(folder)));
    level = below.flat().filter((folder) => !folders.has(folder));
    for (const folder of level) if (folders.size < mostFolders) folders.add(folder);
    if (folders.size >= mostFolders) break;
  }
  const claims: Claim[] = [];
  for (const folder of folders) {
    const dotGit = await readDotGit(folder).catch(() => undefined);
    if (dotGit?.kind !== "file" || dirname(dotGit.gitDir) !== registrationFolder(repository)) continue;
    claims.push({ folder: await canonicalPath(folder), admin: dotGit.gitDir });
  }
  return claims.filter(({ folder }, index) => claims.findIndex((other) => other.folder === folder) === index);
}

const foldersIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory() && entry.name !== ".git" && entry.name !== "node_modules")
    .map(({ name }) => join(folder, name));
