// The graph of needs: small cases by hand, properties at random, and a size that no recursion would survive.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type GraphStage,
  ancestorsOf,
  descendantsOf,
  findCycles,
  layers,
  longestRemainingPath,
  topologicalOrder,
} from "../../src/core/graph.ts";

const name = (index: number): string => `s${index}`;
const stage = (id: string, ...needs: readonly string[]): GraphStage => ({ id, needs });
const diamond = [stage("a"), stage("b", "a"), stage("c", "a"), stage("d", "b", "c")];

/** Any graph: cycles, self needs, unknown needs and repeats are all in it. */
const anyGraph = fc
  .integer({ min: 0, max: 12 })
  .chain((size) =>
    fc.array(fc.array(fc.integer({ min: 0, max: size + 1 }), { maxLength: 4 }), { minLength: size, maxLength: size }),
  )
  .map((rows) => rows.map((needs, index) => stage(`s${index}`, ...needs.map((need) => `s${need}`))));

/** A graph without cycles, in an order that does not give the answer away. */
const acyclicGraph = fc
  .array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 14 })
  .map((rows) =>
    rows.map((needs, index) => stage(`s${index}`, ...(index === 0 ? [] : needs.map((need) => `s${need % index}`)))),
  )
  .chain((stages) => fc.shuffledSubarray(stages, { minLength: stages.length, maxLength: stages.length }));

describe("order and layers", () => {
  test("a diamond has three layers, each in the order of the plan", () => {
    expect(layers(diamond)).toEqual([["a"], ["b", "c"], ["d"]]);
    expect(topologicalOrder(diamond)).toEqual(["a", "b", "c", "d"]);
  });

  test("a stage behind a cycle is left out, the rest is ordered", () => {
    expect(topologicalOrder([stage("x", "y"), stage("y", "x"), stage("z", "y"), stage("free")])).toEqual(["free"]);
  });

  test("an unknown need holds nothing back", () => {
    expect(topologicalOrder([stage("a", "nowhere")])).toEqual(["a"]);
  });

  test("every stage comes after all it needs", () => {
    fc.assert(
      fc.property(acyclicGraph, (stages) => {
        const order = topologicalOrder(stages);
        expect(order.toSorted()).toEqual(stages.map(({ id }) => id).toSorted());
        const place = new Map(order.map((id, index) => [id, index]));
        for (const { id, needs } of stages) {
          for (const need of needs) expect(place.get(need) ?? -1).toBeLessThan(place.get(id) ?? -1);
        }
      }),
    );
  });

  test("a stage lies exactly one layer below its deepest need", () => {
    fc.assert(
      fc.property(acyclicGraph, (stages) => {
        const depth = new Map(layers(stages).flatMap((layer, index) => layer.map((id) => [id, index] as const)));
        for (const { id, needs } of stages) {
          expect(depth.get(id)).toBe(1 + Math.max(-1, ...needs.map((need) => depth.get(need) ?? -1)));
        }
      }),
    );
  });
});

describe("cycles", () => {
  test("each knot gives one path, and the path starts where the plan does", () => {
    const stages = [stage("a", "b"), stage("b", "c"), stage("c", "a"), stage("d", "d"), stage("e", "a")];
    expect(findCycles(stages)).toEqual([["a", "b", "c"], ["d"]]);
  });

  test("there is a cycle exactly when the order leaves a stage out", () => {
    fc.assert(
      fc.property(anyGraph, (stages) => {
        expect(findCycles(stages).length > 0).toBe(topologicalOrder(stages).length < stages.length);
      }),
    );
  });

  test("every step of a cycle is a need, the last one back to the first, and no stage is passed twice", () => {
    fc.assert(
      fc.property(anyGraph, (stages) => {
        const needs = new Map(stages.map(({ id, needs: list }) => [id, list]));
        for (const cycle of findCycles(stages)) {
          expect(new Set(cycle).size).toBe(cycle.length);
          cycle.forEach((id, index) => expect(needs.get(id)).toContain(cycle[(index + 1) % cycle.length]));
        }
      }),
    );
  });
});

describe("ancestors and descendants", () => {
  test("both follow needs to the end", () => {
    expect([...ancestorsOf(diamond, "d")].toSorted()).toEqual(["a", "b", "c"]);
    expect([...descendantsOf(diamond, "a")].toSorted()).toEqual(["b", "c", "d"]);
    expect(ancestorsOf(diamond, "a").size).toBe(0);
  });

  test("a is an ancestor of b exactly when b is a descendant of a", () => {
    fc.assert(
      fc.property(anyGraph, (stages) => {
        for (const { id } of stages) {
          for (const ancestor of ancestorsOf(stages, id)) expect(descendantsOf(stages, ancestor)).toContain(id);
        }
      }),
    );
  });
});

describe("longest remaining path", () => {
  test("the head of the heavy chain is the most urgent", () => {
    const weights: Readonly<Record<string, number>> = { a: 1, b: 5, c: 2, d: 1 };
    const paths = longestRemainingPath(diamond, (id) => weights[id] ?? 0);
    expect(Object.fromEntries(paths)).toEqual({ a: 7, b: 6, c: 3, d: 1 });
  });

  test("it is the own weight and the most urgent dependent's", () => {
    fc.assert(
      fc.property(acyclicGraph, (stages) => {
        const paths = longestRemainingPath(stages, (id) => id.length);
        for (const { id } of stages) {
          const waiting = stages.filter(({ needs }) => needs.includes(id)).map((other) => paths.get(other.id) ?? 0);
          expect(paths.get(id)).toBe(id.length + Math.max(0, ...waiting));
        }
      }),
    );
  });
});

describe("ten thousand stages", () => {
  const chain = Array.from({ length: 10_000 }, (_, index) =>
    stage(name(index), ...(index === 0 ? [] : [name(index - 1)])),
  );

  test("a chain is ordered, layered and measured", () => {
    expect(topologicalOrder(chain)).toHaveLength(10_000);
    expect(layers(chain)).toHaveLength(10_000);
    expect(longestRemainingPath(chain, () => 1).get(name(0))).toBe(10_000);
    expect(ancestorsOf(chain, name(9_999)).size).toBe(9_999);
    expect(findCycles(chain)).toEqual([]);
  });

  test("a chain bent into a ring is one cycle of all stages", () => {
    const ring = [stage(name(0), name(9_999)), ...chain.slice(1)];
    expect(findCycles(ring)[0]).toHaveLength(10_000);
  });

  test("five thousand pairs are five thousand cycles, in the order of the plan", () => {
    const pairs = chain.map((_, index) => stage(name(index), name(index % 2 === 0 ? index + 1 : index - 1)));
    const cycles = findCycles(pairs);
    expect(cycles).toHaveLength(5_000);
    expect(cycles[4_999]).toEqual([name(9_998), name(9_999)]);
  });
});
