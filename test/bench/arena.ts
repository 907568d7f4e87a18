// Where a row works: repositories of a wished size, the program, and a fresh folder for every round. Nothing is removed
// between the rounds: on ext4 creating files gets several times slower after a removal.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { planText, type PlannedStage } from "../rig.ts";
import type { Sandbox } from "../sandbox.ts";
import { type Call, type Cost, type Ended, measure, run } from "./measure.ts";

export interface Arena {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where tools that others wrote are installed, outside of this repository. */
  readonly peers: string;
  /** A size, or a fraction of it where the rows are only tried. */
  readonly scaled: (size: number) => number;
  /** How long the idle row looks, in milliseconds. */
  readonly idleMs: number;
  /** Runs git, in the arena where no folder is named, and returns what it printed. */
  readonly git: (args: readonly string[], cwd?: string) => Promise<string>;
  /** A new, empty folder. */
  readonly fresh: (name: string) => Promise<string>;
}

export interface ArenaOptions {
  readonly sandbox: Sandbox;
  readonly peers: string;
  /** Sizes are divided by it. */
  readonly share: number;
  readonly idleMs: number;
}

export function createArena({ sandbox, peers, share, idleMs }: ArenaOptions): Arena {
  let made = 0;
  return {
    folder: sandbox.directory,
    environment: sandbox.environment,
    peers,
    idleMs,
    scaled: (size) => (share === 1 ? size : Math.max(2, Math.ceil(size / share))),
    git: (args, cwd) => sandbox.git(args, cwd),
    async fresh(name) {
      made += 1;
      const folder = join(sandbox.directory, `${String(made).padStart(4, "0")}-${name}`);
      await mkdir(folder);
      return folder;
    },
  };
}

const program = join(import.meta.dirname, "../../bin/stagetree.js");

/** The command line of the program. */
export const stagetree = (...args: readonly string[]): readonly string[] => [process.execPath, program, ...args];

/** Runs a command in a folder, with the settings of the arena. */
export const call = (
  arena: Arena,
  command: readonly string[],
  options: { readonly cwd: string } & Partial<Call>,
): Promise<Ended> => run(command, { env: arena.environment, ...options });

/** The same, with what it cost. */
export async function cost(
  arena: Arena,
  command: readonly string[],
  options: { readonly cwd: string } & Partial<Call>,
): Promise<Cost & { readonly stdout: string }> {
  const { value, ...measured } = await measure(() => call(arena, command, options));
  return { ...measured, peakBytes: value.peakBytes, stdout: value.stdout };
}

export interface Made {
  /** Files besides those given by name. */
  readonly files: number;
  /** Bytes of such a file, on average. */
  readonly bytes?: number;
  readonly named?: Readonly<Record<string, string>>;
}

/** A bare repository with one commit on `main`; the same sizes give the same commit. */
export async function makeSeed(arena: Arena, { files, bytes = 2000, named = {} }: Made): Promise<string> {
  const seed = join(await arena.fresh("seed"), "seed.git");
  await arena.git(["init", "--quiet", "--bare", seed]);
  const importing = spawn("git", ["-C", seed, "fast-import", "--quiet"], {
    env: arena.environment,
    stdio: ["pipe", "inherit", "inherit"],
  });
  const input = importing.stdin;
  const write = async (text: string): Promise<void> => {
    if (!input.write(text)) await once(input, "drain");
  };
  await write("commit refs/heads/main\ncommitter Sandbox <sandbox@example.invalid> 1700000000 +0000\ndata 6\nseeded\n");
  const file = (path: string, text: string): Promise<void> =>
    write(`M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`);
  for (const [path, text] of Object.entries(named)) await file(path, text);
  for (let index = 0; index < files; index += 1) await file(seedPath(index), seedText(index, bytes));
  const ended = once(importing, "exit");
  input.end("\ndone\n");
  await finished(input);
  const [code] = await ended;
  if (code !== 0) throw new Error(`git fast-import ended with ${String(code)}`);
  return seed;
}

/** Folders of fifty, as deep as those of a real project. */
const seedPath = (index: number): string =>
  `src/part${Math.floor(index / 1000)}/folder${Math.floor(index / 50) % 20}/file${index}.txt`;

/** Lines that differ, so that git can neither share nor shrink them away; between half and one and a half times the size. */
function seedText(index: number, bytes: number): string {
  let state = (index + 1) * 2654435761;
  const next = (): number => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state;
  };
  const size = Math.round(bytes * (0.5 + next() / 2 ** 32));
  let text = "";
  while (text.length < size) text += `line ${next().toString(36)} of file ${index}: ${next().toString(36)}\n`;
  return text.slice(0, size);
}

/** A clone of the seed with all its files, in a fresh folder; worktrees find room beside it. */
export async function cloneSeed(arena: Arena, seed: string): Promise<string> {
  const root = join(await arena.fresh("clone"), "repo");
  await arena.git(["clone", "--quiet", "--local", seed, root]);
  return root;
}

/** A repository of so many files whose plan has so many stages, and no worktree yet. */
export async function plannedClone(
  arena: Arena,
  { stages, ...made }: { readonly stages: readonly PlannedStage[] } & Made,
): Promise<string> {
  return cloneSeed(arena, await makeSeed(arena, { ...made, named: { "plan.md": planText(stages), ...made.named } }));
}

/** The worktree that each of so many stages gets beside the repository. */
export const treeOf = (root: string, id: string): string => join(root, "..", "trees", id);

/** Stages `s0`, `s1`, … */
export const someStages = (count: number, more: Readonly<Record<string, unknown>> = {}): readonly PlannedStage[] =>
  Array.from({ length: count }, (_, index) => ({ id: `s${index}`, ...more }));

/** Fails the round where what should be is not so. */
export function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`the work was not done: ${what}`);
}
