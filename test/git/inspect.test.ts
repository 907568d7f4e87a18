// Everything that removing a worktree would destroy is seen: most of it `git worktree remove` overlooks.
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inspectWorktree, countDirty, parseStatus } from "../../src/git/inspect.ts";
import { openRepository, type Repository } from "../../src/git/repository.ts";
import { createSandbox, type Sandbox } from "../sandbox.ts";

let sandbox: Sandbox;
let repo: string;
let path: string;
let repository: Repository;
const git = (...args: readonly string[]): Promise<string> => sandbox.git(args, path);
const write = (name: string, text: string): Promise<string> => sandbox.write(join(path, name), text);
const inspect = () => inspectWorktree(repository, { path });

beforeEach(async () => {
  sandbox = await createSandbox();
  repo = await sandbox.repository({ files: { a: "a\n", "dir/b": "b\n", ".gitignore": "ignored/\n*.env\n" } });
  path = join(sandbox.directory, "tree");
  await sandbox.git(["worktree", "add", "-q", path, "-b", "side"], repo);
  repository = await openRepository({ directory: repo, environment: sandbox.environment });
});
afterEach(() => sandbox.remove());

test("a clean worktree holds nothing", async () => {
  const head = await git("rev-parse", "HEAD");
  const nothing = {
    modified: [],
    untracked: [],
    ignored: [],
    hidden: [],
    marked: 0,
    detached: false,
    unreachable: false,
    submodules: [],
    nested: [],
  };
  expect(await inspect()).toEqual({ ...nothing, head });
  expect(await countDirty(repository, { path })).toBe(0);
  expect(await inspectWorktree(repository, { path: repo })).toEqual({ ...nothing, head });
});

describe("seen is", () => {
  test("what is changed, staged, removed and renamed", async () => {
    await write("a", "changed\n");
    await git("mv", "dir/b", "dir/c d");
    await write("staged", "x");
    await git("add", "staged");
    expect((await inspect()).modified).toEqual(["a", "dir/b", "dir/c d", "staged"]);
    expect(await countDirty(repository, { path })).toBe(4);
  });

  test("every untracked file, whatever status.showUntrackedFiles says", async () => {
    await git("config", "status.showUntrackedFiles", "no");
    await write("new/one", "1");
    await write("new/two\nlines", "2");
    expect((await inspect()).untracked).toEqual(["new/one", "new/two\nlines"]);
    expect(await countDirty(repository, { path })).toBe(2);
  });

  test("ignored files, and those of info/exclude, with whole folders as one", async () => {
    await writeFile(join(repo, ".git", "info", "exclude"), "private\n");
    await write("local.env", "SECRET");
    await write("private", "x");
    await write("ignored/deep/x", "x");
    expect((await inspect()).ignored).toEqual(["ignored/", "local.env", "private"]);
    expect(await countDirty(repository, { path })).toBe(0);
  });

  test("edits in files that git was told to overlook", async () => {
    await git("update-index", "--assume-unchanged", "a");
    await git("update-index", "--skip-worktree", "dir/b");
    expect((await inspect()).hidden).toEqual([]);
    await write("a", "edited\n");
    await write("dir/b", "edited\n");
    expect(await inspect()).toMatchObject({ modified: [], hidden: ["a", "dir/b"] });
  });

  test("no hidden edit in the absent files of a sparse checkout", async () => {
    await git("sparse-checkout", "set", "--no-cone", "/a", "/.gitignore");
    expect(await inspect()).toMatchObject({ modified: [], hidden: [] });
  });

  test("commits on a detached HEAD that nothing else holds", async () => {
    await git("checkout", "-q", "--detach");
    expect(await inspect()).toMatchObject({ detached: true, unreachable: false });
    const head = await sandbox.commit(path, { c: "c" });
    expect(await inspect()).toMatchObject({ detached: true, unreachable: true, head });
    await git("tag", "kept");
    expect(await inspect()).toMatchObject({ detached: true, unreachable: false });
  });

  test("a worktree with changes inside an ignored folder", async () => {
    await sandbox.git(["worktree", "add", "-q", join(path, "ignored", "inner"), "-b", "inner"], repo);
    await write("ignored/inner/a", "changed");
    expect((await inspect()).nested).toEqual(["ignored/inner/"]);
  });

  test("a repository of its own, in an ignored folder or an untracked one", async () => {
    await sandbox.repository({ name: "tree/ignored/deep/er", files: { x: "x" } });
    await sandbox.repository({ name: "tree/fresh", files: { x: "x" } });
    await sandbox.repository({ name: "tree/dir/empty" });
    expect((await inspect()).nested).toEqual(["dir/empty/", "fresh/", "ignored/deep/er/"]);
  });

  test("no repository that a symbolic link leads to", async () => {
    const other = await sandbox.repository({ name: "other", files: { x: "x" } });
    await mkdir(join(path, "ignored"));
    await symlink(other, join(path, "ignored", "link"));
    await symlink(other, join(path, "link"));
    expect(await inspect()).toMatchObject({ nested: [], untracked: ["link"] });
  });

  test("initialised submodules, and not those that were never", async () => {
    const inner = await sandbox.repository({ name: "inner", files: { x: "x" } });
    await git("submodule", "--quiet", "add", inner, "sub");
    await git("commit", "-q", "-m", "with a submodule");
    const clean = { path: "sub", unpushed: false, inspection: { modified: [], untracked: [] } };
    expect(await inspect()).toMatchObject({ submodules: [clean], modified: [] });
    await sandbox.write(join(path, "sub", "x"), "changed");
    const dirty = { ...clean, inspection: { modified: ["x"] } };
    expect(await inspect()).toMatchObject({ submodules: [dirty], modified: ["sub"] });
    await sandbox.commit(join(path, "sub"), {});
    expect(await inspect()).toMatchObject({ submodules: [{ unpushed: true, inspection: { modified: [] } }] });
    const second = join(sandbox.directory, "second");
    await sandbox.git(["worktree", "add", "-q", second, "-b", "second", "side"], repo);
    expect(await inspectWorktree(repository, { path: second })).toMatchObject({ submodules: [], modified: [] });
  });

  test("a lock, with and without its reason", async () => {
    await sandbox.git(["worktree", "lock", path], repo);
    expect((await inspect()).locked).toBe("");
    await sandbox.git(["worktree", "unlock", path], repo);
    await sandbox.git(["worktree", "lock", "--reason", "on a stick", path], repo);
    expect((await inspect()).locked).toBe("on a stick");
  });
});

const conflict = async (): Promise<void> => {
  await sandbox.commit(path, { a: "side\n" });
  await sandbox.commit(repo, { a: "main\n" });
};

describe("in the middle of", () => {
  test.each([
    ["merge", ["merge", "main"]],
    ["rebase", ["rebase", "main"]],
    ["rebase", ["rebase", "--apply", "main"]],
    ["cherry-pick", ["cherry-pick", "main"]],
    ["revert", ["revert", "--no-edit", "HEAD~1"]],
  ] as const)("a %s", async (operation, args) => {
    await conflict();
    if (operation === "revert") await sandbox.commit(path, { a: "again\n" });
    await expect(git(...args)).rejects.toThrow("Command failed");
    expect(await inspect()).toMatchObject({ operation, modified: ["a"] });
  });

  test("a bisect", async () => {
    await conflict();
    await git("bisect", "start");
    expect((await inspect()).operation).toBe("bisect");
  });
});

describe("looking", () => {
  test("takes no lock and writes nothing, while the worker commits", async () => {
    await write("a", "changed\n");
    const index = join(repo, ".git", "worktrees", "tree", "index");
    const before = await sandbox.read(index);
    await sandbox.write(`${index}.lock`, "");
    expect(await inspect()).toMatchObject({ modified: ["a"] });
    expect(await countDirty(repository, { path })).toBe(1);
    expect(await sandbox.read(index)).toBe(before);
  });

  test("does not run a file watcher that the repository names", async () => {
    const mark = join(sandbox.directory, "ran");
    const watcher = await sandbox.write("watcher", `#!/bin/sh\ntouch '${mark}'\n`);
    await chmod(watcher, 0o755);
    await git("config", "core.fsmonitor", watcher);
    await inspect();
    await expect(sandbox.read(mark)).rejects.toThrow("ENOENT");
  });

  test("at a folder that is no worktree is a fault", async () => {
    const bare = join(sandbox.directory, "plain");
    await mkdir(bare);
    await expect(inspectWorktree(repository, { path: bare })).rejects.toMatchObject({ code: "file-system" });
  });
});

test("a status line's path may hold anything", () => {
  const oid = "0".repeat(40);
  const output = [
    "# branch.oid (initial)",
    "# branch.head main",
    `1 .M N... 100644 100644 100644 ${oid} ${oid}  leading and  double`,
    `u UU N... 100644 100644 100644 100644 ${oid} ${oid} ${oid} both ways`,
    "? # branch.oid trick",
    "! 1 .M",
    "",
  ].join("\0");
  expect(parseStatus(output)).toEqual({
    detached: false,
    modified: [" leading and  double", "both ways"],
    untracked: ["# branch.oid trick"],
    ignored: ["1 .M"],
  });
});
