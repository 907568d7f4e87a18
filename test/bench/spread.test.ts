import { expect, test } from "vitest";
import { growthExponent, judge, spreadOf } from "./spread.ts";

test("five figures have their middle, their quartiles and their ends", () => {
  expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ median: 3, lower: 2, upper: 4, least: 1, most: 5 });
  expect(spreadOf([1, 2])).toEqual({ median: 1.5, lower: 1.25, upper: 1.75, least: 1, most: 2 });
  expect(spreadOf([7])).toEqual({ median: 7, lower: 7, upper: 7, least: 7, most: 7 });
});

test("a goal is reached by three quarters, missed by three quarters, or nobody knows", () => {
  const spread = spreadOf([1, 2, 3, 4, 50]);
  expect(judge(spread, 4)).toBe("pass");
  expect(judge(spread, 3)).toBe("unsure");
  expect(judge(spread, 1.9)).toBe("fail");
});

const grown = (cost: (size: number) => number): number | undefined =>
  growthExponent([10, 100, 1000, 10_000].map((size) => ({ size, cost: cost(size) })));

test("a cost that begins with a constant is still seen as linear, and a square as a square", () => {
  expect(grown((size) => 50 + size)).toBeCloseTo(1, 1);
  expect(grown((size) => 50 + size ** 2)).toBeCloseTo(2, 1);
});

test("a cost that does not rise has no exponent", () => {
  expect(grown(() => 50)).toBeUndefined();
  expect(growthExponent([])).toBeUndefined();
});
