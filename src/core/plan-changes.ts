// What became of the stages of a plan when it was edited: the same, renamed, or another one under an old id. Pure.
import type { Plan, StageId } from "./plan.ts";

/** What is remembered of a stage, to notice later what changed. */
export interface ShapedStage {
  readonly id: StageId;
  readonly name: string;
  readonly needs: readonly StageId[];
}

export const shapeOf = ({ stages }: Pick<Plan, "stages">): readonly ShapedStage[] =>
  stages.map(({ id, name, needs }) => ({ id, name, needs }));

export const isSameShape = (a: readonly ShapedStage[], b: readonly ShapedStage[]): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** What an id stands for after an edit. */
export type Fate =
  | { readonly kind: "new" | "same" }
  /** The same stage under another name. */
  | { readonly kind: "renamed"; readonly from: string }
  /** Another stage: what was done under this id is not its work. */
  | {
      readonly kind: "replaced";
      /** The name of the stage that had the id before. */
      readonly from: string;
      /** The id that a stage of this name had until now. */
      readonly movedFrom?: StageId;
    };

interface Past {
  /** The plan when it was last recorded. */
  readonly before: readonly ShapedStage[];
  /** The last name of each id there ever was. */
  readonly names: ReadonlyMap<StageId, string>;
}

/**
 * What each id of the plan stands for now. An id keeps its stage while its name stays, or changes alone. Where names change
 * places, as they do when steps are numbered anew, or where an id comes back under another name after it was gone, it is
 * another stage; nothing else could be told from it.
 */
export function fatesOf(after: readonly ShapedStage[], past: Past): ReadonlyMap<StageId, Fate> {
  const before = new Map(past.before.map(({ id, name }) => [id, name]));
  const now = new Map(after.map(({ id, name }) => [id, name]));
  const idsBefore = idsByName(past.before);
  const idsNow = idsByName(after);
  return new Map(
    after.map(({ id, name }): readonly [StageId, Fate] => {
      const last = before.get(id) ?? past.names.get(id);
      if (last === undefined) return [id, { kind: "new" }];
      if (isSameName(last, name)) return [id, last === name ? { kind: "same" } : { kind: "renamed", from: last }];
      const leaves = (other: StageId): boolean => other !== id && !isSameName(now.get(other) ?? "", name);
      const arrives = (other: StageId): boolean => other !== id && !isSameName(before.get(other) ?? "", last);
      const movedFrom = idsBefore.get(key(name))?.find(leaves);
      const movedTo = idsNow.get(key(last))?.find(arrives);
      if (before.has(id) && movedFrom === undefined && movedTo === undefined)
        return [id, { kind: "renamed", from: last }];
      return [id, { kind: "replaced", from: last, ...(movedFrom === undefined ? {} : { movedFrom }) }];
    }),
  );
}

/** Letter case and the spaces around a name do not make it another one. */
const key = (name: string): string => name.normalize("NFC").trim().toLowerCase();
const isSameName = (a: string, b: string): boolean => key(a) === key(b);

function idsByName(stages: readonly ShapedStage[]): ReadonlyMap<string, readonly StageId[]> {
  const found = new Map<string, StageId[]>();
  for (const { id, name } of stages) {
    const ids = found.get(key(name));
    if (ids === undefined) found.set(key(name), [id]);
    else ids.push(id);
  }
  return found;
}

export interface RenamedStage {
  readonly id: StageId;
  readonly from: string;
  /** The same as `from` where it has another id now, and nothing else. */
  readonly to: string;
  /** It is another stage; the work done under its id before is not its own. */
  readonly another?: true;
  /** The id that a stage of this name had before. */
  readonly movedFrom?: StageId;
}

/** The differences between two readings of a plan. */
export interface ShapeChanges {
  readonly added: readonly StageId[];
  readonly removed: readonly { readonly id: StageId; readonly name: string }[];
  readonly renamed: readonly RenamedStage[];
  /** Stages with other needs than before. */
  readonly rewired: readonly {
    readonly id: StageId;
    readonly before: readonly StageId[];
    readonly after: readonly StageId[];
  }[];
}

/** What changed from `before` to `after`. `isAnother` knows the ids that stand for another stage by now. */
export function compareShapes(
  before: readonly ShapedStage[],
  { after, isAnother }: { readonly after: readonly ShapedStage[]; readonly isAnother: (id: StageId) => boolean },
): ShapeChanges {
  const old = new Map(before.map((stage) => [stage.id, stage]));
  const now = new Set(after.map(({ id }) => id));
  const fates = fatesOf(after, { before, names: new Map() });
  const moved = movedIds(before, after);
  const renamed = after.flatMap(({ id, name }): readonly RenamedStage[] => {
    const from = old.get(id)?.name;
    if (from === name) return [];
    if (from === undefined) {
      const movedFrom = moved.get(id);
      return movedFrom === undefined ? [] : [{ id, from: name, to: name, movedFrom }];
    }
    const fate = fates.get(id);
    const another = fate?.kind === "replaced" || isAnother(id);
    const origin = fate?.kind === "replaced" && fate.movedFrom !== undefined ? { movedFrom: fate.movedFrom } : {};
    return [{ id, from, to: name, ...(another ? { another: true as const } : {}), ...origin }];
  });
  const others = new Map(renamed.flatMap((one) => (one.another === true ? [[one.id, one.movedFrom] as const] : [])));
  /** The id that the stage had which is called `id` now. */
  const idBefore = (id: StageId): StageId | undefined => (others.has(id) ? others.get(id) : (moved.get(id) ?? id));
  const idNow = new Map(after.flatMap(({ id }) => (idBefore(id) === undefined ? [] : [[idBefore(id), id] as const])));
  return {
    added: after.flatMap(({ id }) => (old.has(id) || moved.has(id) ? [] : [id])),
    removed: before.flatMap(({ id, name }) => (now.has(id) || [...moved.values()].includes(id) ? [] : [{ id, name }])),
    renamed,
    rewired: after.flatMap(({ id, needs }) => {
      const was = others.has(id) ? undefined : old.get(moved.get(id) ?? id)?.needs;
      const same = was?.map((need) => idNow.get(need) ?? need);
      return was === undefined || same === undefined || isSameSet(same, needs)
        ? []
        : [{ id, before: was, after: needs }];
    }),
  };
}

/** By its new id the one that a stage had before, where just one stage has its name, before and after. */
function movedIds(before: readonly ShapedStage[], after: readonly ShapedStage[]): ReadonlyMap<StageId, StageId> {
  const known = new Set(before.map(({ id }) => id));
  const idsBefore = idsByName(before);
  const idsNow = idsByName(after);
  return new Map(
    after.flatMap(({ id, name }) => {
      const [from, ...others] = idsBefore.get(key(name)) ?? [];
      const isOnly = others.length === 0 && idsNow.get(key(name))?.length === 1;
      return known.has(id) || from === undefined || !isOnly ? [] : [[id, from] as const];
    }),
  );
}

const isSameSet = (a: readonly StageId[], b: readonly StageId[]): boolean =>
  a.length === b.length && a.every((id) => b.includes(id));
