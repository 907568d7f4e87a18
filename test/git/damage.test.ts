// What makes git itself fail: found and mended with plain files. Lock files, and who holds them.
import { mkdir, open, rename, rm, stat, truncate, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findCommonDir, findPoison, mendCommonDirFile } from "../../src/git/damage.ts";
import { listLockFiles, listLockOwners } from "../../src/git/lock-files.ts";
import {
  dropGoneRegistration,
  findForgotten,
  registerAgain,
  repairWorktree,
  restoreRegistration,
  saveStaged,
} from "../../src/git/mend.ts";
import { openRepository, type Repository } from "../../src/git/repository.ts";
import { readGitVersion } from "../../src/git/version.ts";
import { isHasty } from "../../src/git/expiry.ts";
import { createSandbox, type Sandbox } from "../sandbox.ts";

let sandbox: Sandbox;
let repo: string;
let repository: Repository;
let path: string;
let admin: string;
const status = (at = path): Promise<string> => sandbox.git(["status", "--porcelain"], at);

beforeEach(async () => {
  sandbox = await createSandbox();
  repo = await sandbox.repository({ files: { a: "a\n", b: "b\n" } });
  repository = await openRepository({ directory: repo, environment: sandbox.environment });
  path = join(sandbox.directory, "trees", "side");
  admin = join(repo, ".git", "worktrees", "side");
  await sandbox.git(["worktree", "add", "-q", path, "-b", "side"], repo);
});
afterEach(() => sandbox.remove());

describe("the shared git directory is found without git", () => {
  test("from everywhere git finds it, and where git fails", async () => {
    await mkdir(join(path, "deep"));
    const expected = join(repo, ".git");
    for (const from of [
      repo,
      path,
      join(path, "deep"),
      join(repo, ".git"),
      join(repo, ".git/refs"),
      join(repo, "gone"),
    ]) {
      expect(await findCommonDir(from), from).toBe(expected);
    }
    await truncate(join(admin, "commondir"));
    await expect(sandbox.git(["rev-parse", "HEAD"], path)).rejects.toThrow("commondir");
    expect(await findCommonDir(join(path, "deep"))).toBe(expected);
    await rm(admin, { recursive: true });
    expect(await findCommonDir(path)).toBe(expected);
    expect(await findCommonDir("/")).toBe(undefined);
  });

  test("where it lies elsewhere, and in a bare repository", async () => {
    const top = join(sandbox.directory, "top");
    const store = join(sandbox.directory, "store.git");
    await sandbox.git(["init", "-q", "--separate-git-dir", store, top]);
    expect(await findCommonDir(top)).toBe(store);
    await sandbox.git(["clone", "-q", "--bare", repo, join(sandbox.directory, "bare.git")]);
    expect(await findCommonDir(join(sandbox.directory, "bare.git"))).toBe(join(sandbox.directory, "bare.git"));
  });
});

describe("an unusable commondir", () => {
  test.each<readonly [string, () => Promise<void>]>([
    ["empty", () => truncate(join(admin, "commondir"))],
    [
      "a folder",
      async () => {
        await unlink(join(admin, "commondir"));
        await mkdir(join(admin, "commondir"));
      },
    ],
  ])("%s: every worktree has its work afterwards", async (_, damage) => {
    await writeFile(join(path, "a"), "changed\n");
    await damage();
    await expect(sandbox.git(["worktree", "list"], repo)).rejects.toThrow("commondir");
    expect((await findPoison(repository))?.admin).toBe(admin);
    await mendCommonDirFile(repository, { admin, trash: join(repo, ".git/stagetree/trash/x") });
    expect(await findPoison(repository)).toBe(undefined);
    expect(await status()).toBe(" M a");
    expect(await sandbox.git(["fsck"], repo)).toBe("");
  });
});

describe("a worktree whose registration is gone", () => {
  test("gets a new one: files, changes and branch are as before", async () => {
    await writeFile(join(path, "a"), "changed\n");
    await writeFile(join(path, "new"), "new\n");
    await unlink(join(path, "b"));
    const before = await status();
    await rm(admin, { recursive: true });
    await expect(status()).rejects.toThrow("not a git repository");
    expect(await registerAgain(repository, { path, branch: "side", token: "stagetree:x:creating" })).toBe(true);
    expect(await status()).toBe(before);
    expect(await sandbox.git(["symbolic-ref", "--short", "HEAD"], path)).toBe("side");
    expect(await sandbox.git(["worktree", "list", "--porcelain"], repo)).not.toContain("locked");
    expect(await registerAgain(repository, { path, branch: "side", token: "stagetree:x:creating" })).toBe(false);
  });

  test("gets its own back from the trash, with what was staged", async () => {
    await writeFile(join(path, "a"), "staged\n");
    await sandbox.git(["add", "a"], path);
    const away = join(sandbox.directory, "away");
    await rename(path, away);
    expect(await dropGoneRegistration(repository, { admin, worktree: path })).toBe(true);
    await rename(away, path);
    const from = (await findForgotten(repository, { admin, folder: path })) ?? "";
    expect(await restoreRegistration(repository, { from, admin, folder: path })).toBe(true);
    expect(await status()).toBe("M  a");
    expect(await findForgotten(repository, { admin, folder: path })).toBe(undefined);
  });
});

test("a worktree that was moved by hand is known again, with its changes", async () => {
  await writeFile(join(path, "a"), "changed\n");
  const moved = join(sandbox.directory, "elsewhere");
  await rename(path, moved);
  expect(await repairWorktree(repository, { folder: moved, admin })).toBe(true);
  expect(await status(moved)).toBe(" M a");
  expect(await sandbox.git(["worktree", "prune", "--dry-run", "--verbose"], repo)).toBe("");
});

test("what was staged in a folder that is deleted is saved as a commit; without anything staged there is nothing to save", async () => {
  const head = await sandbox.git(["rev-parse", "HEAD"], path);
  const save = (): Promise<string | undefined> => saveStaged(repository, { admin, head, message: "staged" });
  expect(await save()).toBe(undefined);
  await writeFile(join(path, "a"), "staged\n");
  await sandbox.git(["add", "a"], path);
  await rm(path, { recursive: true });
  expect(await sandbox.git(["show", `${await save()}:a`], repo)).toBe("staged");
});

test("a registration stays where something lies at its path, or where it is locked", async () => {
  expect(await dropGoneRegistration(repository, { admin, worktree: path })).toBe(false);
  await sandbox.git(["worktree", "lock", path], repo);
  await rename(path, `${path}-away`);
  expect(await dropGoneRegistration(repository, { admin, worktree: path })).toBe(false);
  expect((await stat(admin)).isDirectory()).toBe(true);
});

test.skipIf(process.platform !== "linux")(
  "locks are found wherever git puts them, with who has them open",
  async () => {
    const names = ["index.lock", "packed-refs.lock", "refs/heads/deep/er.lock", "worktrees/side/HEAD.lock"];
    const paths = names.map((name) => join(repo, ".git", name));
    for (const lock of paths) await sandbox.write(lock, "");
    const locks = await listLockFiles(repository);
    expect(locks.map((lock) => lock.path).toSorted()).toEqual(paths.toSorted());
    const held = await open(paths[0] ?? "", "r");
    try {
      const { openers, pids, certain } = await listLockOwners(repository, locks);
      expect([openers.get(paths[0] ?? ""), openers.get(paths[1] ?? "")]).toEqual([[process.pid], []]);
      expect([pids, certain]).toEqual([[], true]);
    } finally {
      await held.close();
    }
  },
);

test("the version of git, and that there is none", async () => {
  const { environment } = sandbox;
  expect(await readGitVersion({ directory: repo, environment })).toMatchObject({ isEnough: true });
  const nowhere = { ...environment, PATH: sandbox.directory };
  expect(await readGitVersion({ directory: repo, environment: nowhere })).toEqual({ isEnough: false, needed: "2.38" });
});

test.each([
  ["now", true],
  ["all", true],
  ["0", true],
  ["1.hour.ago", true],
  ["30 minutes ago", true],
  ["never", false],
  ["2.weeks.ago", false],
  ["3.months.ago", false],
  ["1.day", false],
])("an expiry of %s leaves no time: %s", (value, hasty) => {
  expect(isHasty(value)).toBe(hasty);
});
