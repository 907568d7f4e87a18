// Starts git for a plain question: one that is asked whole by its arguments, and whose whole answer is wanted.
import { spawn } from "node:child_process";

export interface GitProcess {
  readonly args: readonly string[];
  /** Absolute. */
  readonly directory: string;
  /** All of it. */
  readonly env: Readonly<Record<string, string>>;
}

export interface GitEnded {
  /** -1 where it could not be started; `stderr` then tells why. */
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** How git ended and all that it said. It has no standard input. */
export function askGit({ args, directory, env }: GitProcess): Promise<GitEnded> {
  return new Promise((resolve) => {
    const child = spawn("git", args, { cwd: directory, env, stdio: ["ignore", "pipe", "pipe"] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let failure: Error | undefined;
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", (error) => {
      failure = error;
    });
    // Both pipes are closed by then, so nothing more can come.
    child.on("close", (code) => {
      if (failure !== undefined) err.push(Buffer.from(String(failure)));
      resolve({
        code: failure === undefined ? (code ?? -1) : -1,
        stdout: Buffer.concat(out),
        stderr: Buffer.concat(err),
      });
    });
  });
}
