import * as fc from "fast-check";
import { expect, test } from "vitest";
import { layoutFor, smallest, windowTop } from "../../src/tui/frame/layout.ts";

const wanted = fc.record({
  stages: fc.nat(600),
  detail: fc.nat(60),
  focus: fc.constantFrom("stages" as const, "pane" as const),
  isZoomed: fc.boolean(),
});

test("the parts fill the screen of any size, none is without room", () => {
  const sizes = fc.record({
    columns: fc.integer({ min: smallest.columns, max: 400 }),
    rows: fc.integer({ min: smallest.rows, max: 200 }),
  });
  fc.assert(
    fc.property(sizes, wanted, (size, wishes) => {
      const layout = layoutFor(size, wishes);
      if (layout === undefined) throw new Error("there is room");
      const { list, detail, log, kind, body } = layout;
      const parts = kind === "zoomed" ? [detail, log] : [list, detail, log];
      for (const { height, width } of parts) {
        expect(height).toBeGreaterThan(0);
        expect(width).toBeGreaterThan(0);
      }
      const around = { wide: detail.height + 1, narrow: list.height + detail.height + 2, zoomed: detail.height + 1 };
      const height = around[kind] + log.height;
      expect(height).toBe(body.height);
      expect(kind === "wide" ? list.width + 1 + log.width : log.width).toBe(size.columns);
      expect(list.height).toBeLessThanOrEqual(body.height);
    }),
  );
});

test("a terminal that is too small has no layout", () => {
  const wishes = { stages: 3, detail: 3, focus: "stages", isZoomed: false } as const;
  expect(layoutFor({ columns: 40, rows: 10 }, wishes)).toBeUndefined();
  expect(layoutFor({ columns: smallest.columns - 1, rows: 60 }, wishes)).toBeUndefined();
  expect(layoutFor({ columns: 200, rows: smallest.rows - 1 }, wishes)).toBeUndefined();
});

test("the stages stand beside the detail from 100 columns on", () => {
  const wishes = { stages: 3, detail: 3, focus: "stages", isZoomed: false } as const;
  expect(layoutFor({ columns: 99, rows: 30 }, wishes)?.kind).toBe("narrow");
  expect(layoutFor({ columns: 100, rows: 30 }, wishes)?.kind).toBe("wide");
});

test("the selected row is always in the window, and the window never shows less than it could", () => {
  const lists = fc.record({
    selected: fc.nat(500),
    height: fc.integer({ min: 1, max: 80 }),
    count: fc.integer({ min: 1, max: 500 }),
  });
  fc.assert(
    fc.property(fc.nat(600), lists, (top, { selected, height, count }) => {
      const place = Math.min(selected, count - 1);
      const first = windowTop(top, { selected: place, height, count });
      expect(first).toBeLessThanOrEqual(place);
      expect(place).toBeLessThan(first + height);
      expect(first).toBeLessThanOrEqual(Math.max(0, count - height));
      expect(first).toBeGreaterThanOrEqual(0);
    }),
  );
});
