// Starts git, and nothing else does: simple-git with fixed settings, a scrubbed environment and true exit codes.
import { existsSync } from "node:fs";
import { GitConstructError, type SimpleGit, simpleGit, type SimpleGitOptions } from "simple-git";
import { scrubEnvironment } from "../core/environment.ts";
import { Fault } from "../core/fault.ts";

export interface GitResult {
  readonly code: number;
  /** Exact: nothing is trimmed, NUL bytes are kept. */
  readonly stdout: string;
  readonly stderr: string;
}

export interface GitCall {
  /** Absolute; the directory git was opened for when absent. */
  readonly cwd?: string;
  /** Exit codes other than 0 that are answers here, not failures. */
  readonly allowExit?: readonly number[];
  readonly env?: Readonly<Record<string, string>>;
  /** Standard output as one character for each byte: what it holds need not be text. */
  readonly bytes?: true;
  /** What git reads from its standard input. */
  readonly input?: string;
  /** The user's hooks and settings apply: for commits made on their behalf. */
  readonly hooks?: boolean;
  /** No settings go before the command: for what has to work with any git, however old. */
  readonly plain?: boolean;
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
}

/**
 * Our own calls run no hook and no file watcher that a repository names, start no background clean-up, wait for other
 * processes' ref locks, and do not depend on how the user set up colours, signing or submodules.
 */
const plumbingConfig = [
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

const hooksConfig = ["gc.auto=0", "maintenance.auto=false", "color.ui=false"];

/**
 * What simple-git would refuse by itself. Its deny lists do not protect us: argument arrays are fixed in this folder,
 * values come after `--` or on standard input, and the environment is scrubbed before it gets here.
 */
const unsafe = {
  allowUnsafeHooksPath: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeProtocolOverride: true,
  // GIT_CONFIG_GLOBAL and its kin, EDITOR, PAGER and SSH_ASKPASS may be in the user's environment.
  allowUnsafeConfigPaths: true,
  allowUnsafeEditor: true,
  allowUnsafePager: true,
  allowUnsafeAskPass: true,
  // Otherwise a test variable of git reaches the user's hooks and filters, and their git refuses abbreviated options.
  allowAbbreviatedOptions: true,
};

/**
 * git in `directory` (absolute). A call that ends with a code it does not allow throws Fault `git-failed`; where there is
 * no git to run, `git-missing`; where the directory is gone, `file-system`.
 */
export function openGit(options: {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}): Git {
  const environment = scrubEnvironment(options.environment);
  const run = (args: readonly string[], call: GitCall, extra: Readonly<Record<string, string>>): Promise<GitResult> =>
    runGit(args, {
      directory: call.cwd ?? options.directory,
      env: { ...environment, ...localeOf(call), GIT_TERMINAL_PROMPT: "0", ...extra, ...call.env },
      call,
    });
  return {
    read: (args, call = {}) => run(args, call, { GIT_OPTIONAL_LOCKS: "0" }),
    write: (args, call = {}) => run(args, call, {}),
  };
}

/** Messages are read by us, so they are in English; hooks keep the user's language and encoding. */
const localeOf = (call: GitCall): Readonly<Record<string, string>> => (call.hooks === true ? {} : { LC_ALL: "C" });

interface Ended {
  readonly exitCode: number | null;
  readonly stdOut: readonly Buffer[];
  readonly stdErr: readonly Buffer[];
}

async function runGit(
  args: readonly string[],
  {
    directory,
    env,
    call,
  }: { readonly directory: string; readonly env: Record<string, string>; readonly call: GitCall },
): Promise<GitResult> {
  keepWorkingDirectory(directory);
  const ended: Ended[] = [];
  const { hooks = false, plain = false, input } = call;
  const client = startClient(directory, {
    unsafe,
    allowEnvironment: Object.keys(env),
    config: plain ? [] : hooks ? hooksConfig : plumbingConfig,
    // Output is whole when the pipes are closed. A hook may leave a child behind that holds them: then soon after the exit.
    completion: { onClose: true, onExit: hooks ? 1000 : false },
    // Sees the end of every call, failed or not: this is where the true exit code is.
    errors: (_error, result) => {
      ended.push(result);
      return undefined;
    },
    ...(input === undefined ? {} : { input: () => input }),
  });
  // simple-git gives a command without any output 50 ms more to say something; with closed pipes there is nothing to come.
  client.outputHandler((_command, stdout) => queueMicrotask(() => stdout.emit("data", Buffer.alloc(0))));
  client.env(env);
  await client.raw([...args]);
  const last = ended.at(-1);
  if (last === undefined) throw new Error(`simple-git told no result of git ${args.join(" ")}`);
  const code = last.exitCode ?? -1;
  const result = {
    code,
    stdout: textOf(last.stdOut, call.bytes === true ? "latin1" : "utf8"),
    stderr: textOf(last.stdErr),
  };
  if (code === 0 || call.allowExit?.includes(code) === true) return result;
  if (code < 0 && /\bspawn\b.*\b(?:ENOENT|EACCES)\b/.test(result.stderr)) throw spawnFault(directory);
  throw new Fault("git-failed", { args, code, stderr: result.stderr.trimEnd() });
}

const textOf = (chunks: readonly Buffer[], encoding: "utf8" | "latin1" = "utf8"): string =>
  Buffer.concat(chunks).toString(encoding);

/** One client for each call (0.02 ms), so that a call's exit code and input cannot be mixed up with another's. */
function startClient(directory: string, options: Partial<SimpleGitOptions>): SimpleGit {
  try {
    return simpleGit(directory, options);
  } catch (error) {
    if (error instanceof GitConstructError) throw missingDirectory(directory);
    throw error;
  }
}

/** A directory that is gone and a program that is gone are the same error to the operating system. */
const spawnFault = (directory: string): Fault =>
  existsSync(directory) ? new Fault("git-missing", {}) : missingDirectory(directory);

const missingDirectory = (directory: string): Fault =>
  new Fault("file-system", { action: "open", path: directory, code: "ENOENT" });

/** simple-git asks for the working directory of this process, which throws when someone removed it under us. */
function keepWorkingDirectory(directory: string): void {
  try {
    process.cwd();
  } catch {
    if (!existsSync(directory)) throw missingDirectory(directory);
    process.chdir(directory);
  }
}
