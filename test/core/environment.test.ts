// What a child process must not inherit from a git command around us.
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { scrubEnvironment } from "../../src/core/environment.ts";

test("everything that git itself calls local to a repository is removed", () => {
  const names = execFileSync("git", ["rev-parse", "--local-env-vars"], { encoding: "utf8" }).trim().split("\n");
  expect(names.length).toBeGreaterThan(10);
  expect(scrubEnvironment(Object.fromEntries(names.map((name) => [name, "x"])))).toEqual({});
});

test("what a hook is told, and what changes which programs git runs, is removed", () => {
  const names = [
    "GIT_AUTHOR_NAME",
    "GIT_AUTHOR_DATE",
    "GIT_COMMITTER_EMAIL",
    "GIT_EDITOR",
    "GIT_SEQUENCE_EDITOR",
    "GIT_EXEC_PATH",
    "GIT_EXTERNAL_DIFF",
    "GIT_CONFIG_KEY_0",
    "GIT_CONFIG_VALUE_0",
    "GIT_TRACE2_EVENT",
    "GIT_NAMESPACE",
    "GIT_ASKPASS",
    "GIT_SSH_COMMAND",
    "GIT_ALLOW_PROTOCOL",
    "Git_Dir",
  ];
  expect(scrubEnvironment(Object.fromEntries(names.map((name) => [name, "x"])))).toEqual({});
});

test("everything else stays, and what is undefined goes", () => {
  const environment = {
    PATH: "/bin",
    HOME: "/home/x",
    GIT_CONFIG_GLOBAL: "/x",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_LFS_SKIP_SMUDGE: "1",
    EMPTY: "",
  };
  expect(scrubEnvironment({ ...environment, GONE: undefined })).toEqual(environment);
});
