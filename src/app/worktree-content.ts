// What lies in a worktree besides its commit, as far as it is worth keeping; saved as an image, and compared with one.
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Oid } from "../core/event.ts";
import { inspectWorktree, type Inspection } from "../git/inspect.ts";
import { isSameManifest, readImage, readManifest, saveImage } from "../git/worktree-image.ts";
import { listLasting, listPrecious } from "./precious.ts";
import type { Project } from "./project.ts";

/** Bytes up to which a copy of what lies in the main worktree is saved as well. */
const smallCopy = 16 * 1024 * 1024;

export interface WorktreeContent {
  readonly inspection: Inspection;
  /** Ignored files that exist nowhere else. */
  readonly precious: readonly string[];
  /** All that an image has to hold. */
  readonly names: readonly string[];
  /** Large, and the same as in the main worktree. */
  readonly copies: readonly string[];
}

/** Faults: git-failed, file-system. */
export async function readContent(project: Project, path: string): Promise<WorktreeContent> {
  const { repository } = project;
  const { mainWorktree } = repository;
  const inspection = await inspectWorktree(repository, { path });
  const { modified, untracked, hidden, ignored } = inspection;
  const lasting = await listLasting({ worktree: path, ignored });
  const precious = await listPrecious({ worktree: path, mainWorktree, ignored });
  const copied = lasting.filter((name) => !precious.includes(name));
  const large = await Promise.all(copied.map((name) => isLargerThan(join(path, name), smallCopy)));
  const copies = copied.filter((_, index) => large[index] === true);
  const kept = lasting.filter((name) => !copies.includes(name));
  return { inspection, precious, names: [...modified, ...untracked, ...hidden, ...kept], copies };
}

async function isLargerThan(path: string, limit: number): Promise<boolean> {
  let bytes = 0;
  const open = [path];
  for (let at = open.pop(); at !== undefined && bytes <= limit; at = open.pop()) {
    const found = await lstat(at).catch(() => undefined);
    if (found?.isDirectory() === true) open.push(...(await readdir(at)).map((name) => join(at ?? "", name)));
    else bytes += found?.size ?? 0;
  }
  return bytes > limit;
}

/** The commit that holds all of it, on no ref yet. Faults: git-failed, file-system. */
export async function saveWorktree(project: Project, path: string): Promise<Oid> {
  const { names, copies } = await readContent(project, path);
  return (await saveImage(project.repository, { path, names, copies })).commit;
}

/** Whether the worktree is exactly what is saved under `image`. Faults: git-failed, file-system. */
export async function isAsSaved(
  project: Project,
  { path, image, content }: { readonly path: string; readonly image: string; readonly content: WorktreeContent },
): Promise<boolean> {
  const saved = await readImage(project.repository, image);
  if (saved === undefined) return false;
  const { names, copies } = content;
  return isSameManifest(saved, await readManifest(project.repository, { path, names, copies }));
}
