// Runs a program that gets the terminal of the person: it reads its keys, and Ctrl-C is for it.
import { constants } from "node:os";
import { execa } from "execa";
import { Fault } from "../core/fault.ts";

/** The exit code, 128 + n when signal n ended it, as a shell says it. Fault: usage, where there is no such program. */
export async function runInForeground(options: {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}): Promise<number> {
  const { file, args, cwd, env } = options;
  const { exitCode, signal, code } = await execa(file, [...args], {
    cwd,
    env,
    extendEnv: false,
    stdio: "inherit",
    buffer: false,
    reject: false,
  });
  if (signal !== undefined) return 128 + constants.signals[signal];
  if (exitCode !== undefined) return exitCode;
  throw new Fault("usage", {
    message: `The command ${file} could not be started${code === undefined ? "" : ` (${code})`}.`,
    hint: "Check its spelling, and that it is on the PATH.",
  });
}
