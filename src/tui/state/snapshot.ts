// The application at one moment, and the screen as it opens on it.
import { type PlanEstimate, estimatePlan } from "../../core/estimate.ts";
import type { Style } from "../../report/style.ts";
import { createDocPanes } from "../detail/doc-pane.ts";
import { emptyShelf } from "./docs.ts";
import { drawGraph } from "../stages/graph-rows.ts";
import type { Size } from "../frame/layout.ts";
import { measureLabels } from "../stages/list-rows.ts";
import type { Model, Snapshot } from "./model.ts";
import { isBusy } from "./phase.ts";
import type { TuiSource } from "../source.ts";

export interface SnapshotTaker {
  /** The application's state at one moment; the graph is drawn anew only for another plan. */
  readonly take: () => Snapshot;
  /** The last one has an estimate from before, since making one costs too much to do it all the time: take another one soon. */
  readonly isBehind: () => boolean;
}

/** An estimate is made again after so many times what the last one took, within a limit (ms). */
const restAfterEstimate = 20;
const longestRest = 1000;

export function snapshotTaker(source: TuiSource): SnapshotTaker {
  let plan = source.plan();
  let graph = drawGraph(plan);
  let labels = measureLabels(plan);
  let estimate: PlanEstimate | undefined;
  let nextEstimate = 0;
  let about: readonly unknown[] = [];
  let isBehind = false;
  const take = (): Snapshot => {
    if (plan !== source.plan()) {
      plan = source.plan();
      graph = drawGraph(plan);
      labels = measureLabels(plan);
    }
    const run = source.run();
    const { run: lastRun, passes } = source.state();
    const isLooking = source.isLooking();
    const views = source.views();
    const timeline = source.timeline();
    const past = timeline === undefined ? {} : { timeline };
    const began = performance.now();
    const subject = [plan, isLooking, run?.pid, run?.since, source.jobs()];
    const isOther = subject.some((one, place) => one !== about[place]);
    isBehind = estimate !== undefined && !isOther && began < nextEstimate;
    if (estimate === undefined || !isBehind) {
      about = subject;
      estimate = estimatePlan({
        plan,
        views: isLooking ? [] : views,
        passes,
        ...past,
        hasAgent: source.hasAgent(),
        now: source.now(),
        jobs: run === undefined ? source.jobs() : (lastRun?.jobs ?? source.jobs()),
        ...(run === undefined ? {} : { live: { command: run.command, asked: lastRun?.stages ?? [] } }),
      });
      const took = performance.now() - began;
      nextEstimate = began + took + Math.min(longestRest, took * restAfterEstimate);
    }
    return {
      plan,
      isLooking,
      graph,
      labels,
      views,
      estimate,
      news: source.news(),
      ...past,
      ...(run === undefined ? {} : { run }),
      ...(lastRun === undefined ? {} : { lastRun }),
    };
  };
  return { take, isBehind: () => isBehind };
}

/** The screen as it is when it opens. */
export function firstModel(
  source: TuiSource,
  { snapshot, size, style }: { readonly snapshot: Snapshot; readonly size: Size; readonly style: Style },
): Model {
  return {
    snapshot,
    size,
    style,
    now: source.now(),
    screen: "stages",
    selected: firstSelection(snapshot),
    listTop: 0,
    filter: "",
    sort: "plan",
    focus: "stages",
    tab: "log",
    isZoomed: false,
    paneTop: 0,
    check: 0,
    wrapsLogs: false,
    redact: source.redact,
    panes: createDocPanes(),
    docs: emptyShelf,
    pending: [],
    heldKeys: [],
    isLeaving: false,
  };
}

/** What most likely brought the person here: what needs them, then what failed, runs, or is ready. */
export function firstSelection({ views, graph, isLooking }: Snapshot): string {
  if (isLooking) return graph.rows[0]?.stage ?? "";
  const candidate =
    views.find(({ waitsForPerson }) => waitsForPerson) ??
    views.find(({ state }) => state === "failed") ??
    views.find(isBusy) ??
    views.find(({ ready }) => ready);
  return candidate?.stage.id ?? graph.rows[0]?.stage ?? "";
}
