// From the name a person types, a path or a plan id, to the file; and the list of plans found here.
import { readdir, realpath } from "node:fs/promises";
import { basename, isAbsolute, join, relative, resolve } from "node:path";
import { nearest } from "../core/suggest.ts";
import { Fault } from "../core/fault.ts";
import type { StageId } from "../core/plan.ts";
import { readDocument } from "../formats/document.ts";
import { parsePlan } from "../formats/format.ts";
import { nearestRealPath, pathKind, readPlanFile } from "../host/files.ts";
import { worktreePath } from "./places.ts";
import type { Project } from "./project.ts";
import { openPlan, type PlanFile } from "./plan-file.ts";
import { livePlanLink } from "./stage-files.ts";

const searched = 500;

/** Files ending in `.md` in the plan folders, real paths, without the links that we put there ourselves. */
export async function listPlanFiles(project: Project): Promise<readonly string[]> {
  const root = project.repository.mainWorktree;
  const found: string[] = [];
  for (const folder of project.config.plans) {
    const directory = resolve(root, folder);
    const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (!entry.isFile() || !entry.name.toLowerCase().endsWith(".md")) continue;
      if (found.length < searched) found.push(join(directory, entry.name));
    }
  }
  return [...new Set(found)];
}

/** The absolute path of the plan called `name`. Faults: plan-not-found, plan-ambiguous. */
export async function findPlan(project: Project, name: string): Promise<string> {
  const direct = resolve(project.ambient.cwd, name);
  if ((await pathKind(direct)) !== "absent") return livePath(project, direct);
  const fromRoot = resolve(project.repository.mainWorktree, name);
  if ((await pathKind(fromRoot)) !== "absent") return fromRoot;

  const files = await listPlanFiles(project);
  const byName = files.filter((file) => [name, `${name}.md`].includes(basename(file)));
  if (byName.length === 1 && byName[0] !== undefined) return byName[0];
  const ids = new Map<string, string[]>();
  for (const file of files) {
    const id = await planIdOf(file);
    if (id !== undefined) ids.set(id, [...(ids.get(id) ?? []), file]);
  }
  const byId = ids.get(name) ?? byName;
  if (byId.length > 1) throw new Fault("plan-ambiguous", { name, paths: byId });
  if (byId[0] !== undefined) return byId[0];
  const known = [...ids.keys(), ...files.map((file) => basename(file, ".md"))];
  const close = nearest(name, known);
  throw new Fault("plan-not-found", {
    name,
    lookedIn: project.config.plans,
    ...(close === undefined ? {} : { nearest: close }),
  });
}

/** The only plan found here, for commands called without one. Faults: plan-not-found, plan-ambiguous. */
export async function findOnlyPlan(project: Project): Promise<string> {
  const plans: string[] = [];
  for (const file of await listPlanFiles(project)) {
    if ((await planIdOf(file)) !== undefined) plans.push(file);
  }
  if (plans.length > 1) throw new Fault("plan-ambiguous", { name: "", paths: plans });
  if (plans[0] === undefined) throw new Fault("plan-not-found", { name: "", lookedIn: project.config.plans });
  return plans[0];
}

/** Every plan in the plan folders, with its findings; files that are no plans are left out. */
export async function listPlans(project: Project): Promise<readonly PlanFile[]> {
  const plans: PlanFile[] = [];
  for (const file of await listPlanFiles(project)) {
    const opened = await openPlan(project, file).catch(planFault);
    if (opened?.plan !== undefined) plans.push(opened);
  }
  return plans;
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

async function planIdOf(path: string): Promise<string | undefined> {
  try {
    const { text } = await readPlanFile(path);
    return parsePlan(readDocument({ path, text })).plan?.id;
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** Inside a stage's worktree the checked-out copy of a tracked plan is old; the live one lies in the main worktree. */
async function livePath(project: Project, path: string): Promise<string> {
  const { here, mainWorktree, inLinkedWorktree } = project.repository;
  const real = await realpath(path).catch(() => path);
  if (!inLinkedWorktree) return real;
  const inside = relative(here, real);
  if (inside === "" || inside.startsWith("..") || isAbsolute(inside)) return real;
  const live = join(mainWorktree, inside);
  return (await pathKind(live)) === "file" ? live : real;
}
