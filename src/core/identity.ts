// Which stage an id stands for, over all edits of the plan: an id is never reused for the work of another stage.
import type { Event } from "./event.ts";
import { fatesOf, type ShapedStage } from "./plan-changes.ts";
import type { Stage, StageId } from "./plan.ts";
import { foldName, refSafe } from "./refname.ts";
import type { SetupRecord } from "./stage-record.ts";

export interface KnownStage {
  /** Its last name. */
  readonly name: string;
  /** 1, or a number that tells its branch and worktree from those of a stage that had the id before. */
  readonly generation: number;
  /** Number of the event with which this stage came under the id. */
  readonly born: number;
}

/** A stage whose id another one has now, with what was recorded of it. */
export interface RetiredStage<Record> {
  readonly id: StageId;
  readonly name: string;
  readonly record: Record;
}

export interface Identities<Record> {
  /** The plan when it was last recorded. */
  readonly shape: readonly ShapedStage[];
  /** The plan when a run, a set-up or a verification last started on it. */
  readonly started?: {
    /** Milliseconds since the epoch. */
    readonly at: number;
    readonly shape: readonly ShapedStage[];
    readonly seq: number;
  };
  /** Every id there ever was, in plans that were recorded. */
  readonly known: Readonly<{ [id: StageId]: KnownStage }>;
  readonly retired: readonly RetiredStage<Record>[];
}

export const noIdentities: Identities<never> = { shape: [], known: {}, retired: [] };

export const knownStage = (identities: Pick<Identities<unknown>, "known">, id: StageId): KnownStage | undefined =>
  Object.hasOwn(identities.known, id) ? identities.known[id] : undefined;

/** Ids under which the plan has another stage than the one that was recorded last. */
export function replacedIn(
  after: readonly ShapedStage[],
  identities: Pick<Identities<unknown>, "shape" | "known">,
): ReadonlySet<StageId> {
  const fates = fatesOf(after, { before: identities.shape, names: namesOf(identities) });
  return new Set([...fates].flatMap(([id, { kind }]) => (kind === "replaced" ? [id] : [])));
}

const namesOf = ({ known }: Pick<Identities<unknown>, "known">): ReadonlyMap<StageId, string> =>
  new Map(Object.entries(known).map(([id, { name }]) => [id, name]));

/** The identities after the plan was recorded anew, and the ids whose record starts afresh. */
export function recordShape<Record>(
  before: Identities<Record>,
  given: {
    readonly event: Extract<Event, { type: "plan-shape" }>;
    readonly seq: number;
    readonly at: number;
    /** What is recorded of a stage that has begun; undefined for one that left no trace. */
    readonly workOf: (id: StageId) => Record | undefined;
  },
): { readonly identities: Identities<Record>; readonly fresh: readonly StageId[] } {
  const { event, seq, at, workOf } = given;
  const shape = event.stages;
  const replaced = replacedIn(shape, before);
  const retired = [...before.retired];
  const taken = new Set([...Object.keys(before.known), ...shape.map(({ id }) => id)].map(nameKey));
  const known: { [id: StageId]: KnownStage } = { ...before.known };
  for (const { id, name } of shape) {
    const was = knownStage(before, id);
    if (was === undefined || !replaced.has(id)) {
      define(known, id, { generation: 1, born: seq, ...was, name });
      continue;
    }
    const record = workOf(id);
    if (record !== undefined) retired.push({ id, name: was.name, record });
    const generation = record === undefined ? was.generation : nextGeneration(id, { after: was.generation, taken });
    define(known, id, { name, generation, born: seq });
  }
  const started = event.start === true ? { at, shape, seq } : before.started;
  const identities = { shape, known, retired, ...(started === undefined ? {} : { started }) };
  return { identities, fresh: [...replaced] };
}

/** An id can be called like a part of every object. */
function define(known: { [id: StageId]: KnownStage }, id: StageId, stage: KnownStage): void {
  Object.defineProperty(known, id, { value: stage, enumerable: true, configurable: true, writable: true });
}

/** `api` becomes `api-2`, unless a stage is or was called so. */
function nextGeneration(
  id: StageId,
  { after, taken }: { readonly after: number; readonly taken: ReadonlySet<string> },
): number {
  let generation = after + 1;
  while (taken.has(nameKey(`${id}-${generation}`))) generation += 1;
  return generation;
}

const nameKey = (id: StageId): string => foldName(refSafe(id));

/**
 * The stage with names that tell it from those that had its id before, and under which it was set up, whatever became of
 * the templates since. A name that the plan writes stays.
 */
export function withOwnNames(
  stage: Stage,
  { generation = 1, setup }: { readonly generation?: number | undefined; readonly setup?: SetupRecord | undefined },
): Stage {
  const { derived = [] } = stage;
  if (generation === 1 && (setup === undefined || derived.length === 0)) return stage;
  const suffix = generation === 1 ? "" : `-${generation}`;
  const branch = setup?.branch ?? stage.branch + suffix;
  const worktree = setup?.path ?? stage.worktree + suffix;
  return {
    ...stage,
    ...(generation === 1 ? {} : { generation }),
    ...(derived.includes("branch") ? { branch } : {}),
    ...(derived.includes("worktree") ? { worktree } : {}),
  };
}

/** What a stage is called in refs of ours: its id, told from earlier stages of that id. */
export const refStage = ({ id, generation = 1 }: Pick<Stage, "id" | "generation">): string =>
  generation === 1 ? id : `${id}~${generation}`;
