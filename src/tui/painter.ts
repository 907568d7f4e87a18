// Writes the lines of the screen to the terminal: only rows that are others than what stands there, at their place.
// Ink has the terminal (its modes, its keys, lending it); but it lays out and compares every cell of every frame, which takes
// a hundred times as long as what changes in one.
import { type Content, type Span, widthOf } from "../report/content.ts";
import type { Style } from "../report/style.ts";
import { joinSpans } from "./frame/line.ts";
import { paintSpan } from "./frame/tone.ts";
import type { Size } from "./frame/layout.ts";

export interface Painter {
  /** Brings the terminal from what was painted last to `lines`, in one write; nothing where they are the same. */
  readonly paint: (lines: readonly Content[], frame: { readonly size: Size; readonly style: Style }) => void;
  /** Somebody else wrote to the terminal, or it has another size: the next frame is painted whole. */
  readonly forget: () => void;
}

/** Where the terminal knows them: it shows nothing before the frame is whole, and a line that is too long is cut. */
const begin = "\u001B[?2026h\u001B[?7l";
/** The cursor, which is hidden, rests where a line feed does not scroll. */
const end = "\u001B[H\u001B[?7h\u001B[?2026l";
const eraseScreen = "\u001B[2J";
const eraseToEnd = "\u001B[K";
const toRow = (row: number): string => `\u001B[${row + 1};1H`;

export function createPainter(write: (text: string) => void): Painter {
  let shown: readonly string[] | undefined;
  return {
    paint: (lines, { size, style }) => {
      const next = lines.slice(0, Math.max(1, size.rows - 1)).map((line) => paintRow(line, { size, style }));
      const height = Math.max(next.length, shown?.length ?? 0);
      const changed = Array.from({ length: height }, (_, row) => {
        const text = next[row] ?? eraseToEnd;
        return text === shown?.[row] ? "" : toRow(row) + text;
      }).join("");
      const isWhole = shown === undefined;
      shown = next;
      if (changed !== "") write(begin + (isWhole ? eraseScreen : "") + changed + end);
    },
    forget: () => {
      shown = undefined;
    },
  };
}

/** A row as it is written, without the blanks at its end: those are erased, but where the row is full to the last column. */
function paintRow(line: Content, { size, style }: { readonly size: Size; readonly style: Style }): string {
  const spans = withoutEnd(joinSpans(line));
  const text = spans.map((span) => paintSpan(span, style)).join("");
  return widthOf(spans) < size.columns ? text + eraseToEnd : text;
}

function withoutEnd(spans: readonly Span[]): readonly Span[] {
  const last = spans.at(-1);
  if (last === undefined || last.tone === "found" || last.tone === "match") return spans;
  const text = last.text.trimEnd();
  if (text === last.text) return spans;
  return text === "" ? withoutEnd(spans.slice(0, -1)) : [...spans.slice(0, -1), { ...last, text }];
}
