// Worktree paths by their text: what is normal, what is odd, and what is refused.
import { describe, expect, test } from "vitest";
import { normalPath, pathClashes, pathProblem } from "../../src/formats/worktree-path.ts";

describe("one path", () => {
  test.each(["../worktrees/plan/stage", "../w", "../../elsewhere/w", "../with space/ü", "../a/./b/../c"])(
    "%s is normal",
    (path) => {
      expect(pathProblem(path)).toBeUndefined();
    },
  );

  test.each([
    ["/srv/worktrees/x", "path.absolute"],
    ["~/worktrees/x", "path.absolute"],
    ["C:\\worktrees\\x", "path.absolute"],
    [".worktrees/x", "path.inside"],
    ["a/../b", "path.inside"],
  ])("%s is odd: %s", (path, rule) => {
    expect(pathProblem(path)).toMatchObject({ rule, severity: "warning" });
  });

  test.each([
    ["", "path.escapes"],
    ["  ", "path.escapes"],
    [".", "path.nests"],
    ["a/..", "path.nests"],
    ["..", "path.escapes"],
    ["../..", "path.escapes"],
    ["../a/..", "path.escapes"],
    ["/", "path.escapes"],
    [".git/x", "path.escapes"],
    ["../x/.GIT/hooks", "path.escapes"],
    ["a/../.git", "path.escapes"],
    ["../a\nb", "path.escapes"],
    ["../a\0b", "path.escapes"],
    [`../${"x".repeat(2000)}`, "path.escapes"],
  ])("%j is refused: %s", (path, rule) => {
    expect(pathProblem(path)).toMatchObject({ rule, severity: "error" });
  });
});

test("paths are compared after what `.` and `..` do", () => {
  expect(normalPath("./a//b/../c/")).toBe("a/c");
  expect(normalPath("/../a")).toBe("/a");
  expect(normalPath("../../a/../b")).toBe("../../b");
});

describe("several paths", () => {
  test("the same folder, and a folder in another", () => {
    expect(pathClashes(["../w/a", "../w/b", "../w/./A/", "../w/b/c"])).toEqual([
      { first: 0, second: 2, kind: "same" },
      { first: 1, second: 3, kind: "nested" },
    ]);
  });

  test("siblings and longer names do not clash", () => {
    expect(pathClashes(["../w/a", "../w/ab", "../v", "../v2/a"])).toEqual([]);
  });
});
