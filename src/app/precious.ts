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

const regenerableEnding = /\.(?:pyc|pyo|o|obj|class|tsbuildinfo|swp|swo)$/u;

function isRegenerable(path: string): boolean {
  const parts = path.replace(/\/+$/u, "").split("/");
  return parts.some((part) => regenerable.has(part)) || regenerableEnding.test(parts.at(-1) ?? "");
}

/**
 * The ignored paths (relative to the worktree, folders end in `/`) that have to be saved before it may go. A copy that is
 * still what lies in the main worktree is not lost with it; one that was changed is.
 */
export async function listPrecious(options: {
  readonly worktree: string;
  readonly mainWorktree: string;
  readonly ignored: readonly string[];
}): Promise<readonly string[]> {
  const { worktree, mainWorktree } = options;
  const precious: string[] = [];
  for (const path of await listLasting(options)) {
    if (!(await hasSameContent(join(worktree, path), join(mainWorktree, path)))) precious.push(path);
  }
  return precious;
}

/** The ignored paths that no tool makes again, wherever else they lie. */
export async function listLasting(options: {
  readonly worktree: string;
  readonly ignored: readonly string[];
}): Promise<readonly string[]> {
  const { worktree, ignored } = options;
  const paths = (await Promise.all(ignored.map((one) => withoutOurs(worktree, one)))).flat();
  return paths.filter((path) => !isRegenerable(path));
}

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
