// The outside world, taken in at one place: nothing below reads the environment, the clock or the folder by itself.
import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";

export interface Ambient {
  /** Folder the command was called in. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly pid: number;
  readonly cores: number;
  readonly token: () => string;
}

/** The real world. `process.cwd()` fails in a folder that was removed; then `PWD` tells at least its name. */
export function readAmbient(): Ambient {
  return {
    cwd: currentFolder(),
    environment: process.env,
    now: Date.now,
    pid: process.pid,
    cores: availableParallelism(),
    token: () => randomUUID(),
  };
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return process.env["PWD"] ?? "/";
  }
}
