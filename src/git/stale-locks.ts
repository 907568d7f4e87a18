// Lock files that a killed git left behind: removed where nobody can own them any more.
import { unlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { onDisk, statOf } from "./disk.ts";
import { listGitProcesses, mayWorkIn } from "./git-processes.ts";
import type { InRepository } from "./git.ts";
import { locksIn } from "./lock-files.ts";
import { gitDirOf } from "./registration.ts";

export interface Cleared {
  /** How many were removed. */
  readonly cleared: number;
  /** Those that were left because a git process may still own them. */
  readonly locks: readonly string[];
}

/** git holds a lock for milliseconds; one that outlives this wait is not waited for. */
const patienceMs = 5000;
/** File times and the times of processes are coarser than our clock. */
const coarseMs = 1000;

/**
 * Removes those of `files` (absolute) that were made after `since` (milliseconds since the epoch), once no git process
 * lives that may own them: one that started after the file was made does not, so that a user's own commands, however busy,
 * are not in the way. Where the system does not tell what runs (no /proc), all of them stay. Throws Fault `file-system`.
 */
export async function clearStaleLocks(
  repository: Pick<InRepository, "commonDir">,
  { files, since }: { readonly files: readonly string[]; readonly since: number },
): Promise<Cleared> {
  const deadline = Date.now() + patienceMs;
  let cleared = 0;
  let left: readonly string[] = files;
  for (;;) {
    const owned: string[] = [];
    for (const path of left) {
      const madeAt = await madeSince(path, since);
      if (madeAt === undefined) continue;
      if (await mayBeOwned(repository, madeAt)) {
        owned.push(path);
        continue;
      }
      await onDisk(unlink(path), { action: "remove", path });
      cleared += 1;
    }
    if (owned.length === 0 || Date.now() > deadline) return { cleared, locks: owned };
    left = owned;
    await wait(50);
  }
}

/** The same for what a git that was killed in the worktree at `path`, on `branch`, may have left. */
export async function clearWorktreeLocks(
  repository: Pick<InRepository, "commonDir">,
  { path, branch, since }: { readonly path: string; readonly branch: string; readonly since: number },
): Promise<Cleared> {
  const gitDir = await gitDirOf(path);
  const own = gitDir === undefined || gitDir === repository.commonDir ? [] : await locksIn(gitDir, { deep: false });
  const shared = refLocks(repository, [`refs/heads/${branch}`]);
  return clearStaleLocks(repository, { files: [...own, ...shared], since });
}

/** The lock files of these refs (full names) and of what changes with refs. */
export const refLocks = ({ commonDir }: Pick<InRepository, "commonDir">, refs: readonly string[]): readonly string[] =>
  [...refs, "packed-refs", "HEAD", "config"].map((name) => join(commonDir, `${name}.lock`));

async function madeSince(path: string, since: number): Promise<number | undefined> {
  const found = await statOf(path);
  if (found === undefined) return undefined;
  const madeAt = Number(found.mtimeMs);
  return madeAt >= since - coarseMs ? madeAt : undefined;
}

/** Also where there is no /proc to look into. */
async function mayBeOwned(repository: Pick<InRepository, "commonDir">, madeAt: number): Promise<boolean> {
  const running = await listGitProcesses();
  if (running === undefined) return true;
  for (const one of running) {
    if (one.startedAt <= madeAt + coarseMs && (await mayWorkIn(repository, one))) return true;
  }
  return false;
}
