// What lies in a worktree besides its commit, as far as it is worth keeping; saved as an image, and compared with one.
import type { Oid } from "../core/event.ts";
import { inspectWorktree, type Inspection } from "../git/inspect.ts";
import { isSameManifest, readImage, readManifest, saveImage } from "../git/worktree-image.ts";
import { judgeIgnored } from "./precious.ts";
import type { Project } from "./project.ts";

export interface WorktreeContent {
  readonly inspection: Inspection;
  /** Ignored files that exist nowhere else. */
  readonly precious: readonly string[];
  /** All that an image has to hold. */
  readonly names: readonly string[];
  /** Ignored files that are the same in the main worktree; often secrets, of which one more copy in git serves nobody. */
  readonly copies: readonly string[];
}

/** Faults: git-failed, file-system. */
export async function readContent(project: Project, path: string): Promise<WorktreeContent> {
  const { repository } = project;
  const { mainWorktree } = repository;
  const inspection = await inspectWorktree(repository, { path });
  const { modified, untracked, hidden, ignored } = inspection;
  const { precious, copies } = await judgeIgnored({ worktree: path, mainWorktree, ignored });
  return { inspection, precious, names: [...modified, ...untracked, ...hidden, ...precious], copies };
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
