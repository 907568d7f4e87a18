// What git is asked and told through: fixed settings, a scrubbed environment and true exit codes.
import { statSync } from "node:fs";
import { scrubEnvironment } from "../core/environment.ts";
import { Fault } from "../core/fault.ts";
import { askGit } from "./ask-git.ts";
import type { ClientEnded } from "./client.ts";
import type { Known } from "./known.ts";
import { createLanes, type Lanes } from "./shell-lanes.ts";

export interface GitResult {
  readonly code: number;
  /** Exact: nothing is trimmed, NUL bytes are kept. */
  readonly stdout: string;
  readonly stderr: string;
  /** It said more than the call asked for, and was stopped. */
  readonly isCut?: true;
}

export interface GitCall {
  /** Absolute; the directory git was opened for when absent. */
  readonly cwd?: string;
  /** Exit codes other than 0 that are answers here, not failures. */
  readonly allowExit?: readonly number[];
  readonly env?: Readonly<Record<string, string>>;
  /** What git reads from its standard input. */
  readonly input?: string;
  /** Standard input and output as one character for each byte: what they hold need not be text. */
  readonly bytes?: true;
  /** The user's hooks and settings apply: for commits made on their behalf. */
  readonly hooks?: boolean;
  /** No settings go before the command: for what has to work with any git, however old. */
  readonly plain?: boolean;
  /** Bytes of output that are kept, at most; git is stopped where there is more. */
  readonly most?: number;
}

export interface Git {
  /** Runs git and takes no optional lock. Throws the Faults of `openGit`. */
  read(args: readonly string[], call?: GitCall): Promise<GitResult>;
  /** Runs git where it may write. Throws the Faults of `openGit`. */
  write(args: readonly string[], call?: GitCall): Promise<GitResult>;
}

/** A repository, for calls that concern all of it. */
export interface InRepository {
  readonly git: Git;
  /** Real path of the git directory that all worktrees share. */
  readonly commonDir: string;
  /** What is known of it from before; where it is absent, git is asked each time. */
  readonly known?: Known;
}

/**
 * Our own calls run no hook and no file watcher that a repository names, start no background clean-up, wait for other
 * processes' ref locks, and do not depend on how the user set up colours, signing or submodules.
 */
const plumbingConfig: readonly string[] = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.filesRefLockTimeout=2000",
  "core.packedRefsTimeout=5000",
  "gc.auto=0",
  "maintenance.auto=false",
  "color.ui=false",
  "commit.gpgSign=false",
  "i18n.commitEncoding=UTF-8",
  "protocol.ext.allow=never",
  "submodule.recurse=false",
  "branch.autoSetupMerge=false",
];

const hooksConfig: readonly string[] = ["gc.auto=0", "maintenance.auto=false", "color.ui=false"];

/**
 * git in `directory` (absolute). A call that ends with a code it does not allow throws Fault `git-failed`; where there is
 * no git to run, `git-missing`; where the directory is gone, `file-system`.
 */
export function openGit(options: {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}): Git {
  const environment = { ...scrubEnvironment(options.environment), GIT_TERMINAL_PROMPT: "0" };
  const lanes = createLanes(environment);
  const run = (args: readonly string[], call: GitCall, { reads }: { readonly reads: boolean }): Promise<GitResult> =>
    runGit(args, {
      directory: call.cwd ?? options.directory,
      environment,
      own: { ...localeOf(call), ...(reads ? { GIT_OPTIONAL_LOCKS: "0" } : {}), ...call.env },
      call,
      reads,
      lanes,
    });
  return {
    read: (args, call = {}) => run(args, call, { reads: true }),
    write: (args, call = {}) => run(args, call, { reads: false }),
  };
}

/** Messages are read by us, so they are in English; hooks keep the user's language and encoding. */
const localeOf = (call: GitCall): Readonly<Record<string, string>> => (call.hooks === true ? {} : { LC_ALL: "C" });

interface GitRun {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Of this call alone, beside the environment. */
  readonly own: Readonly<Record<string, string>>;
  readonly call: GitCall;
  readonly reads: boolean;
  readonly lanes: Lanes;
}

async function runGit(args: readonly string[], run: GitRun): Promise<GitResult> {
  const { directory, call } = run;
  const { hooks = false, plain = false, bytes = false } = call;
  const config = plain ? [] : hooks ? hooksConfig : plumbingConfig;
  const ended = await start([...config.flatMap((setting) => ["-c", setting]), ...args], run);
  const { code } = ended;
  const stdout = ended.stdout.toString(bytes ? "latin1" : "utf8");
  const stderr = ended.stderr.toString();
  if (ended.isCut === true) return { code: 0, stdout, stderr, isCut: true };
  if (code === 0 || call.allowExit?.includes(code) === true) return { code, stdout, stderr };
  if (code < 0 && /\bspawn\b.*\b(?:ENOENT|EACCES|ENOTDIR)\b/.test(stderr)) throw spawnFault(directory);
  throw new Fault("git-failed", { args, code, stderr: stderr.trimEnd() });
}

/** Through a shell where that pays. simple-git, a tenth of a short command, is loaded for what needs more than a plain start. */
async function start(
  args: readonly string[],
  { directory, environment, own, call, reads, lanes }: GitRun,
): Promise<ClientEnded> {
  const { most, hooks = false, bytes } = call;
  const input = call.input === undefined ? {} : { input: Buffer.from(call.input, bytes === true ? "latin1" : "utf8") };
  const isOrdinary = most === undefined && !hooks;
  const ended = isOrdinary ? await lanes.run({ args, directory, env: own, ...input }) : "none";
  if (ended === "lost" && !reads) return lost;
  if (typeof ended === "object") return ended;
  const started = { args, directory, env: { ...environment, ...own } };
  if (reads && isOrdinary && call.input === undefined) return askGit(started);
  const { callGit } = await import("./client.ts");
  return callGit({ ...started, hooks, most, ...input });
}

/** Not begun again, since it may have written. */
const lost: ClientEnded = {
  code: -1,
  stdout: Buffer.alloc(0),
  stderr: Buffer.from("The shell that started git was ended."),
};

/** A directory that is gone and a program that is gone are the same error to the operating system. */
const spawnFault = (directory: string): Fault =>
  statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true
    ? new Fault("git-missing", {})
    : new Fault("file-system", { action: "open", path: directory, code: "ENOENT" });
