// The lines of the three parts of the screen, and the rules with their titles, cut to the window that is visible.
import { type Content, dim, toned, widthOf } from "../../report/content.ts";
import { formatElapsed } from "./elapsed.ts";
import { fitDetail, outcomeWords } from "../detail/detail-lines.ts";
import type { Area } from "./layout.ts";
import { logTitle } from "../log/log-lines.ts";
import { fill, titledRule } from "./line.ts";
import { listColumns, listRow, listWishes } from "../stages/list-rows.ts";
import { type Model, type Places, rowsOf, selectedLog } from "../state/model.ts";
import { paneStatus } from "../detail/pane-lines.ts";
import { type Tab, tabs } from "../state/tabs.ts";

/** The visible rows of the list. */
export function listLines(model: Model, { width, height }: Area): readonly Content[] {
  const { snapshot, style, now, selected, focus, listTop } = model;
  const isPlain = model.filter !== "" || model.sort !== "plan";
  const columns = listColumns(
    width,
    listWishes(snapshot.views, { graph: isPlain ? 1 : snapshot.graph.width, labels: snapshot.labels }),
  );
  const views = new Map(snapshot.views.map((view) => [view.stage.id, view]));
  const rows = rowsOf(model);
  if (rows.length === 0 && snapshot.views.length > 0) {
    return [fill(dim("   No stage matches; Esc shows all again."), { width, style })];
  }
  return rows.slice(listTop, listTop + height).flatMap((row) => {
    const view = views.get(row.stage);
    const { estimate } = snapshot;
    const context = {
      style,
      columns,
      width,
      now,
      estimate,
      isLooking: snapshot.isLooking,
      isSelected: row.stage === selected,
      hasFocus: focus === "stages",
    };
    return view === undefined ? [] : [listRow({ view, row }, context)];
  });
}

/** The rule above the list; says which rows are shown where not all are. */
export function listRule(model: Model, { width, height }: Area): Content {
  const { style, listTop, snapshot, focus, filter, sort } = model;
  const count = rowsOf(model).length;
  const all = snapshot.views.length;
  const shown = count > height ? `${listTop + 1}-${Math.min(count, listTop + height)} of ${count}` : "";
  const hidden = count < all ? `${all - count} hidden` : "";
  const right = dim([shown, hidden].filter((text) => text !== "").join(", "));
  const remarks = [filter === "" ? "" : `/${filter}`, sort === "plan" ? "" : `by ${sort}`].filter(
    (text) => text !== "",
  );
  const left = [title("Stages", focus === "stages"), toned("warn", remarks.map((text) => `  ${text}`).join(""))];
  return titledRule({ left, right }, { width, style });
}

const title = (text: string, hasFocus: boolean): Content => toned(hasFocus ? "accent" : "dim", text);

export function detailRule({ style, selected, snapshot }: Model, width: number): Content {
  const name = snapshot.views.find(({ stage }) => stage.id === selected)?.stage.name ?? "";
  return titledRule({ left: toned("bold", name) }, { width, style });
}

export const detailLines = ({ style }: Model, { detail, layout }: Places): readonly Content[] =>
  fitDetail(detail, layout.detail.height).map((line) => fill(line, { width: layout.detail.width, style }));

/** The rule above the right part: its tabs, and how the log ended or how far one has scrolled. */
export function paneRule(model: Model, { width, height }: Area): Content {
  const { style, focus, tab } = model;
  const openTone = focus === "pane" ? "accent" : "bold";
  const titles = (numbered: boolean): Content =>
    tabs.map((one, index): Content => {
      const text = numbered ? `${index + 1} ${one.title}` : one.title;
      return [index === 0 ? "" : " ", one.tab === tab ? toned(openTone, text) : dim(text)];
    });
  const log = tab === "log" ? logStatus(model, { width, height }) : undefined;
  const status = log?.words ?? dim(paneStatus(model, { width, height }));
  const roomBeside = (left: Content): number => width - widthOf(left) - widthOf(status) - 7;
  const shortest = toned(openTone, titleOf(tab));
  const left = [titles(true), titles(false)].find((each) => roomBeside(each) >= 0) ?? shortest;
  const isRoomy = log !== undefined && widthOf(log.title) + 2 <= roomBeside(left);
  return titledRule({ left, right: isRoomy ? [log.title, "  ", status] : status }, { width, style });
}

interface LogStatus {
  readonly title: Content;
  readonly words: Content;
}

function logStatus(model: Model, { width, height }: Area): LogStatus | undefined {
  const { now } = model;
  const log = selectedLog(model);
  if (log === undefined) return undefined;
  const what = dim(log.title);
  const place = model.log === undefined ? "" : logTitle(model.log, { rows: height, columns: Math.max(1, width - 2) });
  if (place !== "" && place !== "follow") return { title: what, words: toned("warn", place) };
  if (log.since !== undefined) return { title: what, words: toned("accent", formatElapsed(now - log.since)) };
  const isBad = log.outcome !== "cached" && log.outcome?.kind !== "passed";
  return { title: what, words: toned(isBad ? "bad" : "dim", outcomeWords(log.outcome ?? "cached")) };
}

const titleOf = (tab: Tab): string => tabs.find((one) => one.tab === tab)?.title ?? "";
