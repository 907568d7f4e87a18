// Finding the repository: from anywhere inside it, and clear refusals elsewhere.
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { currentBranch, headCommit, openRepository } from "../../src/git/repository.ts";
import { createSandbox, type Sandbox } from "../sandbox.ts";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await createSandbox();
});
afterEach(() => sandbox.remove());

const open = (directory: string, extra: Readonly<Record<string, string>> = {}) =>
  openRepository({ directory, environment: { ...sandbox.environment, ...extra } });

describe("a repository is found", () => {
  test("from its top", async () => {
    const repo = await sandbox.repository({ files: { a: "a" } });
    expect(await open(repo)).toMatchObject({
      commonDir: join(repo, ".git"),
      mainWorktree: repo,
      here: repo,
      inLinkedWorktree: false,
    });
  });

  test("from a folder below, also one that is gone", async () => {
    const repo = await sandbox.repository({ files: { "deep/er/a": "a" } });
    for (const below of ["deep/er", "deep/gone/further", ".git", ".git/refs"]) {
      expect(await open(join(repo, below))).toMatchObject({ mainWorktree: repo, here: repo, inLinkedWorktree: false });
    }
  });

  test("through a symbolic link, by its real path", async () => {
    const repo = await sandbox.repository({ files: { a: "a" } });
    const { symlink } = await import("node:fs/promises");
    await symlink(repo, join(sandbox.directory, "link"));
    expect(await open(join(sandbox.directory, "link"))).toMatchObject({
      mainWorktree: repo,
      commonDir: join(repo, ".git"),
    });
  });

  test("from a linked worktree", async () => {
    const repo = await sandbox.repository({ files: { "sub/a": "a" } });
    const linked = join(sandbox.directory, "linked");
    await sandbox.git(["worktree", "add", "-q", linked, "-b", "side"], repo);
    const found = await open(join(linked, "sub"));
    expect(found).toMatchObject({
      commonDir: join(repo, ".git"),
      mainWorktree: repo,
      here: linked,
      inLinkedWorktree: true,
    });
    expect(await currentBranch(found)).toBe("main");
  });

  test("when a hook of another repository calls", async () => {
    const repo = await sandbox.repository({ files: { a: "a" } });
    const other = await sandbox.repository({ name: "other", files: { b: "b" } });
    const found = await open(repo, { GIT_DIR: join(other, ".git"), GIT_WORK_TREE: other, GIT_PREFIX: "" });
    expect(found.mainWorktree).toBe(repo);
    expect(await headCommit(found)).toBe(await sandbox.git(["rev-parse", "HEAD"], repo));
  });

  test.each(["with space", "quo'te\"s", "new\nline", "ünï ☃", "-dash", "dollar $(id)", "true\nfalse"])(
    "at the strange path %j",
    async (name) => {
      const repo = await sandbox.repository({ name, files: { a: "a" } });
      const linked = join(sandbox.directory, `${name} linked`);
      await sandbox.git(["worktree", "add", "-q", linked, "-b", "side"], repo);
      expect(await open(repo)).toMatchObject({ mainWorktree: repo, commonDir: join(repo, ".git") });
      expect(await open(linked)).toMatchObject({ mainWorktree: repo, here: linked });
    },
  );

  test("with its git directory elsewhere", async () => {
    const top = join(sandbox.directory, "top");
    const store = join(sandbox.directory, "store.git");
    await sandbox.git(["init", "-q", "--separate-git-dir", store, top]);
    await sandbox.commit(top, { a: "a" });
    expect(await open(top)).toMatchObject({ commonDir: store, mainWorktree: top, inLinkedWorktree: false });
    const linked = join(sandbox.directory, "linked");
    await sandbox.git(["worktree", "add", "-q", linked, "-b", "side"], top);
    const found = await open(linked);
    expect(found).toMatchObject({ commonDir: store, here: linked });
    expect(await currentBranch(found)).toBe("main");
  });

  test("in the layout of a bare repository in .bare with worktrees beside it", async () => {
    const origin = await sandbox.repository({ name: "origin", files: { a: "a" } });
    const project = join(sandbox.directory, "project");
    await sandbox.git(["clone", "-q", "--bare", origin, join(project, ".bare")]);
    await writeFile(join(project, ".git"), "gitdir: ./.bare\n");
    await sandbox.git(["worktree", "add", "-q", join(project, "main"), "main"], project);
    await sandbox.git(["worktree", "add", "-q", join(project, "side"), "-b", "side"], project);
    const main = join(project, "main");
    for (const from of [main, join(project, "side"), project]) {
      expect(await open(from)).toMatchObject({ commonDir: join(project, ".bare"), mainWorktree: main });
    }
    const found = await open(join(project, "side"));
    expect(found).toMatchObject({ here: join(project, "side"), inLinkedWorktree: true });
    expect(await currentBranch(found)).toBe("main");
    expect(await headCommit(found)).toBe(await sandbox.git(["rev-parse", "HEAD"], origin));
  });

  test("in a submodule, as a repository of its own", async () => {
    const inner = await sandbox.repository({ name: "inner", files: { a: "a" } });
    const outer = await sandbox.repository({ name: "outer", files: { b: "b" } });
    await sandbox.git(["submodule", "--quiet", "add", inner, "sub"], outer);
    const found = await open(join(outer, "sub"));
    expect(found).toMatchObject({ mainWorktree: join(outer, "sub"), commonDir: join(outer, ".git", "modules", "sub") });
  });
});

describe("refused", () => {
  test("outside any repository, with git's words", async () => {
    await expect(open(sandbox.directory)).rejects.toMatchObject({
      code: "not-a-repository",
      facts: { directory: sandbox.directory, stderr: expect.stringContaining("not a git repository") },
    });
  });

  test("in a bare repository", async () => {
    const bare = join(sandbox.directory, "bare.git");
    await sandbox.git(["init", "-q", "--bare", bare]);
    await expect(open(bare)).rejects.toMatchObject({ code: "bare-repository" });
  });

  test("where git is missing", async () => {
    const repo = await sandbox.repository();
    await expect(open(repo, { PATH: "/nowhere" })).rejects.toMatchObject({ code: "git-missing" });
  });

  test.each([
    ["git version 2.34.1", "2.34.1"],
    ["git version 1.9.0", "1.9.0"],
    ["git version 2.37.0 (Apple Git-136)", "2.37.0 (Apple Git-136)"],
  ])("with %s, naming the version that is needed", async (line, found) => {
    const repo = await sandbox.repository();
    const fake = await sandbox.write("bin/git", `#!/bin/sh\necho '${line}'\n`);
    await chmod(fake, 0o755);
    await expect(open(repo, { PATH: join(sandbox.directory, "bin") })).rejects.toMatchObject({
      code: "git-too-old",
      facts: { found, needed: "2.38" },
    });
  });

  test.skipIf(process.getuid?.() !== 0)("in a repository of another user, with git's hint", async () => {
    const repo = await sandbox.repository({ files: { a: "a" } });
    const { chown } = await import("node:fs/promises");
    await chown(repo, 12345, 12345);
    await chown(join(repo, ".git"), 12345, 12345);
    await expect(open(repo)).rejects.toMatchObject({
      code: "not-a-repository",
      facts: { stderr: expect.stringContaining("safe.directory") },
    });
  });

  test("with a damaged configuration, in git's words", async () => {
    const repo = await sandbox.repository();
    await writeFile(join(repo, ".git", "config"), "[core\n");
    await expect(open(repo)).rejects.toMatchObject({
      code: "git-failed",
      facts: { stderr: expect.stringContaining("bad config") },
    });
  });
});

describe("HEAD of the main worktree", () => {
  test("before the first commit is a fault that names the branch", async () => {
    const repository = await open(await sandbox.repository());
    await expect(headCommit(repository)).rejects.toMatchObject({ code: "unborn-head", facts: { branch: "main" } });
    expect(await currentBranch(repository)).toBe("main");
  });

  test("is on no branch when it is detached", async () => {
    const repo = await sandbox.repository({ files: { a: "a" } });
    await sandbox.git(["checkout", "-q", "--detach"], repo);
    const repository = await open(repo);
    expect(await currentBranch(repository)).toBeUndefined();
    expect(await headCommit(repository)).toBe(await sandbox.git(["rev-parse", "HEAD"], repo));
  });

  test("keeps a branch name with slashes and a tag of the same name apart", async () => {
    const repo = await sandbox.repository({ files: { a: "a" } });
    await sandbox.git(["checkout", "-q", "-b", "feat/x"], repo);
    await sandbox.git(["tag", "feat/x"], repo);
    expect(await currentBranch(await open(repo))).toBe("feat/x");
  });
});

test("a worktree that was removed under the caller is found through its parent", async () => {
  const repo = await sandbox.repository({ files: { a: "a" } });
  const inside = join(repo, "trees", "one");
  await mkdir(inside, { recursive: true });
  await rm(inside, { recursive: true });
  expect((await open(inside)).mainWorktree).toBe(repo);
});
