// The nearest name: what a person meant, and silence where nothing is near.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editDistance, nearest } from "../../src/core/suggest.ts";

describe("nearest", () => {
  const known = ["context-script", "linux-setup", "stage-1", "stage-2", "docs"];

  test.each([
    ["contxt-script", "context-script"],
    ["linux_setup", "linux-setup"],
    ["stage1", "stage-1"],
    ["Stage-2", "stage-2"],
    ["dosc", "docs"],
    ["doc", "docs"],
  ])("%s means %s", (name, meant) => {
    expect(nearest(name, known)).toBe(meant);
  });

  test.each(["", "xyz", "a", "completely-different", "z".repeat(10_000)])("%j means nothing known", (name) => {
    expect(nearest(name, known)).toBeUndefined();
  });

  test("of two equally near names the first one known is taken", () => {
    expect(nearest("stage-3", known)).toBe("stage-1");
  });
});

describe("edit distance", () => {
  test("a swap of neighbours is one edit", () => {
    expect(editDistance("ab", "ba")).toBe(1);
    expect(editDistance("kitten", "sitting")).toBe(3);
  });

  test("it is symmetric, and zero for equal words only", () => {
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });
});
