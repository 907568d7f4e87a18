// The content of a worktree: read without a trace, saved whole, committed as its user.
import { chmod, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openRepository, type Repository } from "../../src/git/repository.ts";
import { commitAll, readContent, snapshotCommit } from "../../src/git/tree.ts";
import { createSandbox, type Sandbox } from "../sandbox.ts";

let sandbox: Sandbox;
let repo: string;
let path: string;
let repository: Repository;
const git = (...args: readonly string[]): Promise<string> => sandbox.git(args, path);
const write = (name: string, text: string): Promise<string> => sandbox.write(join(path, name), text);
const content = () => readContent(repository, { path });

beforeEach(async () => {
  sandbox = await createSandbox();
  repo = await sandbox.repository({ files: { a: "a\n", "dir/b": "b\n", ".gitignore": "ignored/\n*.env\n" } });
  path = join(sandbox.directory, "tree");
  await sandbox.git(["worktree", "add", "-q", path, "-b", "side"], repo);
  repository = await openRepository({ directory: repo, environment: sandbox.environment });
});
afterEach(() => sandbox.remove());

/**
 * Every file under `folder` with its bytes and time, but for what stagetree keeps for itself. git renews the time of an
 * object that it would have written again; that is no change.
 */
const photograph = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const own = join(repo, ".git", "stagetree");
  const shots = await Promise.all(
    files
      .filter((file) => !file.startsWith(own))
      .map(async (file): Promise<[string, string]> => {
        const { mtimeNs } = await stat(file, { bigint: true });
        const isObject = file.startsWith(join(repo, ".git", "objects"));
        return [file, `${isObject ? "" : mtimeNs} ${(await readFile(file)).toString("base64")}`];
      }),
  );
  return new Map(shots);
};
/** Files, index and refs: all but the objects. */
const photographUserSide = async (): Promise<readonly unknown[]> => [
  await photograph(path),
  await readFile(join(repo, ".git/worktrees/tree/index"), "base64"),
  await git("for-each-ref"),
];
/** The tree that a real commit of everything would have. */
const committedTree = async (): Promise<string> => {
  await git("add", "--all");
  return git("write-tree");
};

describe("reading the content", () => {
  test("of a clean worktree gives the tree of HEAD", async () => {
    const [commit = "", tree = ""] = (await git("rev-parse", "HEAD", "HEAD^{tree}")).split("\n");
    expect(await content()).toEqual({ commit, tree, clean: true });
  });

  test("with ignored files is still clean", async () => {
    await write("ignored/x", "x");
    await write("local.env", "x");
    expect((await content()).clean).toBe(true);
  });

  test("counts changed, staged, removed, untracked, renamed files, modes and links", async () => {
    await write("a", "changed\n");
    await git("mv", "dir/b", "dir/c");
    await write("new/ünï\nfile", "new");
    await write("script", "#!/bin/sh\n");
    await chmod(join(path, "script"), 0o755);
    await symlink("a", join(path, "link"));
    const found = await content();
    expect(found.clean).toBe(false);
    expect(found.tree).toBe(await committedTree());
  });

  test("sees edits that git was told to overlook", async () => {
    await git("update-index", "--assume-unchanged", "a");
    expect((await content()).clean).toBe(true);
    await write("a", "edited\n");
    const { clean, tree } = await content();
    expect(clean).toBe(false);
    await git("update-index", "--no-assume-unchanged", "a");
    expect(tree).toBe(await committedTree());
  });

  test("sees an edit in the very moment after the checkout, of the same length", async () => {
    for (let round = 0; round < 10; round++) {
      await git("reset", "-q", "--hard");
      const before = await content();
      await write("a", `${round}\n`);
      expect((await content()).tree).not.toBe(before.tree);
    }
  });

  test("goes on past what git cannot add", async () => {
    await sandbox.git(["init", "-q", join(path, "repository-without-a-commit")]);
    await write("a", "changed\n");
    const head = await git("rev-parse", "HEAD^{tree}");
    const found = await content();
    expect(found.clean).toBe(false);
    expect(found.tree).not.toBe(head);
  });

  test("of the main worktree works as well", async () => {
    await writeFile(join(repo, "a"), "changed\n");
    const found = await readContent(repository, { path: repo });
    expect(found.clean).toBe(false);
  });

  test("leaves index, HEAD, refs, objects and files byte-identical", async () => {
    await write("a", "changed\n");
    await git("add", "a");
    await write("a", "changed again\n");
    await write("new", "new");
    const before = [await photograph(join(repo, ".git")), await photograph(path)];
    await content();
    expect([await photograph(join(repo, ".git")), await photograph(path)]).toEqual(before);
    expect(await readdir(join(repo, ".git", "stagetree", "scratch"))).toEqual([]);
  });

  test.each(["co:lon", 'quo"te', "back\\slash", "new\nline", "ünï"])("works in a repository at %j", async (name) => {
    const strange = await sandbox.repository({ name, files: { a: "a\n" } });
    await sandbox.write(join(strange, "a"), "changed\n");
    const opened = await openRepository({ directory: strange, environment: sandbox.environment });
    const { tree, clean } = await readContent(opened, { path: strange });
    expect(clean).toBe(false);
    await sandbox.git(["add", "-A"], strange);
    expect(tree).toBe(await sandbox.git(["write-tree"], strange));
    expect(await sandbox.git(["count-objects"], strange)).not.toBe("");
  });
});

const snapshot = (ignored: readonly string[] = []) => snapshotCommit(repository, { path, message: "saved", ignored });

describe("a snapshot", () => {
  test("holds changed, untracked, hidden and chosen ignored files, on top of HEAD", async () => {
    await git("update-index", "--assume-unchanged", "a");
    await write("a", "edited\n");
    await write("new", "new");
    await write("local.env", "SECRET");
    await write("ignored/x", "x");
    await write("ignored/deep/*", "star");
    const head = await git("rev-parse", "HEAD");
    const oid = await snapshot(["local.env", "ignored/deep/*"]);
    expect(await git("show", "-s", "--format=%P %s", oid)).toBe(`${head} saved`);
    expect((await git("ls-tree", "-r", "--name-only", "-z", oid)).split("\0").filter(Boolean)).toEqual([
      ".gitignore",
      "a",
      "dir/b",
      "ignored/deep/*",
      "local.env",
      "new",
    ]);
    expect(await git("show", `${oid}:a`)).toBe("edited");
    expect(await git("show", `${oid}:local.env`)).toBe("SECRET");
    expect(await sandbox.git(["fsck", "--strict"], repo)).not.toContain("error");
  });

  test("holds a whole ignored folder by its name", async () => {
    await write("ignored/x", "x");
    await write("ignored/deep/y", "y");
    const oid = await snapshot(["ignored/"]);
    expect(await git("ls-tree", "-r", "--name-only", oid)).toContain("ignored/deep/y");
  });

  test("leaves HEAD, index, refs and files as they are", async () => {
    await write("a", "changed\n");
    await write("new", "new");
    const before = await photographUserSide();
    await snapshot();
    expect(await photographUserSide()).toEqual(before);
  });

  test("in the middle of a merge holds the files as they lie there", async () => {
    await sandbox.commit(path, { a: "side\n" });
    await sandbox.commit(repo, { a: "main\n" });
    await git("merge", "main").catch(() => undefined);
    const oid = await snapshot();
    expect(await git("show", `${oid}:a`)).toContain("<<<<<<<");
  });

  test("needs no user name, and no hook runs", async () => {
    await sandbox.git(["config", "--global", "--unset", "user.name"]);
    await sandbox.git(["config", "--global", "--unset", "user.email"]);
    await write("new", "new");
    const oid = await snapshot();
    expect(await git("show", "-s", "--format=%an", oid)).toBe("stagetree");
  });

  test("is none when something cannot be saved", async () => {
    await sandbox.git(["init", "-q", join(path, "repository-without-a-commit")]);
    await expect(snapshot()).rejects.toMatchObject({ code: "git-failed" });
  });
});

const commit = (message = "all of it") => commitAll(repository, { path, message });

describe("committing everything", () => {
  test("makes one commit on the branch, as the user", async () => {
    await write("a", "changed\n");
    await write("new", "new");
    await rm(join(path, "dir/b"));
    const oid = await commit('# not a comment\n\nbody: ünï "x" $(id)\n');
    expect(oid).toBe(await git("rev-parse", "refs/heads/side"));
    expect(await git("show", "-s", "--format=%an|%B", "side")).toBe('Sandbox|# not a comment\n\nbody: ünï "x" $(id)\n');
    expect(await git("status", "--porcelain")).toBe("");
  });

  test("makes none when there is nothing", async () => {
    const head = await git("rev-parse", "HEAD");
    expect(await commit()).toBeUndefined();
    expect(await git("rev-parse", "HEAD")).toBe(head);
  });

  test("runs the user's hooks, and stops with what a refusing one said", async () => {
    const hook = await sandbox.write(
      join(repo, ".git/hooks/pre-commit"),
      "#!/bin/sh\necho 'no tests, no commit' >&2\nexit 1\n",
    );
    await chmod(hook, 0o755);
    await write("new", "new");
    await expect(commit()).rejects.toMatchObject({ code: "git-failed", facts: { stderr: "no tests, no commit" } });
    await sandbox.write(hook, "#!/bin/sh\ngit config --get user.name > hook-saw\ngit add hook-saw\n");
    const oid = await commit();
    expect(await git("show", `${oid}:hook-saw`)).toBe("Sandbox");
  });
});
