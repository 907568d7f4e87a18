import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createAncestry } from "../../src/core/ancestry.ts";
import { ancestorsOf, findCycles, needsFirst } from "../../src/core/graph.ts";
import { serializeOverlaps } from "../../src/core/serialize.ts";
import { patternsMeet } from "../../src/core/shared-files.ts";
import { planOf, stageOf } from "./made-plan.ts";

const withFiles = (id: string, modify: readonly string[], needs: readonly string[] = []) =>
  stageOf(id, { needs, files: { create: [], modify, delete: [] } });

const edges = (plan: ReturnType<typeof serializeOverlaps>): readonly string[] =>
  plan.stages.map(({ id, needs }) => `${id}:${needs.join(",")}`);

test("the later stage of the plan waits for the earlier, and only for the last of them", () => {
  const plan = planOf([withFiles("a", ["x"]), withFiles("b", ["x"]), withFiles("c", ["x", "y"])]);
  expect(edges(serializeOverlaps(plan))).toEqual(["a:", "b:a", "c:b"]);
});

test("stages that wait for each other already get no further need", () => {
  const plan = planOf([withFiles("a", ["x"]), withFiles("b", []), withFiles("c", ["x"], ["b"])]);
  expect(edges(serializeOverlaps({ ...plan, stages: plan.stages.with(1, withFiles("b", [], ["a"])) }))).toEqual([
    "a:",
    "b:a",
    "c:b",
  ]);
});

test("what the plan declares goes before its order", () => {
  const plan = planOf([
    withFiles("a", ["x"], ["c"]),
    withFiles("b", ["x"]),
    withFiles("c", ["x"]),
    withFiles("d", ["x"]),
  ]);
  const found = serializeOverlaps(plan);
  expect(findCycles(found.stages)).toEqual([]);
  expect(edges(found)).toEqual(["a:c", "b:a", "c:", "d:b"]);
});

test("a pattern waits for what it covers, and a bracket is no pattern", () => {
  const plan = planOf([
    withFiles("a", ["tests/a.test.ts"]),
    withFiles("b", ["tests/b.test.ts"]),
    withFiles("c", ["tests/*.test.ts", "src/[id]/x.ts"]),
    withFiles("d", ["src/i/x.ts"]),
  ]);
  expect(edges(serializeOverlaps(plan))).toEqual(["a:", "b:", "c:a,b", "d:"]);
});

test("any plan: no cycle, no need lost, and of two stages with one file one waits for the other", () => {
  const path = fc.constantFrom("a/x", "a/y", "a/*", "b/x", "**/x", "b/");
  const stage = fc.record({
    files: fc.uniqueArray(path, { maxLength: 3 }),
    seeds: fc.array(fc.nat(), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.array(stage, { minLength: 2, maxLength: 9 }), fc.nat(), (drafts, turn) => {
      // Needs go back in some hidden order, which the order of the plan is a rotation of.
      const made = drafts.map(({ files, seeds }, index) =>
        withFiles(`s${index}`, files, index === 0 ? [] : [...new Set(seeds.map((seed) => `s${seed % index}`))]),
      );
      const by = turn % made.length;
      const plan = planOf([...made.slice(by), ...made.slice(0, by)]);
      const { stages } = serializeOverlaps(plan);
      expect(findCycles(stages)).toEqual([]);
      for (const [index, before] of plan.stages.entries()) {
        expect(stages[index]?.needs).toEqual(expect.arrayContaining([...before.needs]));
      }
      for (const one of stages) {
        for (const other of stages) {
          const meet = one.files.modify.some((a) => other.files.modify.some((b) => patternsMeet(a, b)));
          if (one.id === other.id || !meet) continue;
          const related = ancestorsOf(stages, one.id).has(other.id) || ancestorsOf(stages, other.id).has(one.id);
          expect(related).toBe(true);
        }
      }
    }),
  );
});

test("an ancestry says the same as a walk through the graph, and leaves out what is implied", () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.nat(), { maxLength: 5 }), { minLength: 1, maxLength: 70 }), (seeds) => {
      const stages = seeds.map((own, index) => ({
        id: `s${index}`,
        needs: index === 0 ? [] : own.map((seed) => `s${seed % index}`),
      }));
      const ancestry = createAncestry();
      const short = stages.map(({ id, needs }) => ({ id, needs: ancestry.add(id, needs) }));
      for (const { id, needs } of short) {
        const all = ancestorsOf(stages, id);
        expect(ancestorsOf(short, id)).toEqual(all);
        for (const other of stages) expect(ancestry.waits(id, other.id)).toBe(all.has(other.id));
        for (const need of needs) {
          expect(needs.some((other) => ancestorsOf(stages, other).has(need))).toBe(false);
        }
      }
    }),
  );
});

test("needs come first, and otherwise the order of the plan holds", () => {
  const stages = [
    { id: "a", needs: ["c"] },
    { id: "b", needs: [] },
    { id: "c", needs: [] },
    { id: "d", needs: ["e"] },
    { id: "e", needs: ["d"] },
  ];
  expect(needsFirst(stages)).toEqual(["c", "a", "b"]);
});
