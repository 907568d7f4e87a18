// All that the screen is drawn from: what the application says, and where the person is.
import type { PlanNews } from "../core/answers.ts";
import type { Plan, StageId } from "../core/plan.ts";
import type { RunRecord } from "../core/state.ts";
import type { StageView } from "../core/view.ts";
import type { Style } from "../report/style.ts";
import { type Detail, detailHeight, stageDetail } from "./detail-lines.ts";
import type { Graph } from "./graph-rows.ts";
import type { LogTail } from "./log-tail.ts";
import { type StageLog, latestLog } from "./latest-log.ts";
import { type Layout, type Size, layoutFor } from "./layout.ts";
import type { LiveRun, TuiAction } from "./source.ts";

/** The application at one moment. There is no other copy: it is replaced whole. */
export interface Snapshot {
  readonly plan: Plan;
  readonly views: readonly StageView[];
  readonly graph: Graph;
  readonly news: PlanNews;
  readonly run?: LiveRun;
  /** The last run that is recorded, ended or not. */
  readonly lastRun?: RunRecord;
}

export type Dialog =
  /** `leaves`: after a yes the screen closes as soon as the run has ended. */
  | { readonly kind: "question"; readonly question: string; readonly action: TuiAction; readonly leaves: boolean }
  | { readonly kind: "help" | "news"; readonly top: number }
  | { readonly kind: "answer"; readonly ok: boolean; readonly lines: readonly string[]; readonly top: number };

export interface Model {
  readonly snapshot: Snapshot;
  readonly size: Size;
  readonly style: Style;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** A stage of the plan; empty where it has none. */
  readonly selected: StageId;
  /** First row of the list on screen. */
  readonly listTop: number;
  readonly focus: "stages" | "log";
  readonly tail?: LogTail;
  /** Lines of the log below the window; 0 follows its end. */
  readonly below: number;
  readonly dialog?: Dialog;
  /** Actions that were asked for and have not answered yet. */
  readonly pending: readonly TuiAction[];
  readonly message?: { readonly ok: boolean; readonly text: string };
  /** The person wants to leave as soon as our run has ended. */
  readonly isLeaving: boolean;
}

/** The selected stage; absent where the plan has no stages. */
export const selectedView = ({ snapshot, selected }: Model): StageView | undefined =>
  snapshot.views.find(({ stage }) => stage.id === selected);

/** Place of the selected stage in the list. */
export const selectedIndex = ({ snapshot, selected }: Model): number =>
  Math.max(
    0,
    snapshot.graph.rows.findIndex(({ stage }) => stage === selected),
  );

/** The log that is, or is about to be, on screen. */
export function selectedLog(model: Model): StageLog | undefined {
  const view = selectedView(model);
  return view === undefined ? undefined : latestLog(view);
}

export interface Places {
  readonly layout: Layout;
  readonly detail: Detail;
}

const noDetail: Detail = { head: [], facts: [], checks: [] };

/** Where everything goes, and the detail that was measured for it; absent where the terminal is too small. */
export function placesOf(model: Model): Places | undefined {
  const { size, style, now, snapshot, focus } = model;
  const stages = snapshot.graph.rows.length;
  const first = layoutFor(size, { stages, detail: 0, focus });
  if (first === undefined) return undefined;
  const view = selectedView(model);
  const { views, news } = snapshot;
  const context = { style, now, views, news, width: first.detail.width };
  const detail = view === undefined ? noDetail : stageDetail(view, context);
  const layout = layoutFor(size, { stages, detail: detailHeight(detail), focus });
  return layout === undefined ? undefined : { layout, detail };
}
