// Writes the status of stages back into the plan file: the smallest span is replaced, every other byte stays.
import type { WrittenStatus } from "../core/change.ts";
import type { Event } from "../core/event.ts";
import { Fault, isFault } from "../core/fault.ts";
import { replacedIn } from "../core/identity.ts";
import { shapeOf } from "../core/plan-changes.ts";
import type { StageId, StageStatus } from "../core/plan.ts";
import { seenStatus } from "../core/state.ts";
import type { StageState, StageView } from "../core/view.ts";
import { type Document, fileText } from "../formats/markdown/document.ts";
import { editSource, setStatus } from "../formats/format.ts";
import type { PlanSource } from "../formats/source.ts";
import { replaceFile } from "../host/files.ts";
import { withRepositoryLock } from "../host/lock.ts";
import { asOperation, type Operation } from "./operation.ts";
import { openPlan, type PlanFile } from "./plan-file.ts";
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
  { stages, within }: { readonly stages: readonly StageId[]; readonly within?: Operation },
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
const outdated = (session: Session, stages: readonly StageId[]): readonly StageView[] =>
  session
    .views()
    .filter(({ state, facts }) => state !== "failed" || facts.worktree.exists)
    .filter(
      ({ stage, state }) => stages.includes(stage.id) && seenStatus(session.state(), stage.id) !== written[state],
    );

async function writeOutdated(
  session: Session,
  { stages, operation }: { readonly stages: readonly StageId[]; readonly operation: Operation },
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const current = await openPlan(session.project, session.file.path);
    const { source, events, statuses } = planChange(session, { current, stages });
    const change = textChange(current, { source, statuses });
    if (change !== undefined) {
      await operation.intend({ stages: statuses.map(({ stage }) => stage), changes: [change] });
    }
    try {
      for (const doc of source.documents) await writeDocument(current, doc);
    } catch (error) {
      const text = change?.files[0]?.after;
      if (text !== undefined) operation.withdraw({ text });
      if (isFault(error, "plan-changed") && attempt < attempts) continue;
      throw error;
    }
    session.emit(...events);
    return;
  }
}

async function writeDocument(current: PlanFile, { path, text, hasByteOrderMark }: Document): Promise<void> {
  const before = current.source.documents.find((doc) => doc.path === path);
  const expectedHash = current.hashes.get(path);
  if (before === undefined || expectedHash === undefined || before.text === text) return;
  await replaceFile(path, { text: fileText({ hasByteOrderMark }, text), expectedHash });
}

/** Ids that stand for another stage in the file by now. */
function anotherUnder({ plan }: Session, current: PlanFile): ReadonlySet<StageId> {
  if (current.plan === undefined) return new Set();
  return replacedIn(shapeOf(current.plan), { shape: shapeOf(plan), known: {} });
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
  options: { readonly current: PlanFile; readonly stages: readonly StageId[] },
): { readonly source: PlanSource; readonly events: readonly Event[]; readonly statuses: readonly WrittenStatus[] } {
  const { seen } = session.state();
  let { source } = options.current;
  const statuses = new Map((options.current.plan?.stages ?? []).map(({ id, status }) => [id, status]));
  const writes: Event[] = [];
  const changed: WrittenStatus[] = [];
  const words: { readonly id: StageId; readonly state: StageStatus }[] = [];
  const others = anotherUnder(session, options.current);
  const today = new Date(session.project.ambient.now()).toISOString().slice(0, 10);
  for (const { stage, state, reason } of outdated(session, options.stages)) {
    const { id } = stage;
    const there = statuses.get(id);
    const status = written[state];
    if (there === undefined || others.has(id)) continue;
    if (there !== status && there !== seenStatus(session.state(), id)) {
      words.push({ id, state: there });
      continue;
    }
    for (const said of sayable(status)) {
      const change = { stage: id, status: said, today, ...(reason === undefined ? {} : { reason }) };
      const edits = there === said ? [] : setStatus(source, change);
      if (there !== said && edits.length === 0) continue;
      if (edits.length > 0) changed.push({ stage: id, before: there, after: said, spans: spansOf(source, edits) });
      source = editSource(source, edits);
      if (seenStatus(session.state(), id) !== said) writes.push({ type: "plan-written", stage: id, status: said });
      break;
    }
  }
  if (words.length === 0) return { source, events: writes, statuses: changed };
  const said = words.map(({ id, state }): Event => ({ type: "stage-declared", stage: id, state, by: "plan" }));
  const now = Object.fromEntries(words.map(({ id, state }) => [id, state]));
  return {
    source,
    events: [...said, { type: "plan-seen", statuses: { ...seen, ...now } }, ...writes],
    statuses: changed,
  };
}
