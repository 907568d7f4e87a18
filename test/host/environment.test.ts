// The environment of the commands we start.
import { expect, test } from "vitest";
import { childEnvironment } from "../../src/host/environment.ts";

test("git's private variables are gone, ours are added and win", () => {
  const environment = {
    PATH: "/bin",
    GIT_DIR: ".git",
    GIT_INDEX_FILE: "x",
    STAGETREE_STAGE: "outer",
    EMPTY: undefined,
  };
  expect(childEnvironment(environment, { STAGETREE_STAGE: "inner" })).toEqual({
    PATH: "/bin",
    STAGETREE_STAGE: "inner",
  });
});
