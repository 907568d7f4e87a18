// Runs a program that gets the terminal of the person: it reads its keys, and Ctrl-C is for it.
import { constants } from "node:os";
import { execa } from "execa";
import { Fault } from "../core/fault.ts";

/** A program that does not end when the terminal is taken from it is killed after this many milliseconds. */
const graceMs = 2000;

/**
 * The exit code, 128 + n when signal n ended it, as a shell says it. `signal` takes the terminal from it, as a window that
 * is closed does. Fault: usage, where there is no such program.
 */
export async function runInForeground(options: {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Given as its standard input; the terminal's where absent. */
  readonly input?: AsyncIterable<string>;
}): Promise<number> {
  const { file, args, cwd, env, signal: cancelSignal, input } = options;
  const { exitCode, signal, code } = await withoutInterrupts(() =>
    execa(file, [...args], {
      cwd,
      env,
      extendEnv: false,
      stdin: input === undefined ? "inherit" : input,
      stdout: "inherit",
      stderr: "inherit",
      buffer: false,
      reject: false,
      // An interactive shell ignores TERM.
      killSignal: "SIGHUP",
      forceKillAfterDelay: graceMs,
      ...(cancelSignal === undefined ? {} : { cancelSignal }),
    }),
  );
  if (signal !== undefined) return 128 + constants.signals[signal];
  if (exitCode !== undefined) return exitCode;
  throw new Fault("usage", {
    message: `The command ${file} could not be started${code === undefined ? "" : ` (${code})`}.`,
    hint: "Check its spelling, and that it is on the PATH.",
  });
}

/** A terminal sends Ctrl-C to all that share it; what it means is decided by the program that was given the terminal. */
async function withoutInterrupts<T>(work: () => PromiseLike<T>): Promise<T> {
  const listeners = process.listeners("SIGINT");
  const ignore = (): void => undefined;
  process.on("SIGINT", ignore);
  for (const listener of listeners) process.off("SIGINT", listener);
  try {
    return await work();
  } finally {
    for (const listener of listeners) process.on("SIGINT", listener);
    process.off("SIGINT", ignore);
  }
}
