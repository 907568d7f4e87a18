// Looks at other processes: alive or not, since when, in which folder, of which group. Where there is no /proc, only what
// signals can tell.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { sep } from "node:path";

/** Whether the process exists and is no zombie. A process of another user is alive, too. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  const stat = readStat(pid);
  return stat === undefined || !stat.zombie;
}

/**
 * A text that tells one life of a pid from the next: boot id and start time in clock ticks, from /proc. Undefined where
 * there is no /proc, or no such process.
 */
export function readStartTime(pid: number): string | undefined {
  const stat = readStat(pid);
  if (stat === undefined) return undefined;
  const boot = readText("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
  return `${boot}/${stat.startTicks}`;
}

export interface WorkingFolder {
  readonly pid: number;
  /** Absolute, links resolved. */
  readonly folder: string;
}

/** The working folder of every process that lets us see it; undefined where the system does not tell (no /proc). */
export function listWorkingFolders(): readonly WorkingFolder[] | undefined {
  const pids = listPids();
  if (pids.length === 0) return undefined;
  return pids.flatMap((pid) => {
    try {
      return [{ pid, folder: readlinkSync(`/proc/${pid}/cwd`) }];
    } catch {
      return [];
    }
  });
}

/** Pids of those whose folder is `path` (absolute, links resolved) or inside it. */
export const workingInside = (folders: readonly WorkingFolder[], path: string): readonly number[] =>
  folders.filter(({ folder }) => folder === path || folder.startsWith(`${path}${sep}`)).map(({ pid }) => pid);

/** All pids of this pid namespace, ascending; empty where there is no /proc. */
export function listPids(): readonly number[] {
  try {
    return readdirSync("/proc")
      .map(Number)
      .filter((pid) => pid > 0)
      .toSorted((a, b) => a - b);
  } catch {
    return [];
  }
}

interface Stat {
  readonly zombie: boolean;
  /** A thread of the kernel. */
  readonly kernel: boolean;
  readonly group: number;
  readonly startTicks: string;
}

/** PF_KTHREAD, one of the flags in the ninth field. */
const kernelThread = 0x20_0000;

/** The fields of /proc/<pid>/stat that we use (proc(5)); undefined for no such process, or no /proc. */
export function readStat(pid: number): Stat | undefined {
  const text = readText(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The second field is the program's name in brackets and may hold blanks and brackets itself.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const state = fields[0];
  return {
    zombie: state === "Z" || state === "X",
    kernel: Math.floor(Number(fields[6]) / kernelThread) % 2 === 1,
    group: Number(fields[2]),
    startTicks: fields[19] ?? "",
  };
}

/** Name of the variable that marks every process a command starts, wherever it goes. */
export const attemptVariable = "STAGETREE_ATTEMPT";

/**
 * Whether the process was started with this entry (`NAME=value`) in its environment; false where that cannot be read,
 * undefined in the moment in which its program is replaced by another one (execve(2)), when it has none.
 */
export function startedWith(pid: number, entry: string): boolean | undefined {
  const environment = readText(`/proc/${pid}/environ`);
  if (environment === undefined) return false;
  if (environment !== "") return `\0${environment}`.includes(`\0${entry}\0`);
  const stat = readStat(pid);
  return stat === undefined || stat.zombie || stat.kernel ? false : undefined;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
