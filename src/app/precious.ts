// Which ignored files are worth keeping: those that no tool makes again.
import type { Config } from "../host/config.ts";
import { stageFiles } from "./stage-files.ts";

/** Folders and files that a package manager, a compiler or a test run makes again. */
const regenerable = new Set(
  `node_modules .pnpm-store bower_components target build dist out .next .nuxt .svelte-kit .turbo .nx .parcel-cache .cache
  coverage .nyc_output __pycache__ .pytest_cache .mypy_cache .ruff_cache .tox .nox .venv venv .eggs .gradle obj .dart_tool
  _build .stack-work dist-newstyle .eslintcache .DS_Store Thumbs.db`.split(/\s+/u),
);

const regenerableEnding = /\.(?:pyc|pyo|o|obj|class|tsbuildinfo|swp|swo)$/u;

/** The ignored paths (folders end in `/`) that have to be saved before a worktree may go. */
export function preciousOf(ignored: readonly string[], config: Config): readonly string[] {
  const copied = new Set(config.copy.map((pattern) => pattern.replace(/^\/|\/+$/gu, "")));
  return ignored.filter((path) => {
    const parts = path.replace(/\/+$/u, "").split("/");
    const name = parts.at(-1) ?? "";
    if (stageFiles.includes(path) || copied.has(parts.join("/"))) return false;
    return !parts.some((part) => regenerable.has(part)) && !regenerableEnding.test(name);
  });
}
