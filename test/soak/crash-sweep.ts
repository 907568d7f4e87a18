// Kills a command before each change it makes to a file, calls the next one, and holds the result against an undisturbed run.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { createRig, type Rig, until } from "../rig.ts";
import type { Files } from "../sandbox.ts";
import { locksIn } from "../walk.ts";
import { contentsOf } from "../e2e/repository-image.ts";
import { spawnGroup } from "./group.ts";
import { livingIn } from "./processes.ts";

export interface Scenario {
  readonly name: string;
  readonly files?: Files;
  /** Where most changes are alike: of so many in a row it is killed before one. */
  readonly stride?: number;
  /** Brings the repository to where the command starts. */
  readonly prepare: (rig: Rig) => Promise<void>;
  /** What is killed; called again, it has to end with 0. */
  readonly command: (rig: Rig) => readonly string[];
}

export interface Sweep {
  /** How many changes the undisturbed command makes. */
  readonly changes: number;
  /** How many times it was killed. */
  readonly killed: number;
  /** What was wrong afterwards, by the number of the change; empty when all of them recovered. */
  readonly failures: readonly string[];
}

/** The library that does the killing, made with the machine's own compiler; undefined where that cannot be done. */
export function buildCrashPoint(): string | undefined {
  if (process.platform !== "linux") return undefined;
  const library = join(mkdtempSync(join(tmpdir(), "stagetree-crash-")), "crash-point.so");
  const source = join(import.meta.dirname, "crash-point.c");
  try {
    execFileSync("cc", ["-O1", "-shared", "-fPIC", "-o", library, source, "-ldl"], { stdio: "ignore" });
    // A Node without a dynamic linker, or one that is not allowed to preload, shows here.
    const point = makePoint(library);
    arm(point, 0);
    execFileSync(process.execPath, ["-e", `require("fs").writeFileSync(${JSON.stringify(`${library}.probe`)}, "x")`], {
      env: { ...process.env, ...armed({ library, point, root: dirname(library) }) },
      stdio: "ignore",
    });
    if (countOf(point) > 0) return library;
  } catch {
    // No compiler, or none that makes libraries.
  }
  removeCrashPoint(library);
  return undefined;
}

/** Removes what `buildCrashPoint` made. */
export const removeCrashPoint = (library: string | undefined): void => {
  if (library !== undefined) execFileSync("rm", ["-rf", dirname(library)]);
};

const makePoint = (beside: string): string => `${beside}.point`;
const arm = (point: string, target: number): void => {
  const numbers = new Uint32Array([0, target, 0]);
  writeFileSync(point, new Uint8Array(numbers.buffer));
};
const countOf = (point: string): number => readFileSync(point).readUInt32LE(0);
const armed = (by: { readonly library: string; readonly point: string; readonly root: string }) => ({
  LD_PRELOAD: by.library,
  CRASH_POINT: by.point,
  CRASH_ROOT: by.root,
  // Agents are given a list of variables; what they do is killed as well.
  STAGETREE_PASS: "LD_PRELOAD CRASH_*",
});

interface Options {
  readonly library: string;
  /** Every how many changes it is killed; 1, where absent, is at each of them. */
  readonly every?: number;
  /** At most so many times, evenly from the first change to the last, instead of `every`. */
  readonly times?: number;
  /** Number of the first one. */
  readonly first?: number;
}

/** Kills the command of the scenario again and again, each time from the same start. */
export async function sweep(scenario: Scenario, { library, every = 1, times, first = 1 }: Options): Promise<Sweep> {
  await using rig = await createRig({ "README.md": "hello\n", "src/a.txt": "a\n", ...scenario.files });
  const top = rig.sandbox.directory;
  const template = `${top}.template`;
  const point = makePoint(top);
  const env = { ...rig.sandbox.environment, ...armed({ library, point, root: top }) };
  const command = scenario.command(rig);
  try {
    await leaveUserWork(rig);
    await scenario.prepare(rig);
    await noneLeft(top);
    await cp(top, template, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    arm(point, 0);
    const whole = await spawnGroup(command, { cwd: rig.root, env }).ended;
    if (whole.code !== 0)
      throw new Error(`${scenario.name}: undisturbed ${whole.code}\n${whole.stdout}${whole.stderr}`);
    await noneLeft(top);
    const changes = countOf(point);
    const wanted = await finalImage(rig);
    const failures: string[] = [];
    let killed = 0;
    const step = times === undefined ? every : Math.max(1, Math.ceil((changes - first) / times));
    for (let target = first; target <= changes; target += step) {
      await rm(top, { recursive: true, force: true });
      await cp(template, top, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
      arm(point, target);
      const { code } = await spawnGroup(command, { cwd: rig.root, env }).ended;
      if (code !== "SIGKILL") continue;
      killed += 1;
      const problem = await problemAfter(rig, { command, wanted });
      if (problem !== undefined) failures.push(`${scenario.name}, before change ${target}: ${problem}`);
    }
    return { changes, killed, failures };
  } finally {
    for (const path of [template, point]) await rm(path, { recursive: true, force: true });
  }
}

/** Of a user in the middle of something: staged, modified, untracked, stashed. */
async function leaveUserWork(rig: Rig): Promise<void> {
  const { sandbox, root } = rig;
  await sandbox.write(join(root, "README.md"), "stashed\n");
  await rig.git(["stash", "--quiet"]);
  await sandbox.write(join(root, "README.md"), "changed by the user\n");
  await sandbox.write(join(root, "staged.txt"), "staged by the user\n");
  await rig.git(["add", "staged.txt"]);
  await sandbox.write(join(root, "untracked.txt"), "kept by the user\n");
}

async function problemAfter(
  rig: Rig,
  { command, wanted }: { readonly command: readonly string[]; readonly wanted: Image },
): Promise<string | undefined> {
  const status = await rig.call(["status", "plan.md", "--json"]);
  if (status.code !== 0) return `status ended with ${status.code}: ${status.stderr}`;
  const again = await rig.call(command);
  if (again.code !== 0) return `the next call ended with ${again.code}: ${again.stdout}${again.stderr}`;
  try {
    await noneLeft(rig.sandbox.directory);
    await rig.git(["fsck", "--strict", "--no-dangling"]);
    const found = await finalImage(rig);
    const differing = Object.keys(wanted).filter((key) => found[key] !== wanted[key]);
    const [key] = differing;
    return key === undefined ? undefined : `${differing.join(", ")} differ; ${difference(wanted[key], found[key])}`;
  } catch (error) {
    return String(error);
  }
}

function difference(wanted = "", found = ""): string {
  const [before, after] = [wanted.split("\n"), found.split("\n")];
  const lost = before.filter((line) => !after.includes(line)).map((line) => `-${line}`);
  const added = after.filter((line) => !before.includes(line)).map((line) => `+${line}`);
  return [...lost, ...added].join("\n").slice(0, 2000);
}

type Image = Readonly<Record<string, string>>;

const undoRefs = "refs/stagetree/undo/";

/** Everything that has to be the same however often the command was killed. */
async function finalImage(rig: Rig): Promise<Image> {
  const { root, sandbox } = rig;
  const top = sandbox.directory;
  const status = await rig.json<{ stages: readonly Record<string, unknown>[] }>(["status", "plan.md"]);
  const all = (await rig.git(["for-each-ref", "--format=%(refname) %(objectname)"])).split("\n");
  const undo = await rig.json<{ operations: readonly { readonly id: string }[] }>(["undo", "plan.md", "--list"]);
  const known = new Set(undo.operations.map(({ id }) => id));
  const kept = all.filter((line) => line.startsWith(undoRefs));
  const locks = await locksIn(root);
  const contents = await contentsOf(top, ["home", relative(top, join(root, ".git"))]);
  const worktrees = await rig.git(["worktree", "list", "--porcelain"]);
  const dirty: string[] = [];
  for (const [, path = ""] of worktrees.matchAll(/^worktree (.+)$/gmu)) {
    dirty.push(`${path}\n${await rig.git(["status", "--porcelain", "--branch"], path)}`);
  }
  return {
    // The time in its name is when the last call was made.
    refs: [...new Set(all.map((line) => line.replace(/\/\d{8}T\d+Z /u, "/… ")))]
      .filter((line) => !line.startsWith(undoRefs))
      .join("\n"),
    // How many operations it took is no matter, only that nothing is kept of any that is not known.
    undo: kept.filter((line) => !known.has(line.slice(undoRefs.length).split("/")[1] ?? "")).join("\n"),
    worktrees,
    dirty: dirty.join("\n"),
    locks: locks.join("\n"),
    files: contents.join("\n"),
    head: readFileSync(join(root, ".git/HEAD"), "utf8"),
    staged: await rig.git(["diff", "--cached"]),
    info: readdirSync(join(root, ".git/info")).join("\n"),
    stages: status.stages.map((stage) => JSON.stringify(stateOf(stage))).join("\n"),
  };
}

/** What a stage has come to, without the times and the logs. */
function stateOf(stage: Readonly<Record<string, unknown>>): unknown {
  const checks = Array.isArray(stage["checks"]) ? stage["checks"] : [];
  const { id, state, ready, waitingFor, branch, worktree, reason } = stage;
  return {
    id,
    state,
    ready,
    waitingFor,
    branch,
    worktree,
    reason,
    proof: stage["proof"],
    checks: checks.map((check: { readonly kind: string; readonly text: string; readonly state: string }) => [
      check.kind,
      check.text,
      check.state === "cached" ? "passed" : check.state,
    ]),
  };
}

const noneLeft = (top: string): Promise<boolean> =>
  until(() => livingIn(top).length === 0 || undefined, "all processes to end");
