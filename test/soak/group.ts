// The built program in a process group of its own, so that it can be killed alone or with all that is in the group.
import { spawn } from "node:child_process";
import { join } from "node:path";

const program = join(import.meta.dirname, "../../bin/stagetree.js");

export interface GroupEnd {
  readonly code: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Group {
  readonly pid: number;
  /** By `kill -9`: only our process, while a git of ours goes on, or all of the group, as a closed terminal does. */
  readonly kill: (what: "process" | "group") => void;
  readonly ended: Promise<GroupEnd>;
}

/** Starts it with the whole environment given. */
export function spawnGroup(
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Group {
  const child = spawn(process.execPath, [program, ...args], {
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const pid = child.pid ?? 0;
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<GroupEnd>((resolve, reject) => {
    child.once("error", reject);
    // Not "close": what outlives it may hold the streams.
    child.once("exit", (code, signal) => setImmediate(() => resolve({ code: signal ?? code ?? -1, stdout, stderr })));
  });
  const kill: Group["kill"] = (what) => {
    if (child.exitCode !== null || pid === 0) return;
    try {
      process.kill(what === "group" ? -pid : pid, "SIGKILL");
    } catch {
      // It ended between the look and the blow.
    }
  };
  return { pid, kill, ended };
}
