// The stages of a plan as rows, each after all it needs, with the lanes of the edges drawn beside them.
import type { Plan, Stage, StageId } from "../../core/plan.ts";

/** One cell of the drawing: `node` is the place of the stage's own sign. */
export type GraphCell = "node" | " " | "│" | "─" | "├" | "┤" | "┼" | "┴" | "╰" | "╯";

export interface GraphRow {
  readonly stage: StageId;
  readonly cells: readonly GraphCell[];
}

export interface Graph {
  readonly rows: readonly GraphRow[];
  /** Cells of the widest row. */
  readonly width: number;
}

/**
 * The stages in the order of the plan, except that a stage never comes before one that it needs. Stages of a cycle, which
 * a sound plan does not have, come last.
 */
export function orderStages(stages: readonly Stage[]): readonly Stage[] {
  const known = new Set(stages.map(({ id }) => id));
  const placed = new Set<StageId>();
  const result: Stage[] = [];
  let left = stages;
  while (left.length > 0) {
    const next = left.find(({ needs }) => needs.every((need) => placed.has(need) || !known.has(need)));
    if (next === undefined) return [...result, ...left];
    placed.add(next.id);
    result.push(next);
    left = left.filter((stage) => stage !== next);
  }
  return result;
}

/**
 * Draws the edges: one lane for each stage that others still need, running down to the last of them. A stage takes over
 * the lane of a need that ends at it; lanes that it only passes stay whole (`│`), lanes that it needs are joined (`├`, `╰`).
 */
export function drawGraph(plan: Plan): Graph {
  const stages = orderStages(plan.stages);
  const dependents = new Map<StageId, number>();
  for (const { needs } of stages)
    for (const need of new Set(needs)) dependents.set(need, (dependents.get(need) ?? 0) + 1);
  let lanes: readonly (StageId | undefined)[] = [];
  let leafColumn = -1;
  const rows = stages.map((stage): GraphRow => {
    const needs = new Set(stage.needs);
    const ending = new Set<StageId>();
    for (const need of needs) {
      const left = (dependents.get(need) ?? 0) - 1;
      dependents.set(need, left);
      if (left === 0) ending.add(need);
    }
    const column = columnFor({ lanes, ending, avoid: leafColumn });
    const cells = drawRow({ lanes, needs, ending, column });
    const isNeeded = (dependents.get(stage.id) ?? 0) > 0;
    lanes = nextLanes({ lanes, ending, column, stage: isNeeded ? stage.id : undefined });
    leafColumn = isNeeded ? -1 : column;
    return { stage: stage.id, cells };
  });
  const graph = { rows, width: Math.max(1, ...rows.map(({ cells }) => cells.length)) };
  return stages.some(({ needs }) => needs.length > 0) ? graph : plainGraph(graph);
}

/** Only the signs, for a plan in which nothing needs anything. */
const plainGraph = (graph: Graph): Graph => ({
  rows: graph.rows.map(({ stage }) => ({ stage, cells: ["node"] })),
  width: 1,
});

/** A cell for a terminal that has no box characters. */
export const asciiCell: Readonly<Record<Exclude<GraphCell, "node">, string>> = {
  " ": " ",
  "│": "|",
  "─": "-",
  "├": "|",
  "┤": "|",
  "┼": "+",
  "┴": "+",
  "╰": "`",
  "╯": "'",
};

interface Row {
  readonly lanes: readonly (StageId | undefined)[];
  /** Needs whose last dependent is this row's stage. */
  readonly ending: ReadonlySet<StageId>;
}

/**
 * The lane of a need that ends here, else a free one. Not the one whose stage, just above, nobody needs: two signs right
 * below each other would look like an edge.
 */
function columnFor({ lanes, ending, avoid }: Row & { readonly avoid: number }): number {
  const taken = lanes.findIndex((lane) => lane !== undefined && ending.has(lane));
  if (taken !== -1) return taken;
  const free = lanes.findIndex((lane, index) => lane === undefined && index !== avoid);
  if (free !== -1) return free;
  return lanes.length === avoid ? lanes.length + 1 : lanes.length;
}

function drawRow(row: Row & { readonly needs: ReadonlySet<StageId>; readonly column: number }): readonly GraphCell[] {
  const { lanes, needs, ending, column } = row;
  const joined = lanes.flatMap((lane, index) => (lane !== undefined && needs.has(lane) ? [index] : []));
  const from = Math.min(column, ...joined);
  const to = Math.max(column, ...joined);
  const cells: GraphCell[] = [];
  for (let index = 0; index < Math.max(lanes.length, column + 1); index += 1) {
    const lane = lanes[index];
    if (index === column) cells.push("node");
    else if (lane === undefined) cells.push(index > from && index < to ? "─" : " ");
    else if (!needs.has(lane)) cells.push("│");
    else
      cells.push(joint({ ends: ending.has(lane), edge: index === from ? "left" : index === to ? "right" : "middle" }));
    cells.push(index >= from && index < to ? "─" : " ");
  }
  while (cells.at(-1) === " ") cells.pop();
  return cells;
}

function joint({ ends, edge }: { readonly ends: boolean; readonly edge: "left" | "middle" | "right" }): GraphCell {
  switch (edge) {
    case "left":
      return ends ? "╰" : "├";
    case "right":
      return ends ? "╯" : "┤";
    case "middle":
      return ends ? "┴" : "┼";
  }
}

function nextLanes(
  row: Row & { readonly column: number; readonly stage: StageId | undefined },
): readonly (StageId | undefined)[] {
  const next = row.lanes.map((lane) => (lane !== undefined && row.ending.has(lane) ? undefined : lane));
  while (next.length <= row.column) next.push(undefined);
  next[row.column] = row.stage;
  while (next.length > 0 && next.at(-1) === undefined) next.pop();
  return next;
}
