// From the name a person types, a path or a plan id, to the file; and the list of plans found here.
import { readdir, realpath } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import { nearest } from "../core/suggest.ts";
import { Fault, isFault } from "../core/fault.ts";
import type { StageId } from "../core/plan.ts";
import { planIsLive } from "../core/live-plan.ts";
import { isInside } from "../git/disk.ts";
import { nearestRealPath, pathKind } from "../host/files.ts";
import { worktreePath } from "./places.ts";
import type { Project } from "./project.ts";
import { openPlan, type PlanFile } from "./plan-file.ts";
import { livePlanLink } from "./stage-files.ts";

/** How many files, and how many levels of folders below a plan folder. */
const searched = 2000;
const levels = 4;

/** Files ending in `.md` in and below the plan folders, real paths, without the links that we put there ourselves. */
export async function listPlanFiles(project: Project): Promise<readonly string[]> {
  const root = project.repository.mainWorktree;
  const found = new Set<string>();
  const walk = async (directory: string, left: number): Promise<void> => {
    const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
    const folders: string[] = [];
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(directory, entry.name);
      if (entry.isFile() && entry.name.toLowerCase().endsWith(".md") && found.size < searched) found.add(path);
      if (entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules") folders.push(path);
    }
    if (left === 0) return;
    for (const folder of folders) await walk(folder, left - 1);
  };
  for (const folder of project.config.plans) await walk(resolve(root, folder), levels);
  return [...found];
}

/** The absolute path of the plan called `name`. Faults: plan-not-found, plan-ambiguous. */
export async function findPlan(project: Project, name: string): Promise<string> {
  const direct = resolve(project.ambient.cwd, name);
  const fromRoot = resolve(project.repository.mainWorktree, name);
  // A folder is often called like the plan; it is meant only if it is one.
  let folder: string | undefined;
  for (const path of [direct, fromRoot]) {
    const kind = await pathKind(path);
    if (kind === "absent") continue;
    const live = path === direct ? await livePath(project, path) : path;
    if (!kind.endsWith("directory") || (await isPlanFolder(project, live))) return live;
    folder ??= live;
  }
  const files = await listPlanFiles(project);
  const byName = files.filter((file) => [name, `${name}.md`].includes(basename(file)));
  if (byName.length === 1 && byName[0] !== undefined) return byName[0];
  const plans = await listPlans(project);
  const byId = plans.filter(({ plan }) => plan?.id === name).map(({ path }) => path);
  const matching = byId.length > 0 ? byId : byName;
  if (matching.length > 1) throw new Fault("plan-ambiguous", { name, paths: matching });
  if (matching[0] !== undefined) return matching[0];
  if (folder !== undefined) return folder;
  const known = [...plans.map(({ plan }) => plan?.id ?? ""), ...files.map((file) => basename(file, ".md"))];
  const close = nearest(name, known);
  throw new Fault("plan-not-found", {
    name,
    lookedIn: project.config.plans,
    ...(close === undefined ? {} : { nearest: close }),
  });
}

/** Whether a plan is made of the files in the folder, be it a broken one. */
async function isPlanFolder(project: Project, path: string): Promise<boolean> {
  try {
    await openPlan(project, path);
    return true;
  } catch (error) {
    return !isFault(error, "plan-is-folder");
  }
}

/**
 * The only plan found here, for commands called without one; of several the only one that is still worked on. Faults:
 * plan-not-found, plan-ambiguous.
 */
export async function findOnlyPlan(project: Project): Promise<string> {
  const found = await listPlans(project);
  const live = found.filter(({ plan }) => plan !== undefined && planIsLive(plan));
  const plans = (live.length > 0 ? live : found).map(({ path }) => path);
  if (plans.length > 1) throw new Fault("plan-ambiguous", { name: "", paths: plans });
  if (plans[0] === undefined) throw new Fault("plan-not-found", { name: "", lookedIn: project.config.plans });
  return plans[0];
}

/** Every plan in the plan folders, with its findings, be it a broken one; files that are no plans are left out. */
export async function listPlans(project: Project): Promise<readonly PlanFile[]> {
  const plans = new Map<string, PlanFile>();
  const members = new Set<string>();
  const folders: string[] = [];
  for (const file of await listPlanFiles(project)) {
    if (members.has(file) || folders.some((folder) => isInside(file, folder))) continue;
    const opened = await openPlan(project, file).catch(planFault);
    if (opened === undefined || !opened.sure) continue;
    for (const path of opened.hashes.keys()) members.add(path);
    // What lies in a folder that is a plan belongs to it.
    if (!opened.hashes.has(opened.path)) folders.push(opened.path);
    plans.set(opened.path, opened);
  }
  return [...plans.values()];
}

/** A stage of a plan found here, known by the place of its worktree. */
export interface FoundStage {
  readonly file: PlanFile;
  readonly stage: StageId;
}

/**
 * The stage whose worktree lies, or would lie, at `path`; undefined where no plan has one. The plan that the worktree itself
 * links to counts first, then those in the plan folders.
 */
export async function findStageAt(project: Project, path: string): Promise<FoundStage | undefined> {
  const { cwd } = project.ambient;
  const { mainWorktree } = project.repository;
  const wanted = new Set(await Promise.all([cwd, mainWorktree].map((from) => nearestRealPath(resolve(from, path)))));
  const linked = [...wanted].map((folder) => openPlan(project, livePlanLink(folder)).catch(planFault));
  for (const file of [...(await Promise.all(linked)), ...(await listPlans(project))]) {
    for (const stage of file?.plan?.stages ?? []) {
      if (file !== undefined && wanted.has(await worktreePath(project, stage))) return { file, stage: stage.id };
    }
  }
  return undefined;
}

/** No plan, for a fault of reading it; anything else is a bug. */
function planFault(error: unknown): undefined {
  if (!(error instanceof Fault)) throw error;
}

/** Inside a stage's worktree the checked-out copy of a tracked plan is old; the live one lies in the main worktree. */
async function livePath(project: Project, path: string): Promise<string> {
  const { here, mainWorktree, inLinkedWorktree } = project.repository;
  const real = await realpath(path).catch(() => path);
  if (!inLinkedWorktree) return real;
  if (real === here || !isInside(real, here)) return real;
  const live = join(mainWorktree, relative(here, real));
  return (await pathKind(live)) === (await pathKind(real)) ? live : real;
}
