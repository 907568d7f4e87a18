// Answers questions about the graph of needs: order, cycles, layers, ancestors, longest path. Pure, linear, no recursion.
import type { StageId } from "./plan.ts";

/** All that the graph needs to know of a stage. */
export interface GraphStage {
  readonly id: StageId;
  readonly needs: readonly StageId[];
}

interface Graph {
  readonly ids: readonly StageId[];
  /** By id: known needs and known dependents, each once, in the order of the plan file. */
  readonly needs: ReadonlyMap<StageId, readonly StageId[]>;
  readonly dependents: ReadonlyMap<StageId, readonly StageId[]>;
}

/** Unknown needs are left out, repeated ones count once, and of stages with the same id the first one counts. */
function buildGraph(stages: readonly GraphStage[]): Graph {
  const needs = new Map<StageId, StageId[]>();
  const dependents = new Map<StageId, StageId[]>();
  for (const { id } of stages) {
    needs.set(id, []);
    dependents.set(id, []);
  }
  const done = new Set<StageId>();
  for (const stage of stages) {
    if (done.has(stage.id)) continue;
    done.add(stage.id);
    for (const need of new Set(stage.needs)) {
      if (!needs.has(need)) continue;
      needs.get(stage.id)?.push(need);
      dependents.get(need)?.push(stage.id);
    }
  }
  return { ids: [...done], needs, dependents };
}

const linked = (edges: ReadonlyMap<StageId, readonly StageId[]>, id: StageId): readonly StageId[] =>
  edges.get(id) ?? [];

/**
 * Stage ids in layers: the first holds those without needs, each other stage lies one layer below its deepest need.
 * Within a layer the order of the plan is kept. Stages in a cycle, and those that need one of them, are left out.
 */
export function layers(stages: readonly GraphStage[]): readonly (readonly StageId[])[] {
  const graph = buildGraph(stages);
  const place = new Map(graph.ids.map((id, index) => [id, index]));
  const open = new Map(graph.ids.map((id) => [id, linked(graph.needs, id).length]));
  const result: StageId[][] = [];
  let layer = graph.ids.filter((id) => open.get(id) === 0);
  while (layer.length > 0) {
    result.push(layer);
    const next: StageId[] = [];
    for (const id of layer) {
      for (const dependent of linked(graph.dependents, id)) {
        const left = (open.get(dependent) ?? 0) - 1;
        open.set(dependent, left);
        if (left === 0) next.push(dependent);
      }
    }
    layer = next.toSorted((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
  }
  return result;
}

/** Stage ids so that each comes after all it needs; what is in or behind a cycle is left out. */
export const topologicalOrder = (stages: readonly GraphStage[]): readonly StageId[] => layers(stages).flat();

/**
 * Stage ids so that each comes after all it needs, and otherwise as early as the order of the plan lets it. What is in or
 * behind a cycle is left out.
 */
export function needsFirst(stages: readonly GraphStage[]): readonly StageId[] {
  const graph = buildGraph(stages);
  const sound = new Set(topologicalOrder(stages));
  const result = new Set<StageId>();
  for (const root of graph.ids) {
    if (!sound.has(root) || result.has(root)) continue;
    const path: { readonly id: StageId; next: number }[] = [{ id: root, next: 0 }];
    for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
      const need = linked(graph.needs, frame.id)[frame.next];
      frame.next += 1;
      if (need === undefined) {
        result.add(frame.id);
        path.pop();
      } else if (!result.has(need)) path.push({ id: need, next: 0 });
    }
  }
  return [...result];
}

/**
 * One cycle for every knot of stages that need each other, as a path: each id needs the next one, the last needs the
 * first. A stage that needs itself is a cycle of one.
 */
export function findCycles(stages: readonly GraphStage[]): readonly (readonly StageId[])[] {
  const graph = buildGraph(stages);
  return knots(graph).map((knot) => cycleThrough(graph, knot));
}

interface Knot {
  /** The member that comes first in the plan. */
  readonly first: StageId;
  readonly members: ReadonlySet<StageId>;
}

/** Strongly connected components that hold a cycle, in the order of the plan (Tarjan's way with an explicit stack). */
function knots(graph: Graph): readonly Knot[] {
  const index = new Map<StageId, number>();
  const low = new Map<StageId, number>();
  const open: StageId[] = [];
  const isOpen = new Set<StageId>();
  const found: ReadonlySet<StageId>[] = [];
  for (const root of graph.ids) {
    if (index.has(root)) continue;
    const path: { readonly id: StageId; next: number }[] = [];
    const enter = (id: StageId): void => {
      low.set(id, index.size);
      index.set(id, index.size);
      open.push(id);
      isOpen.add(id);
      path.push({ id, next: 0 });
    };
    const lower = (id: StageId, to: number | undefined): void => {
      low.set(id, Math.min(low.get(id) ?? 0, to ?? 0));
    };
    enter(root);
    for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
      const { id } = frame;
      const need = linked(graph.needs, id)[frame.next];
      frame.next += 1;
      if (need !== undefined) {
        if (!index.has(need)) enter(need);
        else if (isOpen.has(need)) lower(id, index.get(need));
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) lower(parent.id, low.get(id));
      if (low.get(id) !== index.get(id)) continue;
      const knot = new Set<StageId>(open.splice(open.lastIndexOf(id)));
      for (const member of knot) isOpen.delete(member);
      if (knot.size > 1 || linked(graph.needs, id).includes(id)) found.push(knot);
    }
  }
  return inPlanOrder(graph, found);
}

function inPlanOrder(graph: Graph, found: readonly ReadonlySet<StageId>[]): readonly Knot[] {
  const knotOf = new Map<StageId, ReadonlySet<StageId>>();
  for (const members of found) for (const id of members) knotOf.set(id, members);
  const result = new Map<ReadonlySet<StageId>, Knot>();
  for (const id of graph.ids) {
    const members = knotOf.get(id);
    if (members !== undefined && !result.has(members)) result.set(members, { first: id, members });
  }
  return [...result.values()];
}

/** The shortest way from the first stage of the knot back to itself. */
function cycleThrough(graph: Graph, { first: start, members }: Knot): readonly StageId[] {
  const cameFrom = new Map<StageId, StageId>();
  const queue = [start];
  for (const id of queue) {
    for (const need of linked(graph.needs, id)) {
      if (need === start) {
        const path = [id];
        for (let at = id; at !== start;) {
          at = cameFrom.get(at) ?? start;
          path.push(at);
        }
        return path.toReversed();
      }
      if (!members.has(need) || cameFrom.has(need)) continue;
      cameFrom.set(need, id);
      queue.push(need);
    }
  }
  return [];
}

/** Every stage that `id` needs, directly or through others; not `id` itself unless it lies in a cycle. */
export const ancestorsOf = (stages: readonly GraphStage[], id: StageId): ReadonlySet<StageId> =>
  reachable(buildGraph(stages).needs, id);

/** Every stage that needs `id`, directly or through others; not `id` itself unless it lies in a cycle. */
export const descendantsOf = (stages: readonly GraphStage[], id: StageId): ReadonlySet<StageId> =>
  reachable(buildGraph(stages).dependents, id);

function reachable(edges: ReadonlyMap<StageId, readonly StageId[]>, from: StageId): ReadonlySet<StageId> {
  const found = new Set<StageId>(linked(edges, from));
  // A Set that grows while it is walked is walked to its end.
  for (const id of found) for (const next of linked(edges, id)) found.add(next);
  return found;
}

/**
 * By stage: its own weight and that of the heaviest chain of stages that wait for it. The higher, the more urgent.
 * Stages in or behind a cycle are left out.
 */
export function longestRemainingPath(
  stages: readonly GraphStage[],
  weight: (id: StageId) => number,
): ReadonlyMap<StageId, number> {
  const { dependents } = buildGraph(stages);
  const result = new Map<StageId, number>();
  for (const id of topologicalOrder(stages).toReversed()) {
    let longest = 0;
    for (const dependent of linked(dependents, id)) longest = Math.max(longest, result.get(dependent) ?? 0);
    result.set(id, weight(id) + longest);
  }
  return result;
}
