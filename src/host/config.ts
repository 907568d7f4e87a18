// The configuration: defaults, the repository's file, the user's file, the environment; each later one wins.
import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { Fault } from "../core/fault.ts";
import { readEnvironment } from "./config-environment.ts";
import { type Layer, type LayerOptions, parseLayer } from "./config-layer.ts";
import type { WrittenConfig } from "./config.validator.js";
import { patternProblem } from "./copy.ts";

export interface Config {
  /** Folders, relative to the repository or absolute, in which plans are looked up. */
  readonly plans: readonly string[];
  readonly base?: string;
  readonly jobs?: number;
  /** Milliseconds a command may take; 0 is no limit. */
  readonly timeoutMs?: number;
  readonly retries?: number;
  /** Patterns of ignored files that each new worktree gets a copy of. */
  readonly copy: readonly string[];
  readonly setup?: string;
  readonly agent?: string;
  readonly agents: Readonly<Record<string, string>>;
  /** First words that count as commands, besides the well-known ones. */
  readonly runners: readonly string[];
  /** Names and patterns of variables that commands get to see besides the usual ones. */
  readonly pass: readonly string[];
  readonly writeBack: boolean;
  /** Absolute folders that worktrees may be made in; empty means the one the main worktree lies in. */
  readonly roots: readonly string[];
  /** For stages whose plan names no branch; `{plan}` and `{stage}` are their ids. */
  readonly naming: { readonly branch: string; readonly worktree: string };
  readonly waves: "declared" | "barrier";
  readonly serializeOverlaps: boolean;
  /** Whether commands are held to their worktrees. */
  readonly containment: boolean;
  /** Whether checks run on the base of their stage as well. */
  readonly baseline: boolean;
  /** Whether new worktrees get their files from others that have the same commit. */
  readonly fastCheckout: boolean;
}

export interface ConfigValue {
  /** As it is written in a file. */
  readonly key: string;
  readonly value: unknown;
  /** Commands of "repository" need trust; those of "user" and "environment" are the person's own. */
  readonly source: "default" | "repository" | "user" | "environment";
  /** The file, or the name of the variable. */
  readonly path?: string;
}

export interface ConfigPlace {
  /** The main worktree, absolute. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The user's home; HOME of the environment where absent. */
  readonly home?: string;
}

const naming = { branch: "{plan}/{stage}", worktree: "../worktrees/{plan}/{stage}" };

const defaults: WrittenConfig = {
  plans: [".claude/plans", "docs", "spec", "plans", ".planning", "projectManagement/Implementations"],
  copy: [],
  agents: {},
  runners: [],
  pass: [],
  writeBack: true,
  roots: [],
  ...naming,
  waves: "declared",
  serializeOverlaps: false,
  containment: true,
  baseline: false,
  fastCheckout: true,
};

/** Every key, in the order it is shown. */
const keys = [
  "plans",
  "base",
  "jobs",
  "timeout",
  "retries",
  "copy",
  "setup",
  "agent",
  "agents",
  "runners",
  "pass",
  "writeBack",
  "roots",
  "branch",
  "worktree",
  "waves",
  "serializeOverlaps",
  "containment",
  "baseline",
  "fastCheckout",
] as const satisfies readonly (keyof WrittenConfig)[];

/**
 * Reads `stagetree.config.json` or "stagetree" in package.json, then `$XDG_CONFIG_HOME/stagetree/config.json`, then the
 * STAGETREE_ variables. A value replaces the earlier one whole: lists and profiles of two files are never mixed, so that
 * each has one source. Faults: config-invalid (with the line and the nearest known key), file-system.
 */
export async function loadConfig(place: ConfigPlace): Promise<{ config: Config; values: readonly ConfigValue[] }> {
  const named = place.home ?? place.environment["HOME"] ?? "";
  // A home that depends on the folder one is in could be written by the repository.
  const home = isAbsolute(named) ? named : undefined;
  const [repository, user] = await Promise.all([readRepository(place.root), readUser(place.environment, home)]);
  if (repository !== undefined) {
    checkRoots(repository, { root: place.root, home });
    checkPass(repository);
    checkContainment(repository);
  }
  const environment = readEnvironment(place.environment);
  const layers = [{ source: "default" as const, written: defaults }, repository, user, ...environment];
  const values = keys.map((key): ConfigValue => {
    const layer = layers.findLast((one) => one?.written[key] !== undefined);
    const { source = "default" as const, path } = layer ?? {};
    return { key, value: layer?.written[key], source, ...(path === undefined ? {} : { path }) };
  });
  const merged: WrittenConfig = Object.assign({}, ...layers.map((layer) => layer?.written));
  return { config: readConfig(merged, { root: place.root, home }), values };
}

function readConfig(written: WrittenConfig, from: Origin): Config {
  const { base, jobs, timeout, retries, setup, agent } = written;
  return {
    plans: (written.plans ?? []).map((folder) => expandHome(folder, from.home)),
    ...(base === undefined ? {} : { base }),
    ...(jobs === undefined ? {} : { jobs }),
    ...(timeout === undefined ? {} : { timeoutMs: readDuration(timeout) }),
    ...(retries === undefined ? {} : { retries }),
    copy: written.copy ?? [],
    ...(setup === undefined ? {} : { setup }),
    ...(agent === undefined ? {} : { agent }),
    agents: written.agents ?? {},
    runners: written.runners ?? [],
    pass: written.pass ?? [],
    writeBack: written.writeBack ?? true,
    roots: (written.roots ?? []).map((folder) => resolve(from.root, expandHome(folder, from.home))),
    naming: { branch: written.branch ?? naming.branch, worktree: written.worktree ?? naming.worktree },
    waves: written.waves ?? "declared",
    serializeOverlaps: written.serializeOverlaps ?? false,
    containment: written.containment ?? true,
    baseline: written.baseline ?? false,
    fastCheckout: written.fastCheckout ?? true,
  };
}

const unitMs: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
]);

/** Milliseconds; a number without a unit is seconds. */
function readDuration(written: number | string): number {
  if (typeof written === "number") return Math.round(written * 1000);
  const [, amount, unit = "s"] = /^([\d.]+)([a-z]+)$/u.exec(written) ?? [];
  return Math.round(Number(amount) * (unitMs.get(unit) ?? 1000));
}

interface Origin {
  readonly root: string;
  readonly home: string | undefined;
}

const expandHome = (path: string, home: string | undefined): string =>
  home !== undefined && (path === "~" || path.startsWith("~/")) ? home + path.slice(1) : path;

/** Undefined where there is no file, or no such key in it. Faults: config-invalid, file-system. */
async function readLayer(path: string, options: Omit<LayerOptions, "path">): Promise<Layer | undefined> {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  // package.json is read by every command: most say nothing about us, and a search is cheaper than a tree.
  if (options.under !== undefined && !text.includes(`"${options.under}"`)) return undefined;
  return parseLayer(text, { path, ...options });
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "EIO";
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new Fault("file-system", { action: "read", path, code }, { cause: error });
  }
}

async function readRepository(root: string): Promise<Layer | undefined> {
  const own = await readLayer(join(root, "stagetree.config.json"), { source: "repository", check: checkCopy });
  const shared = await readLayer(join(root, "package.json"), {
    source: "repository",
    under: "stagetree",
    check: checkCopy,
  });
  if (own === undefined || shared === undefined) return own ?? shared;
  throw new Fault("config-invalid", {
    path: own.path ?? "stagetree.config.json",
    message: 'package.json holds a "stagetree" key as well; keep only one of the two.',
  });
}

async function readUser(environment: ConfigPlace["environment"], home: string | undefined): Promise<Layer | undefined> {
  const configured = environment["XDG_CONFIG_HOME"];
  // The XDG base directory specification: a relative path is to be ignored.
  const fallback = home === undefined ? undefined : join(home, ".config");
  const folder = configured !== undefined && isAbsolute(configured) ? configured : fallback;
  if (folder === undefined) return undefined;
  return readLayer(join(folder, "stagetree", "config.json"), { source: "user", check: checkCopy });
}

function checkCopy(
  written: WrittenConfig,
): { readonly at: readonly (string | number)[]; readonly message: string } | undefined {
  for (const [index, pattern] of (written.copy ?? []).entries()) {
    const problem = patternProblem(pattern);
    if (problem !== undefined) return { at: ["copy", index], message: `the pattern "${pattern}" ${problem}.` };
  }
  return undefined;
}

/** Nor may it ask for more of what the person's environment holds. */
function checkPass({ written, path = "" }: Layer): void {
  if (written.pass === undefined) return;
  const message =
    '"pass" is for your own configuration file or STAGETREE_PASS only: a repository may not ask for your variables.';
  throw new Fault("config-invalid", { path, message });
}

/** The repository's own file, which a command could write, may not stop us from looking at what commands write. */
function checkContainment({ written, path = "" }: Layer): void {
  if (written.containment !== false) return;
  throw new Fault("config-invalid", {
    path,
    message: '"containment" can be switched off by your own configuration file, STAGETREE_CONTAINMENT or a flag only.',
  });
}

/** A repository's own file may not open more of the disk to plans than they may use anyway. */
function checkRoots(layer: Layer, from: Origin): void {
  const allowed = dirname(from.root);
  for (const folder of layer.written.roots ?? []) {
    const way = relative(allowed, resolve(from.root, expandHome(folder, from.home)));
    if (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way)) continue;
    throw new Fault("config-invalid", {
      path: layer.path ?? "",
      message: `the root "${folder}" lies outside of ${allowed}; only your own configuration file or STAGETREE_ROOTS may allow it.`,
    });
  }
}
