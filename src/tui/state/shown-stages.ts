// Which stages the list shows, and in which order: as the plan has them with their edges, or filtered, or sorted.
import type { StageView } from "../../core/view.ts";
import type { StageId } from "../../core/plan.ts";
import type { Graph, GraphRow } from "../stages/graph-rows.ts";
import type { Sought } from "./intents.ts";
import { isBusy, isFinished } from "./phase.ts";

export type Sort = "plan" | "state" | "time";

const sorts: readonly Sort[] = ["plan", "state", "time"];

export const nextSort = (sort: Sort): Sort => sorts[(sorts.indexOf(sort) + 1) % sorts.length] ?? "plan";

export interface Wanted {
  readonly filter: string;
  readonly sort: Sort;
}

interface Stages {
  readonly views: readonly StageView[];
  readonly graph: Graph;
}

/** The rows to show. Edges are only drawn where the rows stand as the graph has them. */
export function shownRows({ views, graph }: Stages, { filter, sort }: Wanted): readonly GraphRow[] {
  if (filter === "" && sort === "plan") return graph.rows;
  const byId = new Map(views.map((view) => [view.stage.id, view]));
  const words = filter
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== "");
  const found = graph.rows.flatMap(({ stage }) => {
    const view = byId.get(stage);
    return view !== undefined && matches(view, words) ? [view] : [];
  });
  const rank = ranks[sort];
  const sorted = rank === undefined ? found : found.toSorted((a, b) => rank(a) - rank(b));
  return sorted.map(({ stage }) => ({ stage: stage.id, cells: ["node"] }));
}

/** Each word has to be in something that a person sees of the stage. */
function matches({ stage, state, waitsForPerson, ready }: StageView, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const signs = [waitsForPerson ? "needs you" : "", ready ? "ready" : ""];
  const text = [stage.id, stage.name, stage.branch, stage.group ?? "", state, ...signs].join("\n").toLowerCase();
  return words.every((word) => text.includes(word));
}

const ranks: Readonly<Record<Sort, ((view: StageView) => number) | undefined>> = {
  plan: undefined,
  state: (view) => (isBusy(view) ? 0 : view.waitsForPerson ? 1 : view.ready ? 3 : stateRanks[view.state]),
  time: (view) => -lastSeen(view),
};

const stateRanks: Readonly<Record<StageView["state"], number>> = {
  failed: 2,
  blocked: 2,
  "in-progress": 3,
  "not-started": 4,
  skipped: 5,
  complete: 6,
  merged: 7,
};

/** When something last happened to it, in milliseconds since the epoch; 0 for never. */
function lastSeen({ record }: StageView): number {
  const checks = Object.values(record.checks).map(({ at }) => at);
  return Math.max(0, record.agent?.at ?? 0, ...checks, ...record.activities.map(({ startedAt }) => startedAt));
}

const isSought: Readonly<Record<Sought, (view: StageView) => boolean>> = {
  failed: ({ state }) => state === "failed" || state === "blocked",
  waiting: ({ waitsForPerson }) => waitsForPerson,
  ready: (view) => view.ready && !isBusy(view) && !isFinished(view),
};

/** The next row below `from`, round about, whose stage is sought; undefined where there is none. */
export function nextSought(
  rows: readonly GraphRow[],
  { views, from, to }: { readonly views: readonly StageView[]; readonly from: StageId; readonly to: Sought },
): StageId | undefined {
  const wanted = new Set(views.filter(isSought[to]).map(({ stage }) => stage.id));
  const at = rows.findIndex(({ stage }) => stage === from);
  const round = [...rows.slice(at + 1), ...rows.slice(0, at + 1)];
  return round.find(({ stage }) => wanted.has(stage))?.stage;
}
