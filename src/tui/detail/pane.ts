// Something to read that may be far longer than the screen: how many lines it has, and each of them when it is asked for.
import type { Content } from "../../report/content.ts";
import type { Style } from "../../report/style.ts";
import { fill } from "../frame/line.ts";

export interface PaneView {
  /** Terminal columns of every line. */
  readonly width: number;
  readonly style: Style;
}

export interface Pane {
  readonly count: number;
  /** The line of that number, counted from 0, exactly as wide as the pane was made for. Costs the same for any line. */
  readonly line: (index: number) => Content;
  /** Lines to jump to, ascending: where a file, a heading, an attempt begins. */
  readonly sections: readonly number[];
  /** Lines where a smaller part begins, such as a hunk of a diff; the sections are not among them. */
  readonly parts: readonly number[];
}

/** A pane of lines that are there already; only those that are shown are made harmless and measured. */
export const paneOf = (
  lines: readonly Content[],
  { width, style, sections = [] }: PaneView & { readonly sections?: readonly number[] },
): Pane => ({
  count: lines.length,
  line: (index) => fill(lines[index] ?? "", { width, style }),
  sections,
  parts: [],
});

/** The lines of a window of the pane; fewer than `height` where it ends before. */
export function visibleOf(
  pane: Pane,
  { top, height }: { readonly top: number; readonly height: number },
): readonly Content[] {
  const first = Math.max(0, top);
  const count = Math.max(0, Math.min(pane.count - first, height));
  return Array.from({ length: count }, (_, row) => pane.line(first + row));
}

/** How far one can scroll down. */
export const furthestTop = (pane: Pick<Pane, "count">, height: number): number =>
  Math.max(0, pane.count - Math.max(1, height));

/** The nearest of `places` (ascending) behind `top`, or before it; undefined where there is none. */
export const jumpFrom = (
  top: number,
  { places, way }: { readonly places: readonly number[]; readonly way: "next" | "previous" },
): number | undefined =>
  way === "next" ? places.find((place) => place > top) : places.findLast((place) => place < top);

/**
 * `make`, which is not called again as long as it is asked for the same: the same object, and a view that is equal in each of
 * its properties. It remembers one answer, the last.
 */
export function keepLast<Input extends object, View extends object, Made>(
  make: (input: Input, view: View) => Made,
): (input: Input, view: View) => Made {
  let last: { readonly input: Input; readonly view: View; readonly made: Made } | undefined;
  return (input, view) => {
    if (last?.input !== input || !isEqual(last.view, view)) last = { input, view, made: make(input, view) };
    return last.made;
  };
}

function isEqual(one: object, other: object): boolean {
  const entries = Object.entries(one);
  const values = new Map<string, unknown>(Object.entries(other));
  return (
    entries.length === values.size && entries.every(([key, value]) => values.has(key) && values.get(key) === value)
  );
}
