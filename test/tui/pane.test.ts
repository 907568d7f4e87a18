// Windows on something long: only what is shown is drawn.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { plainText } from "../../src/report/content.ts";
import { furthestTop, jumpFrom, keepLast, paneOf, visibleOf } from "../../src/tui/detail/pane.ts";
import { plainStyle } from "./drawn-model.ts";

const pane = paneOf(["a", "b", "c", "d"], { width: 3, style: plainStyle });
const window = (top: number, height: number): readonly string[] => visibleOf(pane, { top, height }).map(plainText);

test("a window shows its lines, as wide as the pane, and no more than there are", () => {
  expect(window(1, 2)).toEqual(["b  ", "c  "]);
  expect(window(3, 9)).toEqual(["d  "]);
  expect(window(9, 2)).toEqual([]);
  expect(window(-2, 1)).toEqual(["a  "]);
  expect([furthestTop(pane, 3), furthestTop(pane, 9), furthestTop(pane, 0)]).toEqual([1, 0, 3]);
});

test("of a hundred thousand lines only the visible ones are asked for", () => {
  let asked = 0;
  const line = (index: number): string => {
    asked += 1;
    return String(index);
  };
  expect(visibleOf({ count: 100_000, line, sections: [], parts: [] }, { top: 50_000, height: 40 })).toHaveLength(40);
  expect(asked).toBe(40);
});

test("one jumps to the next place and the one before", () => {
  const places = [3, 9, 20];
  expect(jumpFrom(0, { places, way: "next" })).toBe(3);
  expect(jumpFrom(3, { places, way: "next" })).toBe(9);
  expect(jumpFrom(9, { places, way: "previous" })).toBe(3);
  expect(jumpFrom(20, { places, way: "next" })).toBeUndefined();
  expect(jumpFrom(3, { places, way: "previous" })).toBeUndefined();
});

test("what was made last is kept as long as it is asked for the same", () => {
  let made = 0;
  const keep = keepLast(
    (input: { readonly text: string }, view: { readonly width: number; readonly shift?: number }) => {
      made += 1;
      return `${input.text} ${view.width}`;
    },
  );
  const input = { text: "x" };
  keep(input, { width: 1 });
  keep(input, { width: 1 });
  expect(made).toBe(1);
  keep(input, { width: 1, shift: 0 });
  keep(input, { width: 2, shift: 0 });
  keep({ text: "x" }, { width: 2, shift: 0 });
  expect(made).toBe(4);
});

test("a window never shows more than asked for", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 10 }), (top, height) => window(top, height).length <= height),
  );
});
