// A small process of ours that starts commands for the large one. It ends when the channel to that one closes.
import { spawn } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";

type Variables = Readonly<Record<string, string>>;

/** What commands have in common, told once: they are many, and their environments long. */
export interface StartBase {
  readonly base: Variables;
}

export interface StartTask {
  readonly id: number;
  /** Run by `/bin/sh -c`. */
  readonly command: string;
  readonly cwd: string;
  /** How the environment differs from the base. */
  readonly env: { readonly set: Variables; readonly without: readonly string[] };
  /** A file that is there; output and errors are appended to it. */
  readonly log: string;
}

export interface ProcessEnd {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  /** Of the error of one that did not start. */
  readonly code?: string | undefined;
  readonly originalMessage?: string | undefined;
}

/** Of the task with that id: that it started, or how it ended; without an id: that tasks can come. */
export type StartAnswer =
  | { readonly id: number; readonly pid: number }
  | { readonly id: number; readonly end: ProcessEnd }
  | { readonly ready: true };

const tell = (answer: StartAnswer): void => void (process.connected && process.send?.(answer));

let base: Variables = {};

function start({ id, command, cwd, env: { set, without }, log }: StartTask): void {
  const fail = (error: unknown): void => {
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    tell({ id, end: { code, originalMessage: error instanceof Error ? error.message : String(error) } });
  };
  let output: number | undefined;
  try {
    const common = Object.entries(base).filter(([name]) => !without.includes(name));
    const env = { ...Object.fromEntries(common), ...set };
    output = openSync(log, constants.O_WRONLY | constants.O_APPEND);
    const child = spawn("/bin/sh", ["-c", command], { cwd, env, detached: true, stdio: ["ignore", output, output] });
    child.once("error", fail);
    if (child.pid === undefined) return;
    tell({ id, pid: child.pid });
    // Nothing but the channel keeps us.
    child.unref();
    child.once("exit", (exitCode, signal) =>
      tell({ id, end: { exitCode: exitCode ?? undefined, signal: signal ?? undefined } }),
    );
  } catch (error) {
    fail(error);
  } finally {
    if (output !== undefined) closeSync(output);
  }
}

process.on("message", (message: StartBase | StartTask) => {
  if ("base" in message) ({ base } = message);
  else start(message);
});
tell({ ready: true });
