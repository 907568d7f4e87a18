// Starts git through simple-git, for all but plain questions: with standard input, with hooks, with an end to the output.
import { existsSync } from "node:fs";
import { GitConstructError, type SimpleGit, simpleGit, type SimpleGitOptions } from "simple-git";
import { Fault } from "../core/fault.ts";
import type { GitEnded, GitProcess } from "./ask-git.ts";

export interface ClientCall extends GitProcess {
  /** Bytes for its standard input. */
  readonly input?: Buffer;
  /** The user's hooks may run. */
  readonly hooks: boolean;
  /** Bytes of output after which it is stopped. */
  readonly most?: number | undefined;
}

export interface ClientEnded extends GitEnded {
  /** It said more than `most`, and was stopped; `stdout` is what came before. */
  readonly isCut?: true;
}

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

interface Ended {
  readonly exitCode: number | null;
  readonly stdOut: readonly Buffer[];
  readonly stdErr: readonly Buffer[];
}

/** How git ended and what it said. Throws Fault `file-system` where the directory is gone. */
export async function callGit({ args, directory, env, ...call }: ClientCall): Promise<ClientEnded> {
  keepWorkingDirectory(directory);
  const ended: Ended[] = [];
  const { hooks, input, most = Infinity } = call;
  const enough = new AbortController();
  const client = startClient(directory, {
    unsafe,
    allowEnvironment: Object.keys(env),
    // Output is whole when the pipes are closed. A hook may leave a child behind that holds them: then soon after the exit.
    completion: { onClose: true, onExit: hooks ? 1000 : false },
    // Sees the end of every call, failed or not: this is where the true exit code is.
    errors: (_error, result) => {
      ended.push(result);
      return undefined;
    },
    ...(most === Infinity ? {} : { abort: enough.signal }),
    ...(input === undefined ? {} : { input: () => input }),
  });
  let said = 0;
  // simple-git gives a command without any output 50 ms more to say something; with closed pipes there is nothing to come.
  client.outputHandler((_command, stdout) => {
    queueMicrotask(() => stdout.emit("data", Buffer.alloc(0)));
    if (most === Infinity) return;
    stdout.on("data", (chunk: Buffer) => {
      said += chunk.length;
      if (said > most) enough.abort();
    });
  });
  client.env({ ...env });
  await client.raw([...args]);
  const last = ended.at(-1);
  if (last === undefined) throw new Error(`simple-git told no result of git ${args.join(" ")}`);
  const result = {
    code: last.exitCode ?? -1,
    stdout: Buffer.concat(last.stdOut),
    stderr: Buffer.concat(last.stdErr),
  };
  return said > most ? { ...result, stdout: result.stdout.subarray(0, most), isCut: true } : result;
}

/** One client for each call (0.02 ms), so that a call's exit code and input cannot be mixed up with another's. */
function startClient(directory: string, options: Partial<SimpleGitOptions>): SimpleGit {
  try {
    return simpleGit(directory, options);
  } catch (error) {
    if (error instanceof GitConstructError) throw missingDirectory(directory);
    throw error;
  }
}

/** simple-git asks for the working directory of this process, which throws when someone removed it under us. */
function keepWorkingDirectory(directory: string): void {
  try {
    process.cwd();
  } catch {
    if (!existsSync(directory)) throw missingDirectory(directory);
    process.chdir(directory);
  }
}

const missingDirectory = (directory: string): Fault =>
  new Fault("file-system", { action: "open", path: directory, code: "ENOENT" });
