// The git processes of this machine, as far as they can matter to a repository: whose lock a lock file is.
import { readlink } from "node:fs/promises";
import { dirname } from "node:path";
import { errnoOf, isInside, namesIn, readText } from "./disk.ts";
import type { InRepository } from "./git.ts";
import { gitDirOf } from "./registration.ts";

export interface GitProcess {
  readonly pid: number;
  /** Absolute; absent where it is another user's, who may be anywhere. */
  readonly cwd?: string;
  /** Its arguments, each with a NUL behind it. */
  readonly commandLine: string;
  /** Milliseconds since the epoch, a second more or less. */
  readonly startedAt: number;
}

/** Clock ticks of /proc/<pid>/stat in a second: the same on every Linux that Node runs on (proc(5), `USER_HZ`). */
const ticksPerSecond = 100;

/** All living git processes; undefined where the system does not tell (no /proc). */
export async function listGitProcesses(): Promise<readonly GitProcess[] | undefined> {
  const pids = await processIds();
  if (pids.length === 0) return undefined;
  const bootedAt = Number(/^btime (\d+)$/m.exec((await readText("/proc/stat")) ?? "")?.[1] ?? 0) * 1000;
  const found: GitProcess[] = [];
  for (const pid of pids) {
    const name = await readText(`/proc/${pid}/comm`).catch(() => undefined);
    if (name?.startsWith("git") !== true) continue;
    const cwd = await readlink(`/proc/${pid}/cwd`).catch((error: unknown) => errnoOf(error) ?? "");
    const isHidden = cwd === "EACCES" || cwd === "EPERM";
    // One that ended meanwhile, or waits to be reaped, has no folder and owns nothing.
    if (!isHidden && !cwd.startsWith("/")) continue;
    const stat = (await readText(`/proc/${pid}/stat`).catch(() => undefined)) ?? "";
    const ticks = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? 0);
    const commandLine = (await readText(`/proc/${pid}/cmdline`).catch(() => undefined)) ?? "";
    const startedAt = bootedAt + (ticks * 1000) / ticksPerSecond;
    found.push({ pid: Number(pid), commandLine, startedAt, ...(isHidden ? {} : { cwd }) });
  }
  return found;
}

/** Whether it may work in the repository: in its worktree, in its git directory, in a worktree of it, or hidden from us. */
export async function mayWorkIn(repository: Pick<InRepository, "commonDir">, { cwd }: GitProcess): Promise<boolean> {
  if (cwd === undefined || isInside(cwd, dirname(repository.commonDir))) return true;
  const gitDir = await gitDirOf(cwd).catch(() => undefined);
  return gitDir !== undefined && isInside(gitDir, repository.commonDir);
}

export interface AtWork {
  /** Ids of the git processes that work in the repository. */
  readonly pids: readonly number[];
  /** False where there may be others: no /proc, or a git process of another user. */
  readonly certain: boolean;
}

/** The git processes that work in the repository. Throws Fault `file-system`. */
export async function listGitAtWork(repository: Pick<InRepository, "commonDir">): Promise<AtWork> {
  const running = await listGitProcesses();
  if (running === undefined) return { pids: [], certain: false };
  const seen = running.filter(({ cwd }) => cwd !== undefined);
  const here = await Promise.all(seen.map((one) => mayWorkIn(repository, one)));
  return { pids: seen.filter((_, at) => here[at]).map(({ pid }) => pid), certain: seen.length === running.length };
}

/** Ids of the processes that have the file at `path` (canonical) open; those of other users are not seen. */
export async function listOpeners(path: string): Promise<readonly number[]> {
  const pids: number[] = [];
  for (const id of await processIds()) {
    const folder = `/proc/${id}/fd`;
    const files = await namesIn(folder).catch(() => []);
    const targets = await Promise.all(files.map((file) => readlink(`${folder}/${file}`).catch(() => "")));
    if (targets.includes(path)) pids.push(Number(id));
  }
  return pids;
}

const processIds = async (): Promise<readonly string[]> =>
  (await namesIn("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
