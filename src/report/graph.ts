// The DAG of a plan as text: a row for each stage, its edges as lanes at the left; a list where that would not fit.
import type { Plan, Stage, StageId } from "../core/plan.ts";
import type { StageView } from "../core/view.ts";
import { displayWidth, pad } from "./columns.ts";
import { type Content, bad, bold, dim, fit, paintLines, toned, widthOf } from "./content.ts";
import { type LaneCell, type LaneRow, type Lanes, layOutLanes, orderByLayer } from "./lanes.ts";
import { type Mark, stageMark, stageMarks } from "./marks.ts";
import { sanitize } from "./sanitize.ts";
import type { Style } from "./style.ts";
import { wrap } from "./wrap.ts";

export interface GraphText {
  readonly plan: Plan;
  /** What is really so of each stage; without it, the statuses of the plan are shown. */
  readonly views?: readonly StageView[];
  readonly style: Style;
}

type MarkOf = (stage: Stage) => Mark;

const unicodeCells: Readonly<Record<Exclude<LaneCell, "node">, string>> = {
  blank: " ",
  down: "│",
  across: "─",
  "down-right": "├",
  "down-left": "┤",
  "down-both": "┼",
  "end-right": "╰",
  "end-left": "╯",
  "end-both": "┴",
};

const asciiCells: Readonly<Record<Exclude<LaneCell, "node">, string>> = {
  blank: " ",
  down: "|",
  across: "-",
  "down-right": "+",
  "down-left": "+",
  "down-both": "+",
  "end-right": "`",
  "end-left": "'",
  "end-both": "^",
};

/** Beyond this many cells a graph that drifts to the right is harder to follow than one that is folded. */
const calmWidth = 24;

/** What follows from what is worked out for each pair of stages, which a very large plan has too many of. */
const mostReduced = 1_000;

/** The graph of `plan` at most as wide as the style, ending with what the signs mean. */
export function renderGraph({ plan, views, style }: GraphText): string {
  const marks = new Map((views ?? []).map((view) => [view.stage.id, stageMark(view)]));
  const markOf: MarkOf = (stage) => marks.get(stage.id) ?? stageMarks[stage.status];
  const drawing = chooseDrawing(plan.stages, style);
  const lines =
    drawing === undefined ? listLines(plan.stages, { style, markOf }) : rowLines(drawing.lanes, { style, markOf });
  const implied = drawing?.reduced === true ? ["Edges that follow from others are not drawn."] : [];
  const layered = drawing === undefined ? [] : ["Stages with the same number do not wait for each other."];
  const notes = [...layered, ...implied].flatMap((note) => wrap(dim(note), { width: style.width }));
  const broken = drawing === undefined ? [] : undrawnNotes(drawing.lanes.rows, style);
  return paintLines([...lines, "", ...broken, ...legend(plan.stages, { style, markOf }), ...notes], style);
}

function chooseDrawing(
  stages: readonly Stage[],
  style: Style,
): { readonly lanes: Lanes; readonly reduced: boolean } | undefined {
  const room = style.width - numbersWidth(stages) - 2 - widestId(stages);
  const tries = [
    { place: "right", reduced: false, room: Math.min(room - 12, calmWidth) },
    { place: "narrow", reduced: false, room: Math.min(room, calmWidth) },
    { place: "right", reduced: true, room: Math.min(room - 12, calmWidth) },
    { place: "narrow", reduced: true, room },
    { place: "narrow", reduced: false, room },
  ] as const;
  for (const attempt of tries) {
    if (attempt.reduced && stages.length > mostReduced) continue;
    const lanes = layOutLanes(stages, attempt);
    if (lanes.width <= attempt.room) return { lanes, reduced: attempt.reduced };
  }
  return undefined;
}

const shownId = (id: StageId): string => sanitize(id);
const widestId = (stages: readonly Stage[]): number =>
  Math.max(0, ...stages.map(({ id }) => displayWidth(shownId(id))));
const numbersWidth = (stages: readonly Stage[]): number =>
  String(Math.max(1, ...orderByLayer(stages).map(({ layer }) => layer ?? 1))).length + 2;

interface Look {
  readonly style: Style;
  readonly markOf: MarkOf;
}

function rowLines(lanes: Lanes, { style, markOf }: Look): readonly Content[] {
  const stages = lanes.rows.map((row) => row.stage);
  const numbers = numbersWidth(stages);
  const ids = widestId(stages);
  return lanes.rows.map((row, index): Content => {
    const isNew = row.layer !== lanes.rows[index - 1]?.layer || index === 0;
    const number = isNew ? String(row.layer ?? "?").padStart(numbers - 2) : "";
    const mark = markOf(row.stage);
    const drawn = row.cells.map((cell) => drawCell(cell, { style, mark }));
    const blank = " ".repeat(lanes.width - row.cells.length + 2);
    const label = [bold(pad(shownId(row.stage.id), ids)), "  ", row.stage.name];
    return fit([dim(pad(number, numbers)), drawn, blank, label], { width: style.width, style });
  });
}

function drawCell(cell: LaneCell, { style, mark }: { readonly style: Style; readonly mark: Mark }): Content {
  if (cell === "node") return toned(mark.tone, style.glyph[mark.glyph]);
  return dim((style.unicode ? unicodeCells : asciiCells)[cell]);
}

/** What could not be drawn, in words: the rest of the graph is still true. */
function undrawnNotes(rows: readonly LaneRow[], style: Style): readonly Content[] {
  const ids = new Set(rows.map((row) => row.stage.id));
  const sentences = rows.flatMap(({ stage, undrawn }) =>
    undrawn.map((need) => {
      if (!ids.has(need)) return `"${stage.id}" needs "${need}", which is not a stage of this plan.`;
      return need === stage.id
        ? `"${stage.id}" needs itself.`
        : `"${stage.id}" needs "${need}", which needs it in turn: a cycle, drawn as if it were not there.`;
    }),
  );
  return sentences.flatMap((text) => wrap([bad(style.glyph.error), " ", text], { width: style.width, indent: 2 }));
}

/** Each stage indented by its layer, with what it needs in words. */
function listLines(stages: readonly Stage[], { style, markOf }: Look): readonly Content[] {
  return orderByLayer(stages).flatMap(({ stage, layer }) => {
    const mark = markOf(stage);
    const indent = " ".repeat(Math.min(2 * ((layer ?? 1) - 1), Math.floor(style.width / 4)));
    const needs = stage.needs.length === 0 ? "" : dim(` ${style.glyph.dot} needs: ${stage.needs.join(", ")}`);
    const head: Content = [indent, toned(mark.tone, style.glyph[mark.glyph]), " ", bold(stage.id), needs];
    return wrap(head, { width: style.width, indent: indent.length + 4 });
  });
}

function legend(stages: readonly Stage[], { style, markOf }: Look): readonly Content[] {
  const used = new Map(stages.map((stage) => [markOf(stage).word, markOf(stage)]));
  const entries = [...used.values()].map((mark): Content => [
    toned(mark.tone, style.glyph[mark.glyph]),
    dim(` ${mark.word}`),
  ]);
  const lines: Content[][] = [[]];
  for (const entry of entries) {
    const current = lines.at(-1) ?? [];
    if (current.length === 0) current.push(entry);
    else if (widthOf(current) + 3 + widthOf(entry) <= style.width) current.push("   ", entry);
    else lines.push([entry]);
  }
  return lines;
}
