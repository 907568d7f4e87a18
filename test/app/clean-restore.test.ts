// The receipt's command brings back what was removed, as it was: bytes, modes, what was staged, where HEAD was.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cleanStages, type CleanResult } from "../../src/app/clean.ts";
import { withRunLock } from "../../src/app/run-lock.ts";
import type { Consent } from "../../src/core/clean-plan.ts";
import { makeProject, type MadeOf, type MadeProject, setUp } from "./made-project.ts";

async function clean(made: MadeProject, consent: Partial<Consent> = {}): Promise<CleanResult> {
  const session = await made.open();
  const stages = session.plan.stages.map(({ id }) => id);
  const request = { stages, dryRun: false, discardChanges: false, deleteUnmerged: false, ...consent };
  return withRunLock(session, () => cleanStages(session, request));
}

const all: Consent = { discardChanges: true, deleteUnmerged: true };

async function removeAndRestore(made: MadeProject): Promise<string> {
  const { entries } = await clean(made, all);
  expect(entries).toMatchObject([{ outcome: "removed" }]);
  expect(existsSync(made.tree("one"))).toBe(false);
  const restore = entries[0]?.restore ?? "false";
  execFileSync("/bin/sh", ["-ec", restore], { env: made.sandbox.environment, stdio: ["ignore", "pipe", "pipe"] });
  return restore;
}

async function ready(more: MadeOf = {}): Promise<MadeProject> {
  const made = await makeProject(more);
  await setUp(await made.open());
  return made;
}

test("bytes that git's filters would change: line ends, byte order marks, keywords, under any attributes", async () => {
  await using made = await ready({ files: { ".gitattributes": "* text=auto eol=lf\n*.id ident\n", "a.txt": "a\n" } });
  const files: Readonly<Record<string, Buffer>> = {
    "a.txt": Buffer.from("a\r\nb\r\nc\n"),
    "bom.txt": Buffer.from("\u{FEFF}bom\r\n"),
    "key.id": Buffer.from("$Id: not mine $\n"),
    "bytes.bin": Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * 31) % 256)),
  };
  for (const [name, bytes] of Object.entries(files)) await made.sandbox.write(join(made.tree("one"), name), bytes);
  await removeAndRestore(made);
  for (const [name, bytes] of Object.entries(files))
    expect(await readFile(join(made.tree("one"), name)), name).toEqual(bytes);
});

test("what was staged stays staged, what was not stays unstaged, what was untracked or deleted stays so", async () => {
  await using made = await ready({ files: { "both.txt": "1\n", "gone.txt": "g\n", "staged-gone.txt": "s\n" } });
  const root = made.tree("one");
  await made.sandbox.write(join(root, "both.txt"), "2\n");
  await made.git(["add", "both.txt"], root);
  await made.sandbox.write(join(root, "both.txt"), "3\n");
  await made.sandbox.write(join(root, "new.txt"), "n\n");
  await rm(join(root, "gone.txt"));
  await made.git(["rm", "--quiet", "staged-gone.txt"], root);
  const seen = async (): Promise<readonly string[]> => [
    await made.git(["status", "--porcelain=v1"], root),
    await made.git(["diff", "--cached"], root),
    await made.git(["diff"], root),
  ];
  const before = await seen();
  await removeAndRestore(made);
  expect(await seen()).toEqual(before);
});

test("modes, links, empty folders, and names that a shell or a program would take for something else", async () => {
  await using made = await ready({ files: { ".gitignore": "*.secret\n" } });
  const root = made.tree("one");
  const names = ["-rf", "with space", "quo'te\"", "new\nline", "$(id)", "*"];
  for (const name of names) await made.sandbox.write(join(root, name), `${name}\n`);
  await made.sandbox.write(join(root, "key.secret"), "k");
  await chmod(join(root, "key.secret"), 0o600);
  await chmod(join(root, "with space"), 0o755);
  await symlink("/nowhere/at all", join(root, "link"));
  await mkdir(join(root, "empty/inner"), { recursive: true });
  await removeAndRestore(made);
  for (const name of names) expect(await readFile(join(root, name), "utf8")).toBe(`${name}\n`);
  const modeOf = async (name: string): Promise<string> => ((await lstat(join(root, name))).mode & 0o777).toString(8);
  expect([await modeOf("key.secret"), await modeOf("with space")]).toEqual(["600", "755"]);
  expect(await readlink(join(root, "link"))).toBe("/nowhere/at all");
  expect(await readdir(join(root, "empty/inner"))).toEqual([]);
});

test.each(["--assume-unchanged", "--skip-worktree"])(
  "edits in a file that git was told to overlook: %s",
  async (how) => {
    await using made = await ready();
    await made.git(["update-index", how, "README.md"], made.tree("one"));
    await made.sandbox.write(join(made.tree("one"), "README.md"), "hidden\r\n");
    await removeAndRestore(made);
    expect(await readFile(join(made.tree("one"), "README.md"), "utf8")).toBe("hidden\r\n");
  },
);

describe("a detached HEAD", () => {
  test("with commits that no branch has is kept without consent, and comes back detached, with its branch", async () => {
    await using made = await ready();
    const tip = await made.git(["rev-parse", "feature/one"]);
    await made.git(["checkout", "--quiet", "--detach"], made.tree("one"));
    const lost = await made.work("one", { "lost.txt": "l\n" });
    await made.sandbox.write(join(made.tree("one"), "loose.txt"), "x\n");
    expect((await clean(made, { discardChanges: true })).entries).toMatchObject([
      { outcome: "kept", reason: expect.stringContaining("no branch has") as string },
    ]);
    await removeAndRestore(made);
    expect(await made.git(["rev-parse", "HEAD"], made.tree("one"))).toBe(lost);
    await expect(made.git(["symbolic-ref", "--quiet", "HEAD"], made.tree("one"))).rejects.toThrow("Command failed");
    expect(await made.git(["rev-parse", "feature/one"])).toBe(tip);
    expect(await readFile(join(made.tree("one"), "loose.txt"), "utf8")).toBe("x\n");
  });
});

describe("submodules", () => {
  async function withSubmodule(): Promise<MadeProject> {
    const made = await ready();
    const library = await made.sandbox.repository({ name: "library", files: { "lib.txt": "lib\n" } });
    await made.git(["submodule", "--quiet", "add", library, "lib"], made.tree("one"));
    await made.git(["commit", "--quiet", "-m", "lib"], made.tree("one"));
    return made;
  }

  test("initialised and clean: the worktree goes, and comes back with its submodule", async () => {
    await using made = await withSubmodule();
    await removeAndRestore(made);
    expect(await readFile(join(made.tree("one"), "lib/lib.txt"), "utf8")).toBe("lib\n");
  });

  const works: readonly (readonly [string, (made: MadeProject, sub: string) => Promise<unknown>, RegExp])[] = [
    [
      "a change",
      (made, sub) => made.sandbox.write(join(sub, "lib.txt"), "x"),
      /lib holds uncommitted changes in lib\.txt/,
    ],
    ["an untracked file", (made, sub) => made.sandbox.write(join(sub, "new"), "x"), /lib holds untracked files: new/],
    [
      "a commit that no remote has",
      (made, sub) => made.sandbox.commit(sub, { "lib.txt": "x" }),
      /lib holds commits that no remote has/,
    ],
    [
      "such a commit on another branch",
      async (made, sub) => {
        await made.git(["checkout", "--quiet", "-b", "side"], sub);
        await made.sandbox.commit(sub, { "lib.txt": "x" });
        await made.git(["checkout", "--quiet", "-"], sub);
      },
      /lib holds commits that no remote has/,
    ],
    [
      "a stash",
      async (made, sub) => {
        await made.sandbox.write(join(sub, "lib.txt"), "x");
        await made.git(["stash", "push", "--quiet"], sub);
      },
      /lib holds commits that no remote has/,
    ],
  ];
  test.each(works)("with %s: kept whatever is consented to", async (_, work, reason) => {
    await using made = await withSubmodule();
    await work(made, join(made.tree("one"), "lib"));
    const { entries } = await clean(made, all);
    expect(entries).toMatchObject([{ outcome: "kept", reason: expect.stringMatching(reason) as string }]);
    expect(existsSync(join(made.tree("one"), "lib/lib.txt"))).toBe(true);
  });
});

test("a worktree on another disk than the repository", async ({ skip }) => {
  const made = await makeProject();
  try {
    const shm = await stat("/dev/shm").catch(() => undefined);
    if (shm === undefined || shm.dev === (await stat(made.root)).dev) skip();
    const disk = await mkdtemp("/dev/shm/stagetree-");
    try {
      await made.sandbox.write("home/config/stagetree/config.json", JSON.stringify({ roots: [disk] }));
      const place = join(disk, "one");
      await made.sandbox.write(made.plan, (await made.sandbox.read(made.plan)).replace("../trees/one", place));
      const again = await made.reopen();
      const { openPlan } = await import("../../src/app/plan-file.ts");
      const { openSession } = await import("../../src/app/session.ts");
      const session = openSession(again, await openPlan(again, made.plan));
      try {
        expect(await setUp(session)).toMatchObject([{ outcome: "created" }]);
        await made.sandbox.write(join(place, "loose.txt"), "x\n");
        const request = { stages: ["one"], dryRun: false, ...all };
        const { entries } = await withRunLock(session, () => cleanStages(session, request));
        expect(entries).toMatchObject([{ outcome: "removed" }]);
        expect(existsSync(place)).toBe(false);
        execFileSync("/bin/sh", ["-ec", entries[0]?.restore ?? "false"], {
          env: made.sandbox.environment,
          stdio: "pipe",
        });
        expect(await readFile(join(place, "loose.txt"), "utf8")).toBe("x\n");
      } finally {
        session.close();
      }
    } finally {
      await rm(disk, { recursive: true, force: true });
    }
  } finally {
    await made[Symbol.asyncDispose]();
  }
});

describe("stays", () => {
  test("the default branch, also where another one is the target", async () => {
    await using made = await makeProject({ stages: [{ id: "one", branch: "master" }] });
    await made.git(["branch", "master"]);
    await setUp(await made.open());
    expect((await clean(made, all)).entries).toMatchObject([{ outcome: "removed", branchDeleted: false }]);
    expect(await made.git(["branch", "--list", "master"])).toContain("master");
  });

  test("one that is locked and whose folder is away", async () => {
    await using made = await ready();
    await made.git(["worktree", "lock", made.tree("one")]);
    await rm(made.tree("one"), { recursive: true });
    expect((await clean(made, all)).entries).toMatchObject([{ outcome: "kept" }]);
    expect(await made.git(["worktree", "list", "--porcelain"])).toContain(made.tree("one"));
  });

  test("after a merge into the target that failed: branch and worktree, and the half-done merge", async () => {
    await using made = await ready();
    await made.work("one", { "README.md": "here\n" });
    await made.sandbox.commit(made.root, { "README.md": "there\n" });
    await expect(made.git(["merge", "feature/one"])).rejects.toThrow("Command failed");
    const before = await made.git(["status", "--porcelain"]);
    for (const consent of [{}, all]) {
      expect((await clean(made, consent)).entries).toMatchObject([
        { outcome: "kept", reason: expect.stringContaining("merge of feature/one in the main worktree") as string },
      ]);
      expect(await made.git(["status", "--porcelain"])).toBe(before);
      expect(existsSync(join(made.root, ".git/MERGE_HEAD"))).toBe(true);
      expect(existsSync(join(made.tree("one"), ".git"))).toBe(true);
      expect(await made.git(["branch", "--list", "feature/one"])).toContain("feature/one");
    }
    await made.git(["merge", "--abort"]);
    expect((await clean(made)).entries).toMatchObject([
      { outcome: "kept", reason: expect.stringContaining("not merged") as string },
    ]);
  });

  test("conflicts that an applied stash left, of which no file in the git directory tells", async () => {
    await using made = await ready();
    const root = made.tree("one");
    await made.sandbox.write(join(root, "README.md"), "stashed\n");
    await made.git(["stash", "push", "--quiet"], root);
    await made.work("one", { "README.md": "committed\n" });
    await expect(made.git(["stash", "apply"], root)).rejects.toThrow("Command failed");
    expect((await clean(made, all)).entries).toMatchObject([
      { outcome: "kept", reason: expect.stringContaining("merge is in progress") as string },
    ]);
  });
});

describe("is no loss", () => {
  test("what a sparse checkout leaves out", async () => {
    await using made = await ready({ files: { "in/a": "a\n", "out/b": "b\n" } });
    await made.git(["sparse-checkout", "set", "in"], made.tree("one"));
    expect(existsSync(join(made.tree("one"), "out"))).toBe(false);
    expect((await clean(made)).entries).toMatchObject([{ outcome: "removed" }]);
  });

  test("a pointer of a large-file store that is not installed here", async () => {
    const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n";
    await using made = await ready({ files: { ".gitattributes": "*.bin filter=lfs -text\n", "big.bin": pointer } });
    expect(await readFile(join(made.tree("one"), "big.bin"), "utf8")).toBe(pointer);
    expect((await clean(made)).entries).toMatchObject([{ outcome: "removed" }]);
  });
});
