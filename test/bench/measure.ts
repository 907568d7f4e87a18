// What a piece of work costs: time on the wall, processor time of every process it started, and the memory of one of them.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export interface Cost {
  /** Milliseconds. */
  readonly wallMs: number;
  /** Milliseconds of all processes together that had ended by then; absent where the system does not tell. */
  readonly cpuMs?: number;
  /** The most memory that the process itself held. */
  readonly peakBytes?: number;
}

export interface Call {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Exit codes that are as they should be; 0 where absent. */
  readonly codes?: readonly number[];
  /** Killed after so many milliseconds. */
  readonly patienceMs?: number;
}

export interface Ended {
  readonly stdout: string;
  /** Bytes; 0 where the system does not tell. */
  readonly peakBytes: number;
  readonly killed: boolean;
}

const peakLookMs = 20;

/** Runs a program to its end. Rejects where it ends with another exit code than it should. */
export function run([program = "", ...args]: readonly string[], call: Call): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: call.cwd, env: call.env, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    let peakBytes = 0;
    let killed = false;
    const looking = setInterval(() => (peakBytes = Math.max(peakBytes, peakOf(child.pid ?? 0))), peakLookMs);
    const patience =
      call.patienceMs === undefined
        ? undefined
        : setTimeout(() => (killed = child.kill("SIGKILL")), call.patienceMs).unref();
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("error", reject);
    child.once("close", (code) => {
      clearInterval(looking);
      clearTimeout(patience);
      if (killed || (call.codes ?? [0]).includes(code ?? -1)) resolve({ stdout, peakBytes, killed });
      else reject(new Error(`${[program, ...args].join(" ").slice(0, 200)} ended with ${code}: ${stderr.slice(-400)}`));
    });
  });
}

/** Runs the work, and returns its cost beside what it gave. */
export async function measure<T>(work: () => Promise<T>): Promise<Cost & { readonly value: T }> {
  const cpuBefore = childrenCpuMs();
  const start = performance.now();
  const value = await work();
  const wallMs = performance.now() - start;
  const cpuAfter = childrenCpuMs();
  return {
    wallMs,
    value,
    ...(cpuBefore === undefined || cpuAfter === undefined ? {} : { cpuMs: cpuAfter - cpuBefore }),
  };
}

/** The most memory a running process held, in bytes; 0 where it is over, or the system does not tell. */
export function peakOf(pid: number): number {
  return 1024 * Number(/^VmHWM:\s+(\d+) kB/mu.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

/** What a running process holds now, in bytes; 0 likewise. */
export function heldBy(pid: number): number {
  return 1024 * Number(/^VmRSS:\s+(\d+) kB/mu.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

/** Processor time of a running process and of all its children that have ended, in milliseconds. */
export function treeCpuMs(pid: number): number {
  return (
    statOf(pid)
      .slice(ownTimes, childTimes + 2)
      .reduce((sum, ticks) => sum + ticks, 0) * tickMs
  );
}

/** Linux counts processor time in hundredths of a second wherever it shows it to programs. */
const tickMs = 10;

/** Processor time of all processes that ended and whose parents, up to us, took note of it. */
function childrenCpuMs(): number | undefined {
  const [user, system] = statOf(process.pid).slice(childTimes);
  return user === undefined || system === undefined ? undefined : (user + system) * tickMs;
}

/** Places in what `statOf` gives: time in the program and in the kernel, of the process and of its children that ended. */
const ownTimes = 11;
const childTimes = 13;

/** The numbers of /proc/<pid>/stat behind the name, which may hold anything; the first is the state, not a number. */
const statOf = (pid: number): readonly number[] => {
  const text = read(`/proc/${pid}/stat`);
  return text === ""
    ? []
    : text
        .slice(text.lastIndexOf(")") + 2)
        .split(" ")
        .map(Number);
};

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
