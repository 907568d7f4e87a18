// Whether the disks have room for the worktrees that are about to be made, asked before the first of them is.
import type { Oid } from "../core/event.ts";
import { Fault } from "../core/fault.ts";
import type { StageId } from "../core/plan.ts";
import { checkoutSize } from "../git/tree-size.ts";
import { diskAt } from "../host/files.ts";
import { readTarget } from "./facts.ts";
import { mapLimited } from "./limit.ts";
import type { Session } from "./session.ts";

export interface PlannedCheckout {
  /** Absolute path of the worktree. */
  readonly path: string;
  readonly commit: Oid;
}

interface DiskNeed {
  readonly path: string;
  readonly free: number;
  /** Bytes of each worktree, in the order they would be made. */
  readonly sizes: number[];
}

/**
 * Returns when all of them fit on their disks, or where nobody can tell. What is copied into a worktree, or made by its
 * set-up command, does not count: it may share blocks. Faults: disk-short, those of git.
 */
export async function refuseShortage(session: Session, planned: readonly PlannedCheckout[]): Promise<void> {
  const { repository, ambient } = session.project;
  const commits = [...new Set(planned.map(({ commit }) => commit))];
  const sizes = new Map(
    await mapLimited(
      commits,
      ambient.cores,
      async (commit) => [commit, await checkoutSize(repository, commit)] as const,
    ),
  );
  const disks = new Map<number, DiskNeed>();
  for (const { path, commit } of planned) {
    const disk = await diskAt(path);
    const size = sizes.get(commit);
    if (disk === undefined || size === undefined) continue;
    const need = disks.get(disk.id) ?? { path, free: disk.freeBytes, sizes: [] };
    need.sizes.push(size);
    disks.set(disk.id, need);
  }
  for (const { path, free, sizes: wanted } of disks.values()) {
    const needed = wanted.reduce((sum, size) => sum + size, 0);
    if (needed > free) {
      throw new Fault("disk-short", { path, worktrees: wanted.length, needed, free, fitting: fitting(wanted, free) });
    }
  }
}

/** How many of them fit, one after the other. */
function fitting(sizes: readonly number[], free: number): number {
  let left = free;
  const first = sizes.findIndex((size) => (left -= size) < 0);
  return first === -1 ? sizes.length : first;
}

/** The same for a whole run: every stage that would get a worktree in the course of it. The views have to be fresh. */
export async function refuseRunShortage(session: Session, stages: readonly StageId[]): Promise<void> {
  const { project, plan, base } = session;
  const open = stages
    .map((id) => session.view(id))
    .filter(({ facts, state }) => !facts.worktree.exists && !settled.has(state));
  if (open.length === 0) return;
  const { oid } = await readTarget(project, { plan, ...(base === undefined ? {} : { base }) });
  await refuseShortage(
    session,
    open.map(({ facts }) => ({ path: facts.worktree.path, commit: facts.branch.head ?? oid })),
  );
}

/** States in which a run makes no worktree. */
const settled: ReadonlySet<string> = new Set(["complete", "merged", "skipped", "blocked"]);
