// The whole screen as lines, drawn from the model and nothing else.
import { type Content, dim, toned, widthOf } from "../../report/content.ts";
import type { Style } from "../../report/style.ts";
import { truncate } from "../../report/columns.ts";
import { paneLines } from "../detail/pane-lines.ts";
import { overviewOf } from "../overview/overview-screen.ts";
import type { TuiAction } from "../source.ts";
import { type Model, type Places, placesOf } from "../state/model.ts";
import { detailLines, detailRule, listLines, listRule, paneRule } from "./body-lines.ts";
import { type DrawnDialog, drawDialog } from "./dialog-lines.ts";
import { keysLine, messageLine } from "./footer-lines.ts";
import { headerLine } from "./header-lines.ts";
import { smallest } from "./layout.ts";
import { titledRule } from "./line.ts";
import { overlay } from "./overlay.ts";

/** From the first row on, at most as many as the terminal has rows but one; none wider than the terminal. */
export function screenLines(model: Model, commandFor: (action: TuiAction) => string): readonly Content[] {
  const places = placesOf(model);
  if (places === undefined) return tooSmall(model);
  const dialog = drawDialog(model, commandFor);
  const body = model.screen === "overview" ? overviewOf(model).lines : bodyLines(model, places);
  const lines = [headerLine(model), ...body, messageLine(model, commandFor), keysLine(model)];
  return dialog === undefined ? lines : withDialog(lines, { dialog, style: model.style });
}

const bodyLines = (model: Model, places: Places): readonly Content[] =>
  places.layout.kind === "wide" ? sideBySide(model, places) : stacked(model, places);

function sideBySide(model: Model, places: Places): readonly Content[] {
  const { style } = model;
  const { list, detail, log } = places.layout;
  const stages = listLines(model, list);
  const joints = style.unicode
    ? { top: "┬", log: "├", bottom: "┴", bar: "│" }
    : { top: "+", log: "+", bottom: "+", bar: "|" };
  const top = [listRule(model, list), dim(joints.top), detailRule(model, detail.width)];
  const bottom = [
    titledRule({}, { width: list.width, style }),
    dim(joints.bottom),
    titledRule({}, { width: log.width, style }),
  ];
  const right = [...padded(detailLines(model, places), detail.height), paneRule(model, log), ...paneLines(model, log)];
  const rows = Array.from({ length: list.height }, (_, row): Content => {
    const bar = dim(row === detail.height ? joints.log : joints.bar);
    return [stages[row] ?? " ".repeat(list.width), bar, right[row] ?? ""];
  });
  return [top, ...rows, bottom];
}

/** One part below the other; a zoomed screen has no stages above. */
function stacked(model: Model, places: Places): readonly Content[] {
  const { style } = model;
  const { list, detail, log } = places.layout;
  const { width } = log;
  return [
    ...(list.height === 0 ? [] : [listRule(model, list), ...padded(listLines(model, list), list.height)]),
    detailRule(model, width),
    ...padded(detailLines(model, places), detail.height),
    paneRule(model, log),
    ...padded(paneLines(model, log), log.height),
    titledRule({}, { width, style }),
  ];
}

/** Exactly `height` lines. */
const padded = (lines: readonly Content[], height: number): readonly Content[] =>
  Array.from({ length: height }, (_, row) => lines[row] ?? " ");

function withDialog(
  lines: readonly Content[],
  { dialog, style }: { readonly dialog: DrawnDialog; readonly style: Style },
): readonly Content[] {
  const { left, top } = dialog;
  const box = boxLines(dialog, style);
  return lines.map((line, row) => {
    const piece = box[row - top];
    return piece === undefined ? line : overlay(line, { piece, left });
  });
}

/** The dialog in its border, with its title in the upper one. */
function boxLines({ title, lines, width, tone }: DrawnDialog, style: Style): readonly Content[] {
  const [topLeft, topRight, bottomLeft, bottomRight, across, down] = style.unicode ? "╭╮╰╯─│" : "++++-|";
  const name = truncate(` ${title} `, { width: width - 3, ellipsis: style.glyph.ellipsis });
  const rest = `${across}`.repeat(Math.max(0, width - 3 - widthOf(name)));
  const side = toned(tone, `${down}`);
  return [
    toned(tone, `${topLeft}${across}${name}${rest}${topRight}`),
    ...lines.map((line): Content => [side, " ", line, " ", side]),
    toned(tone, `${bottomLeft}${`${across}`.repeat(width - 2)}${bottomRight}`),
  ];
}

function tooSmall({ size: { columns, rows } }: Model): readonly Content[] {
  const lines = [`Too small: ${columns}x${rows}.`, `It needs ${smallest.columns}x${smallest.rows}.`, "q quits."];
  return lines.slice(0, Math.max(1, rows - 1)).map((text) => text.slice(0, columns));
}
