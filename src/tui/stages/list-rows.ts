// The rows of the stage list: marker, edges and sign, name, what it does, checks, how its branch stands, a remark.
import type { PlanEstimate } from "../../core/estimate.ts";
import type { Plan, Stage } from "../../core/plan.ts";
import type { StageView } from "../../core/view.ts";
import { displayWidth } from "../../report/columns.ts";
import { type Content, dim, toned } from "../../report/content.ts";
import { sanitize } from "../../report/sanitize.ts";
import type { Style } from "../../report/style.ts";
import { formatElapsed } from "../frame/elapsed.ts";
import { stageEta } from "../overview/eta-words.ts";
import { type GraphRow, asciiCell } from "./graph-rows.ts";
import { fill, fillLeft } from "../frame/line.ts";
import { countChecks, firstActivity, type Look, stageLook } from "../state/phase.ts";

export interface ListColumns {
  readonly graph: number;
  readonly id: number;
  /** 0 where there is no room for it, or nothing to show; the same for the next two. */
  readonly name: number;
  readonly checks: number;
  readonly git: number;
  /** What the stage does, and why. */
  readonly status: number;
}

/** What the rows would like, in terminal columns. */
export interface ListWishes {
  readonly graph: number;
  readonly id: number;
  readonly name: number;
  readonly checks: number;
  readonly git: number;
}

const markerWidth = 2;
const shortStatus = 11;
const fewLetters = 12;
/** On top of that, before the name gets all it would like: enough for what the stage waits for. */
const forStatus = 7;

/** The widest id and the widest name of a plan, in terminal columns. */
export interface LabelWidths {
  readonly id: number;
  readonly name: number;
}

/** Looks at every label: once for a plan is enough. */
export function measureLabels({ stages }: Plan): LabelWidths {
  const labels = stages.map(stageLabel);
  return {
    id: Math.max(4, ...labels.map(({ id }) => displayWidth(id))),
    name: Math.max(0, ...labels.map(({ name }) => displayWidth(name))),
  };
}

/**
 * What the cells would like. The branch marks keep their column from the first worktree on, with room for the usual ones, so
 * that nothing jumps.
 */
export const listWishes = (
  views: readonly StageView[],
  { graph, labels }: { readonly graph: number; readonly labels: LabelWidths },
): ListWishes => ({
  graph,
  ...labels,
  checks: Math.max(0, ...views.map(({ checks }) => (checks.length > 0 ? 2 * `${checks.length}`.length + 1 : 0))),
  git: views.some(({ facts }) => facts.branch.exists) ? Math.max(usualMarks, ...views.map(widthOfMarks)) : 0,
});

/** `↑1 ±2` */
const usualMarks = 5;

const widthOfMarks = ({ facts }: StageView): number => {
  const { ahead, behind } = facts.branch;
  const shown = [ahead, behind, facts.worktree.dirty ?? 0].filter((count) => count > 0);
  return shown.reduce((sum, count) => sum + 2 + `${count}`.length, -1);
};

/** Shares `width` columns out: the id and a short status first, then the checks, the branch, the name, the whole status. */
export function listColumns(width: number, wishes: ListWishes): ListColumns {
  // A tangle of lanes must not push the names out.
  const graph = wishes.graph > width / 3 ? 1 : wishes.graph;
  const free = width - markerWidth - graph - 1 - shortStatus - 1;
  const id = Math.max(4, Math.min(wishes.id, free));
  const checks = take(wishes.checks, free - id - 1);
  const git = free - id - checks > 24 ? take(wishes.git, free - id - checks - 2) : 0;
  const left = free - id - checks - git - (checks > 0 ? 1 : 0) - (git > 0 ? 1 : 0);
  // A name of which only a few letters are seen tells nothing; the rest is for the status, which says what it waits for.
  const share = Math.max(8, left > 36 ? Math.floor(left * 0.6) : left - forStatus);
  const name = left < 8 || share < Math.min(wishes.name, fewLetters) ? 0 : Math.min(wishes.name, share);
  const gaps = [name, checks, git].filter((own) => own > 0).length;
  const status = width - markerWidth - graph - 1 - id - name - checks - git - gaps - 1;
  return { graph, id, name, checks, git, status };
}

const take = (wanted: number, room: number): number => (wanted <= room ? wanted : 0);

/** What a row calls a stage: its id, and its name where that tells more. */
function stageLabel(stage: Stage): { readonly id: string; readonly name: string } {
  const id = sanitize(stage.id);
  const name = sanitize(stage.name).trim();
  return { id, name: slug(name) === slug(id) ? "" : name };
}

export interface RowContext {
  readonly style: Style;
  readonly columns: ListColumns;
  readonly width: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly isSelected: boolean;
  readonly estimate: PlanEstimate;
  /** Nothing is known of it yet but what the plan says. */
  readonly isLooking: boolean;
  /** Whether keys go to the list. */
  readonly hasFocus: boolean;
}

/** One stage as one line of exactly `width` columns. */
export function listRow(
  { view, row }: { readonly view: StageView; readonly row: GraphRow },
  context: RowContext,
): Content {
  const { style, columns, width, isSelected, hasFocus } = context;
  const { isLooking } = context;
  const look: Look = isLooking ? { sign: style.unicode ? "·" : ".", tone: "dim", word: "" } : stageLook(view, context);
  const { id, name } = stageLabel(view.stage);
  const marker = isSelected ? (style.unicode ? "❯ " : "=>") : "  ";
  const cells = row.cells.length > columns.graph ? (["node"] as const) : row.cells;
  const drawing = cells.map((cell) => {
    if (cell === "node") return toned(look.tone, look.sign);
    return dim(style.unicode ? cell : asciiCell[cell]);
  });
  const parts: readonly (readonly [width: number, content: Content])[] = [
    [columns.graph, drawing],
    [columns.id, toned(isSelected ? "bold" : "plain", id)],
    [columns.name, isSelected ? name : dim(name)],
    [columns.checks, fillLeft(isLooking ? "" : checksCell(view), { width: columns.checks, style })],
    [columns.git, dim(isLooking ? "" : gitMarks(view, style))],
    [columns.status, isLooking ? "" : statusCell(view, context)],
  ];
  const shown = parts
    .filter(([own]) => own > 0)
    .map(([own, content], index) => [index === 0 ? "" : " ", fill(content, { width: own, style })]);
  return fill([toned(hasFocus ? "accent" : "dim", marker), shown], { width, style });
}

function checksCell(view: StageView): Content {
  const { good, all } = countChecks(view);
  if (all === 0) return "";
  const hasFailed = view.checks.some(({ state }) => state === "failed");
  return toned(hasFailed ? "bad" : good === all ? "ok" : "dim", `${good}/${all}`);
}

/** Commits ahead of and behind the base, and changed files that are not committed: `↑3 ↓1 ±2`. */
export function gitMarks({ facts }: StageView, style: Style): string {
  const { ahead, behind } = facts.branch;
  const dirty = facts.worktree.dirty ?? 0;
  const marks = [
    ahead > 0 ? `${style.glyph.ahead}${ahead}` : "",
    behind > 0 ? `${style.glyph.behind}${behind}` : "",
    dirty > 0 ? `${style.unicode ? "±" : "~"}${dirty}` : "",
  ];
  return marks.filter((mark) => mark !== "").join(" ");
}

/** The state in a word, and what a person wants to know next: how long, for what, why. */
function statusCell(view: StageView, context: RowContext): Content {
  const look = stageLook(view, context);
  const word = toned(look.tone, look.word);
  const activity = firstActivity(view);
  const eta = etaOf(view, context);
  if (activity !== undefined) return [word, dim(` ${formatElapsed(context.now - activity.startedAt)}${eta}`)];
  if (view.state === "complete" || view.state === "merged")
    return [word, dim(view.proof === "declared" ? ", declared" : "")];
  // A few letters of a sentence only disturb.
  const isRoomy = context.columns.status >= look.word.length + 8;
  if (view.waitingFor.length > 0 && view.state === "not-started" && isRoomy) {
    return [word, dim(` for ${view.waitingFor.join(context.style.unicode ? " · " : ", ")}`)];
  }
  return view.reason === undefined || !isRoomy ? word : [word, dim(`  ${view.reason}`)];
}

/** When it will be through, or begin, where that is known and there is room to say it. */
function etaOf({ stage, ...view }: StageView, { estimate, now, columns }: RowContext): string {
  if (columns.status < 26) return "";
  const isBusy = view.record.activities.length > 0;
  const words = stageEta(estimate.stages.get(stage.id), { now, at: estimate.at, isBusy });
  return words === undefined ? "" : `, ${words}`;
}

const slug = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "");
