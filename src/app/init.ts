// `init`: one import line in the justfile, a commented configuration, and, if asked, a first plan. Nothing is overwritten.
import { join } from "node:path";
import { Fault } from "../core/fault.ts";
import type { Format } from "../formats/contract.ts";
import { formats } from "../formats/format.ts";
import { pathKind } from "../host/files.ts";
import { addToSmallFile, createSmallFile, readSmallFile } from "../host/small-file.ts";
import { freshJustfile, importAddition, importLine, readJustfile } from "./justfile.ts";
import type { Project } from "./project.ts";
import { configTemplate } from "./templates.ts";

export interface InitStep {
  /** Absolute. */
  readonly path: string;
  /** `kept`: the line would do harm there, see `reason`. */
  readonly outcome: "created" | "changed" | "exists" | "kept";
  /** Its first line, or the line that was added or would have been. */
  readonly text: string;
  readonly reason?: string;
  /** It exists, and holds exactly what would have been written. */
  readonly same?: true;
}

export interface InitRequest {
  /** Slug of a plan to write, without date and ending. */
  readonly plan?: string;
  /** `YYYY-MM-DD`, for the id of the plan. */
  readonly today: string;
  /** Our package, absolute: where the recipes and the schemas lie. */
  readonly home: string;
  readonly dryRun: boolean;
}

/** What was done, or with `dryRun` would be done, one entry a file. Fault: file-system. */
export async function initProject(project: Project, request: InitRequest): Promise<readonly InitStep[]> {
  const root = project.repository.mainWorktree;
  const installed = join(root, "node_modules", "stagetree");
  const isInstalled = (await readSmallFile(join(installed, recipesName))) !== undefined;
  const home = isInstalled ? installed : request.home;
  const steps = [
    await addImport(root, { recipes: join(home, recipesName), dryRun: request.dryRun }),
    await createConfig(root, { hasSchema: isInstalled, dryRun: request.dryRun }),
  ];
  if (request.plan !== undefined) steps.push(...(await createPlan(project, { ...request, slug: request.plan })));
  return steps;
}

const recipesName = join("bin", "plan.just");

export interface PlanRequest {
  readonly slug: string;
  readonly today: string;
  readonly dryRun: boolean;
  /** Name of a format; the native one where absent. */
  readonly format?: string;
}

/**
 * Writes the files of a fresh plan where its format has them, one step a file, the one to open first. Where one of them exists
 * already with another content, none is written. Faults: usage, when there is no such format; file-system.
 */
export async function createPlan(project: Project, request: PlanRequest): Promise<readonly InitStep[]> {
  const { slug, today, dryRun } = request;
  const format = formatNamed(request.format ?? formats[0].name);
  const root = project.repository.mainWorktree;
  const files = format.fresh({ slug, today, title: titleOf(slug) });
  const place = (options: { readonly dryRun: boolean }): Promise<readonly InitStep[]> =>
    Promise.all(files.map(({ path, text }) => createFile(join(root, path), { text, ...options })));
  const planned = await place({ dryRun: true });
  const isFree = planned.every(({ outcome, same }) => outcome === "created" || same === true);
  return dryRun || !isFree ? planned : place({ dryRun });
}

function formatNamed(name: string): Format {
  const found = formats.find((format) => format.name === name);
  if (found !== undefined) return found;
  const names = formats.map((format) => format.name).join(", ");
  throw new Fault("usage", { message: `There is no format "${name}"; there are: ${names}.` });
}

async function addImport(
  root: string,
  { recipes, dryRun }: { readonly recipes: string; readonly dryRun: boolean },
): Promise<InitStep> {
  const { path, text, imported, taken } = await readJustfile(root, recipes);
  const line = importLine(root, recipes);
  if (text === undefined) return createFile(path, { text: freshJustfile(line), dryRun });
  if (imported) return { path, outcome: "exists", text: line };
  if (taken !== undefined) {
    const place = `${taken.path}, line ${taken.line}`;
    const reason = `it has a recipe ${taken.recipe} already (${place}); take that one out, then run init again`;
    return { path, outcome: "kept", text: line, reason };
  }
  if (!dryRun) await addToSmallFile(path, importAddition(text, line));
  return { path, outcome: "changed", text: line };
}

/** A second configuration beside the one in package.json would be refused, so there is never one. */
async function createConfig(
  root: string,
  { hasSchema, dryRun }: { readonly hasSchema: boolean; readonly dryRun: boolean },
): Promise<InitStep> {
  const shared = join(root, "package.json");
  if (holdsKey(await readSmallFile(shared), "stagetree"))
    return { path: shared, outcome: "exists", text: '"stagetree"' };
  const schema = hasSchema ? { schema: "./node_modules/stagetree/dist/config.schema.json" } : {};
  return createFile(join(root, "stagetree.config.json"), { text: configTemplate(schema), dryRun });
}

function holdsKey(text: string | undefined, key: string): boolean {
  if (text === undefined) return false;
  try {
    const parsed: unknown = JSON.parse(text.replace(/^\uFEFF/u, ""));
    return typeof parsed === "object" && parsed !== null && Object.hasOwn(parsed, key);
  } catch {
    return false;
  }
}

async function createFile(
  path: string,
  options: { readonly text: string; readonly dryRun: boolean },
): Promise<InitStep> {
  const text = options.text.split("\n")[0] ?? "";
  const kind = await pathKind(path);
  if (kind !== "absent") {
    const isSame = kind === "file" && (await readSmallFile(path)) === options.text;
    return { path, outcome: "exists", text, ...(isSame ? { same: true } : {}) };
  }
  if (!options.dryRun) await createSmallFile(path, options.text);
  return { path, outcome: "created", text };
}

/** `rate-limiter` as a title: "Rate limiter". */
const titleOf = (slug: string): string => {
  const words = slug.replaceAll("-", " ");
  return words.slice(0, 1).toUpperCase() + words.slice(1);
};
