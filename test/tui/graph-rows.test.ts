import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Graph, drawGraph, orderStages } from "../../src/tui/stages/graph-rows.ts";
import { makePlan, makeStage, readerPlan } from "./played-source.ts";

const picture = (graph: Graph): string =>
  graph.rows
    .map(({ stage, cells }) => `${cells.map((cell) => (cell === "node" ? "o" : cell)).join("")} ${stage}`)
    .join("\n");

describe("the drawing of the stages", () => {
  test("shows a fan-out, a fan-in and a stage apart", () => {
    expect(picture(drawGraph(readerPlan))).toMatchInlineSnapshot(`
      "o store
      ├─o sync
      ├─│─o ui
      o │ │ export
      o─┴─╯ wire-up
        o docs"
    `);
  });

  test("is a straight line for a chain", () => {
    const plan = makePlan([{ id: "a" }, { id: "b", needs: ["a"] }, { id: "c", needs: ["b"] }]);
    expect(picture(drawGraph(plan))).toBe("o a\no b\no c");
  });

  test("does not put a stage right below one that it has nothing to do with", () => {
    const plan = makePlan([{ id: "a" }, { id: "b", needs: ["a"] }, { id: "apart" }]);
    expect(picture(drawGraph(plan))).toBe("o a\no b\n  o apart");
  });

  test("has no lanes where no stage needs another", () => {
    expect(picture(drawGraph(makePlan([{ id: "a" }, { id: "b" }])))).toBe("o a\no b");
  });

  test("joins lanes that end on the left and keeps lanes that it only passes", () => {
    const plan = makePlan([
      { id: "a" },
      { id: "b" },
      { id: "c" },
      { id: "d", needs: ["a", "c"] },
      { id: "e", needs: ["b", "d"] },
    ]);
    expect(picture(drawGraph(plan))).toMatchInlineSnapshot(`
      "o a
      │ o b
      │ │ o c
      o─│─╯ d
      o─╯ e"
    `);
  });

  test("leaves out a need that the plan does not have, and survives a cycle", () => {
    const plan = makePlan([
      { id: "a", needs: ["b"] },
      { id: "b", needs: ["a"] },
      { id: "c", needs: ["nowhere"] },
    ]);
    expect(
      drawGraph(plan)
        .rows.map(({ stage }) => stage)
        .toSorted(),
    ).toEqual(["a", "b", "c"]);
  });
});

const anyPlan = fc
  .array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 14 })
  .chain((needs) =>
    fc
      .shuffledSubarray(
        needs.map((_, index) => index),
        { minLength: needs.length },
      )
      .map((places) => ({ needs, places })),
  )
  .map(({ needs, places }) => {
    const stages = needs.map((own, index) =>
      makeStage({ id: `s${index}`, needs: index === 0 ? [] : [...new Set(own.map((need) => `s${need % index}`))] }),
    );
    return makePlan(places.flatMap((place) => stages[place] ?? []));
  });

test("every stage comes once, after all that it needs, with one sign in a row", () => {
  fc.assert(
    fc.property(anyPlan, (plan) => {
      const order = orderStages(plan.stages).map(({ id }) => id);
      expect(order.toSorted()).toEqual(plan.stages.map(({ id }) => id).toSorted());
      for (const { id, needs } of plan.stages) {
        for (const need of needs) expect(order.indexOf(need)).toBeLessThan(order.indexOf(id));
      }
      const graph = drawGraph(plan);
      expect(graph.rows.map(({ stage }) => stage)).toEqual(order);
      for (const { cells } of graph.rows) {
        expect(cells.filter((cell) => cell === "node")).toHaveLength(1);
        expect(cells.length).toBeLessThanOrEqual(graph.width);
      }
    }),
  );
});

const leadsDown = new Set(["│", "├", "┤", "┼"]);
const leadsUp = new Set(["│", "├", "┤", "┼", "┴", "╰", "╯"]);

test("what leads down from a row is picked up by the row below it, and what leads up comes from above", () => {
  fc.assert(
    fc.property(anyPlan, (plan) => {
      const { rows } = drawGraph(plan);
      const loose = rows.flatMap(({ stage, cells }, index) =>
        cells.flatMap((cell, column) => {
          const below = rows[index + 1]?.cells[column] ?? " ";
          const above = rows[index - 1]?.cells[column] ?? " ";
          const isLoose =
            (leadsDown.has(cell) && !leadsUp.has(below) && below !== "node") ||
            (leadsUp.has(cell) && !leadsDown.has(above) && above !== "node");
          return isLoose ? [`${cell} of ${stage}`] : [];
        }),
      );
      expect(loose).toEqual([]);
    }),
  );
});

test("a sign right below another one is an edge", () => {
  fc.assert(
    fc.property(anyPlan, (plan) => {
      fc.pre(plan.stages.some(({ needs }) => needs.length > 0));
      const { rows } = drawGraph(plan);
      const needs = new Map(plan.stages.map((stage) => [stage.id, stage.needs]));
      const strangers = rows.filter(({ stage, cells }, index) => {
        const next = rows[index + 1];
        const isBelow = next !== undefined && next.cells.indexOf("node") === cells.indexOf("node");
        return isBelow && needs.get(next.stage)?.includes(stage) !== true;
      });
      expect(strangers).toEqual([]);
    }),
  );
});
