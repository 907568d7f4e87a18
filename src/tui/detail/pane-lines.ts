// What the right part shows below the facts of a stage: one tab of several, cut to the window that is visible.
import { type Content, dim } from "../../report/content.ts";
import { checkPane, lineOfCheck } from "./check-lines.ts";
import { docOf } from "../state/docs.ts";
import type { Area } from "../frame/layout.ts";
import { fill } from "../frame/line.ts";
import { logStatus, visibleLogLines } from "../log/log-lines.ts";
import { type Model, type Places, selectedLog, selectedView } from "../state/model.ts";
import { furthestTop, jumpFrom, type Pane, paneOf, visibleOf } from "./pane.ts";
import { docOfTab } from "../state/tabs.ts";

/** The visible lines of the open tab. */
export function paneLines(model: Model, area: Area): readonly Content[] {
  const { tab, paneTop, check, focus } = model;
  if (tab === "log") return logLines(model, area);
  const pane = openPane(model, area.width);
  const last = furthestTop(pane, area.height);
  const middle = focus === "pane" ? lineOfCheck(check) - Math.floor(area.height / 2) : 0;
  const top = Math.max(0, Math.min(tab === "checks" ? middle : paneTop, last));
  return visibleOf(pane, { top, height: area.height });
}

/** How far the open tab can be scrolled down. */
export const lastPaneTop = (model: Model, { layout }: Places): number =>
  model.tab === "log" ? 0 : furthestTop(openPane(model, layout.log.width), layout.log.height);

/** The next place that the open tab offers to jump to: a file of a diff, a heading; undefined where there is none. */
export function nextMark(
  model: Model,
  { layout, way }: Pick<Places, "layout"> & { readonly way: "next" | "previous" },
): number | undefined {
  if (model.tab === "log" || model.tab === "checks") return undefined;
  const { sections } = openPane(model, layout.log.width);
  return jumpFrom(model.paneTop, { places: sections, way }) ?? (way === "previous" ? 0 : undefined);
}

/** How much of the open tab lies above, in words; empty where all of it is on screen. */
export function paneStatus(model: Model, { width, height }: Area): string {
  if (model.tab === "log") return "";
  const { count } = openPane(model, width);
  if (count <= height) return "";
  const end = Math.min(count, model.paneTop + height);
  return `${model.paneTop + 1}-${end} of ${count}`;
}

/** What the open tab holds, for `width` columns. */
function openPane(model: Model, width: number): Pane {
  const { style, now, tab, selected, focus, check } = model;
  const view = selectedView(model);
  const say = (text: string): Pane => paneOf([dim(`   ${text}`)], { width, style });
  if (view === undefined) return say("The plan has no stages.");
  if (model.snapshot.isLooking && tab !== "brief") return say("");
  if (tab === "checks") return checkPane(view, { width, style, now, marked: focus === "pane" ? check : -1 });
  const request = docOfTab(tab, selected);
  const found = request === undefined ? undefined : docOf(model.docs, request);
  if (found?.problem !== undefined) return say(found.problem);
  if (request !== undefined && found?.doc === undefined) return say("Reading …");
  return model.panes({ view, doc: found?.doc }, { width, style });
}

/** The visible lines of the log, or why there are none. */
function logLines(model: Model, { width, height }: Area): readonly Content[] {
  const { log: view, style } = model;
  const log = selectedLog(model);
  if (log === undefined) return [fill(dim(`   ${whyNoLog(model)}`), { width, style })];
  if (view === undefined) return [];
  const area = { rows: height, columns: Math.max(1, width - 2) };
  const silence = log.since === undefined ? "   It said nothing." : "   It has said nothing yet.";
  if (logStatus(view, area).isEmpty) return [fill(dim(silence), { width, style })];
  return visibleLogLines(view, area).map((line) => fill([" ", line], { width, style }));
}

function whyNoLog(model: Model): string {
  const view = selectedView(model);
  if (view === undefined) return "The plan has no stages.";
  if (model.snapshot.isLooking) return "";
  if (view.facts.worktree.exists) return "Nothing ran here yet: v runs the checks.";
  return view.ready ? "Nothing ran here yet: s sets it up." : "Nothing ran here yet.";
}
