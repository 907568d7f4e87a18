// All that the screen is drawn from: what the application says, and where the person is.
import type { PlanNews } from "../../core/answers.ts";
import type { PlanEstimate } from "../../core/estimate.ts";
import type { Plan, StageId } from "../../core/plan.ts";
import type { RunRecord } from "../../core/state.ts";
import type { Timeline } from "../../core/timeline.ts";
import type { StageView } from "../../core/view.ts";
import { dim } from "../../report/content.ts";
import type { Style } from "../../report/style.ts";
import { type Detail, detailHeight, stageDetail } from "../detail/detail-lines.ts";
import type { Dialog } from "./dialogs.ts";
import type { DocPanes } from "../detail/doc-pane.ts";
import type { Shelf } from "./docs.ts";
import type { Graph, GraphRow } from "../stages/graph-rows.ts";
import { type StageLog, latestLog } from "./latest-log.ts";
import { lookingWords } from "./phase.ts";
import type { LabelWidths } from "../stages/list-rows.ts";
import { type Layout, type Size, layoutFor } from "../frame/layout.ts";
import type { LogArea, LogView } from "../log/log-view.ts";
import { type Sort, shownRows } from "./shown-stages.ts";
import type { LiveRun, TuiAction } from "../source.ts";
import type { Tab } from "./tabs.ts";

/** The application at one moment. There is no other copy: it is replaced whole. */
export interface Snapshot {
  readonly plan: Plan;
  /** Git has not answered yet: nothing in the views counts but their stages. */
  readonly isLooking: boolean;
  readonly views: readonly StageView[];
  readonly graph: Graph;
  readonly labels: LabelWidths;
  readonly news: PlanNews;
  readonly estimate: PlanEstimate;
  readonly timeline?: Timeline;
  readonly run?: LiveRun;
  /** The last run that is recorded, ended or not. */
  readonly lastRun?: RunRecord;
}

/** A line that is being typed. */
export interface Prompt {
  readonly kind: "filter" | "search";
  readonly text: string;
}

export interface Model {
  readonly snapshot: Snapshot;
  readonly size: Size;
  readonly style: Style;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly screen: "stages" | "overview";
  /** A stage of the plan; empty where it has none. */
  readonly selected: StageId;
  /** First row of the list on screen. */
  readonly listTop: number;
  /** Only stages with these words are shown; empty shows all. */
  readonly filter: string;
  readonly sort: Sort;
  readonly focus: "stages" | "pane";
  readonly tab: Tab;
  /** The right part has the screen for itself. */
  readonly isZoomed: boolean;
  /** First line of what the tab shows; the log has a place of its own. */
  readonly paneTop: number;
  /** Place of the marked check. */
  readonly check: number;
  /** The log of the selected stage, once it was asked for. */
  readonly log?: LogView;
  /** Whether long lines of logs are wrapped. */
  readonly wrapsLogs: boolean;
  /** What the tabs show that is long. */
  readonly panes: DocPanes;
  /** A line of a log without the values of secrets. */
  readonly redact: (text: string) => string;
  /** First row of the timeline on screen; without one it follows the run. */
  readonly overviewTop?: number;
  /** What was read for tabs and dialogs. */
  readonly docs: Shelf;
  readonly prompt?: Prompt;
  readonly dialog?: Dialog;
  /** Actions that were asked for and have not answered yet. */
  readonly pending: readonly TuiAction[];
  readonly message?: { readonly ok: boolean; readonly text: string };
  /** Keys that were pressed while git had not answered yet. */
  readonly heldKeys: readonly string[];
  /** The person wants to leave as soon as our run has ended. */
  readonly isLeaving: boolean;
}

/** The selected stage; absent where the plan has no stages. */
export const selectedView = ({ snapshot, selected }: Model): StageView | undefined =>
  snapshot.views.find(({ stage }) => stage.id === selected);

/** The rows of the list, filtered and sorted. */
export const rowsOf = ({ snapshot, filter, sort }: Model): readonly GraphRow[] => shownRows(snapshot, { filter, sort });

/** Place of the selected stage among `rows`. */
export const selectedIndex = ({ selected }: Pick<Model, "selected">, rows: readonly GraphRow[]): number =>
  Math.max(
    0,
    rows.findIndex(({ stage }) => stage === selected),
  );

/** The log that is, or is about to be, on screen. */
export function selectedLog(model: Model): StageLog | undefined {
  const view = model.snapshot.isLooking ? undefined : selectedView(model);
  return view === undefined ? undefined : latestLog(view);
}

/** Where lines of a log are drawn: a blank stands at both ends of each. */
export const logAreaOf = ({ layout }: Places): LogArea => ({
  rows: layout.log.height,
  columns: Math.max(1, layout.log.width - 2),
});

export interface Places {
  readonly layout: Layout;
  readonly detail: Detail;
}

const noDetail: Detail = { head: [], facts: [], checks: [] };
const unknownDetail: Detail = { ...noDetail, head: [dim(` ${lookingWords}`)] };

/** Where everything goes, and the detail that was measured for it; absent where the terminal is too small. */
export function placesOf(model: Model): Places | undefined {
  const { size, style, now, snapshot, focus, isZoomed, tab } = model;
  const stages = rowsOf(model).length;
  const asked = { stages, focus, isZoomed };
  const first = layoutFor(size, { ...asked, detail: 0 });
  if (first === undefined) return undefined;
  const view = selectedView(model);
  const { views, news } = snapshot;
  const context = { style, now, views, news, width: first.detail.width };
  const full = view === undefined ? noDetail : snapshot.isLooking ? unknownDetail : stageDetail(view, context);
  // Who reads wants the room; the checks have a tab of their own.
  const detail = focus === "pane" || tab === "checks" ? { ...full, checks: [] } : full;
  const layout = layoutFor(size, { ...asked, detail: detailHeight(detail) });
  return layout === undefined ? undefined : { layout, detail };
}
