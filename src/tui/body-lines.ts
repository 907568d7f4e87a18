// The lines of the three parts of the screen, and the rules with their titles, cut to the window that is visible.
import { type Content, dim, toned } from "../report/content.ts";
import { formatElapsed } from "./elapsed.ts";
import { fitDetail, outcomeWords } from "./detail-lines.ts";
import type { Area } from "./layout.ts";
import { fill, titledRule } from "./line.ts";
import { listColumns, listRow, listWishes } from "./list-rows.ts";
import { visibleLines } from "./log-tail.ts";
import { type Model, type Places, selectedLog, selectedView } from "./model.ts";

/** The visible rows of the list. */
export function listLines(model: Model, { width, height }: Area): readonly Content[] {
  const { snapshot, style, now, selected, focus, listTop } = model;
  const columns = listColumns(width, listWishes(snapshot.views, snapshot.graph.width));
  const views = new Map(snapshot.views.map((view) => [view.stage.id, view]));
  return snapshot.graph.rows.slice(listTop, listTop + height).flatMap((row) => {
    const view = views.get(row.stage);
    const context = { style, columns, width, now, isSelected: row.stage === selected, hasFocus: focus === "stages" };
    return view === undefined ? [] : [listRow({ view, row }, context)];
  });
}

/** The rule above the list; says which rows are shown where not all are. */
export function listRule(model: Model, { width, height }: Area): Content {
  const { style, listTop, snapshot, focus } = model;
  const count = snapshot.graph.rows.length;
  const shown = `${listTop + 1}-${Math.min(count, listTop + height)} of ${count}`;
  const right = count > height ? { right: dim(shown) } : {};
  return titledRule({ left: title("Stages", focus === "stages"), ...right }, { width, style });
}

const title = (text: string, hasFocus: boolean): Content => toned(hasFocus ? "accent" : "dim", text);

export function detailRule({ style, selected, snapshot }: Model, width: number): Content {
  const name = snapshot.views.find(({ stage }) => stage.id === selected)?.stage.name ?? "";
  return titledRule({ left: toned("bold", name) }, { width, style });
}

export const detailLines = ({ style }: Model, { detail, layout }: Places): readonly Content[] =>
  fitDetail(detail, layout.detail.height).map((line) => fill(line, { width: layout.detail.width, style }));

/** The rule above the log: whose it is, and how it ended or how far one has scrolled. */
export function logRule(model: Model, width: number): Content {
  const { style, focus, below, now } = model;
  const log = selectedLog(model);
  const left = [title("Log", focus === "log"), log === undefined ? "" : dim(`  ${log.title}`)];
  const state =
    log === undefined
      ? ""
      : log.since !== undefined
        ? toned("accent", formatElapsed(now - log.since))
        : toned(
            log.outcome !== "cached" && log.outcome?.kind !== "passed" ? "bad" : "dim",
            outcomeWords(log.outcome ?? "cached"),
          );
  const right = below > 0 ? toned("warn", `${below} more below, G follows`) : state;
  return titledRule({ left, right }, { width, style });
}

/** The visible lines of the log, or why there are none. */
export function logLines(model: Model, { width, height }: Area): readonly Content[] {
  const { tail, style, below } = model;
  const log = selectedLog(model);
  if (log === undefined) return [fill(dim(`   ${whyNoLog(model)}`), { width, style })];
  if (tail === undefined) return [];
  const silence = log.since === undefined ? "   It said nothing." : "   It has said nothing yet.";
  if (tail.lines.length === 0) return [fill(dim(silence), { width, style })];
  return visibleLines(tail, { rows: height, columns: width - 2, below }).map((line) =>
    fill([" ", line], { width, style }),
  );
}

function whyNoLog(model: Model): string {
  const view = selectedView(model);
  if (view === undefined) return "The plan has no stages.";
  if (view.facts.worktree.exists) return "Nothing ran here yet: v runs the checks.";
  return view.ready ? "Nothing ran here yet: s sets it up." : "Nothing ran here yet.";
}
