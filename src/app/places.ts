// Where a stage's worktree lies, and whether anything may be made there.
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import type { Stage } from "../core/plan.ts";
import { isInside } from "../git/disk.ts";
import { placeProblem } from "../git/worktrees.ts";
import { nearestRealPath } from "../host/files.ts";
import type { Project } from "./project.ts";

/**
 * Absolute path of a stage's worktree: relative to the main worktree, with a leading `~` expanded. Links on the way are
 * resolved; the last name is not, since a link in a worktree's place must be seen as one.
 */
export const worktreePath = (project: Project, stage: Stage): Promise<string> => placesIn(project)(stage);

export type PlaceOf = (stage: Stage) => Promise<string>;

/** `worktreePath` for one look at many stages: the folders that they share are resolved once. */
export function placesIn(project: Project): PlaceOf {
  const { HOME: named = "" } = project.ambient.environment;
  const home = isAbsolute(named) ? named : homedir();
  const folders = new Map<string, Promise<string>>();
  return async ({ worktree }) => {
    const written = worktree === "~" || worktree.startsWith("~/") ? home + worktree.slice(1) : worktree;
    const path = resolve(project.repository.mainWorktree, written);
    const folder = dirname(path);
    const real = folders.get(folder) ?? nearestRealPath(folder);
    folders.set(folder, real);
    return join(await real, basename(path));
  };
}

/**
 * Why no worktree may be made at `path`, which must be absolute and real; undefined when it may. It may leave the
 * repository for one of the allowed roots, but never land in `.git`, in another worktree, or around the main one.
 */
export async function pathProblem(project: Project, path: string): Promise<string | undefined> {
  const { repository, config } = project;
  if (/[\u0000-\u001f\u007f]/u.test(path)) return "its worktree path holds control characters";
  const place = await placeProblem(repository, { path });
  if (place !== undefined) return `${path} ${place}`;
  const allowed = config.roots.length > 0 ? config.roots : [join(repository.mainWorktree, "..")];
  const roots = await Promise.all(allowed.map((root) => nearestRealPath(resolve(repository.mainWorktree, root))));
  if (roots.some((root) => isInside(path, root))) return undefined;
  return `${path} is outside ${roots.join(", ")}; the configuration key "roots" allows more folders`;
}
