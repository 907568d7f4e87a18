// Worktrees: listed, added many at once, filled, and told from anything else that lies at a path.
import { spawn } from "node:child_process";
import { lstatSync } from "node:fs";
import { chmod, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createBranch } from "../../src/git/refs.ts";
import { openRepository, type Repository } from "../../src/git/repository.ts";
import {
  addWorktree,
  checkoutWorktree,
  listWorktrees,
  parseWorktrees,
  placeProblem,
  unlockWorktree,
  verifyWorktree,
} from "../../src/git/worktrees.ts";
import { createSandbox, type Sandbox } from "../sandbox.ts";

let sandbox: Sandbox;
let repo: string;
let repository: Repository;
let head: string;
beforeEach(async () => {
  sandbox = await createSandbox();
  repo = await sandbox.repository({ files: { a: "a\n", "dir/b": "b\n" } });
  repository = await openRepository({ directory: repo, environment: sandbox.environment });
  head = await sandbox.git(["rev-parse", "HEAD"], repo);
});
afterEach(() => sandbox.remove());

const token = "stagetree:run/stage:creating";
const at = (name: string): string => join(sandbox.directory, name);
const create = async (branch: string, path: string): Promise<void> => {
  await createBranch(repository, { branch, at: head });
  await addWorktree(repository, { path, branch, reason: token });
  await checkoutWorktree(repository, { path });
  await unlockWorktree(repository, { path, reason: token });
};
const verify = (name: string, branch = "side") => verifyWorktree(repository, { path: at(name), branch });

describe("listing", () => {
  test("tells branch, lock, detached HEAD, missing folder, in git's order", async () => {
    await create("feat/x", at("one"));
    await sandbox.git(["worktree", "add", "-q", "--detach", at("two")], repo);
    await sandbox.git(["worktree", "lock", "--reason", "a\nreason", at("two")], repo);
    await sandbox.git(["worktree", "add", "-q", at("three"), "-b", "gone"], repo);
    await rm(at("three"), { recursive: true });
    const none = { detached: false, bare: false, main: false };
    expect(await listWorktrees(repository)).toEqual([
      { ...none, path: repo, head, branch: "main", main: true },
      { ...none, path: at("one"), head, branch: "feat/x" },
      { ...none, path: at("three"), head, branch: "gone", prunable: expect.stringContaining("non-existent") },
      { ...none, path: at("two"), head, detached: true, locked: "a\nreason" },
    ]);
  });

  test("reads a repository before its first commit, and a bare one", () => {
    const output = `worktree /x y\nz\0bare\0\0worktree /w\0HEAD ${"0".repeat(40)}\0branch refs/heads/main\0locked\0\0`;
    expect(parseWorktrees(output)).toEqual([
      { path: "/x y\nz", bare: true, detached: false, main: true },
      { path: "/w", bare: false, detached: false, main: false, branch: "main", locked: "" },
    ]);
  });

  test("waits while another process is writing a registration", async () => {
    const admin = join(repo, ".git", "worktrees", "half");
    await mkdir(admin, { recursive: true });
    await writeFile(join(admin, "gitdir"), `${at("half")}/.git\n`);
    await writeFile(join(admin, "HEAD"), "ref: refs/heads/main\n");
    await writeFile(join(admin, "commondir"), "");
    const listed = listWorktrees(repository);
    await new Promise((resolve) => setImmediate(resolve));
    await writeFile(join(admin, "commondir"), "../..\n");
    expect((await listed).map(({ path }) => path)).toEqual([repo, at("half")]);
  });

  test("gives up on a registration that stays broken, with git's words", async () => {
    const admin = join(repo, ".git", "worktrees", "half");
    await mkdir(admin, { recursive: true });
    await writeFile(join(admin, "gitdir"), `${at("half")}/.git\n`);
    await writeFile(join(admin, "commondir"), "");
    await expect(listWorktrees(repository)).rejects.toMatchObject({
      code: "git-failed",
      facts: { stderr: expect.stringContaining("commondir") },
    });
  });
});

describe("creating", () => {
  test("gives a clean worktree on its branch", async () => {
    await create("side", at("tree"));
    expect(await sandbox.git(["status", "--porcelain", "--branch"], at("tree"))).toBe("## side");
    expect(await sandbox.read(join(at("tree"), "dir/b"))).toBe("b\n");
    expect(await sandbox.git(["config", "--local", "--get-regexp", "^branch\\."], repo).catch(() => "none")).toBe(
      "none",
    );
    expect(await verify("tree")).toEqual({ kind: "ours" });
  });

  test.each(["with space", "quo'te\"s", "new\nline", "ünï ☃", "-dash", "$(id)", "deep/er/still"])(
    "works at the path %j",
    async (name) => {
      await create("side", at(name));
      expect(await verify(name)).toEqual({ kind: "ours" });
      expect((await listWorktrees(repository)).map(({ path }) => path)).toEqual([repo, at(name)]);
      expect(await sandbox.git(["status", "--porcelain"], at(name))).toBe("");
    },
  );

  test("works where a tag has the branch's name, and in an empty folder", async () => {
    await sandbox.commit(repo, { later: "later" });
    await sandbox.git(["tag", "side"], repo);
    await mkdir(at("tree"));
    await create("side", at("tree"));
    expect(await sandbox.git(["rev-parse", "HEAD"], at("tree"))).toBe(head);
    expect(await verify("tree")).toEqual({ kind: "ours" });
  });

  test("runs no hook of the repository", async () => {
    const mark = at("ran");
    for (const name of ["post-checkout", "reference-transaction", "post-index-change"]) {
      const { chmod } = await import("node:fs/promises");
      await chmod(await sandbox.write(join(repo, ".git/hooks", name), `#!/bin/sh\necho ${name} >> '${mark}'\n`), 0o755);
    }
    await create("side", at("tree"));
    await expect(sandbox.read(mark)).rejects.toThrow("ENOENT");
  });

  test("of 24 at once never fails, when only the registration is done one by one", async () => {
    let last: Promise<unknown> = Promise.resolve();
    const oneByOne = <T>(work: () => Promise<T>): Promise<T> => {
      const mine = last.then(work, work);
      last = mine.catch(() => undefined);
      return mine;
    };
    for (let round = 0; round < 3; round++) {
      const names = Array.from({ length: 24 }, (_, index) => `r${round}/s${index}`);
      await Promise.all(
        names.map(async (branch) => {
          const path = at(branch);
          await oneByOne(async () => {
            await createBranch(repository, { branch, at: head });
            await addWorktree(repository, { path, branch, reason: token });
          });
          await checkoutWorktree(repository, { path });
          await oneByOne(() => unlockWorktree(repository, { path, reason: token }));
          expect(await verifyWorktree(repository, { path, branch })).toEqual({ kind: "ours" });
        }),
      );
    }
    const listed = await listWorktrees(repository);
    expect(listed).toHaveLength(73);
    expect(listed.every(({ locked }) => locked === undefined)).toBe(true);
    expect((await sandbox.git(["for-each-ref", "refs/heads"], repo)).split("\n")).toHaveLength(73);
    expect(await sandbox.git(["fsck", "--strict"], repo)).toBe("");
  });

  test("never fails while somebody else prunes, as every `git gc` does", async () => {
    const stop = at("stop");
    const loops = [1, 2, 3].map(() => {
      const line = 'while [ ! -e "$1" ]; do git worktree prune; done';
      const loop = spawn("sh", ["-c", line, "sh", stop], { cwd: repo, env: sandbox.environment, stdio: "ignore" });
      return new Promise((resolve) => loop.once("close", resolve));
    });
    try {
      for (let nth = 0; nth < 60; nth += 1) await create(`side-${nth}`, at(`tree-${nth}`));
    } finally {
      await writeFile(stop, "");
      await Promise.all(loops);
    }
    expect(await listWorktrees(repository)).toHaveLength(61);
    expect(await sandbox.git(["fsck", "--strict"], repo)).toBe("");
  });

  test.for([
    [
      "before git wrote into it",
      "exit 128",
      "fatal: could not open '.git/worktrees/tree/locked' for writing: No such file",
    ],
    ["before HEAD was set", "exit 128", "fatal: not a git repository: .git/worktrees/tree"],
    ["while HEAD was set", "exit 1", "error: unable to write symref for HEAD: No such file or directory"],
    ["without git noticing", "exit 0", "Preparing worktree"],
  ] as const)("adds it again where it was pruned %s", async ([, end, said]) => {
    const real = `PATH='${sandbox.environment["PATH"]}' git`;
    const script = `#!/bin/sh
case " $* " in *" worktree add "*) [ -e ${at("pruned")} ] || {
  : >${at("pruned")}
  ${real} "$@" || exit
  rm -r ${join(repo, ".git/worktrees/tree")}
  [ "${end}" = "exit 0" ] || rm -r ${at("tree")}
  echo "${said} or directory" >&2
  ${end}
} ;; esac
${real} "$@"
`;
    await chmod(await sandbox.write("bin/git", script), 0o755);
    const environment = { ...sandbox.environment, PATH: `${at("bin")}:${sandbox.environment["PATH"]}` };
    repository = await openRepository({ directory: repo, environment });
    await create("side", at("tree"));
    expect(await sandbox.read("pruned")).toBe("");
    expect(await verify("tree")).toEqual({ kind: "ours" });
    expect(await sandbox.git(["status", "--porcelain"], at("tree"))).toBe("");
  });

  test("is refused for a branch that is checked out elsewhere", async () => {
    await expect(addWorktree(repository, { path: at("tree"), branch: "main", reason: token })).rejects.toMatchObject({
      code: "git-failed",
      facts: { stderr: expect.stringContaining("main") },
    });
  });
});

describe("files are checked out", () => {
  test("into an empty worktree only: what lies there is never overwritten", async () => {
    await create("side", at("tree"));
    await writeFile(join(at("tree"), "a"), "precious\n");
    await expect(checkoutWorktree(repository, { path: at("tree") })).rejects.toMatchObject({ code: "refused" });
    await expect(checkoutWorktree(repository, { path: repo })).rejects.toMatchObject({ code: "refused" });
    expect(await sandbox.read(join(at("tree"), "a"))).toBe("precious\n");
  });

  test("and the index is younger than each of them, so that nobody has to read one again", async () => {
    // What is written in the very millisecond in which the index is stamped is not always there.
    for (let round = 0; round < 20; round += 1) {
      const name = `side${round}`;
      await create(name, at(name));
      const index = lstatSync(join(repo, ".git/worktrees", name, "index"), { bigint: true });
      const files = ["a", "dir/b"].map((file) => lstatSync(join(at(name), file), { bigint: true }));
      expect(files.filter(({ mtimeNs }) => mtimeNs >= index.mtimeNs)).toEqual([]);
    }
  });
});

describe("unlocking", () => {
  test("takes our lock off, and no other", async () => {
    await create("side", at("tree"));
    await sandbox.git(["worktree", "lock", "--reason", "on a stick", at("tree")], repo);
    await unlockWorktree(repository, { path: at("tree"), reason: token });
    expect((await listWorktrees(repository))[1]?.locked).toBe("on a stick");
    await unlockWorktree(repository, { path: at("tree") });
    expect((await listWorktrees(repository))[1]?.locked).toBeUndefined();
    await unlockWorktree(repository, { path: at("tree") });
    await unlockWorktree(repository, { path: at("nothing") });
  });
});

const foreign = (problem: string) => ({ kind: "foreign", problem: expect.stringContaining(problem) });

describe("at a path may lie", () => {
  test("nothing, or an empty folder", async () => {
    await mkdir(at("empty"));
    expect(await verify("nothing")).toEqual({ kind: "absent" });
    expect(await verify("deep/nothing")).toEqual({ kind: "absent" });
    expect(await verify("empty")).toEqual({ kind: "absent" });
  });

  test("a file, a link, a folder with files", async () => {
    await sandbox.write("file", "x");
    await sandbox.write("folder/x", "x");
    await symlink(at("nowhere"), at("dangling"));
    await create("side", at("tree"));
    await symlink(at("tree"), at("link"));
    expect(await verify("file")).toEqual(foreign("is a file"));
    expect(await verify("folder")).toEqual(foreign("not a worktree"));
    expect(await verify("dangling")).toEqual(foreign("symbolic link"));
    expect(await verify("link")).toEqual(foreign("symbolic link"));
    expect(await verify("tree")).toEqual({ kind: "ours" });
  });

  test("another repository, its worktree, or our main worktree", async () => {
    const other = await sandbox.repository({ name: "other", files: { x: "x" } });
    await sandbox.git(["worktree", "add", "-q", at("theirs"), "-b", "side"], other);
    expect(await verify("other", "main")).toEqual(foreign("another repository"));
    expect(await verify("theirs")).toEqual(foreign("another repository"));
    expect(await verify("repo", "main")).toEqual(foreign("main worktree"));
  });

  test("our worktree, but on another branch, detached, or in a rebase", async () => {
    await create("side", at("tree"));
    expect(await verify("tree", "wanted")).toEqual(foreign("on branch side, not on wanted"));
    await sandbox.git(["checkout", "-q", "--detach"], at("tree"));
    expect(await verify("tree")).toEqual({ ...foreign("detached"), detached: true });
    await sandbox.git(["checkout", "-q", "side"], at("tree"));
    await sandbox.commit(at("tree"), { a: "side" });
    await sandbox.commit(repo, { a: "main" });
    await sandbox.git(["rebase", "main"], at("tree")).catch(() => undefined);
    expect(await verify("tree")).toEqual(foreign("rebase of side"));
  });

  test("a copy of our worktree, or one that was moved by hand", async () => {
    await create("side", at("tree"));
    const { cp } = await import("node:fs/promises");
    await cp(at("tree"), at("copy"), { recursive: true });
    expect(await verify("copy")).toEqual(foreign(`points at ${at("tree")}`));
    await rename(at("tree"), at("moved"));
    expect(await verify("moved")).toEqual(foreign("moved"));
    expect(await verify("tree")).toEqual(foreign("is missing, but git still has"));
  });

  test("a worktree that git has forgotten", async () => {
    await create("side", at("tree"));
    await rm(join(repo, ".git", "worktrees", "tree"), { recursive: true });
    expect(await verify("tree")).toEqual(foreign("no longer has it registered"));
  });

  test("a half-made one", async () => {
    await createBranch(repository, { branch: "side", at: head });
    await addWorktree(repository, { path: at("tree"), branch: "side", reason: token });
    expect(await verify("tree")).toEqual(foreign("half-made"));
    await checkoutWorktree(repository, { path: at("tree") });
    expect(await verify("tree")).toEqual(foreign("half-made"));
    await unlockWorktree(repository, { path: at("tree") });
    expect(await verify("tree")).toEqual({ kind: "ours" });
  });

  test("ours through a parent that is a link", async () => {
    await mkdir(at("real"));
    await symlink(at("real"), at("linked"));
    await create("side", join(at("linked"), "tree"));
    expect(await verify("linked/tree")).toEqual({ kind: "ours" });
    expect(await verify("real/tree")).toEqual({ kind: "ours" });
  });
});

const place = (path: string) => placeProblem(repository, { path });

describe("a place is refused", () => {
  test("inside .git, around the repository, inside or around another worktree", async () => {
    await create("side", at("trees/one"));
    expect(await place(join(repo, ".git", "hooks", "x"))).toContain("git directory");
    expect(await place(join(repo, ".git"))).toContain("git directory");
    expect(await place(repo)).toContain("git directory");
    expect(await place(sandbox.directory)).toContain("git directory");
    expect(await place(at("trees/one/sub"))).toContain("another worktree");
    expect(await place(at("trees"))).toContain("another worktree");
    await symlink(join(repo, ".git"), at("way-in"));
    expect(await place(at("way-in/x"))).toContain("git directory");
  });

  test("not beside the others, where it is already, or inside the main worktree", async () => {
    await create("side", at("trees/one"));
    expect(await place(at("trees/two"))).toBeUndefined();
    expect(await place(at("trees/one"))).toBeUndefined();
    expect(await place(at("trees/one-more"))).toBeUndefined();
    expect(await place(join(repo, "trees", "x"))).toBeUndefined();
  });
});
