// Removing worktrees and branches: only what is proven safe, nothing without a way back.
import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cleanStages, type CleanResult } from "../../src/app/clean.ts";
import { openPlan } from "../../src/app/plan-file.ts";
import { withRunLock } from "../../src/app/run-lock.ts";
import { openSession, type Session } from "../../src/app/session.ts";
import type { Consent } from "../../src/core/clean-plan.ts";
import { until } from "../rig.ts";
import { complete, makeProject, type MadeOf, type MadeProject, outcomes, setUp, statesOf } from "./made-project.ts";

const all: Consent = { discardChanges: true, deleteUnmerged: true };

async function clean(made: MadeProject, consent: Partial<Consent> = {}, session?: Session): Promise<CleanResult> {
  const used = session ?? (await made.open());
  const stages = used.plan.stages.map(({ id }) => id);
  const request = { stages, dryRun: false, discardChanges: false, deleteUnmerged: false, ...consent };
  return withRunLock(used, () => cleanStages(used, request));
}

/** A stage whose work is merged: everything that is kept now is kept for another reason. */
async function mergedStage(more: MadeOf = {}): Promise<MadeProject> {
  const made = await makeProject(more);
  await complete(made, await made.open(), "one");
  await made.git(["merge", "--quiet", "--no-ff", "-m", "merge", "feature/one"]);
  return made;
}

const shell = (command: string, made: MadeProject): string =>
  execFileSync("/bin/sh", ["-ec", command], {
    env: made.sandbox.environment,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });

describe("what is merged and clean", () => {
  test("goes: worktree, branch, recorded base; the stage stays merged", async () => {
    await using made = await mergedStage();
    const { entries, refused } = await clean(made);
    expect(entries).toMatchObject([{ outcome: "removed", branchDeleted: true, reason: "is contained in main" }]);
    expect(refused).toBe(false);
    expect(existsSync(made.tree("one"))).toBe(false);
    expect(await made.git(["for-each-ref", "refs/heads", "refs/stagetree/base", "--format=%(refname)"])).toBe(
      "refs/heads/main",
    );
    const session = await made.open();
    await session.look();
    expect(statesOf(session)).toEqual(["one merged"]);
    expect((await clean(made)).entries).toEqual([]);
  });

  test("also where it was never verified here: merged is merged", async () => {
    await using made = await makeProject();
    await setUp(await made.open());
    await made.work("one");
    await made.git(["merge", "--quiet", "--no-ff", "-m", "merge", "feature/one"]);
    await clean(made);
    const session = await made.open();
    await session.look();
    expect(statesOf(session)).toEqual(["one merged"]);
    expect(await readFile(made.plan, "utf8")).toContain('"status": "complete"');
  });

  test("and a stage that never had any work", async () => {
    await using made = await makeProject({ stages: [{ id: "one" }, { id: "two" }] });
    await setUp(await made.open(), "one");
    await made.git(["worktree", "add", "--quiet", "-b", "feature/two", made.tree("two")]);
    const { entries } = await clean(made);
    expect(entries.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ["removed", "has no commit beyond its base"],
      ["removed", "has no commit that main lacks"],
    ]);
    expect(await readFile(made.plan, "utf8")).not.toContain("in-progress");
  });

  test("a dry run says the same and does nothing", async () => {
    await using made = await mergedStage();
    const before = [await made.git(["for-each-ref"]), await made.git(["worktree", "list"])];
    const session = await made.open({ readonly: true });
    const { entries } = await cleanStages(session, { stages: ["one"], dryRun: true, ...all });
    expect(entries).toMatchObject([{ outcome: "removed" }]);
    expect([await made.git(["for-each-ref"]), await made.git(["worktree", "list"])]).toEqual(before);
  });
});

describe("what stays whatever is consented to", () => {
  const obstacles: readonly (readonly [string, (made: MadeProject) => Promise<unknown>, RegExp])[] = [
    ["locked", (made) => made.git(["worktree", "lock", "--reason", "mine", made.tree("one")]), /locked \(mine\)/],
    [
      "in the middle of a merge",
      async (made) => {
        await made.work("one", { "same.txt": "here" });
        await made.sandbox.commit(made.root, { "same.txt": "there" });
        await expect(made.git(["merge", "main"], made.tree("one"))).rejects.toThrow();
      },
      /merge is in progress/,
    ],
    [
      "in the middle of a rebase",
      async (made) => {
        await made.work("one", { "same.txt": "here" });
        await made.sandbox.commit(made.root, { "same.txt": "there" });
        await expect(made.git(["rebase", "main"], made.tree("one"))).rejects.toThrow();
      },
      /in the middle of a rebase/,
    ],
    [
      "on another branch",
      (made) => made.git(["checkout", "--quiet", "-b", "else"], made.tree("one")),
      /on branch else/,
    ],
    [
      "around another repository",
      (made) => made.sandbox.repository({ name: "trees/one/vendor", files: { a: "a" } }),
      /vendor/,
    ],
    [
      "replaced by another repository",
      async (made) => {
        await rename(made.tree("one"), join(made.sandbox.directory, "aside"));
        await made.sandbox.repository({ name: "trees/one", files: { a: "a" } });
      },
      /is another repository/,
    ],
    [
      "replaced by a sibling worktree",
      async (made) => {
        const sibling = join(made.sandbox.directory, "sibling");
        await made.git(["worktree", "add", "--quiet", "-b", "sibling", sibling]);
        await rename(made.tree("one"), join(made.sandbox.directory, "aside"));
        await rename(sibling, made.tree("one"));
      },
      /is registered elsewhere|another worktree|moved/,
    ],
    [
      "replaced by a link",
      async (made) => {
        await rename(made.tree("one"), join(made.sandbox.directory, "aside"));
        await symlink(join(made.sandbox.directory, "aside"), made.tree("one"));
      },
      /is a symbolic link/,
    ],
    [
      "not there, as on a disk that is not plugged in",
      async (made) => rename(made.tree("one"), join(made.sandbox.directory, "aside")),
      /is missing/,
    ],
    [
      "with its branch's only commit gone",
      async (made) => made.git(["update-ref", "-d", "refs/heads/feature/one"]),
      /no commit/,
    ],
  ];
  test.each(obstacles)("%s", async (_, obstruct, reason) => {
    await using made = await mergedStage();
    await obstruct(made);
    const before = [await made.git(["for-each-ref", "refs/heads"]), await made.git(["worktree", "list"])];
    const { entries } = await clean(made, all);
    expect(entries).toMatchObject([{ outcome: "kept", reason: expect.stringMatching(reason) as string }]);
    expect([await made.git(["for-each-ref", "refs/heads"]), await made.git(["worktree", "list"])]).toEqual(before);
  });

  test("the folder the command was called in", async () => {
    await using made = await mergedStage();
    const inside = await made.reopen({ cwd: made.tree("one") });
    const session = openSession(inside, await openPlan(inside, made.plan));
    try {
      expect((await clean(made, all, session)).entries).toMatchObject([
        { outcome: "kept", reason: expect.stringContaining("inside it") as string },
      ]);
    } finally {
      session.close();
    }
  });

  test.skipIf(process.platform !== "linux")("one that a process works in", async () => {
    await using made = await mergedStage();
    const child = spawn("/bin/sh", ["-c", "echo ready; read line"], {
      cwd: made.tree("one"),
      stdio: ["pipe", "pipe", "ignore"],
    });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    const { entries } = await clean(made, all);
    expect(entries).toMatchObject([
      { outcome: "kept", reason: expect.stringContaining(`process ${child.pid}`) as string },
    ]);
    const ended = new Promise((resolve) => child.once("close", resolve));
    child.stdin.end("\n");
    await ended;
    expect((await clean(made)).entries).toMatchObject([{ outcome: "removed" }]);
  });

  test("the branch the others are merged into, and one that is checked out elsewhere", async () => {
    await using made = await makeProject({ stages: [{ id: "one", branch: "trunk" }], extra: { base_branch: "trunk" } });
    await made.git(["branch", "trunk"]);
    await setUp(await made.open());
    const { entries } = await clean(made, all);
    expect(entries).toMatchObject([{ outcome: "removed", branchDeleted: false }]);
    expect(await made.git(["branch", "--list", "trunk"])).toContain("trunk");
  });
});

describe("what would be lost", () => {
  const losses: readonly (readonly [string, (made: MadeProject) => Promise<unknown>, RegExp])[] = [
    [
      "a changed file",
      (made) => made.sandbox.write(join(made.tree("one"), "README.md"), "changed\n"),
      /uncommitted changes in README\.md/,
    ],
    [
      "a staged file",
      async (made) => {
        await made.sandbox.write(join(made.tree("one"), "staged.txt"), "s\n");
        await made.git(["add", "staged.txt"], made.tree("one"));
      },
      /uncommitted changes in staged\.txt/,
    ],
    [
      "an untracked file",
      (made) => made.sandbox.write(join(made.tree("one"), "new/deep.txt"), "n\n"),
      /untracked new\/deep\.txt/,
    ],
    [
      "an ignored file that nothing makes again",
      (made) => made.sandbox.write(join(made.tree("one"), "local.secret"), "s\n"),
      /ignored files .*local\.secret/,
    ],
    [
      "a change git was told to overlook",
      async (made) => {
        await made.git(["update-index", "--assume-unchanged", "README.md"], made.tree("one"));
        await made.sandbox.write(join(made.tree("one"), "README.md"), "hidden\n");
      },
      /hidden from git status in README\.md/,
    ],
  ];
  test.each(losses)("%s is kept without consent, and comes back after it", async (_, lose, reason) => {
    await using made = await mergedStage({ files: { ".gitignore": "*.secret\n" } });
    await lose(made);
    const before = await contents(made.tree("one"));
    for (const consent of [{}, { deleteUnmerged: true }]) {
      const kept = await clean(made, consent);
      expect(kept.entries).toMatchObject([{ outcome: "kept", reason: expect.stringMatching(reason) as string }]);
      expect(kept.refused).toBe(true);
    }
    const { entries } = await clean(made, { discardChanges: true });
    expect(entries).toMatchObject([{ outcome: "removed" }]);
    expect(existsSync(made.tree("one"))).toBe(false);
    shell(entries[0]?.restore ?? "false", made);
    expect(await contents(made.tree("one"))).toEqual(before);
  });

  test("an unmerged branch is kept without consent, and comes back after it; the stage is not complete any more", async () => {
    await using made = await makeProject({ stages: [{ id: "one" }, { id: "two", needs: ["one"] }] });
    const commit = await complete(made, await made.open(), "one");
    for (const consent of [{}, { discardChanges: true }]) {
      expect((await clean(made, consent)).entries).toMatchObject([
        { outcome: "kept", reason: expect.stringContaining("not merged") as string },
      ]);
    }
    const session = await made.open();
    const { entries } = await clean(made, { deleteUnmerged: true }, session);
    expect(entries).toMatchObject([{ outcome: "removed", branchDeleted: true }]);
    expect(statesOf(session)).toEqual(["one not-started", "two not-started"]);
    expect(session.view("two").waitingFor).toEqual(["one"]);
    expect(await readFile(made.plan, "utf8")).not.toContain('"complete"');
    shell(entries[0]?.restore ?? "false", made);
    expect(await made.git(["rev-parse", "feature/one"])).toBe(commit);
  });

  test("paths that a shell would take apart come back as well", async () => {
    const place = "../trees/it's $HOME; one";
    await using made = await makeProject({ stages: [{ id: "one", worktree_path: place }] });
    await setUp(await made.open());
    await made.sandbox.write(join(made.root, place, "new.txt"), "n\n");
    const { entries } = await clean(made, all);
    shell(entries[0]?.restore ?? "false", made);
    expect(await made.sandbox.read(join(made.root, place, "new.txt"))).toBe("n\n");
  });

  async function contents(folder: string): Promise<Readonly<Record<string, string>>> {
    const found: Record<string, string> = {};
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && !path.includes(".claude") && entry.name !== ".git")
        found[path] = await readFile(path, "utf8");
    }
    return found;
  }
});

describe("ignored files", () => {
  test("that a tool makes again, that are ours, or that are a copy of the main worktree's are no loss", async () => {
    await using made = await mergedStage({
      files: { ".gitignore": ".env\nnode_modules/\n.claude/\ndata/\n" },
      config: { copy: [".env", "data"] },
    });
    await made.sandbox.write(join(made.tree("one"), "node_modules/x/index.js"), "x");
    for (const folder of [made.root, made.tree("one")]) {
      await made.sandbox.write(join(folder, ".env"), "KEY=1\n");
      await made.sandbox.write(join(folder, "data/seed/rows.csv"), "1,2\n");
    }
    expect((await clean(made)).entries).toMatchObject([{ outcome: "removed" }]);
  });

  test("a copy that was changed is", async () => {
    await using made = await makeProject({ files: { ".gitignore": ".env\n" }, config: { copy: [".env"] } });
    await made.sandbox.write(join(made.root, ".env"), "KEY=1\n");
    expect(outcomes(await setUp(await made.open()))).toEqual(["one created"]);
    await made.sandbox.write(join(made.tree("one"), ".env"), "KEY=2\n");
    expect((await clean(made)).entries).toMatchObject([
      { outcome: "kept", reason: expect.stringContaining(".env") as string },
    ]);
  });

  test("and so is what else lies where our files are, in a folder that is ignored as a whole", async () => {
    await using made = await mergedStage({ files: { ".gitignore": ".claude/\n" } });
    await made.sandbox.write(join(made.tree("one"), ".claude/notes.md"), "mine");
    expect((await clean(made)).entries).toMatchObject([
      { outcome: "kept", reason: expect.stringContaining(".claude/notes.md") as string },
    ]);
  });
});

describe("in between", () => {
  test("what came into the worktree after the first look is seen by the second", async () => {
    await using made = await mergedStage({ stages: [{ id: "one" }, { id: "two" }] });
    const session = await made.open();
    await setUp(session, "two");
    await session.look();
    session.listen(({ event }) => {
      if (event.type === "removal-finished") void made.sandbox.write(join(made.tree("two"), "late.txt"), "l");
    });
    const { entries, refused } = await clean(made, {}, session);
    const late = await made
      .git(["status", "--porcelain"], made.tree("two"))
      .catch(() => "removed before the file came");
    if (late.includes("late.txt")) expect([entries[1]?.outcome, refused]).toEqual(["kept", true]);
    expect(entries[0]?.outcome).toBe("removed");
  });

  test("a removal whose process died after the folder was moved is finished by the next", async () => {
    await using made = await mergedStage();
    const session = await made.open();
    const head = await made.git(["rev-parse", "feature/one"]);
    const trash = join(made.root, ".git/stagetree/trash/dead");
    await mkdir(join(made.root, ".git/stagetree/trash"), { recursive: true });
    session.emit({
      type: "removal-started",
      stage: "one",
      path: made.tree("one"),
      branch: "feature/one",
      head,
      trash,
      restore: "git worktree add",
    });
    await rename(made.tree("one"), trash);
    expect((await clean(made)).entries).toMatchObject([{ outcome: "removed", branchDeleted: true }]);
    expect(await made.git(["worktree", "list"])).not.toContain("trees/one");
    await until(() => !existsSync(trash) || undefined, "the trash to be emptied");
    const again = await made.open();
    await again.look();
    expect(again.view("one")).toMatchObject({ state: "merged" });
    expect(again.view("one").record).not.toHaveProperty("unfinishedRemoval");
  });

  test("one whose process died before that is just not done", async () => {
    await using made = await mergedStage();
    const session = await made.open();
    const head = await made.git(["rev-parse", "feature/one"]);
    session.emit({
      type: "removal-started",
      stage: "one",
      path: made.tree("one"),
      branch: "feature/one",
      head,
      trash: join(made.root, ".git/stagetree/trash/dead"),
    });
    await made.sandbox.write(join(made.tree("one"), "since.txt"), "s");
    expect((await clean(made)).entries).toMatchObject([{ outcome: "kept" }]);
    await rm(join(made.tree("one"), "since.txt"));
    expect((await clean(made)).entries).toMatchObject([{ outcome: "removed" }]);
  });
});
