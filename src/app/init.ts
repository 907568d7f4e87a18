// `init`: one import line in the justfile, a commented configuration, and, if asked, a first plan. Nothing is overwritten.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { pathKind } from "../host/files.ts";
import type { Project } from "./project.ts";
import { configTemplate, planTemplate } from "./templates.ts";

export interface InitStep {
  readonly path: string;
  readonly outcome: "created" | "changed" | "exists";
  readonly text: string;
}

export interface InitRequest {
  /** Slug of a plan to write, without date and ending. */
  readonly plan?: string;
  /** `YYYY-MM-DD`, for the id of the plan. */
  readonly today: string;
  /** The recipes file of the package, absolute. */
  readonly recipes: string;
  readonly dryRun: boolean;
}

const justfiles = ["justfile", "Justfile", ".justfile"];

/** What was done, or with `dryRun` would be done, one entry a file. */
export async function initProject(project: Project, request: InitRequest): Promise<readonly InitStep[]> {
  const root = project.repository.mainWorktree;
  const steps: InitStep[] = [await addImport(root, request)];
  steps.push(await createFile(join(root, "stagetree.config.json"), { text: configTemplate, dryRun: request.dryRun }));
  if (request.plan !== undefined) {
    steps.push(await createPlan(project, { ...request, slug: request.plan }));
  }
  return steps;
}

/** Writes a plan from the template into `.claude/plans/`, named by date and slug. */
export function createPlan(
  project: Project,
  options: { readonly slug: string; readonly today: string; readonly dryRun: boolean },
): Promise<InitStep> {
  const { slug, today } = options;
  const id = `${today}-${slug}`;
  const path = join(project.repository.mainWorktree, ".claude", "plans", `${id}.md`);
  return createFile(path, { text: planTemplate({ id, slug, today }), dryRun: options.dryRun });
}

async function addImport(root: string, request: InitRequest): Promise<InitStep> {
  let name = justfiles[0] ?? "justfile";
  let found = "";
  for (const candidate of justfiles) {
    const text = await readFile(join(root, candidate), "utf8").catch(() => undefined);
    if (text === undefined) continue;
    name = candidate;
    found = text;
    break;
  }
  const path = join(root, name);
  const line = `import? '${importPath(root, request.recipes)}'`;
  if (found.includes("stagetree/bin/plan.just") || found.includes(line)) {
    return { path, outcome: "exists", text: line };
  }
  const existed = (await pathKind(path)) !== "absent";
  if (!request.dryRun) await writeFile(path, found === "" ? `${line}\n` : `${line}\n\n${found}`);
  return { path, outcome: existed ? "changed" : "created", text: line };
}

/** Inside the repository the path is relative, so that the line works on every machine. */
function importPath(root: string, recipes: string): string {
  const way = relative(root, recipes);
  return way.startsWith("..") ? recipes : `./${way}`;
}

async function createFile(path: string, options: { readonly text: string; readonly dryRun: boolean }): Promise<InitStep> {
  const text = options.text.split("\n")[0] ?? "";
  if ((await pathKind(path)) !== "absent") return { path, outcome: "exists", text };
  if (!options.dryRun) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, options.text, { flag: "wx" });
  }
  return { path, outcome: "created", text };
}
