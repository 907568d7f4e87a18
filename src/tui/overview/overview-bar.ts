// One row of the timeline: intervals as pieces of columns, finer than a column where the terminal has the characters for it.
import type { Interval } from "../../core/timeline.ts";
import { type Content, toned } from "../../report/content.ts";
import type { Style, Tone } from "../../report/style.ts";

/** Which time is where. */
export interface Scale {
  /** Milliseconds since the epoch at the left edge. */
  readonly from: number;
  readonly msPerColumn: number;
  /** Columns. */
  readonly width: number;
}

/** Where a time lies, in columns from the left edge; may lie beyond either edge. */
export const columnOf = (scale: Scale, time: number): number => (time - scale.from) / scale.msPerColumn;

export type Piece =
  | Interval
  /** What is still to come, as far as one can tell. */
  | { readonly kind: "expected"; readonly start: number; readonly end: number };

interface Cell {
  readonly kind: Piece["kind"];
  readonly tone: Tone;
  /** How much it counts against another piece in the same column. */
  readonly weight: number;
  /** What is covered of the column, between 0 and 1. */
  readonly from: number;
  readonly to: number;
}

export interface BarContext {
  readonly scale: Scale;
  readonly style: Style;
  /** The end of what goes on, in milliseconds since the epoch. */
  readonly until: number;
  /** The column of the mark for now; absent where there is none. */
  readonly mark?: number;
}

/** Exactly as many columns as the scale has. In a column with several pieces the longest is seen, a failure always. */
export function barContent(pieces: readonly Piece[], context: BarContext): Content {
  const { scale, style, until, mark } = context;
  const cells: (Cell | undefined)[] = Array.from({ length: scale.width });
  for (const piece of pieces) {
    if (columnOf(scale, piece.end ?? until) < 0) continue;
    const start = Math.max(0, columnOf(scale, piece.start));
    const end = Math.min(scale.width, Math.max(columnOf(scale, piece.end ?? until), start + 1 / 8));
    const tone = toneOf(piece);
    for (let column = Math.floor(start); column < end; column += 1) {
      const from = Math.max(0, start - column);
      const to = Math.min(1, end - column);
      const weight = to - from + (tone === "bad" ? 1 : 0) - (piece.kind === "expected" ? 1 : 0);
      const there = cells[column];
      const span = { from: Math.min(from, there?.from ?? 1), to: Math.max(to, there?.to ?? 0) };
      cells[column] =
        there === undefined || weight > there.weight
          ? { kind: piece.kind, tone, weight, ...span }
          : { ...there, ...span };
    }
  }
  const parts: Content[] = [];
  let run = { tone: "plain" as Tone, text: "" };
  for (const [column, cell] of cells.entries()) {
    const isMark = column === mark && (cell === undefined || cell.kind === "expected");
    const tone = isMark ? "accent" : (cell?.tone ?? "plain");
    const text = isMark ? style.timeline.now : cell === undefined ? " " : glyphOf(cell, style);
    if (tone !== run.tone) {
      if (run.text !== "") parts.push(toned(run.tone, run.text));
      run = { tone, text: "" };
    }
    run.text += text;
  }
  if (run.text !== "") parts.push(toned(run.tone, run.text));
  return parts;
}

function toneOf(piece: Piece): Tone {
  if (piece.kind === "expected") return "dim";
  if (piece.kind === "wait") return "warn";
  if (piece.end === undefined) return "accent";
  if (piece.result === "bad") return "bad";
  return piece.result === "stopped" || piece.kind === "setup" ? "dim" : "ok";
}

function glyphOf({ kind, from, to }: Cell, { timeline }: Style): string {
  const { setup, agent, agentRight, check, checkLeft, checkRight, wait, expected } = timeline;
  const full = agent.at(-1) ?? "#";
  switch (kind) {
    case "setup":
      return setup;
    case "wait":
      return wait;
    case "expected":
      return expected;
    case "agent": {
      // Only the left part of a column can be drawn in eighths.
      if (from < 0.25) return agent[Math.max(0, Math.round(to * agent.length) - 1)] ?? full;
      return from < 0.5 && to < 0.75 ? (agent[Math.floor(agent.length / 2) - 1] ?? full) : agentRight;
    }
    case "check": {
      const isLeft = from < 0.25;
      const isRight = to > 0.75;
      if (isLeft === isRight && isLeft) return check;
      return isLeft || (!isRight && from + to < 1) ? checkLeft : checkRight;
    }
  }
}
