// The repository told from plain files: the same as git tells, or nothing at all.
import { chmod, mkdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findPlainRepository, isOnPath } from "../../src/git/plain-repository.ts";
import { createSandbox, type Sandbox } from "../sandbox.ts";

let sandbox: Sandbox;
let repo: string;
beforeEach(async () => {
  sandbox = await createSandbox();
  repo = await sandbox.repository({ files: { "a/b/c": "c" } });
});
afterEach(() => sandbox.remove());

const find = (directory: string, more: Readonly<Record<string, string>> = {}) =>
  findPlainRepository({ directory, environment: { ...sandbox.environment, ...more } });

const edit = async (change: (config: string) => string): Promise<void> => {
  const path = join(repo, ".git", "config");
  await writeFile(path, change(await readFile(path, "utf8")));
};

test("is told from its top, from a folder in it, and through a link", async () => {
  const plain = { top: repo, commonDir: join(repo, ".git") };
  expect(find(repo)).toEqual(plain);
  expect(find(join(repo, "a/b"))).toEqual(plain);
  await symlink(join(repo, "a"), join(sandbox.directory, "link"));
  expect(find(join(sandbox.directory, "link", "b"))).toEqual(plain);
  expect(await sandbox.git(["rev-parse", "--show-toplevel"], join(repo, "a/b"))).toBe(repo);
});

test("is told with the settings that git writes for remotes, branches and people", async () => {
  await sandbox.git(["remote", "add", "origin", "ssh://git@example.invalid/a/b.git"], repo);
  await sandbox.git(["config", "branch.feature/a-b.merge", "refs/heads/feature/a-b"], repo);
  await sandbox.git(["config", "user.name", "A Person"], repo);
  expect(find(repo)).toBeDefined();
});

describe("is left to git", () => {
  test.each([
    ["names another worktree", "[core]\n\tworktree = ../a\n"],
    ["is bare", "[core]\n\tbare = true\n"],
    ["has extensions", "[extensions]\n\tworktreeConfig = true\n"],
    ["has another version", "[core]\n\trepositoryformatversion = 1\n"],
    ["includes another file", "[include]\n\tpath = other\n"],
    ["includes another file at times", '[includeIf "gitdir:x"]\n\tpath = other\n'],
    ["cannot be read by git", "[core\n"],
    ["has a key without a value", "[core]\n\tbare\n"],
    ["has a key behind its section", "[core] bare = true\n"],
    ["goes on over a line", "[a]\n\tb = c\\\nbare = true\n"],
    ["has something in quotes", '[a]\n\tb = "c\n'],
    ["has line breaks of Windows", "[core]\r\n\tbare = true\r\n"],
  ])("where the configuration %s", async (_, more) => {
    await edit((config) => config + more);
    expect(find(repo)).toBeUndefined();
  });

  test("where the environment limits the search", () => {
    expect(find(repo, { GIT_CEILING_DIRECTORIES: "/" })).toBeUndefined();
    expect(find(repo, { GIT_DISCOVERY_ACROSS_FILESYSTEM: "1" })).toBeUndefined();
  });

  test("in a linked worktree, in a git directory, outside of all, and where .git is a link", async () => {
    await sandbox.git(["worktree", "add", "-q", "../linked"], repo);
    expect(find(join(sandbox.directory, "linked"))).toBeUndefined();
    for (const inside of [".git", ".git/objects", ".git/worktrees/linked"])
      expect(find(join(repo, inside))).toBeUndefined();
    expect(find(sandbox.directory)).toBeUndefined();
    expect(find(join(repo, "not there"))).toBeUndefined();
    await rename(join(repo, ".git"), join(sandbox.directory, "elsewhere"));
    await symlink(join(sandbox.directory, "elsewhere"), join(repo, ".git"));
    expect(find(repo)).toBeUndefined();
  });

  test("where .git is no repository, or HEAD is no plain one", async () => {
    await mkdir(join(repo, "a", ".git"));
    expect(find(join(repo, "a"))).toBeUndefined();
    await writeFile(join(repo, ".git", "HEAD"), "");
    expect(find(repo)).toBeUndefined();
  });

  test.skipIf(process.getuid?.() !== 0)("where it is somebody else's", async () => {
    const { chown } = await import("node:fs/promises");
    await chown(join(repo, ".git"), 12345, 12345);
    expect(find(repo)).toBeUndefined();
  });
});

test("a program called git is on the path where it may be run", async () => {
  const file = await sandbox.write("bin/git", "");
  const PATH = join(sandbox.directory, "bin");
  await chmod(file, 0o644);
  expect(isOnPath({ PATH })).toBe(false);
  await chmod(file, 0o755);
  expect(isOnPath({ PATH })).toBe(true);
  expect(isOnPath({})).toBe(false);
});
