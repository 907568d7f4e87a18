// Lays a graph of stages out as rows: one stage a row, after all it needs, with a lane for every stage still needed below.
import type { Stage, StageId } from "../core/plan.ts";

/** What one cell of a row shows; the names say which ways a line leaves it. */
export type LaneCell =
  | "node"
  | "blank"
  | "down"
  | "across"
  | "down-right"
  | "down-left"
  | "down-both"
  | "end-right"
  | "end-left"
  | "end-both";

export interface LaneRow {
  readonly stage: Stage;
  /** Length of the longest way to it, 1-based: stages of one layer never wait for each other. Absent within a cycle. */
  readonly layer?: number;
  /** Two cells a column: the lane, and what is between it and the next. */
  readonly cells: readonly LaneCell[];
  /** Needs that no edge was drawn for: of no stage of the plan, or part of a cycle. */
  readonly undrawn: readonly StageId[];
}

export interface Lanes {
  readonly rows: readonly LaneRow[];
  /** Cells of the widest row. */
  readonly width: number;
}

export interface LaneOptions {
  /** `right`: always right of its needs, which reads best. `narrow`: in the first free lane, for deep graphs. */
  readonly place: "right" | "narrow";
  /** Leaves out edges that follow from others. */
  readonly reduced: boolean;
  /** Cells it may take; a wider one is given up, with an infinite width and no rows. */
  readonly room?: number;
}

/** Stages layer by layer, in the order of the plan within one; those of a cycle and behind it come last, without a layer. */
export function orderByLayer(stages: readonly Stage[]): readonly { readonly stage: Stage; readonly layer?: number }[] {
  const unique = [...new Map(stages.toReversed().map((stage) => [stage.id, stage])).values()].toReversed();
  const byId = new Map(unique.map((stage) => [stage.id, stage]));
  const dependents = new Map<StageId, Stage[]>();
  const missing = new Map<StageId, number>();
  for (const stage of unique) {
    const needs = [...new Set(stage.needs)].filter((need) => byId.has(need));
    missing.set(stage.id, needs.length);
    for (const need of needs) {
      const known = dependents.get(need) ?? [];
      known.push(stage);
      dependents.set(need, known);
    }
  }
  const layers = new Map<StageId, number>();
  let free = unique.filter((stage) => missing.get(stage.id) === 0);
  for (let layer = 1; free.length > 0; layer += 1) {
    for (const stage of free) layers.set(stage.id, layer);
    free = free.flatMap((stage) =>
      (dependents.get(stage.id) ?? []).filter((dependent) => {
        const left = (missing.get(dependent.id) ?? 0) - 1;
        missing.set(dependent.id, left);
        return left === 0;
      }),
    );
  }
  const left = unique.filter((stage) => !layers.has(stage.id));
  const layered = unique.flatMap((stage) => {
    const layer = layers.get(stage.id);
    return layer === undefined ? [] : [{ stage, layer }];
  });
  return [...layered.toSorted((a, b) => a.layer - b.layer), ...left.map((stage) => ({ stage }))];
}

/** Rows and cells of the graph of `stages`. Never fails: unknown needs and cycles are left undrawn, and said so. */
export function layOutLanes(stages: readonly Stage[], { place, reduced, room = Infinity }: LaneOptions): Lanes {
  const ordered = orderByLayer(stages);
  const above = new Set<StageId>();
  const drawn = new Map<StageId, readonly StageId[]>();
  for (const { stage } of ordered) {
    drawn.set(
      stage.id,
      [...new Set(stage.needs)].filter((need) => above.has(need)),
    );
    above.add(stage.id);
  }
  const edges = reduced ? withoutImplied(drawn) : drawn;
  const open = new Map<StageId, number>();
  for (const need of [...edges.values()].flat()) open.set(need, (open.get(need) ?? 0) + 1);
  const lanes: (StageId | undefined)[] = [];
  const rows: LaneRow[] = [];
  let width = 0;
  for (const { stage, layer } of ordered) {
    const needs = edges.get(stage.id) ?? [];
    const joined = needs.map((need) => lanes.indexOf(need));
    const column = freeColumn(lanes, place === "right" ? Math.max(-1, ...joined) + 1 : 0);
    width = Math.max(width, 2 * column + 1);
    if (width > room) return { rows: [], width: Infinity };
    for (const need of needs) open.set(need, (open.get(need) ?? 0) - 1);
    const ending = needs.filter((need) => open.get(need) === 0).map((need) => lanes.indexOf(need));
    const cells = drawRow({ lanes, joined, ending, column });
    for (const end of ending) lanes[end] = undefined;
    if ((open.get(stage.id) ?? 0) > 0) lanes[column] = stage.id;
    const undrawn = stage.needs.filter((need) => !(drawn.get(stage.id) ?? []).includes(need));
    rows.push({ stage, cells, undrawn, ...(layer === undefined ? {} : { layer }) });
  }
  return { rows, width };
}

function freeColumn(lanes: readonly (StageId | undefined)[], from: number): number {
  let column = from;
  while (lanes[column] !== undefined) column += 1;
  return column;
}

/** Edges that are not already said by a longer way. Stages come in an order in which each follows its needs. */
function withoutImplied(edges: ReadonlyMap<StageId, readonly StageId[]>): ReadonlyMap<StageId, readonly StageId[]> {
  const reach = new Map<StageId, ReadonlySet<StageId>>();
  const kept = new Map<StageId, readonly StageId[]>();
  for (const [stage, needs] of edges) {
    const further = new Set(needs.flatMap((need) => [...(reach.get(need) ?? [])]));
    kept.set(
      stage,
      needs.filter((need) => !further.has(need)),
    );
    reach.set(stage, new Set([...further, ...needs]));
  }
  return kept;
}

interface RowFacts {
  readonly lanes: readonly (StageId | undefined)[];
  /** Columns of the lanes it needs, and those of them that nobody needs after it. */
  readonly joined: readonly number[];
  readonly ending: readonly number[];
  readonly column: number;
}

function drawRow({ lanes, joined, ending, column }: RowFacts): readonly LaneCell[] {
  const low = Math.min(column, ...joined);
  const high = Math.max(column, ...joined);
  const last = Math.max(
    high,
    lanes.findLastIndex((lane) => lane !== undefined),
  );
  const cells: LaneCell[] = [];
  for (let at = 0; at <= last; at += 1) {
    cells.push(cellAt(at, { lanes, joined, ending, column, low, high }));
    if (at < last) cells.push(at >= low && at < high ? "across" : "blank");
  }
  return cells;
}

function cellAt(at: number, of: RowFacts & { readonly low: number; readonly high: number }): LaneCell {
  if (at === of.column) return "node";
  if (of.joined.includes(at)) {
    const way = at === of.low ? "right" : at === of.high ? "left" : "both";
    return of.ending.includes(at) ? `end-${way}` : `down-${way}`;
  }
  if (of.lanes[at] !== undefined) return "down";
  return at > of.low && at < of.high ? "across" : "blank";
}
