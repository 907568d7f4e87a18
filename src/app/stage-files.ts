// The two files a worker finds in a worktree: a link to the live plan, and the brief. Both are kept out of git's sight by
// the repository's exclude file.
import { lstat, mkdir, readFile, readlink, realpath, symlink, unlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { composeBrief } from "../core/brief.ts";
import type { Plan, Stage } from "../core/plan.ts";
import { ensureExcluded } from "../git/exclude.ts";
import { listTracked } from "../git/tracked.ts";
import { withRepositoryLock } from "../host/lock.ts";
import type { Project } from "./project.ts";

const folder = join(".claude", "plans");
const linkName = join(folder, "CURRENT_STAGE.md");
const briefName = join(folder, "STAGE.md");

/** Paths, relative to a worktree, of the files that are ours and need no saving. */
export const stageFiles: readonly string[] = [linkName, briefName];

/** The link to the live plan, or to its file for this stage, that lies in the stage's worktree. */
export const livePlanLink = (worktree: string): string => join(worktree, linkName);

export const briefPath = (worktree: string): string => join(worktree, briefName);

/** Hides the stage files from `git status` in every worktree. */
export const excludeStageFiles = ({ repository, directory }: Project): Promise<void> =>
  withRepositoryLock(directory, () =>
    ensureExcluded(repository, ["/.claude/plans/CURRENT_STAGE.md", "/.claude/plans/STAGE.md"]),
  );

/**
 * Writes both files into the worktree; an own one is brought up to date, one that the repository tracks is left alone.
 * A folder that leads out of the worktree (a link in the repository's tree) is never followed.
 */
export async function writeStageFiles(
  project: Project,
  options: {
    readonly plan: Plan;
    readonly stage: Stage;
    readonly worktree: string;
    readonly base?: string;
    /** Which of them the repository tracks, where the caller knows; git is asked otherwise. */
    readonly tracked?: readonly string[];
  },
): Promise<void> {
  const { plan, stage, worktree } = options;
  const target = join(worktree, folder);
  if (!(await staysInside(worktree, target))) return;
  await mkdir(target, { recursive: true });
  const tracked = options.tracked ?? (await listTracked(project.repository, { path: worktree, files: stageFiles }));
  if (!tracked.includes(linkName)) await replaceLink(join(worktree, linkName), stage.path ?? plan.path);
  if (!tracked.includes(briefName)) {
    const text = composeBrief({ plan, stage, ...(options.base === undefined ? {} : { base: options.base }) });
    await replaceBrief(join(worktree, briefName), text);
  }
}

async function replaceLink(link: string, target: string): Promise<void> {
  const found = await lstat(link).catch(() => undefined);
  if (found?.isSymbolicLink() === true && (await readlink(link)) === target) return;
  if (found !== undefined) {
    if (!found.isSymbolicLink()) return;
    await unlink(link);
  }
  await symlink(target, link);
}

async function replaceBrief(path: string, text: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  if (found?.isFile() === true && (await readFile(path, "utf8")) === text) return;
  // Never written through a link that something else put there.
  if (found !== undefined) await unlink(path);
  await writeFile(path, text, { flag: "wx" });
}

async function staysInside(worktree: string, path: string): Promise<boolean> {
  for (let part = path; part !== worktree; part = dirname(part)) {
    const found = await lstat(part).catch(() => undefined);
    if (found === undefined) continue;
    const real = await realpath(part).catch(() => "..");
    return found.isDirectory() && relative(await realpath(worktree), real) === relative(worktree, part);
  }
  return true;
}
