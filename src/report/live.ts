// The reporter for a person at a terminal: what lasts is written once, what goes on is redrawn in place below it.
import type { Recorded } from "../core/event.ts";
import { type PlanState, emptyState } from "../core/state.ts";
import { type Content, paintLines, widthOf } from "./content.ts";
import { renderFrame } from "./frame.ts";
import { narrationLines } from "./lines.ts";
import { narrate } from "./narrate.ts";
import type { Reporter, ReporterOptions } from "./contract.ts";
import type { Style } from "./style.ts";
import { renderSummary } from "./summary.ts";

const csi = "\u001B[";
/** Terminals that know it show all that lies between at once; the others ignore it. */
const beginUpdate = `${csi}?2026h`;
const endUpdate = `${csi}?2026l`;
const hideCursor = `${csi}?25l`;
const showCursor = `${csi}?25h`;
const eraseBelow = `${csi}J`;
const eraseRestOfLine = `${csi}K`;

/** Milliseconds between two frames: ten a second. */
export const frameMs = 100;

interface Drawn {
  /** Columns that each line took. */
  readonly widths: readonly number[];
}

/**
 * Redraws by moving up over the last frame and writing over it, one write a frame. A frame is always lower than the terminal
 * and narrower by a column, so that no terminal wraps or scrolls it. The cursor is hidden only within a write, so that even
 * `kill -9` leaves the terminal as it was.
 */
export function makeLiveReporter(options: ReporterOptions): Reporter {
  const { write, plan, planWord = plan.path, now, size, startTicks = startTimer } = options;
  const { startedAt = now() } = options;
  let state: PlanState = emptyState;
  let drawn: Drawn = { widths: [] };
  let drawnAt = Number.NEGATIVE_INFINITY;
  let pending: string[] = [];
  let turn = 0;
  let stop: (() => void) | undefined;
  let closed = false;

  const styleNow = (): Style => ({ ...options.style, width: Math.max(20, size().columns - 1) });

  const draw = (): void => {
    const style = styleNow();
    const rows = Math.max(2, size().rows - 1);
    const lines = renderFrame({ plan, state, style, now: now(), startedAt, turn, rows });
    const lasting = pending.join("");
    const text = paintLines(lines, style).replaceAll("\n", `${eraseRestOfLine}\n`);
    const erase = lasting === "" ? "" : eraseBelow;
    write(
      `${beginUpdate}${hideCursor}${backOver(drawn, size().columns)}${erase}${lasting}${text}${eraseBelow}${showCursor}${endUpdate}`,
    );
    pending = [];
    drawn = { widths: lines.map((line: Content) => widthOf(line)) };
    drawnAt = now();
  };

  const leave = (last: string): void => {
    if (closed) return;
    closed = true;
    stop?.();
    const left = pending.join("") + last;
    const back = stop === undefined ? "" : `${backOver(drawn, size().columns)}${eraseBelow}`;
    if (back !== "" || left !== "") write(`${back}${left}`);
  };

  return {
    event(recorded: Recorded, next: PlanState) {
      if (closed) return;
      state = next;
      const narration = narrate(recorded, { plan, planWord });
      if (narration?.lasting === true) {
        const style = { ...styleNow(), interactive: true };
        pending.push(paintLines(narrationLines(narration, { ...options, style }), style));
      }
      stop ??= startTicks(frameMs, () => {
        turn += 1;
        if (!closed) draw();
      });
      if (now() - drawnAt >= frameMs) draw();
    },
    end(answer) {
      const style = styleNow();
      leave(`\n${renderSummary({ answer, style, planWord, elapsedMs: now() - startedAt })}`);
    },
    close() {
      leave("");
    },
  };
}

/** To the first column of the first line of what was drawn; a terminal made narrower since has wrapped its lines. */
function backOver({ widths }: Drawn, columns: number): string {
  const rows = widths.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / Math.max(1, columns))), 0);
  return rows === 0 ? "\r" : `\r${csi}${rows}A`;
}

function startTimer(ms: number, tick: () => void): () => void {
  const timer = setInterval(tick, ms);
  return () => {
    clearInterval(timer);
  };
}
