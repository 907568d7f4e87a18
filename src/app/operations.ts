// The last operations of a plan as they are listed: what each did, and whether it can be taken back now.
import type { ListedOperation } from "../core/undo-answers.ts";
import { noOperations, type OperationRecord, stagesOf } from "../core/operation.ts";
import type { Session } from "./session.ts";
import { nextOf, planNext } from "./turn.ts";

/** Newest first. Only of the next ones it is known whether they can be: the others wait for those. Faults: those of git. */
export async function listOperations(session: Session): Promise<readonly ListedOperation[]> {
  const { list } = session.state().operations ?? noOperations;
  const undo = nextOf(session, "undo");
  const redo = nextOf(session, "redo");
  const listed: ListedOperation[] = [];
  for (const operation of list.toReversed()) {
    const direction = operation === undo ? "undo" : operation === redo ? "redo" : undefined;
    const plan = direction === undefined ? undefined : await planNext(session, { operation, direction });
    listed.push({
      ...nameOperation(operation),
      state: operation.undone === true ? "undone" : operation.after === undefined ? "going-on" : "done",
      ...(operation.interrupted === undefined ? {} : { interrupted: operation.interrupted }),
      did: describeChanges(operation),
      ...(direction === undefined ? {} : { next: direction }),
      possible: plan !== undefined && plan.moved.length === 0,
      moved: plan?.moved ?? [],
    });
  }
  return listed;
}

/** An operation as it is named in answers. */
export const nameOperation = (
  operation: OperationRecord,
): Pick<ListedOperation, "id" | "command" | "at" | "stages"> => ({
  id: operation.id,
  command: operation.kind,
  at: new Date(operation.at).toISOString(),
  stages: stagesOf(operation),
});

const refName = (ref: string): string =>
  ref.startsWith("refs/heads/") ? `branch ${ref.slice("refs/heads/".length)}` : ref;

function describeChanges({ changes }: OperationRecord): readonly string[] {
  return changes.flatMap((change): readonly string[] => {
    switch (change.kind) {
      case "ref": {
        const how = change.before === undefined ? "made" : change.after === undefined ? "deleted" : "moved";
        return [`${how} ${refName(change.ref)}`];
      }
      case "worktree":
        return [`${change.was} worktree ${change.path}`];
      case "text":
        return change.statuses.map(({ stage, before, after }) => `wrote ${stage}: ${before} to ${after}`);
    }
  });
}
