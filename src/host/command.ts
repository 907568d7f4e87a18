// Runs one shell command in its own session and process group, its output going straight to a log file.
import { closeSync, constants, fstatSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { execa } from "execa";
import type { Outcome } from "../core/outcome.ts";
import { makeFolder } from "./folder.ts";
import { createLifeline, type Lifeline } from "./lifeline.ts";
import { attemptVariable } from "./processes.ts";
import { endMarked, endTree, listMembers, type ProcessTree } from "./process-tree.ts";
import type { ProcessEnd } from "./start-worker.ts";
import { lostCode, type Started, type Starter } from "./starter.ts";

export interface CommandSpec {
  /** Run by `/bin/sh -c`. */
  readonly command: string;
  readonly cwd: string;
  /** The whole environment; nothing of ours is added but the token. */
  readonly env: Readonly<Record<string, string>>;
  /** Standard output and error are appended to this file, made with mode 0600. */
  readonly log: string;
  /** A file to read standard input from; empty input where absent. */
  readonly stdin?: string;
  /** Milliseconds; 0 is no limit. */
  readonly timeoutMs: number;
  /** Milliseconds between TERM and KILL. */
  readonly graceMs: number;
  /** Unique for each attempt, of letters, digits, `-` and `_`: finds what left the process group. */
  readonly token: string;
  /** A log that grows beyond ends the command, as the signal that the kernel has for it, SIGXFSZ. */
  readonly maxLogBytes?: number;
  /** Cuts the grace of a stop short that has begun already. */
  readonly hurry?: AbortSignal;
  /** Shared by many commands; without it each has its own. */
  readonly lifeline?: Lifeline;
  /** Starts commands without input, where it can. */
  readonly starter?: Starter;
}

type Ending = "exit" | "timeout" | "abort" | "log";

/** The longest time a timer of Node takes, in milliseconds. */
const longestTimerMs = 2 ** 31 - 1;
const logLookMs = 500;
/** How long we wait for the exit status of a leader that was killed, in milliseconds; it may be stuck in the kernel. */
const afterEndMs = 3000;

/**
 * How the command ended; never rejects for anything the command or the system does. When it resolves, the group is gone,
 * and on Linux also what left the group: background children a finished command leaves behind get TERM and, after the
 * grace, KILL. An abort with the reason `"now"` skips the grace.
 *
 * The output goes to a file and not through pipes: nothing waits for a grandchild that keeps a pipe open, our memory stays
 * small, and the log is complete even when we die.
 */
export async function runCommand(spec: CommandSpec, signal: AbortSignal): Promise<Outcome> {
  const startedAt = performance.now();
  const elapsed = (): number => Math.round(performance.now() - startedAt);
  if (signal.aborted) return { kind: "cancelled", durationMs: 0 };
  const files = openFiles(spec);
  if ("problem" in files) return { kind: "not-run", reason: files.problem, durationMs: elapsed() };
  const lifeline = spec.lifeline ?? createLifeline(spec);
  let group: number | undefined;
  try {
    lifeline.holdToken(spec.token);
    const { pid, end } = await start(spec, files);
    group = pid;
    if (group === undefined) {
      const problem = await end;
      if (problem.code === lostCode) await endMarked(spec.token, endOptions(spec, undefined));
      return { kind: "not-run", reason: spawnProblem(problem, spec), durationMs: elapsed() };
    }
    lifeline.holdGroup(group);
    const tree: ProcessTree = { group, token: spec.token, startedAt };
    const ending = await firstOf({ exit: end, spec, signal, log: files.log });
    if (ending !== "exit") await endTree(tree, endOptions(spec, signal.reason));
    else if (listMembers(tree).length > 0) await endTree(tree, endOptions(spec, undefined));
    return describeEnd({ ending, spec, result: await atMost(end, afterEndMs), durationMs: elapsed() });
  } finally {
    lifeline.release({ token: spec.token, ...(group === undefined ? {} : { group }) });
    if (spec.lifeline === undefined) lifeline.close();
    closeSync(files.log);
    if (files.stdin !== undefined) closeSync(files.stdin);
  }
}

async function start(spec: CommandSpec, files: Extract<OpenFiles, { readonly log: number }>): Promise<Started> {
  const env = { ...spec.env, [attemptVariable]: spec.token };
  const { command, cwd, log } = spec;
  const started = files.stdin === undefined ? spec.starter?.start({ command, cwd, env, log }) : undefined;
  if (started !== undefined) return started;
  const child = execa("/bin/sh", ["-c", command], {
    cwd,
    env,
    extendEnv: false,
    stdin: isDescriptor(files.stdin) ? files.stdin : "ignore",
    stdout: isDescriptor(files.log) ? files.log : "ignore",
    stderr: isDescriptor(files.log) ? files.log : "ignore",
    // A session of its own: signals to the group reach all of it, and no password prompt can reach the terminal.
    detached: true,
    cleanup: false,
    buffer: false,
    reject: false,
  });
  return { pid: child.pid, end: child };
}

function endOptions(spec: CommandSpec, reason: unknown): { graceMs: number; hurry?: AbortSignal } {
  return { graceMs: reason === "now" ? 0 : spec.graceMs, ...(spec.hurry === undefined ? {} : { hurry: spec.hurry }) };
}

interface Watch {
  readonly exit: Promise<unknown>;
  readonly spec: CommandSpec;
  readonly signal: AbortSignal;
  readonly log: number;
}

async function firstOf({ exit, spec, signal, log }: Watch): Promise<Ending> {
  const ended = Promise.withResolvers<Ending>();
  const onAbort = (): void => ended.resolve("abort");
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  const limited = spec.timeoutMs > 0 && spec.timeoutMs <= longestTimerMs;
  const timer = limited ? setTimeout(() => ended.resolve("timeout"), spec.timeoutMs) : undefined;
  const { maxLogBytes } = spec;
  const look = (): void => {
    if (fstatSync(log).size > (maxLogBytes ?? Number.POSITIVE_INFINITY)) ended.resolve("log");
  };
  const watcher = maxLogBytes === undefined ? undefined : setInterval(look, logLookMs);
  try {
    return await Promise.race([ended.promise, exit.then((): Ending => "exit")]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    clearTimeout(timer);
    clearInterval(watcher);
  }
}

interface End {
  readonly ending: Ending;
  readonly spec: CommandSpec;
  /** Absent where the process does not even react to KILL. */
  readonly result: ProcessEnd | undefined;
  readonly durationMs: number;
}

function describeEnd({ ending, spec, result, durationMs }: End): Outcome {
  if (ending === "timeout") return { kind: "timed-out", limitMs: spec.timeoutMs, durationMs };
  if (ending === "abort") return { kind: "cancelled", durationMs };
  if (ending === "log") return { kind: "signalled", signal: "SIGXFSZ", durationMs };
  // Who started it was killed, and it with that one.
  if (result?.code === lostCode) return { kind: "signalled", signal: "SIGKILL", durationMs };
  if (result?.signal !== undefined) return { kind: "signalled", signal: result.signal, durationMs };
  if (result?.exitCode === 0) return { kind: "passed", durationMs };
  return { kind: "failed", exitCode: result?.exitCode ?? 1, durationMs };
}

/** Execa takes any open descriptor; its types list only the first ones. */
const isDescriptor = (file: number | undefined): file is 3 | 4 | 5 | 6 | 7 | 8 | 9 => file !== undefined && file > 2;

async function atMost<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

type OpenFiles = { readonly log: number; readonly stdin?: number } | { readonly problem: string };

function openFiles(spec: CommandSpec): OpenFiles {
  let log: number;
  try {
    makeFolder(dirname(spec.log), { mode: 0o700 });
    log = openSync(spec.log, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600);
  } catch (error) {
    return { problem: `its log file ${spec.log} cannot be written (${codeOf(error)})` };
  }
  if (spec.stdin === undefined) return { log };
  try {
    return { log, stdin: openSync(spec.stdin, "r") };
  } catch (error) {
    closeSync(log);
    return { problem: `its input ${spec.stdin} cannot be read (${codeOf(error)})` };
  }
}

/** One sentence for a shell that could not be started. */
function spawnProblem(result: ProcessEnd, spec: CommandSpec): string {
  if (!isFolder(spec.cwd)) return `the folder ${spec.cwd} does not exist`;
  const said = result.code === undefined ? undefined : spawnProblems.get(result.code);
  return said ?? result.originalMessage ?? "the shell /bin/sh could not be started";
}

const spawnProblems: ReadonlyMap<string, string> = new Map([
  ["EMFILE", "too many files are open (EMFILE)"],
  ["ENFILE", "too many files are open (ENFILE)"],
  ["EAGAIN", "the system allows no more processes (EAGAIN)"],
  ["E2BIG", "the command and its environment are too long for the system (E2BIG)"],
  ["EACCES", "its folder may not be entered, or /bin/sh not be run (EACCES)"],
]);

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    return codeOf(error) === "EACCES";
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : String(error);
