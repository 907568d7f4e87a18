// One hostile plan in a repository of its own, every command called on it, and everything that must not have happened.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync } from "node:fs";
import { readlink } from "node:fs/promises";
import { join, relative } from "node:path";
import { readAmbient } from "../../../src/app/ambient.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { exitCode, Fault, faultExit } from "../../../src/core/fault.ts";
import { systemFault } from "../../../src/core/system-fault.ts";
import { renderBug } from "../../../src/report/bug.ts";
import { renderFault } from "../../../src/report/fault.ts";
import { makeStyle } from "../../../src/report/style.ts";
import { createRig, type Rig } from "../../rig.ts";
import { attacks, type AttackName, written } from "./attacks.ts";
import { type HostileCall, hostileCalls, sung } from "./calls.ts";
import { adviceIn, earsOf, type Ended, hearGit, openEars, pasteAll } from "./ears.ts";
import { hostileFormats, type HostileFormatName, hostilePlan } from "./plans.ts";
import type { Watched } from "../../watched-terminal.ts";
import { entriesBelow } from "../../walk.ts";

export interface Combination {
  readonly format: HostileFormatName;
  readonly place: string;
  readonly attack: AttackName;
}

export interface Tally {
  combinations: number;
  calls: number;
  /** Standard outputs and standard errors that the emulator was shown. */
  outputs: number;
  bytes: number;
  gitCalls: number;
  /** Commands that were shown to be typed, and were. */
  pasted: number;
  approvedRuns: number;
  refusedRuns: number;
}

export const newTally = (): Tally => ({
  combinations: 0,
  calls: 0,
  outputs: 0,
  bytes: 0,
  gitCalls: 0,
  pasted: 0,
  approvedRuns: 0,
  refusedRuns: 0,
});

const program = join(import.meta.dirname, "../../../bin/stagetree.js");
const ordinary = "git --version";

export interface PlayOptions {
  readonly terminal: Watched;
  readonly tally: Tally;
  /** Each call is a process of the built program, rather than a call of what it calls first: the same, and slower. */
  readonly built?: boolean;
}

/** Every call on the plan of `combination`; what went wrong, one line each. */
export async function playHostilePlan(
  combination: Combination,
  { terminal, tally, built = false }: PlayOptions,
): Promise<readonly string[]> {
  const { format, place } = combination;
  const attack = attacks[combination.attack];
  const { plan, stage: usualStage } = hostileFormats[format];
  await using rig = await createRig({ "README.md": "hello\n", "old.txt": "old\n" });
  const environment = await openEars(rig);
  for (const [path, text] of Object.entries(hostilePlan(format, { place, attack }))) {
    await rig.sandbox.write(join(rig.root, path), text ?? "");
  }
  const before = await surroundings(rig);
  const stage = place === "id" ? attack : usualStage;
  const trouble: string[] = [];
  const advice = new Set<string>();
  tally.combinations += 1;
  const call = async (one: HostileCall): Promise<Ended | undefined> => {
    const where = { cwd: rig.root, env: environment };
    // `exec` hands on this process's own terminal.
    const ended = await (built || one.raw ? spawnProgram : callProgram)(one.args, where);
    if (ended === undefined) return undefined;
    tally.calls += 1;
    const say = (what: string): void => {
      trouble.push(`${one.args.map((word) => JSON.stringify(word.slice(0, 60))).join(" ")}: ${what}`);
    };
    if (!one.raw && (ended.code < 0 || ended.code > 6)) {
      say(`exit code ${ended.code} ${ended.stderr.toString().slice(0, 800)}`);
    }
    for (const [name, bytes] of [
      ["stdout", ended.stdout],
      ["stderr", ended.stderr],
    ] as const) {
      if (name === "stdout" && (one.raw || (built && one.exact))) continue;
      tally.outputs += 1;
      tally.bytes += bytes.length;
      for (const what of await terminal.check(bytes)) say(`${name}: ${what}`);
    }
    if (one.args.includes("--json") && ended.stdout.length > 0 && !one.raw) {
      try {
        JSON.parse(ended.stdout.toString());
      } catch {
        say("no JSON");
      }
    }
    if (!one.raw) for (const line of adviceIn(ended)) advice.add(line);
    return ended;
  };
  const facts = { plan, stage, attack, digest: "0" };
  const listed = await call({ args: ["trust", plan, "--list", "--json"] });
  const commands = listed === undefined ? [] : commandsIn(listed.stdout.toString());
  const approvable = commands.length > 0 && commands.every((command) => command === ordinary);
  let digest = "0".repeat(12);
  for (const one of hostileCalls(facts)) {
    if (one.approved && !approvable) continue;
    const args = one.args.map((word) => (word === facts.digest && one.args.includes("--apply") ? digest : word));
    const ended = await call({ ...one, args });
    if (ended === undefined) continue;
    if (one.approved) tally.approvedRuns += 1;
    if (one.gated && commands.length > 0) {
      tally.refusedRuns += 1;
      if (ended.code === 0 || ended.code === 1) trouble.push(`${args.join(" ").slice(0, 80)}: ran unapproved`);
    }
    digest = /"digest":\s*"([0-9a-f]{12})/u.exec(ended.stdout.toString())?.[1] ?? digest;
  }
  tally.pasted += pasteAll(rig, { advice, trouble });
  tally.gitCalls += await hearGit(rig, { attack, trouble });
  trouble.push(...(await differences(rig, before)));
  return trouble.map((line) => `${format} / ${place} / ${combination.attack}: ${line}`);
}

interface Where {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What `main` does with a command line, but for the signals. */
async function callProgram(argv: readonly string[], { cwd, env }: Where): Promise<Ended> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const style = makeStyle({ environment: { ...env, FORCE_COLOR: "1" }, stream: {} });
  const output = {
    out: (text: string) => void stdout.push(text),
    err: (text: string) => void stderr.push(text),
    toTerminal: true,
    outStyle: style,
    errStyle: style,
    interactive: false,
  };
  const { signal } = new AbortController();
  const ambient = { ...readAmbient(), cwd, environment: env };
  const end = (code: number): Ended => ({
    code,
    stdout: Buffer.from(stdout.join("")),
    stderr: Buffer.from(stderr.join("")),
  });
  try {
    return end(await runProgram(argv, { ambient, output, signal, hurry: signal, version: "0" }));
  } catch (thrown) {
    const error = systemFault(thrown) ?? thrown;
    if (error instanceof Fault) {
      const { code }: Fault = error;
      output.err(renderFault(error, style));
      return end(faultExit[code]);
    }
    output.err(renderBug({ error, version: "0", style }));
    return end(exitCode.bug);
  }
}

/** Undefined where the operating system takes no such arguments. */
function spawnProgram(args: readonly string[], { cwd, env }: Where): Promise<Ended | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "E2BIG" ? resolve(undefined) : reject(error),
    );
    child.once("close", (code) =>
      resolve({ code: code ?? -1, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) }),
    );
  });
}

function commandsIn(json: string): readonly string[] {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the document of `trust`; anything else throws below
    const { commands } = JSON.parse(json) as { readonly commands: readonly { readonly command: string }[] };
    return commands.map(({ command }) => command);
  } catch {
    return [];
  }
}

/** What nobody may have touched: all of the sandbox but the plan, the worktrees, git's objects and our own records. */
async function surroundings(rig: Rig): Promise<ReadonlyMap<string, string>> {
  const { directory } = rig.sandbox;
  const found = new Map<string, string>();
  for (const entry of await entriesBelow(directory, (name) => free.some((pattern) => pattern.test(name)))) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name);
    found.set(relative(directory, path), entry.isSymbolicLink() ? `-> ${await readlink(path)}` : hashOf(path));
  }
  return found;
}

/** The worktrees and our records have their own rules; status write-back and `check --fix` are what plan files are for. */
const free: readonly RegExp[] = [
  /^(?:trees|worktrees)\//u,
  /^home\/(?:ears|state)\//u,
  /^repo\/(?:\.claude\/plans\/|spec\/|docs\/|plans\/|projectManagement\/)/u,
  /^repo\/\.git\/(?:objects|stagetree|refs\/heads|refs\/stagetree|logs\/refs|worktrees)\//u,
  /^repo\/\.git\/(?:packed-refs|info\/exclude|ORIG_HEAD)$/u,
];

const hashOf = (path: string): string =>
  lstatSync(path).isFile() ? createHash("sha256").update(readFileSync(path)).digest("hex") : "no file";

async function differences(rig: Rig, before: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const after = await surroundings(rig);
  const trouble: string[] = [];
  for (const [name, hash] of after) if (before.get(name) !== hash) trouble.push(`${name} was written`);
  for (const name of before.keys()) if (!after.has(name)) trouble.push(`${name} is gone`);
  const song = join(earsOf(rig), sung);
  if (existsSync(song)) trouble.push(`executed: ${readFileSync(song, "utf8")}`);
  const all = await entriesBelow(rig.sandbox.directory, (name) => name === "repo/.git/stagetree/trash");
  for (const { name, parentPath } of all)
    if (name.endsWith(written)) trouble.push(`${join(parentPath, name)} was made`);
  if (existsSync(join("/tmp", written))) trouble.push(`/tmp/${written} was made`);
  return trouble;
}
