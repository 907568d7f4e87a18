// The last operations of a plan, folded from its events: what each changed, and what was recorded before and after it.
import { type Change, type Direction, isTaken, type OperationKind, type WrittenStatus } from "./change.ts";
import type { Event } from "./event.ts";
import type { OperationEvent } from "./operation-event.ts";
import { PersistentMap } from "./persistent-map.ts";
import type { StageId, StageStatus } from "./plan.ts";
import { emptyRecord, type StageRecord } from "./stage-record.ts";

/** What is recorded of a stage, and the status that the plan was last seen to have. */
export interface StageTrace {
  readonly record: StageRecord;
  readonly seen?: StageStatus;
}

export type Traces = PersistentMap<StageId, StageTrace>;

export interface OperationRecord {
  readonly id: string;
  readonly kind: OperationKind;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Number of the event that began it. */
  readonly seq: number;
  readonly changes: readonly Change[];
  /** By the stages it touched; records are shared with the states they were in, so this costs next to nothing. */
  readonly before: Traces;
  /** Absent while it goes on. */
  readonly after?: Traces;
  /** Milliseconds since the epoch; absent while it goes on. */
  readonly finishedAt?: number;
  readonly interrupted?: true;
  readonly undone?: true;
  /** Stages whose id another one got since. */
  readonly replaced?: readonly StageId[];
}

export interface Operations {
  /** Oldest first; those that were taken back come last. */
  readonly list: readonly OperationRecord[];
  /** An undo or redo that has no end yet. */
  readonly turning?: Extract<Event, { type: "turn-started" }> & { readonly at: number };
}

export const noOperations: Operations = { list: [] };

/** So many can be taken back, one after the other. */
export const mostOperations = 50;

/** What `undo` would take back: the last one that is not taken back yet. */
export const nextUndo = ({ list }: Operations): OperationRecord | undefined =>
  list.findLast(({ undone }) => undone === undefined);

/** What `redo` would do again: the one that was taken back last, as long as nothing came after it. */
export const nextRedo = ({ list }: Operations): OperationRecord | undefined =>
  list.find(({ undone }) => undone !== undefined);

/** Ids of the stages it touched. */
export const stagesOf = ({ before }: OperationRecord): readonly StageId[] => before.keys();

/** The operation that is under way and has changes about the stage. */
export const openOperation = ({ list }: Operations, stage: StageId): OperationRecord | undefined =>
  list.findLast((one) => isOpen(one) && one.before.has(stage));

export const isOperationEvent = (event: Event): event is OperationEvent =>
  event.type.startsWith("operation-") || event.type.startsWith("turn-");

const isOpen = ({ after }: OperationRecord): boolean => after === undefined;

/** Whether an operation under way has begun to write into the plan. */
export const isWriting = ({ list }: Operations): boolean =>
  list.some((one) => isOpen(one) && one.changes.some(({ kind }) => kind === "text"));

/** The last status of the stage that an operation under way writes into the plan, or wrote before its process died. */
export const pendingWrite = ({ list }: Operations, stage: StageId): WrittenStatus | undefined =>
  list
    .filter(isOpen)
    .flatMap(({ changes }) => changes.flatMap((change) => (change.kind === "text" ? change.statuses : [])))
    .findLast((status) => status.stage === stage);

/** Folds one event. `trace` tells what is recorded of a stage now. */
export function reduceOperations(
  operations: Operations,
  given: {
    readonly event: OperationEvent;
    readonly seq: number;
    readonly at: number;
    readonly trace: (stage: StageId) => StageTrace;
  },
): Operations {
  const { event, seq, at, trace } = given;
  const { list } = operations;
  const change = (by: (one: OperationRecord) => OperationRecord | undefined): Operations => ({
    ...operations,
    list: list.flatMap((one) => (one.id === event.operation ? (by(one) ?? []) : [one])),
  });
  switch (event.type) {
    case "operation-started": {
      const { operation: id, kind } = event;
      const kept = list.filter(({ undone }) => undone === undefined);
      const all = [...kept, { id, kind, at, seq, changes: [], before: PersistentMap.from<StageId, StageTrace>() }];
      return { ...operations, list: all.slice(-mostOperations) };
    }
    case "operation-intended":
      return change((one) => {
        const fresh = event.stages.filter((stage) => !one.before.has(stage));
        const before = fresh.reduce((traces, stage) => traces.with(stage, trace(stage)), one.before);
        return { ...one, changes: [...one.changes, ...event.changes], before };
      });
    case "operation-withdrawn":
      return change((one) => withdrawn(one, event));
    case "operation-finished":
      return change((one) => {
        const after = PersistentMap.from(stagesOf(one).map((stage) => [stage, trace(stage)] as const));
        const interrupted = event.interrupted === undefined ? {} : { interrupted: event.interrupted };
        const isNothing =
          one.changes.length === 0 && stagesOf(one).every((id) => isEqual(after.get(id), one.before.get(id)));
        return isNothing ? undefined : { ...one, after, finishedAt: at, ...interrupted };
      });
    case "turn-started":
      return { ...operations, turning: { ...event, at } };
    case "turn-saved":
      return change((one) => ({
        ...one,
        changes: one.changes.map((each) =>
          each.kind === "worktree" && each.path === event.path ? { ...each, image: event.image } : each,
        ),
      }));
    case "turn-finished": {
      const { turning: _, ...rest } = change(({ undone: __, ...one }) =>
        event.direction === "undo" ? { ...one, undone: true } : one,
      );
      return rest;
    }
    case "turn-stopped": {
      const { turning: _, ...rest } = operations;
      return rest;
    }
  }
}

/** Other stages came under these ids: what operations did to the ones before cannot be taken back any more. */
export const withReplaced = (operations: Operations, ids: readonly StageId[]): Operations => ({
  ...operations,
  list: operations.list.map((one) => {
    const replaced = ids.filter((id) => one.before.has(id));
    return replaced.length === 0 ? one : { ...one, replaced: [...(one.replaced ?? []), ...replaced] };
  }),
});

function withdrawn(
  one: OperationRecord,
  { stage, text }: Extract<Event, { type: "operation-withdrawn" }>,
): OperationRecord {
  const changes = one.changes.filter((each) =>
    each.kind === "text"
      ? !each.files.some(({ after }) => after === text)
      : stage === undefined || each.stage !== stage,
  );
  if (stage === undefined) return { ...one, changes };
  return { ...one, changes, before: one.before.without((id) => id === stage) };
}

/** The traces of the stages that the operation touched, once it is taken back or done again. */
export function turnTraces(
  operation: OperationRecord,
  { direction, trace }: { readonly direction: Direction; readonly trace: (stage: StageId) => StageTrace },
): ReadonlyMap<StageId, StageTrace> {
  const { before, after = before } = operation;
  const [from, to] = direction === "undo" ? [after, before] : [before, after];
  const gone = new Set(
    operation.changes.flatMap((each) =>
      each.kind === "worktree" && each.was === "made" && isTaken(each, direction) ? [each.stage] : [],
    ),
  );
  const turned = stagesOf(operation).map((stage): [StageId, StageTrace] => {
    const now = trace(stage);
    const ends = { from: from.get(stage) ?? now, to: to.get(stage) ?? now };
    return [stage, turnTrace(now, { ...ends, isGone: gone.has(stage) })];
  });
  return new Map(turned);
}

/** What a later event recorded in place of what the operation left, as names of fields. */
export function movedFields(
  operation: OperationRecord,
  { direction, stage, now }: { readonly direction: Direction; readonly stage: StageId; readonly now: StageTrace },
): readonly string[] {
  const { before, after = before } = operation;
  const [from, to] = (direction === "undo" ? [after, before] : [before, after]).map((traces) => traces.get(stage));
  if (from === undefined || to === undefined) return [];
  return decisions.filter(
    (key) =>
      !isEqual(from.record[key], to.record[key]) &&
      !saysSame(key, now.record[key], from.record[key]) &&
      !saysSame(key, now.record[key], to.record[key]),
  );
}

/** The same word, whoever said it: a plan that was edited there and back says again what it said. */
const saysSame = (key: keyof StageRecord, a: StageRecord[typeof key], b: StageRecord[typeof key]): boolean =>
  isEqual(a, b) || (key === "declared" && isEqual(stateOf(a), stateOf(b)));

const stateOf = (declared: unknown): unknown =>
  typeof declared === "object" && declared !== null && "state" in declared ? declared.state : undefined;

/** What people and proofs decided; the rest is passing. */
const decisions = ["declared", "completed", "setup"] as const satisfies readonly (keyof StageRecord)[];

interface Ends<T> {
  readonly from: T;
  readonly to: T;
}

/**
 * Only what the operation changed goes back: a field that something else changed since stays. Of a stage whose worktree goes,
 * nothing stays but what a person said of it.
 */
function turnTrace(now: StageTrace, { from, to, isGone }: Ends<StageTrace> & { readonly isGone: boolean }): StageTrace {
  const record = turnRecord(now.record, { from: from.record, to: to.record, isGone });
  const seen = pick(now.seen, { from: from.seen, to: to.seen });
  return { record, ...(seen === undefined ? {} : { seen }) };
}

function turnRecord(
  now: StageRecord,
  { from, to, isGone }: Ends<StageRecord> & { readonly isGone: boolean },
): StageRecord {
  const told = (key: keyof StageRecord): boolean => key === "declared" || key === "accepted" || key === "approvals";
  const keys = new Set([...keysOf(now), ...keysOf(from), ...keysOf(to)]);
  const entries = [...keys].flatMap((key): readonly (readonly [string, unknown])[] => {
    const value =
      isGone && !told(key)
        ? to[key]
        : key === "checks" || key === "approvals" || key === "accepted"
          ? pickEach(now[key], { from: from[key], to: to[key] })
          : pick<unknown>(saysSame(key, now[key], from[key]) ? from[key] : now[key], { from: from[key], to: to[key] });
    return value === undefined ? [] : [[key, value]];
  });
  return { ...emptyRecord, ...Object.fromEntries(entries) };
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- records are made here only, with these keys
const keysOf = (record: StageRecord): readonly (keyof StageRecord)[] => Object.keys(record) as (keyof StageRecord)[];

const pick = <T>(now: T, { from, to }: Ends<T>): T => (isEqual(from, to) || !isEqual(now, from) ? now : to);

type Entries = Readonly<Record<string, unknown>>;

function pickEach(
  now: Entries | undefined,
  { from = {}, to = {} }: Partial<Ends<Entries | undefined>>,
): Entries | undefined {
  const own = (entries: Entries | undefined, key: string): unknown =>
    entries !== undefined && Object.hasOwn(entries, key) ? entries[key] : undefined;
  const keys = new Set([now, from, to].flatMap((entries) => Object.keys(entries ?? {})));
  const entries = [...keys].flatMap((key): readonly (readonly [string, unknown])[] => {
    const value = pick(own(now, key), { from: own(from, key), to: own(to, key) });
    return value === undefined ? [] : [[key, value]];
  });
  return now === undefined && entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Whether two pieces of JSON are the same, whatever the order of keys. */
function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const [left, right] = [Object.entries(a), new Map<string, unknown>(Object.entries(b))];
  return left.length === right.size && left.every(([key, value]) => right.has(key) && isEqual(value, right.get(key)));
}
