// Removing a worktree: nothing is destroyed, nothing that is not ours is touched, and a killed removal can be finished.
import { cp, mkdir, readdir, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { forgetRegistration, removeWorktree } from "../../src/git/removal.ts";
import { openRepository, type Repository } from "../../src/git/repository.ts";
import { listWorktrees } from "../../src/git/worktrees.ts";
import { createSandbox, type Sandbox } from "../sandbox.ts";

let sandbox: Sandbox;
let repo: string;
let path: string;
let trash: string;
let repository: Repository;
const remove = (at = path) => removeWorktree(repository, { path: at, trash });
const listed = async (): Promise<readonly string[]> =>
  (await listWorktrees(repository)).map((worktree) => worktree.path);
const refused = (why: string) => ({ code: "refused", facts: { why: expect.stringContaining(why) } });

beforeEach(async () => {
  sandbox = await createSandbox();
  repo = await sandbox.repository({ files: { a: "a\n" } });
  path = join(sandbox.directory, "tree");
  trash = join(repo, ".git", "stagetree", "trash", "p-s-1");
  await sandbox.git(["worktree", "add", "-q", path, "-b", "side"], repo);
  repository = await openRepository({ directory: repo, environment: sandbox.environment });
});
afterEach(() => sandbox.remove());

describe("removing", () => {
  test("moves the folder to the trash with every byte, and keeps the branch", async () => {
    await sandbox.write(join(path, "untracked"), "precious");
    expect(await remove()).toMatchObject({ trash });
    expect(await sandbox.read(join(trash, "untracked"))).toBe("precious");
    await expect(readdir(path)).rejects.toThrow("ENOENT");
    expect(await listed()).toEqual([repo]);
    expect(await sandbox.git(["rev-parse", "side"], repo)).toBe(await sandbox.git(["rev-parse", "main"], repo));
    await sandbox.git(["worktree", "add", "-q", path, "side"], repo);
    expect(await sandbox.git(["fsck"], repo)).toBe("");
  });

  test("twice is the same as once", async () => {
    await remove();
    expect(await remove()).toMatchObject({ trash });
    expect(await listed()).toEqual([repo]);
  });

  test("of what is not there is nothing", async () => {
    expect(await remove(join(sandbox.directory, "nothing"))).toEqual({});
    expect(await listed()).toEqual([repo, path]);
  });

  test("finishes when it was killed after the folder was moved", async () => {
    await mkdir(join(trash, ".."), { recursive: true });
    await rename(path, trash);
    expect(await remove()).toMatchObject({ trash });
    expect(await listed()).toEqual([repo]);
  });

  test("keeps the registration of another worktree whose disk is away", async () => {
    const away = join(sandbox.directory, "away");
    await sandbox.git(["worktree", "add", "-q", away, "-b", "away"], repo);
    await rename(away, `${away}-on-a-stick`);
    await remove();
    expect(await listed()).toEqual([repo, away]);
    expect(await removeWorktree(repository, { path: away, trash: `${trash}-away` })).toEqual({});
    expect(await listed()).toEqual([repo, away]);
    await rename(`${away}-on-a-stick`, away);
    expect(await sandbox.git(["status", "--porcelain"], away)).toBe("");
  });

  test("takes a submodule's own repository along, not away", async () => {
    const inner = await sandbox.repository({ name: "inner", files: { x: "x" } });
    await sandbox.git(["submodule", "--quiet", "add", inner, "sub"], path);
    await sandbox.git(["commit", "-q", "-m", "sub"], path);
    const unpushed = await sandbox.commit(join(path, "sub"), { y: "y" });
    await remove();
    const kept =
      (await readdir(join(repo, ".git/stagetree/trash"))).find((name) => name.endsWith(".registration")) ?? "";
    const store = join(repo, ".git/stagetree/trash", kept, "modules", "sub");
    expect(await sandbox.git(["--git-dir", store, "--work-tree", repo, "cat-file", "-t", unpushed])).toBe("commit");
  });

  test.each(["with space", "quo'te\"s", "new\nline", "-dash"])("works at %j", async (name) => {
    const strange = join(sandbox.directory, name);
    await sandbox.git(["worktree", "add", "-q", strange, "-b", "strange"], repo);
    expect(await remove(strange)).toMatchObject({ trash });
    expect(await listed()).toEqual([repo, path]);
  });
});

const untouched = async (): Promise<void> => {
  await expect(readdir(trash)).rejects.toThrow("ENOENT");
  expect(await listed()).toContain(path);
};

describe("refused, with nothing changed, is", () => {
  test("a symbolic link", async () => {
    const link = join(sandbox.directory, "link");
    await symlink(path, link);
    await expect(remove(link)).rejects.toMatchObject(refused("symbolic link"));
    await untouched();
  });

  test("the main worktree, a file, a folder, another repository, another repository's worktree", async () => {
    const other = await sandbox.repository({ name: "other", files: { x: "x" } });
    const theirs = join(sandbox.directory, "theirs");
    await sandbox.git(["worktree", "add", "-q", theirs, "-b", "theirs"], other);
    await sandbox.write("file", "x");
    await sandbox.write("folder/x", "x");
    await expect(remove(repo)).rejects.toMatchObject(refused("main worktree"));
    await expect(remove(join(sandbox.directory, "file"))).rejects.toMatchObject(refused("file"));
    await expect(remove(join(sandbox.directory, "folder"))).rejects.toMatchObject(refused("not a worktree"));
    await expect(remove(other)).rejects.toMatchObject(refused("another repository"));
    await expect(remove(theirs)).rejects.toMatchObject(refused("another repository"));
    await untouched();
  });

  test("a repository that now lies where our worktree was", async () => {
    await rm(path, { recursive: true });
    await sandbox.repository({ name: "tree", files: { x: "x" } });
    await expect(remove()).rejects.toMatchObject(refused("another repository"));
    expect(await sandbox.read(join(path, "x"))).toBe("x");
  });

  test("a sibling worktree that was moved to the path", async () => {
    const sibling = join(sandbox.directory, "sibling");
    await sandbox.git(["worktree", "add", "-q", sibling, "-b", "sibling"], repo);
    await rm(path, { recursive: true });
    await rename(sibling, path);
    await expect(remove()).rejects.toMatchObject(refused(`points at ${sibling}`));
    expect(await sandbox.read(join(path, "a"))).toBe("a\n");
  });

  test("a copy of our worktree", async () => {
    const copy = join(sandbox.directory, "copy");
    await cp(path, copy, { recursive: true });
    await expect(remove(copy)).rejects.toMatchObject(refused(`points at ${path}`));
    await untouched();
  });

  test("a locked worktree", async () => {
    await sandbox.git(["worktree", "lock", "--reason", "on a stick", path], repo);
    await expect(remove()).rejects.toMatchObject(refused("locked (on a stick)"));
    await untouched();
  });

  test("a removal to a place that is taken", async () => {
    await sandbox.write(join(trash, "x"), "older trash");
    await expect(remove()).rejects.toMatchObject({ code: "refused" });
    expect(await sandbox.read(join(trash, "x"))).toBe("older trash");
    expect(await listed()).toEqual([repo, path]);
  });
});

test("links inside are moved as links, and what they lead to stays", async () => {
  await sandbox.write("outside/x", "x");
  await symlink(join(sandbox.directory, "outside"), join(path, "link"));
  await remove();
  await rm(trash, { recursive: true });
  expect(await sandbox.read("outside/x")).toBe("x");
});

test("a trash on another disk becomes one beside the worktree", async ({ skip }) => {
  const { stat } = await import("node:fs/promises");
  const shm = await stat("/dev/shm").catch(() => undefined);
  if (shm === undefined || shm.dev === (await stat(sandbox.directory)).dev) skip();
  const { mkdtemp } = await import("node:fs/promises");
  const elsewhere = await mkdtemp("/dev/shm/stagetree-");
  try {
    const options = { path, trash: join(elsewhere, "t") };
    const beside = join(sandbox.directory, ".stagetree-trash-t");
    expect(await removeWorktree(repository, options)).toMatchObject({ trash: beside });
    expect(await sandbox.read(join(beside, "a"))).toBe("a\n");
    expect(await removeWorktree(repository, options)).toMatchObject({ trash: beside });
    expect(await listed()).toEqual([repo]);
  } finally {
    await rm(elsewhere, { recursive: true });
  }
});

test("a registration that is gone already is no error", async () => {
  await forgetRegistration(repository, join(repo, ".git", "worktrees", "never"));
  expect(await listed()).toEqual([repo, path]);
});
