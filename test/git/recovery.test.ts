// A creation that was killed: whatever it left, recovery brings the repository back and the next creation works.
import { mkdir, rm, truncate, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { undoHalfMadeWorktree } from "../../src/git/recovery.ts";
import { createBranch, resolveRef } from "../../src/git/refs.ts";
import { openRepository, type Repository } from "../../src/git/repository.ts";
import {
  addWorktree,
  checkoutWorktree,
  listWorktrees,
  unlockWorktree,
  verifyWorktree,
} from "../../src/git/worktrees.ts";
import { createSandbox, type Sandbox } from "../sandbox.ts";

let sandbox: Sandbox;
let repo: string;
let repository: Repository;
let head: string;
let path: string;
let admin: string;
const token = "stagetree:run/stage:creating";

beforeEach(async () => {
  sandbox = await createSandbox();
  repo = await sandbox.repository({ files: { a: "a\n", b: "b\n" } });
  repository = await openRepository({ directory: repo, environment: sandbox.environment });
  head = await sandbox.git(["rev-parse", "HEAD"], repo);
  await sandbox.git(["worktree", "add", "-q", join(sandbox.directory, "users"), "-b", "users"], repo);
  path = join(sandbox.directory, "trees", "tree");
  admin = join(repo, ".git", "worktrees", "tree");
});
afterEach(() => sandbox.remove());

const half = () => ({
  path,
  branch: "side",
  base: head,
  branchExisted: false,
  token,
  trash: join(repo, ".git", "stagetree", "trash", "x"),
  since: Date.now() - 60_000,
});
const branch = (): Promise<void> => createBranch(repository, { branch: "side", at: head });
const register = async (): Promise<void> => {
  await branch();
  await addWorktree(repository, { path, branch: "side", reason: token });
};
const leave = async (files: Readonly<Record<string, string>>): Promise<void> => {
  await mkdir(admin, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(admin, name), text);
};
const expectHealthy = async (): Promise<void> => {
  const listed = await listWorktrees(repository);
  expect(listed.map(({ path: listedPath }) => listedPath)).toEqual([repo, join(sandbox.directory, "users")]);
  expect(await sandbox.git(["fsck", "--strict"], repo)).toBe("");
  expect(await sandbox.git(["log", "--all", "--format=%H"], repo)).toBe(head);
};
const createAgain = async (): Promise<void> => {
  await register();
  await checkoutWorktree(repository, { path });
  await unlockWorktree(repository, { path, reason: token });
  expect(await verifyWorktree(repository, { path, branch: "side" })).toEqual({ kind: "ours" });
  expect(await sandbox.git(["status", "--porcelain"], path)).toBe("");
};

const gitdir = (): Record<string, string> => ({ gitdir: `${path}/.git\n` });
const states: readonly (readonly [string, () => Promise<void>])[] = [
  ["nothing at all", () => Promise.resolve()],
  ["the lock of the branch", () => writeFile(join(repo, ".git", "refs", "heads", "side.lock"), "")],
  [
    "the branch, and the lock of packed refs",
    async () => {
      await branch();
      await writeFile(join(repo, ".git", "packed-refs.lock"), "");
    },
  ],
  ["the branch only", branch],
  [
    "an empty registration",
    async () => {
      await branch();
      await leave({});
    },
  ],
  [
    "a lock without its reason",
    async () => {
      await branch();
      await leave({ locked: "" });
    },
  ],
  [
    "half of the lock's reason",
    async () => {
      await branch();
      await leave({ locked: token.slice(0, 9) });
    },
  ],
  [
    "an empty pointer to the worktree",
    async () => {
      await branch();
      await leave({ locked: token, gitdir: "" });
    },
  ],
  [
    "a pointer to a worktree that was never made",
    async () => {
      await branch();
      await leave({ locked: token, ...gitdir() });
    },
  ],
  [
    "a worktree with an empty .git",
    async () => {
      await branch();
      await leave({ locked: token, ...gitdir() });
      await sandbox.write(join(path, ".git"), "");
    },
  ],
  [
    "a HEAD of zeros",
    async () => {
      await register();
      await writeFile(join(admin, "HEAD"), `${"0".repeat(40)}\n`);
    },
  ],
  [
    "no HEAD",
    async () => {
      await register();
      await unlink(join(admin, "HEAD"));
    },
  ],
  [
    "an empty commondir, which makes every git command fail",
    async () => {
      await register();
      await truncate(join(admin, "commondir"));
      await expect(sandbox.git(["branch"], repo)).rejects.toThrow("commondir");
    },
  ],
  ["an empty worktree", register],
  [
    "half of the files, and the lock of the index",
    async () => {
      await register();
      await writeFile(join(path, "a"), "a\n");
      await writeFile(join(admin, "index.lock"), "");
    },
  ],
  [
    "all files, not yet unlocked",
    async () => {
      await register();
      await checkoutWorktree(repository, { path });
    },
  ],
];

describe("after a creation that left", () => {
  test.each(states)("%s", async (_, arrange) => {
    await arrange();
    const undone = await undoHalfMadeWorktree(repository, half());
    expect(undone.result).toBe(arrange === states[0]?.[1] ? "nothing" : "undone");
    expect(undone.locks).toEqual([]);
    await expectHealthy();
    expect(await resolveRef(repository, "refs/heads/side")).toBeUndefined();
    expect(await undoHalfMadeWorktree(repository, half())).toEqual({ result: "nothing", locks: [] });
    await createAgain();
  });

  test.each(states)("%s, and a recovery that was killed too", async (_, arrange) => {
    await arrange();
    // The registration is gone, the folder and the branch are not: the point in the middle.
    await rm(admin, { recursive: true, force: true });
    expect((await undoHalfMadeWorktree(repository, half())).result).not.toBe("finished");
    await expectHealthy();
    await createAgain();
  });
});

describe("recovery keeps", () => {
  test("the files of the half-made worktree, in the trash", async () => {
    await register();
    await checkoutWorktree(repository, { path });
    await writeFile(join(path, "notes"), "somebody wrote this meanwhile");
    const { trash = "" } = await undoHalfMadeWorktree(repository, half());
    expect(await sandbox.read(join(trash, "notes"))).toBe("somebody wrote this meanwhile");
  });

  test("a worktree that was finished after all", async () => {
    await createAgain();
    await writeFile(join(path, "a"), "work");
    expect(await undoHalfMadeWorktree(repository, half())).toEqual({ result: "finished", locks: [] });
    expect(await sandbox.read(join(path, "a"))).toBe("work");
    expect(await resolveRef(repository, "refs/heads/side")).toBe(head);
  });

  test("a branch that was there before, and one that moved since", async () => {
    await branch();
    expect(await undoHalfMadeWorktree(repository, { ...half(), branchExisted: true })).toEqual({
      result: "nothing",
      locks: [],
    });
    const moved = await sandbox.commit(repo, { c: "c" });
    await sandbox.git(["update-ref", "refs/heads/side", moved], repo);
    expect(await undoHalfMadeWorktree(repository, half())).toEqual({ result: "nothing", locks: [] });
    expect(await resolveRef(repository, "refs/heads/side")).toBe(moved);
  });

  test("somebody else's folder, file or repository at the path", async () => {
    await branch();
    await sandbox.write(join(path, "theirs"), "x");
    await undoHalfMadeWorktree(repository, half());
    expect(await sandbox.read(join(path, "theirs"))).toBe("x");
    await sandbox.git(["init", "-q", path]);
    await undoHalfMadeWorktree(repository, half());
    expect(await sandbox.read(join(path, "theirs"))).toBe("x");
  });

  test("a worktree at the path that a person locked", async () => {
    await sandbox.git(["worktree", "add", "-q", path, "-b", "side"], repo);
    await sandbox.git(["worktree", "lock", "--reason", "mine", path], repo);
    expect((await undoHalfMadeWorktree(repository, half())).result).toBe("finished");
    expect(await verifyWorktree(repository, { path, branch: "side" })).toEqual({ kind: "ours" });
  });

  test("half-made worktrees of others", async () => {
    const other = join(repo, ".git", "worktrees", "other");
    await mkdir(other);
    await writeFile(join(other, "locked"), "stagetree:another/one:creating");
    await register();
    await undoHalfMadeWorktree(repository, half());
    expect(await sandbox.read(join(other, "locked"))).toContain("another");
  });

  test("a lock that is older than the creation", async () => {
    const lock = join(repo, ".git", "packed-refs.lock");
    await writeFile(lock, "");
    await undoHalfMadeWorktree(repository, { ...half(), since: Date.now() + 60_000 });
    expect(await sandbox.read(lock)).toBe("");
  });

  test.skipIf(process.platform !== "linux")("a lock that a living git may own, and says which", async () => {
    const lock = join(repo, ".git", "refs", "heads", "side.lock");
    await writeFile(lock, "");
    const { spawn } = await import("node:child_process");
    const git = spawn("git", ["cat-file", "--batch"], {
      cwd: repo,
      env: sandbox.environment,
      stdio: ["pipe", "pipe", "ignore"],
    });
    // It has answered, so it runs.
    git.stdin.write(`${head}\n`);
    await new Promise((resolve) => git.stdout.once("data", resolve));
    expect(await undoHalfMadeWorktree(repository, half())).toEqual({ result: "nothing", locks: [lock] });
    const ended = new Promise((resolve) => git.once("close", resolve));
    git.stdin.end();
    await ended;
    expect(await undoHalfMadeWorktree(repository, half())).toEqual({ result: "undone", locks: [] });
  });
});
