// Taking back each kind of operation, and doing it again: refs, worktrees, files that were never committed, the plan's bytes.
// What moved since is named, and then nothing is changed.
import { spawn } from "node:child_process";
import { chmod, mkdir, readdir, readFile, rename, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { approveChecks, markStage } from "../../src/app/approve.ts";
import { cleanStages } from "../../src/app/clean.ts";
import { listOperations } from "../../src/app/operations.ts";
import { withRunLock } from "../../src/app/run-lock.ts";
import { openSession, type Session } from "../../src/app/session.ts";
import { openPlan } from "../../src/app/plan-file.ts";
import { type Turned, turnLast } from "../../src/app/turn.ts";
import type { Direction } from "../../src/core/change.ts";
import type { Event } from "../../src/core/event.ts";
import { Fault, isFault } from "../../src/core/fault.ts";
import { recordOf } from "../../src/core/state.ts";
import { planText, until } from "../rig.ts";
import {
  complete,
  eventsOf,
  makeProject,
  type MadeOf,
  type MadeProject,
  setUp,
  statesOf,
  verify,
} from "./made-project.ts";

/** Turns in a session of its own, as another process would. */
async function turn(made: MadeProject, direction: Direction): Promise<Turned> {
  const session = await made.open({ removed: true });
  return withRunLock(session, async () => {
    await session.look();
    return turnLast(session, { direction, dryRun: false });
  });
}

/** The sentences on what moved; fails where it was not refused, or something was changed. */
async function moved(made: MadeProject, direction: Direction = "undo"): Promise<readonly string[]> {
  const before = await world(made);
  const error: unknown = await turn(made, direction).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isFault(error, "undo-refused")) throw error ?? new Error("it was not refused");
  expect(await world(made)).toEqual(before);
  return error.facts.moved;
}

async function clean(made: MadeProject, ...stages: readonly string[]): Promise<void> {
  const session = await made.open({ removed: true });
  const asked = stages.length === 0 ? session.plan.stages.map(({ id }) => id) : stages;
  const request = { stages: asked, dryRun: false, discardChanges: true, deleteUnmerged: true };
  await withRunLock(session, () => cleanStages(session, request));
}

/** All that undo has to bring back: refs, worktrees with every byte, index and mode in them, the plan, the records. */
async function world(made: MadeProject): Promise<unknown> {
  const session = await made.open();
  await session.look();
  const refs = (await made.git(["for-each-ref", "--format=%(refname) %(objectname)"])).split("\n");
  const list = await made.git(["worktree", "list", "--porcelain"]);
  const paths = [...list.matchAll(/^worktree (.+)$/gmu)].map((match) => match[1] ?? "");
  const trees = paths.filter((path) => path !== made.root).map((path) => treeOf(made, path));
  return {
    refs: refs.filter((ref) => !/^refs\/stagetree\/(?:undo|backup)\//u.test(ref)),
    list,
    trees: await Promise.all(trees),
    plan: await readFile(made.plan, "base64"),
    records: session.plan.stages.map(({ id }) => recordOf(session.state(), id)),
    states: statesOf(session),
  };
}

async function treeOf(made: MadeProject, path: string): Promise<unknown> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
    .map(async (entry) => {
      const at = join(entry.parentPath, entry.name);
      return `${at} ${((await stat(at)).mode & 0o777).toString(8)} ${await readFile(at, "base64")}`;
    });
  return {
    files: (await Promise.all(files)).toSorted(),
    status: await made.git(["status", "--porcelain=v2"], path),
    staged: await made.git(["diff", "--cached"], path),
    unstaged: await made.git(["diff"], path),
    index: await made.git(["ls-files", "--stage", "-v"], path),
  };
}

/** Undo leads back, redo forth, and undo back again; git finds nothing wrong, and nothing is left locked. */
async function expectTurns(made: MadeProject, action: () => Promise<unknown>): Promise<void> {
  const before = await world(made);
  await action();
  const after = await world(made);
  expect(after).not.toEqual(before);
  expect((await turn(made, "undo")).operation).toBeDefined();
  expect(await world(made)).toEqual(before);
  await turn(made, "redo");
  expect(await world(made)).toEqual(after);
  await turn(made, "undo");
  expect(await world(made)).toEqual(before);
  expect(await made.git(["fsck", "--no-dangling"])).toBe("");
  expect(await made.git(["worktree", "list", "--porcelain"])).not.toMatch(/^(?:locked|prunable)/mu);
}

const two: MadeOf = { stages: [{ id: "one" }, { id: "two", needs: ["one"] }, { id: "three" }] };
const withFiles: MadeOf = {
  ...two,
  files: { "a.txt": "a\nb\n", "gone.txt": "gone\n", ".gitignore": ".env\nnode_modules\n*.db\n" },
};

/** Staged, unstaged, untracked, deleted, ignored with a mode of its own, and what a tool makes again. */
async function makeDirty(made: MadeProject, stage: string): Promise<void> {
  const path = made.tree(stage);
  await writeFile(join(path, "a.txt"), "a\nstaged\n");
  await made.git(["add", "a.txt"], path);
  await writeFile(join(path, "a.txt"), "a\nstaged\nunstaged\n");
  await rm(join(path, "gone.txt"));
  await writeFile(join(path, "new.bin"), Buffer.from([0, 255, 13, 10]));
  await writeFile(join(path, ".env"), "KEY=1\n");
  await chmod(join(path, ".env"), 0o600);
  await mkdir(join(path, "node_modules/x"), { recursive: true });
  await writeFile(join(path, "node_modules/x/index.js"), "made again\n");
}

describe("each operation goes back and forth", () => {
  test("set-up of one stage", async () => {
    await using made = await makeProject(two);
    await expectTurns(made, async () => setUp(await made.open(), "one"));
  });

  test("set-up of several at once is taken back as one", async () => {
    await using made = await makeProject({ stages: [{ id: "a" }, { id: "b" }, { id: "c" }] });
    await expectTurns(made, async () => setUp(await made.open()));
  });

  test("set-up on a branch that was there, and one that was moved up to its base", async () => {
    await using made = await makeProject({ stages: [{ id: "one" }, { id: "two" }] });
    await made.git(["branch", "feature/one"]);
    await made.sandbox.commit(made.root, { "more.txt": "more\n" });
    await made.git(["branch", "feature/two"]);
    await made.sandbox.commit(made.root, { "most.txt": "most\n" });
    await made.git(["worktree", "list"]);
    await expectTurns(made, async () => setUp(await made.open()));
  });

  test("set-up that copies ignored files and runs a command that makes some", async () => {
    await using made = await makeProject({
      ...withFiles,
      config: { copy: [".env"], setup: "echo made > local.db && mkdir node_modules && echo x > node_modules/x" },
    });
    await writeFile(join(made.root, ".env"), "KEY=1\n");
    await expectTurns(made, async () => setUp(await made.open(), "one"));
  });

  test("a set-up onto needs that were merged for it", async () => {
    await using made = await makeProject({ stages: [{ id: "a" }, { id: "b" }, { id: "top", needs: ["a", "b"] }] });
    const session = await made.open();
    await complete(made, session, "a");
    await complete(made, session, "b");
    await expectTurns(made, async () => setUp(await made.open(), "top"));
  });

  test("completion, with the status in the plan", async () => {
    await using made = await makeProject(two);
    await setUp(await made.open(), "one");
    await made.work("one");
    const before = await readFile(made.plan, "utf8");
    await verify(await made.open(), { stages: ["one"] });
    expect(await readFile(made.plan, "utf8")).toContain('"complete"');
    expect(statesOf(await looked(made))).toContain("one complete");
    await turn(made, "undo");
    expect(await readFile(made.plan, "utf8")).toBe(before);
    expect(statesOf(await looked(made))).toContain("one in-progress");
    await turn(made, "redo");
    expect(statesOf(await looked(made))).toContain("one complete");
  });

  test("mark, and mark again", async () => {
    await using made = await makeProject(two);
    for (const state of ["blocked", "skipped", "complete", "not-started"] as const) {
      await expectTurns(made, async () => markStage(await made.open(), { stage: "three", state, note: `is ${state}` }));
      await turn(made, "redo");
    }
  });

  test("approve, with the completion that follows from it", async () => {
    await using made = await makeProject({
      text: `${planText([{ id: "one", name: "One" }])}\n### Stage 1: One\n\n#### Validation\n\n- [ ] Look at it\n`,
    });
    await setUp(await made.open());
    await made.work("one");
    await expectTurns(made, async () => {
      const session = await made.open();
      await approveChecks(session, { stage: "one", allowEmpty: false, dryRun: false });
      expect(statesOf(session)).toEqual(["one complete"]);
    });
  });

  test("clean of a worktree that is full of changes", async () => {
    await using made = await makeProject(withFiles);
    await setUp(await made.open(), "one");
    await made.work("one");
    await makeDirty(made, "one");
    await expectTurns(made, () => clean(made, "one"));
    expect(await readFile(join(made.tree("one"), ".env"), "utf8")).toBe("KEY=1\n");
  });

  test("clean of several, merged and not", async () => {
    await using made = await makeProject(withFiles);
    await setUp(await made.open(), "one", "three");
    await made.work("one");
    await made.git(["merge", "--quiet", "--no-ff", "-m", "merge", "feature/one"]);
    await made.work("three");
    await expectTurns(made, () => clean(made));
  });

  test("clean of a branch without a worktree", async () => {
    await using made = await makeProject(two);
    await setUp(await made.open(), "one");
    await made.work("one");
    await made.git(["worktree", "remove", made.tree("one")]);
    await expectTurns(made, () => clean(made, "one"));
  });

  test("clean of a worktree whose file is hidden from git, and copies what lies in the main worktree", async () => {
    await using made = await makeProject(withFiles);
    await setUp(await made.open(), "one");
    await made.git(["update-index", "--skip-worktree", "a.txt"], made.tree("one"));
    await writeFile(join(made.tree("one"), "a.txt"), "hidden\n");
    for (const root of [made.root, made.tree("one")]) {
      await writeFile(join(root, "large.db"), "");
      await truncate(join(root, "large.db"), 17 * 1024 * 1024);
      await writeFile(join(root, "small.db"), "small\n");
    }
    await expectTurns(made, () => clean(made, "one"));
  });

  test("a gate that moved on to its needs", async () => {
    await using made = await makeProject({
      stages: [{ id: "one" }, { id: "gate", kind: "gate", needs: ["one"], validate: "true" }],
    });
    const session = await made.open();
    await complete(made, session, "one");
    await setUp(session, "gate");
    await made.work("one", { "two.txt": "two\n" });
    await verify(session, { stages: ["one"] });
    await verify(session, { stages: ["gate"] });
    const at = () => made.git(["rev-parse", "feature/gate"]);
    const after = await at();
    expect(after).toBe(await made.git(["rev-parse", "feature/one"]));
    while ((await turn(made, "undo")).operation?.kind !== "follow");
    expect(await at()).not.toBe(after);
    expect(await made.git(["status", "--porcelain"], made.tree("gate"))).toBe("");
    await expect(stat(join(made.tree("gate"), "two.txt"))).rejects.toThrow();
    await turn(made, "redo");
    expect(await at()).toBe(after);
    expect(await made.git(["status", "--porcelain"], made.tree("gate"))).toBe("");
  });

  test("one after the other, to the very beginning and to the end again", async () => {
    await using made = await makeProject(withFiles);
    const worlds = [await world(made)];
    const step = async (action: () => Promise<unknown>): Promise<void> => {
      await action();
      worlds.push(await world(made));
    };
    await step(async () => setUp(await made.open(), "one"));
    await step(async () => markStage(await made.open(), { stage: "three", state: "blocked" }));
    await makeDirty(made, "one");
    // What a person did in between is not taken back: from here on the worktree has it.
    worlds.splice(2, 1, await world(made));
    await step(() => clean(made, "one"));
    await step(async () => setUp(await made.open(), "one"));
    for (const one of worlds.slice(2, -1).toReversed()) {
      await turn(made, "undo");
      expect(await world(made)).toEqual(one);
    }
    for (const one of worlds.slice(3)) {
      await turn(made, "redo");
      expect(await world(made)).toEqual(one);
    }
  });
});

async function looked(made: MadeProject): Promise<Session> {
  const session = await made.open();
  await session.look();
  return session;
}

describe("what moved since is named, and nothing is changed", () => {
  test("after a set-up: a commit, a change, a new file, an ignored one, a process", async () => {
    await using made = await makeProject(withFiles);
    await setUp(await made.open(), "one");
    const path = made.tree("one");
    await writeFile(join(path, "a.txt"), "changed\n");
    await writeFile(join(path, "new.txt"), "new\n");
    await writeFile(join(path, ".env"), "KEY=1\n");
    const child = spawn("sleep", ["60"], { cwd: path });
    try {
      await until(() => child.pid !== undefined || undefined, "a process");
      const sentences = await until(async () => {
        const said = await moved(made);
        return said.some((one) => one.includes("process")) ? said : undefined;
      }, "the process to be seen");
      expect(sentences).toEqual([
        `${path} holds uncommitted changes in a.txt`,
        `${path} holds untracked files: new.txt`,
        `${path} holds ignored files that nothing makes again: .env`,
        `${path} has process ${child.pid} working inside`,
      ]);
    } finally {
      child.kill("SIGKILL");
    }
    await made.git(["add", "--all"], path);
    await made.git(["commit", "--quiet", "-m", "work"], path);
    expect((await moved(made))[0]).toMatch(/one is at [0-9a-f]{10}, not at [0-9a-f]{10}$/u);
  });

  test("after a set-up: its worktree is locked, in the middle of a merge, or another thing", async () => {
    await using made = await makeProject(two);
    await setUp(await made.open(), "one");
    const path = made.tree("one");
    await made.git(["worktree", "lock", "--reason", "mine", path]);
    expect(await moved(made)).toEqual([`${path} is locked (mine)`]);
    await made.git(["worktree", "unlock", path]);
    await made.git(["checkout", "--quiet", "-b", "other"], path);
    expect((await moved(made))[0]).toContain("is a worktree on branch other");
    await made.git(["checkout", "--quiet", "feature/one"], path);
    await rename(path, `${path}-away`);
    await symlink(`${path}-away`, path);
    expect((await moved(made))[0]).toContain("is a symbolic link");
  });

  test("after a set-up: a worktree that somebody removed is gone already, and the rest goes", async () => {
    await using made = await makeProject(two);
    const before = await world(made);
    await setUp(await made.open(), "one");
    await made.git(["worktree", "remove", made.tree("one")]);
    await turn(made, "undo");
    expect(await world(made)).toEqual(before);
  });

  test("after a clean: a branch of that name, a folder in its place", async () => {
    await using made = await makeProject(two);
    await setUp(await made.open(), "one");
    await made.work("one");
    await clean(made, "one");
    await made.git(["branch", "feature/one", "main"]);
    expect((await moved(made)).join()).toContain("the branch feature/one is at");
    await made.git(["branch", "--delete", "feature/one"]);
    await made.sandbox.write("trees/one/mine.txt", "mine\n");
    expect((await moved(made)).join()).toContain("is a folder with other files");
    await rm(made.tree("one"), { recursive: true });
    await turn(made, "undo");
    expect(await readFile(join(made.tree("one"), "one.txt"), "utf8")).toBe("one\n");
  });

  test("after a clean: what was saved is gone", async () => {
    await using made = await makeProject(two);
    await setUp(await made.open(), "one");
    await clean(made, "one");
    const refs = (await made.git(["for-each-ref", "refs/stagetree/undo", "--format=%(refname)"])).split("\n");
    for (const ref of refs) await made.git(["update-ref", "-d", ref]);
    expect((await moved(made)).join()).toContain("what was saved of");
  });

  test("redo of a clean: the worktree is not what it was", async () => {
    await using made = await makeProject(withFiles);
    await setUp(await made.open(), "one");
    await makeDirty(made, "one");
    await clean(made, "one");
    await turn(made, "undo");
    await writeFile(join(made.tree("one"), "more.txt"), "more\n");
    expect((await moved(made, "redo")).join()).toContain("more.txt");
    await rm(join(made.tree("one"), "more.txt"));
    await turn(made, "redo");
    await expect(stat(made.tree("one"))).rejects.toThrow();
  });

  test("the plan: a status that somebody wrote over is theirs; other lines do not matter", async () => {
    await using made = await makeProject(two);
    const session = await made.open();
    await markStage(session, { stage: "three", state: "blocked" });
    const text = await readFile(made.plan, "utf8");
    await writeFile(made.plan, text.replace('"blocked"', '"skipped"'));
    const [sentence] = await moved(made);
    expect(sentence).toContain("plans/plan.md now");
    await writeFile(made.plan, `${text.replace("# Sample", "# A longer title\r\n\r\nWith words.")}\nAnd an end`);
    await turn(made, "undo");
    const expected = text
      .replace("# Sample", "# A longer title\r\n\r\nWith words.")
      .replace('"blocked"', '"not-started"');
    expect(await readFile(made.plan, "utf8")).toBe(`${expected}\nAnd an end`);
    expect(recordOf((await looked(made)).state(), "three").declared).toBeUndefined();
    await turn(made, "redo");
    expect(await readFile(made.plan, "utf8")).toBe(
      `${expected.replace(/(?<="id": "three"[^}]*)"not-started"/u, '"blocked"')}\nAnd an end`,
    );
  });

  test("the plan has another stage under that id", async () => {
    await using made = await makeProject(two);
    const session = await made.open();
    session.adopt({ start: true });
    await setUp(session, "one");
    const text = await readFile(made.plan, "utf8");
    const swapped = { one: "three", three: "one" } as Readonly<Record<string, string>>;
    await writeFile(
      made.plan,
      text.replaceAll(/The (one|three) stage/gu, (_, id: string) => `The ${swapped[id] ?? ""} stage`),
    );
    // Taken note of by whatever command comes next.
    await withRunLock(await made.open(), () => Promise.resolve());
    expect((await moved(made)).join()).toContain("the plan has another stage under the id one now");
  });

  test("a run that goes on", async () => {
    await using made = await makeProject(two);
    await setUp(await made.open(), "one");
    const session = await made.open();
    await withRunLock(session, async () => {
      const error: unknown = await turn(made, "undo").catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Fault);
      expect(isFault(error, "run-held")).toBe(true);
    });
  });

  test("nothing to take back, nothing to do again", async () => {
    await using made = await makeProject(two);
    expect(await turn(made, "undo")).toEqual({ steps: [] });
    expect(await turn(made, "redo")).toEqual({ steps: [] });
    await markStage(await made.open(), { stage: "three", state: "blocked" });
    await turn(made, "undo");
    await markStage(await made.open(), { stage: "three", state: "skipped" });
    expect(await turn(made, "redo")).toEqual({ steps: [] });
  });
});

describe("the list", () => {
  test("newest first, with what each did; only the next is known to be possible", async () => {
    await using made = await makeProject(two);
    await setUp(await made.open(), "one");
    await markStage(await made.open(), { stage: "three", state: "blocked" });
    const list = async () => listOperations(await looked(made));
    expect(await list()).toMatchObject([
      {
        command: "mark",
        stages: ["three"],
        state: "done",
        next: "undo",
        possible: true,
        did: ["wrote three: not-started to blocked"],
      },
      { command: "setup", stages: ["one"], state: "done", possible: false, moved: [] },
    ]);
    await turn(made, "undo");
    await writeFile(join(made.tree("one"), "new.txt"), "new\n");
    expect(await list()).toMatchObject([
      { command: "mark", state: "undone", next: "redo", possible: true },
      { command: "setup", next: "undo", possible: false, moved: [expect.stringContaining("new.txt")] },
    ]);
  });

  test("what failed, changed nothing or only looked is not in it", async () => {
    await using made = await makeProject({ ...two, config: { setup: "exit 1" } });
    await setUp(await made.open(), "one");
    await markStage(await made.open(), { stage: "three", state: "not-started" });
    await clean(made);
    expect(await listOperations(await looked(made))).toEqual([]);
    expect(await made.git(["for-each-ref", "refs/stagetree"])).toBe("");
  });
});

describe("killed in the middle", () => {
  /** The state as a process leaves it that began to turn the last operation, and did `partly` of it. */
  async function cutOff(
    made: MadeProject,
    direction: Direction,
    partly: (token: string) => Promise<void>,
  ): Promise<void> {
    const session = openSession(made.project, await openPlan(made.project, made.plan));
    const { list = [] } = session.state().operations ?? {};
    const operation =
      direction === "undo" ? list.findLast((one) => one.undone !== true) : list.find((one) => one.undone === true);
    if (operation === undefined) throw new Error("nothing to turn");
    const token = "stagetree:cut:creating";
    const trash = join(made.project.directory, "trash/cut");
    const started: Event = { type: "turn-started", operation: operation.id, direction, token, trash };
    session.store.append(session.plan.id, [started]);
    session.close();
    await partly(token);
  }
  /** Any command that writes puts it in order. */
  async function next(made: MadeProject): Promise<Session> {
    const session = await made.open();
    await withRunLock(session, () => Promise.resolve());
    expect(session.state().operations?.turning).toBeUndefined();
    expect(await made.git(["fsck", "--no-dangling"])).toBe("");
    return session;
  }

  const registered = async (made: MadeProject, token: string): Promise<void> => {
    await made.git(["branch", "feature/one", "saved"]);
    const lock = ["--no-checkout", "--lock", "--reason", token];
    await made.git(["worktree", "add", ...lock, made.tree("one"), "feature/one"]);
  };

  test.each<readonly [string, (made: MadeProject, token: string) => Promise<unknown>]>([
    ["before anything", () => Promise.resolve()],
    ["once its branch is back", (made) => made.git(["branch", "feature/one", "saved"])],
    ["once its worktree is registered", registered],
    [
      "with half of its files",
      async (made, token) => {
        await made.git(["branch", "feature/one", "saved"]);
        await made.git(["worktree", "add", "--quiet", "--lock", "--reason", token, made.tree("one"), "feature/one"]);
        await writeFile(join(made.tree("one"), "a.txt"), "half");
      },
    ],
    [
      "where git itself fails",
      async (made, token) => {
        await registered(made, token);
        await truncate(join(made.root, ".git/worktrees/one/commondir"));
      },
    ],
  ])("undo of a clean, %s: the next command finishes it", async (_, partly) => {
    await using made = await makeProject(withFiles);
    await setUp(await made.open(), "one");
    await made.work("one");
    await makeDirty(made, "one");
    await made.git(["branch", "saved", "feature/one"]);
    const before = await world(made);
    await clean(made, "one");
    await cutOff(made, "undo", async (token) => {
      await partly(made, token);
    });
    await next(made);
    expect(await world(made)).toEqual(before);
    await turn(made, "redo");
  });

  test.each<readonly [string, (made: MadeProject) => Promise<unknown>]>([
    ["before anything", () => Promise.resolve()],
    [
      "once the folder is moved, and git does not know it yet",
      async (made) => {
        await mkdir(join(made.project.directory, "trash"), { recursive: true });
        await rename(made.tree("one"), join(made.project.directory, "trash/cut-0"));
      },
    ],
    ["once the worktree is gone", (made) => made.git(["worktree", "remove", made.tree("one")])],
    [
      "once the refs are gone",
      async (made) => {
        await made.git(["worktree", "remove", made.tree("one")]);
        await made.git(["branch", "-D", "feature/one"]);
        await made.git(["update-ref", "-d", "refs/stagetree/base/sample/one"]);
      },
    ],
  ])("undo of a set-up, %s: the next command finishes it", async (_, partly) => {
    await using made = await makeProject(two);
    const before = await world(made);
    await setUp(await made.open(), "one");
    await cutOff(made, "undo", async () => {
      await partly(made);
    });
    await next(made);
    expect(await world(made)).toEqual(before);
  });

  test("where the world moved before the next command, it is taken back, and said", async () => {
    await using made = await makeProject(two);
    await setUp(await made.open(), "one");
    await made.work("one");
    await clean(made, "one");
    const after = await world(made);
    await cutOff(made, "undo", async () => {
      await made.git(["update-ref", "refs/stagetree/base/sample/one", "main"]);
      await made.sandbox.write("trees/one/mine.txt", "mine\n");
    });
    const session = await next(made);
    expect(eventsOf(session).at(-1)).toMatchObject({
      type: "turn-stopped",
      reason: expect.stringContaining("other files"),
    });
    await rm(made.tree("one"), { recursive: true });
    expect(await world(made)).toEqual(after);
    await turn(made, "undo");
    expect(await readFile(join(made.tree("one"), "one.txt"), "utf8")).toBe("one\n");
  });

  test("a failure on the way takes back what was done until then", async () => {
    await using made = await makeProject(two);
    await setUp(await made.open(), "one");
    await made.work("one");
    await clean(made, "one");
    const after = await world(made);
    await rm(join(made.sandbox.directory, "trees"), { recursive: true, force: true });
    await writeFile(join(made.sandbox.directory, "trees"), "a file where the folder was");
    await expect(turn(made, "undo")).rejects.toThrow();
    await rm(join(made.sandbox.directory, "trees"));
    await mkdir(join(made.sandbox.directory, "trees"));
    expect(await world(made)).toEqual(after);
    await turn(made, "undo");
    expect(await readFile(join(made.tree("one"), "one.txt"), "utf8")).toBe("one\n");
  });

  test("a set-up killed half-way is put in order, and there is nothing to undo of it", async () => {
    await using made = await makeProject(two);
    const session = await made.open();
    const base = await made.git(["rev-parse", "main"]);
    const path = made.tree("one");
    session.emit(
      { type: "operation-started", operation: "cut", kind: "setup" },
      {
        type: "operation-intended",
        operation: "cut",
        stages: ["one"],
        changes: [
          { kind: "ref", stage: "one", ref: "refs/heads/feature/one", after: base },
          { kind: "worktree", stage: "one", path, branch: "feature/one", was: "made", head: base },
        ],
      },
      {
        type: "setup-started",
        stage: "one",
        branch: "feature/one",
        path,
        base,
        branchExisted: false,
        token: "stagetree:cut:creating",
        parents: [],
      },
    );
    await made.git(["branch", "feature/one"]);
    await next(made);
    expect(await made.git(["branch", "--list", "feature/*"])).toBe("");
    expect(await turn(made, "undo")).toEqual({ steps: [] });
  });
});
