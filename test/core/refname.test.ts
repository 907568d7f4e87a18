// Branch names: our rules against git's own, and the names that collide on disk.
import { spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { branchCollisions, branchProblem } from "../../src/core/refname.ts";

const gitAccepts = (name: string): boolean =>
  spawnSync("git", ["check-ref-format", "--branch", name], { stdio: "ignore" }).status === 0;

describe("a name that can be a branch", () => {
  test.each([
    "main",
    "feature/a-b_c.d",
    "a/b/c/d",
    "ünïcödé/文",
    "a@b",
    "fix/#12",
    "deadbeef",
    "feature/x;y",
    "a,b",
    "@/x",
  ])("%s", (name) => {
    expect(branchProblem(name)).toBeUndefined();
    expect(gitAccepts(name)).toBe(true);
  });
});

describe("a name that cannot", () => {
  test.each([
    ["", "empty"],
    ["@", "short name"],
    ["HEAD", "current commit"],
    ["-x", "dash"],
    ["--force", "dash"],
    ["refs/heads/x", "refs/"],
    ["a".repeat(40), "object id"],
    ["0123456789abcdef".repeat(4), "object id"],
    ["a b", "space"],
    ["a\tb", "control"],
    ["a\u0000b", "control"],
    ["a\nb", "control"],
    ["a~1", "`~`"],
    ["a^", "`^`"],
    ["a:b", "`:`"],
    ["a?b", "`?`"],
    ["a*b", "`*`"],
    ["a[b", "`[`"],
    ["a\\b", "`\\`"],
    ["a..b", "`..`"],
    ["a@{b", "`@{`"],
    ["/a", "empty part"],
    ["a/", "empty part"],
    ["a//b", "empty part"],
    ["a.", "dot"],
    [".a", "starts with a dot"],
    ["x/.a", "starts with a dot"],
    ["a.lock", ".lock"],
    ["a.lock/b", ".lock"],
    ["é".repeat(101), "200 bytes"],
    [Array.from({ length: 300 }, () => "abcd").join("/"), "1000 bytes"],
    ["a\ud800b", "surrogate"],
  ])("%j", (name, reason) => {
    expect(branchProblem(name)).toContain(reason);
  });

  test("whatever git refuses, we refuse", () => {
    const piece = fc.constantFrom(
      "a",
      "B",
      "/",
      ".",
      "..",
      "@",
      "{",
      "@{",
      "-",
      "~",
      "^",
      ":",
      "?",
      "*",
      "[",
      "\\",
      " ",
      ".lock",
      "é",
      "#",
      "HEAD",
      "\t",
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join("")),
        (name) => {
          // We are stricter with these three than git is in every version.
          fc.pre(!/^(?:-|@$|HEAD$)/.test(name));
          expect(branchProblem(name) === undefined).toBe(gitAccepts(name));
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe("collisions", () => {
  test("a branch and a folder of the same name cannot both be, in either order", () => {
    expect(branchCollisions(["a/b", "a", "c"])).toEqual([{ first: 0, second: 1, kind: "nested" }]);
    expect(branchCollisions(["a", "a/b/c"])).toEqual([{ first: 0, second: 1, kind: "nested" }]);
  });

  test("letter case and Unicode form are not kept everywhere", () => {
    expect(branchCollisions(["Fix", "fix"])).toEqual([{ first: 0, second: 1, kind: "spelling" }]);
    expect(branchCollisions(["é", "e\u0301"])).toEqual([{ first: 0, second: 1, kind: "spelling" }]);
    expect(branchCollisions(["A", "a/b"])).toEqual([{ first: 0, second: 1, kind: "nested" }]);
  });

  test("siblings and equal names are no collision", () => {
    expect(branchCollisions(["feature/a", "feature/b", "feature/ab", "feature/a"])).toEqual([]);
  });
});
