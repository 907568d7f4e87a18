// What a command changes is noted before it happens, so that `undo` can take back all of it as one.
import { join } from "node:path";
import type { Change, OperationKind } from "../core/change.ts";
import type { Event, Oid } from "../core/event.ts";
import { noOperations } from "../core/operation.ts";
import type { StageId } from "../core/plan.ts";
import { locksIn } from "../git/lock-files.ts";
import { listRefs, type RefChange, undoRef, undoRefs, updateRefs } from "../git/refs.ts";
import { clearStaleLocks } from "../git/stale-locks.ts";
import type { Session } from "./session.ts";

/** What is about to happen. */
export interface Intention {
  /** Stages of which something else is recorded from here on; those that the changes are about belong to them. */
  readonly stages: readonly StageId[];
  readonly changes?: readonly Change[];
  /** What it takes to take them back. */
  readonly refs?: readonly RefChange[];
  /** Made durable together with it: the event that is the change, or that announces it. */
  readonly events?: readonly Event[];
}

export interface Operation {
  readonly id: string;
  /** Before the change is made. Keeps the commits alive that refs leave behind. Faults: those of git and of the store. */
  readonly intend: (intention: Intention) => Promise<void>;
  /** What was intended did not happen, or was taken back at once: all of a stage, or the text with this hash. */
  readonly withdraw: (what: { readonly stage: StageId } | { readonly text: string }) => void;
}

/**
 * Does `action` as one operation, which begins with the first thing it intends: without any, nothing is noted. `within` an
 * operation that goes on it is a part of that one.
 */
export async function asOperation<T>(
  session: Session,
  { kind, within }: { readonly kind: OperationKind; readonly within?: Operation | undefined },
  action: (operation: Operation) => Promise<T>,
): Promise<T> {
  if (within !== undefined) return action(within);
  const id = session.project.ambient.token();
  let begun = false;
  const operation: Operation = {
    id,
    intend: async ({ stages, changes = [], refs = [], events = [] }) => {
      const left = changes.flatMap((change) => (change.kind === "ref" ? (change.before ?? []) : []));
      await updateRefs(session.project.repository, [...refs, ...keepers(session, { operation: id, commits: left })]);
      const first: readonly Event[] = begun ? [] : [{ type: "operation-started", operation: id, kind }];
      begun = true;
      session.emit(...first, { type: "operation-intended", operation: id, stages, changes }, ...events);
    },
    withdraw: (what) => session.emit({ type: "operation-withdrawn", operation: id, ...what }),
  };
  try {
    return await action(operation);
  } finally {
    if (begun) {
      session.emit({ type: "operation-finished", operation: id });
      const { list } = session.state().operations ?? noOperations;
      // All of it was taken back at once.
      if (list.every((one) => one.id !== id)) await dropOldRefs(session);
    }
  }
}

/** The refs of an operation that keep these commits alive; some may be there already. */
export const keepers = (
  session: Session,
  { operation, commits }: { readonly operation: string; readonly commits: readonly Oid[] },
): readonly RefChange[] =>
  [...new Set(commits)].map((to) => ({
    ref: undoRef({ plan: session.plan.id, operation, name: to }),
    to,
    anyway: true,
  }));

/**
 * Drops the refs of operations that nobody can take back or do again any more, and the locks that a git left which was killed
 * while it made one. Faults: those of git, file-system.
 */
export async function dropOldRefs(session: Session): Promise<void> {
  const { repository } = session.project;
  const plan = session.plan.id;
  const locks = await locksIn(join(repository.commonDir, undoRefs({ plan })), { deep: true });
  if (locks.length > 0) await clearStaleLocks(repository, { files: locks, since: 0 });
  const { list } = session.state().operations ?? noOperations;
  const needed = list.map(({ id }) => undoRefs({ plan, operation: id }));
  const there = await listRefs(repository, [undoRefs({ plan })]);
  const old = [...there].filter(([ref]) => !needed.some((folder) => ref.startsWith(`${folder}/`)));
  await updateRefs(
    repository,
    old.map(([ref, { oid }]) => ({ ref, from: oid })),
  );
}
