import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { meetingClaims, patternsMeet } from "../../src/core/shared-files.ts";

describe("two paths can mean one file", () => {
  test.each([
    ["tests/unit/*.test.ts", "tests/unit/a.test.ts", true],
    ["tests/unit/*.test.ts", "tests/unit/deep/a.test.ts", false],
    ["tests/**", "tests/unit/deep/a.test.ts", true],
    ["tests/**/a.test.ts", "tests/a.test.ts", true],
    ["tests/**/a.test.ts", "tests/x/y/a.test.ts", true],
    ["**/*.md", "README.md", true],
    ["src/*.ts", "src/a*", true],
    ["src/*.ts", "src/*.md", false],
    ["src/a*", "src/b*", false],
    ["src/**/x.ts", "src/*/x.ts", true],
    ["src/lib/", "src/lib/a/b.ts", true],
    ["src/lib/", "src/library.ts", false],
    ["src/lib/", "src/**/a.ts", true],
    ["src/routes/[id]/*", "src/routes/[id]/page.ts", true],
    ["src/routes/[id]/page.ts", "src/routes/i/page.ts", false],
    ["src/routes/[id]/*", "src/routes/d/page.ts", false],
    ["*", "a/b", false],
    ["", "", true],
  ])("%s and %s: %s", (one, other, meets) => {
    expect(patternsMeet(one, other)).toBe(meets);
    expect(patternsMeet(other, one)).toBe(meets);
  });

  test("a pattern meets each path it was made from", () => {
    const name = fc.stringMatching(/^[a-c.]{1,4}$/);
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), fc.nat(), (parts, at) => {
        const path = parts.join("/");
        const starred = parts.with(at % parts.length, "*").join("/");
        const folders = [...parts.slice(0, at % parts.length), "**"].join("/");
        expect(patternsMeet(starred, path)).toBe(true);
        expect(patternsMeet(folders, path)).toBe(true);
      }),
    );
  });
});

const named = (pairs: ReturnType<typeof meetingClaims>): readonly string[] =>
  pairs.map(([earlier, later]) => `${earlier.stage} ${later.stage}`).toSorted();

test("of many stages with one file only neighbours are paired, in the order of their ranks", () => {
  const ranks = new Map([
    ["c", 0],
    ["a", 1],
    ["b", 2],
  ]);
  const claims = ["a", "b", "c", "b"].map((stage) => ({ stage, path: stage === "c" ? "./x.ts" : "x.ts" }));
  expect(named(meetingClaims(claims, ranks))).toEqual(["a b", "c a"]);
});

test("a pattern is paired with each stage that has one of its files, and those not with each other", () => {
  const ranks = new Map(["a", "b", "c"].map((id, rank) => [id, rank]));
  const claims = [
    { stage: "a", path: "t/1.ts" },
    { stage: "b", path: "t/*.ts" },
    { stage: "c", path: "t/2.ts" },
    { stage: "c", path: "u/2.ts" },
  ];
  expect(named(meetingClaims(claims, ranks))).toEqual(["a b", "b c"]);
});

test("many plain paths and many patterns stay quick", () => {
  const ids = Array.from({ length: 5000 }, (_, index) => `s${index}`);
  const ranks = new Map(ids.map((id, rank) => [id, rank]));
  const claims = ids.flatMap((stage, index) => [
    { stage, path: `src/part-${index}/file.ts` },
    { stage, path: "src/shared.ts" },
    { stage, path: `src/part-${index}/**` },
    { stage, path: `**/${"a*".repeat(50)}${index}` },
  ]);
  expect(meetingClaims(claims, ranks).length).toBeGreaterThanOrEqual(ids.length - 1);
});
