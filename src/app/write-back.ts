// Writes the status of stages back into the plan file: the smallest span is replaced, every other byte stays.
import type { WrittenStatus } from "../core/change.ts";
import type { Event } from "../core/event.ts";
import { Fault, isFault } from "../core/fault.ts";
import type { StageId, StageStatus } from "../core/plan.ts";
import { seenStatus } from "../core/state.ts";
import type { StageState, StageView } from "../core/view.ts";
import { type Document, fileText } from "../formats/markdown/document.ts";
import { mark } from "../formats/marking.ts";
import { replaceFile } from "../host/files.ts";
import { withRepositoryLock } from "../host/lock.ts";
import { type CurrentPlan, keepable, readCurrent } from "./current-plan.ts";
import { asOperation, type Operation } from "./operation.ts";
import type { Session } from "./session.ts";
import { spansOf, textChange } from "./written.ts";

/** What the plan is told; a failed stage is still being worked on, a merged one is complete. */
const written: Readonly<Record<StageState, StageStatus>> = {
  "not-started": "not-started",
  "in-progress": "in-progress",
  failed: "in-progress",
  blocked: "blocked",
  skipped: "skipped",
  complete: "complete",
  merged: "complete",
};

const attempts = 3;

/**
 * Brings the statuses in the file up to the views of `stages`. One that a person changed in the file since it was last seen
 * is not overwritten: it is their word, and is recorded as such. A file that changes meanwhile is read again; one that
 * cannot be written is left alone with a note, the recorded state is what counts. The caller does not hold the repository
 * lock: it is taken here, so that writers in this and other processes do not undo each other.
 */
export async function writeStatuses(
  session: Session,
  { stages, within }: { readonly stages: readonly StageId[]; readonly within?: Operation | undefined },
): Promise<void> {
  if (!session.project.config.writeBack || outdated(session, stages).length === 0) return;
  await withRepositoryLock(session.project.directory, async () => {
    session.catchUp();
    try {
      await asOperation(session, { kind: "write-back", within }, (operation) =>
        writeOutdated(session, { stages, operation }),
      );
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const { path } = session.file;
      session.emit({ type: "note", text: `the status in ${path} could not be written; the recorded state is kept` });
    }
  });
}

/** A stage that could not even be set up is where it was, for the plan. */
function outdated(session: Session, stages: readonly StageId[]): readonly StageView[] {
  return [...new Set(stages)]
    .flatMap((id) => session.find(id) ?? [])
    .filter(({ state, facts }) => state !== "failed" || facts.worktree.exists)
    .filter(({ stage, state }) => seenStatus(session.state(), stage.id) !== written[state]);
}

async function writeOutdated(
  session: Session,
  { stages, operation }: { readonly stages: readonly StageId[]; readonly operation: Operation },
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const current = await readCurrent(session.project, {
      path: session.file.path,
      plan: session.plan,
      kept: session.writtenPlan(),
    });
    const { next, events, statuses } = planChange(session, { current, stages });
    const change = textChange(current, { source: next.source, statuses });
    if (change !== undefined) {
      await operation.intend({ stages: statuses.map(({ stage }) => stage), changes: [change] });
    }
    try {
      for (const doc of next.source.documents) await writeDocument(current, doc);
    } catch (error) {
      const text = change?.files[0]?.after;
      if (text !== undefined) operation.withdraw({ text });
      if (isFault(error, "plan-changed") && attempt < attempts) continue;
      throw error;
    }
    const hashes = (change?.files ?? []).map(({ path, after }) => [path, after] as const);
    session.keepPlan(keepable({ ...next, hashes: new Map([...current.hashes, ...hashes]) }));
    session.emit(...events);
    return;
  }
}

async function writeDocument(current: CurrentPlan, { path, text, hasByteOrderMark }: Document): Promise<void> {
  const before = current.source.documents.find((doc) => doc.path === path);
  const expectedHash = current.hashes.get(path);
  if (before === undefined || expectedHash === undefined || before.text === text) return;
  await replaceFile(path, { text: fileText({ hasByteOrderMark }, text), expectedHash });
}

/** A plan that has no place for "in progress" says at least that the stage is open again. */
const sayable = (status: StageStatus): readonly StageStatus[] =>
  status === "in-progress" ? [status, "not-started"] : [status];

/**
 * The plan with the new texts, and what has to be recorded once they are written. A stage that the plan no longer has, or has
 * no place for a status at, is left out: a status that is not there was not written.
 */
function planChange(
  session: Session,
  { current, stages }: { readonly current: CurrentPlan; readonly stages: readonly StageId[] },
): { readonly next: CurrentPlan; readonly events: readonly Event[]; readonly statuses: readonly WrittenStatus[] } {
  const { seen } = session.state();
  let { marking } = current;
  const statuses = new Map(current.statuses);
  const writes: Event[] = [];
  const changed: WrittenStatus[] = [];
  const words: { readonly id: StageId; readonly state: StageStatus }[] = [];
  const today = new Date(session.project.ambient.now()).toISOString().slice(0, 10);
  for (const { stage, state, reason } of outdated(session, stages)) {
    const { id } = stage;
    const there = current.statuses.get(id);
    const status = written[state];
    if (there === undefined || current.others.has(id)) continue;
    if (there !== status && there !== seenStatus(session.state(), id)) {
      words.push({ id, state: there });
      continue;
    }
    for (const said of sayable(status)) {
      if (there !== said) {
        const marked = mark(marking, {
          stage: id,
          status: said,
          today,
          ...(reason === undefined ? {} : { reason }),
        });
        if (marked.edits.length === 0) continue;
        changed.push({ stage: id, before: there, after: said, spans: spansOf(marking.source, marked.edits) });
        ({ marking } = marked);
        statuses.set(id, said);
      }
      if (seenStatus(session.state(), id) !== said) writes.push({ type: "plan-written", stage: id, status: said });
      break;
    }
  }
  const next = { ...current, source: marking.source, statuses, marking };
  if (words.length === 0) return { next, events: writes, statuses: changed };
  const said = words.map(({ id, state }): Event => ({ type: "stage-declared", stage: id, state, by: "plan" }));
  const now = words.map(({ id, state }) => [id, state] as const);
  return {
    next,
    events: [...said, { type: "plan-seen", statuses: Object.fromEntries([...(seen ?? []), ...now]) }, ...writes],
    statuses: changed,
  };
}
