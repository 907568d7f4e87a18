// A repository with its configuration: what every command but `--version` starts from.
import { join } from "node:path";
import { type Config, type ConfigValue, loadConfig } from "../host/config.ts";
import { openRepository, type Repository } from "../git/repository.ts";
import type { Engine } from "../engine/engine.ts";
import type { Ambient } from "./ambient.ts";

export interface Project {
  readonly ambient: Ambient;
  readonly repository: Repository;
  readonly config: Config;
  readonly values: readonly ConfigValue[];
  /** Our own folder in the common git directory: shared by all worktrees, never committed. */
  readonly directory: string;
  /** The one engine of this process; loaded when the first command runs. */
  readonly engine: () => Promise<Engine>;
}

export interface ProjectOptions {
  /** git is asked nothing yet where the repository is a plain one: see `openRepository`. */
  readonly lazy?: true;
}

/** Opens the repository around the current folder. Faults: those of `openRepository` and `loadConfig`. */
export async function openProject(ambient: Ambient, options: ProjectOptions = {}): Promise<Project> {
  const repository = await openRepository({ directory: ambient.cwd, environment: ambient.environment, ...options });
  const { config, values } = await loadConfig({ root: repository.mainWorktree, environment: ambient.environment });
  let engine: Promise<Engine> | undefined;
  return {
    ambient,
    repository,
    config,
    values,
    directory: join(repository.commonDir, "stagetree"),
    engine: () => (engine ??= import("../engine/local.ts").then(({ localEngine }) => localEngine())),
  };
}

/** Where a configuration value came from; "flag" for what the person typed. */
export const sourceOf = (project: Project, key: string): ConfigValue["source"] | undefined =>
  project.values.find((value) => value.key === key)?.source;
