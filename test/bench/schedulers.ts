// The other schedulers, each with a graph of commands in the form it reads. None of them makes worktrees.
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { type Arena, call, cost, must } from "./arena.ts";
import type { GraphNode } from "./graphs.ts";
import { peerMissing, peerTool } from "./peers.ts";
import type { Contestant, Missing } from "./row.ts";

export interface Game {
  readonly graph: readonly GraphNode[];
  readonly jobs: number;
  /** Everything ran before, and nothing changed since. */
  readonly cached?: boolean;
}

type Scheduler = (arena: Arena, game: Game) => Promise<Contestant | Missing>;

const write = async (path: string, value: unknown): Promise<void> => {
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, typeof value === "string" ? value : `${JSON.stringify(value)}\n`);
};

/** One that is there, with its own way to prepare a folder and to tell that all commands ran. */
function scheduler(tool: string, how: Preparation): Scheduler {
  return async (arena, game) => {
    const path = peerTool(arena, tool);
    if (path === undefined) return { name: tool, missing: peerMissing(tool) };
    const folder = await arena.fresh(tool);
    await how.prepare(folder, { arena, game });
    const command = [path, ...how.args(game)];
    const env = { ...arena.environment, CI: "1", ...how.env?.(folder, game) };
    let warmed: Promise<unknown> | undefined;
    return {
      name: tool,
      round: async () => {
        if (game.cached === true) await (warmed ??= call(arena, command, { cwd: folder, env }));
        const measured = await cost(arena, command, { cwd: folder, env });
        const said = stripVTControlCharacters(measured.stdout);
        must(how.isDone(said, game), `${tool} says ${said.slice(-200)}`);
        return measured;
      },
    };
  };
}

interface Preparation {
  readonly prepare: (folder: string, given: { readonly arena: Arena; readonly game: Game }) => Promise<void>;
  readonly args: (game: Game) => readonly string[];
  readonly env?: (folder: string, game: Game) => Readonly<Record<string, string>>;
  readonly isDone: (stdout: string, game: Game) => boolean;
}

const packageOf = (id: string): string => `@graph/${id}`;

/** A package for each node; a stand-in for npm spares the tool a tenth of a second for each command. */
const turbo = scheduler("turbo", {
  prepare: async (folder, { game }) => {
    await write(join(folder, "package.json"), {
      name: "graph",
      private: true,
      packageManager: "npm@10.9.0",
      workspaces: ["packages/*"],
    });
    await write(join(folder, "turbo.json"), {
      tasks: { noop: { dependsOn: ["^noop"], cache: game.cached === true, inputs: ["package.json"], outputs: [] } },
    });
    const lock: Record<string, unknown> = { "": { name: "graph", workspaces: ["packages/*"] } };
    for (const { id, needs } of game.graph) {
      const dependencies = Object.fromEntries(needs.map((need) => [packageOf(need), "*"]));
      const own = { name: packageOf(id), version: "1.0.0", dependencies };
      await write(join(folder, "packages", id, "package.json"), { ...own, scripts: { noop: "true" } });
      lock[`packages/${id}`] = own;
      lock[`node_modules/${packageOf(id)}`] = { resolved: `packages/${id}`, link: true };
    }
    await write(join(folder, "package-lock.json"), { name: "graph", lockfileVersion: 3, packages: lock });
    await mkdir(join(folder, "bin"));
    await writeFile(join(folder, "bin/npm"), "#!/bin/sh\nexec true\n", { mode: 0o755 });
  },
  args: ({ jobs }) => ["run", "noop", `--concurrency=${jobs}`, "--output-logs=none", "--ui=stream"],
  env: (folder) => ({
    PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
    TURBO_TELEMETRY_DISABLED: "1",
    DO_NOT_TRACK: "1",
  }),
  isDone: (stdout, { graph, cached }) =>
    stdout.includes(`${graph.length} successful, ${graph.length} total`) &&
    (cached !== true || stdout.includes(`${graph.length} cached`)),
});

/** One package; what npm would tell it through the environment is told directly. */
const wireit = scheduler("wireit", {
  prepare: async (folder, { game }) => {
    const scripts: Record<string, string> = { all: "wireit" };
    const tasks: Record<string, unknown> = { all: { dependencies: game.graph.map(({ id }) => id) } };
    for (const { id, needs, command } of game.graph) {
      scripts[id] = "wireit";
      tasks[id] = { command, dependencies: needs, ...(game.cached === true ? { files: [], output: [] } : {}) };
    }
    await write(join(folder, "package.json"), { name: "graph", scripts, wireit: tasks });
  },
  args: () => [],
  env: (folder, { jobs }) => ({
    WIREIT_PARALLEL: String(jobs),
    WIREIT_LOGGER: "metrics",
    WIREIT_CACHE: "local",
    npm_lifecycle_event: "all",
    npm_package_json: join(folder, "package.json"),
    npm_config_user_agent: "npm/10.9.0",
  }),
  isDone: (stdout, { graph }) => stdout.includes(String(graph.length)),
});

const nx = scheduler("nx", {
  prepare: async (folder, { arena, game }) => {
    await write(join(folder, "package.json"), { name: "graph", private: true });
    await write(join(folder, "nx.json"), {
      targetDefaults: { noop: { dependsOn: ["^noop"], cache: game.cached === true } },
    });
    await symlink(join(arena.peers, "node_modules"), join(folder, "node_modules"));
    for (const { id, needs, command } of game.graph) {
      const targets = { noop: { executor: "nx:run-commands", options: { command } } };
      await write(join(folder, "packages", id, "project.json"), { name: id, implicitDependencies: needs, targets });
    }
  },
  args: ({ jobs }) => ["run-many", "-t", "noop", `--parallel=${jobs}`, "--outputStyle=static"],
  env: () => ({ NX_DAEMON: "false", NX_NO_CLOUD: "true" }),
  isDone: (stdout) => stdout.includes("Successfully ran target noop"),
});

const moon = scheduler("moon", {
  prepare: async (folder, { arena, game }) => {
    await arena.git(["init", "--quiet", folder]);
    await write(
      join(folder, ".moon/workspace.yml"),
      "projects:\n  - 'packages/*'\nvcs:\n  defaultBranch: main\ntelemetry: false\n",
    );
    for (const { id, needs, command } of game.graph) {
      const after = needs.map((need) => `'${need}:noop'`).join(", ");
      const text = `tasks:\n  noop:\n    command: '${command}'\n    deps: [${after}]\n    options: { cache: ${game.cached === true} }\n`;
      await write(join(folder, "packages", id, "moon.yml"), text);
    }
    await arena.git(["add", "--all"], folder);
    await arena.git(["commit", "--quiet", "-m", "graph"], folder);
  },
  args: ({ jobs }) => ["run", ":noop", "--concurrency", String(jobs), "--summary"],
  isDone: (stdout, { graph }) => stdout.split("pass RunTask(").length > graph.length,
});

export const schedulers: readonly Scheduler[] = [turbo, wireit, nx, moon];
