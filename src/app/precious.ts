// Which ignored files are worth keeping: those that no tool makes again and that lie nowhere else.
import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { hasSameContent } from "../host/same-content.ts";
import { stageFiles } from "./stage-files.ts";

/** Folders and files that a package manager, a compiler or a test run makes again. */
const regenerable = new Set(
  `node_modules .pnpm-store bower_components target build dist out .next .nuxt .svelte-kit .turbo .nx .parcel-cache .cache
  coverage .nyc_output __pycache__ .pytest_cache .mypy_cache .ruff_cache .tox .nox .venv venv .eggs .gradle obj .dart_tool
  _build .stack-work dist-newstyle .eslintcache .DS_Store Thumbs.db`.split(/\s+/u),
);

const regenerableEnding = /\.(?:pyc|pyo|o|obj|class|tsbuildinfo)$/u;

/** Whether a tool makes it again, going by its name. */
export function isRegenerable(path: string): boolean {
  const parts = path.replace(/\/+$/u, "").split("/");
  return parts.some((part) => regenerable.has(part)) || regenerableEnding.test(parts.at(-1) ?? "");
}

/** Ignored paths that no tool makes again, relative to the worktree; folders end in `/`. */
export interface Lasting {
  /** They have to be saved before the worktree may go. */
  readonly precious: readonly string[];
  /** They are still what lies in the main worktree, and so are not lost with this one. */
  readonly copies: readonly string[];
}

/** Looks into those of the ignored paths whose names do not tell. */
export async function judgeIgnored(options: {
  readonly worktree: string;
  readonly mainWorktree: string;
  readonly ignored: readonly string[];
}): Promise<Lasting> {
  const { worktree, mainWorktree, ignored } = options;
  const paths = (await Promise.all(ignored.map((one) => withoutOurs(worktree, one)))).flat();
  const precious: string[] = [];
  const copies: string[] = [];
  for (const path of paths.filter((one) => !isRegenerable(one))) {
    const isCopy = await hasSameContent(join(worktree, path), join(mainWorktree, path));
    (isCopy ? copies : precious).push(path);
  }
  return { precious, copies };
}

/** Whether none of the ignored paths had to be looked into: then the same names later on mean the same judgement. */
export const isJudgedByName = (ignored: readonly string[]): boolean =>
  ignored.every((path) => isRegenerable(path) || stageFiles.includes(path));

/** A repository may ignore the folder that our own files lie in as a whole: then it is named by what else it holds. */
async function withoutOurs(worktree: string, path: string): Promise<readonly string[]> {
  if (stageFiles.includes(path)) return [];
  if (!stageFiles.some((file) => file.startsWith(path))) return [path];
  const entries = await readdir(join(worktree, path), { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(worktree, join(entry.parentPath, entry.name)))
    .filter((file) => !stageFiles.includes(file));
}
