// Branches and worktrees: verified before they count, made whole or not at all, and again without a change.
import { chmod, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runPlan } from "../../src/app/run.ts";
import { setupStages } from "../../src/app/setup.ts";
import { addWorktree } from "../../src/git/worktrees.ts";
import {
  checkoutOf,
  complete,
  makeProject,
  type MadeProject,
  outcomes,
  request,
  setUp,
  statesOf,
  typesOf,
} from "./made-project.ts";

const refs = (made: MadeProject): Promise<string> => made.git(["for-each-ref", "--format=%(refname) %(objectname)"]);
const worktrees = (made: MadeProject): Promise<string> => made.git(["worktree", "list", "--porcelain"]);

describe("again", () => {
  test("a second set-up changes nothing", async () => {
    await using made = await makeProject({ stages: [{ id: "one" }, { id: "two" }] });
    const first = await made.open();
    expect(outcomes(await setUp(first))).toEqual(["one created", "two created"]);
    const before = [await refs(made), await worktrees(made), await readFile(made.plan, "utf8"), typesOf(first).length];
    const again = await made.open();
    expect(outcomes(await setUp(again))).toEqual(["one exists", "two exists"]);
    expect([await refs(made), await worktrees(made), await readFile(made.plan, "utf8"), typesOf(again).length]).toEqual(
      before,
    );
  });

  test("a worktree that a person made for the branch is taken as it is", async () => {
    await using made = await makeProject();
    await made.git(["worktree", "add", "--quiet", "-b", "feature/one", made.tree("one")]);
    const commit = await made.work("one");
    const session = await made.open();
    expect(outcomes(await setUp(session))).toEqual(["one exists"]);
    expect(session.view("one")).toMatchObject({ state: "in-progress", facts: { branch: { head: commit, ahead: 1 } } });
    expect(await readFile(join(made.tree("one"), ".claude/plans/STAGE.md"), "utf8")).toContain("# The one stage");
  });

  test("a dry run says the same and does nothing", async () => {
    await using made = await makeProject();
    const session = await made.open({ readonly: true });
    await session.look();
    const before = [await refs(made), await worktrees(made), await checkoutOf(made)];
    const { entries, plans } = await setupStages(session, {
      stages: ["one"],
      jobs: 1,
      signal: new AbortController().signal,
      dryRun: true,
    });
    expect(outcomes(entries)).toEqual(["one created"]);
    expect(plans[0]?.steps.map(({ kind }) => kind)).toEqual([
      "create-branch",
      "record-base",
      "add-worktree",
      "checkout",
      "link-plan",
    ]);
    expect([await refs(made), await worktrees(made), await checkoutOf(made)]).toEqual(before);
  });
});

describe("something else is there", () => {
  const occupied: readonly (readonly [string, (made: MadeProject, path: string) => Promise<unknown>, RegExp])[] = [
    [
      "a folder with files",
      (made, path) => made.sandbox.write(join(path, "notes.txt"), "mine"),
      /folder with other files/,
    ],
    ["a file", (made, path) => made.sandbox.write(path, "mine"), /is a file/],
    [
      "another repository",
      (made) => made.sandbox.repository({ name: "trees/one", files: { a: "a" } }),
      /is another repository/,
    ],
    [
      "a worktree on another branch",
      (made, path) => made.git(["worktree", "add", "--quiet", "-b", "else", path]),
      /on branch else/,
    ],
    [
      "a worktree of another repository",
      async (made, path) => {
        const other = await made.sandbox.repository({ name: "other", files: { a: "a" } });
        await made.git(["worktree", "add", "--quiet", "-b", "feature/one", path], other);
      },
      /belongs to another repository/,
    ],
    [
      "a worktree that was deleted by hand",
      async (made, path) => {
        await made.git(["worktree", "add", "--quiet", "-b", "feature/one", path]);
        await rm(path, { recursive: true });
      },
      /still has a worktree registered/,
    ],
  ];
  test.each(occupied)("%s: refused, named, and left as it was", async (_, occupy, reason) => {
    await using made = await makeProject({ stages: [{ id: "one" }, { id: "two" }] });
    await occupy(made, made.tree("one"));
    const session = await made.open();
    const before = await refs(made);
    const entries = await setUp(session);
    expect(outcomes(entries)).toEqual(["one failed", "two created"]);
    expect(entries[0]?.reason).toMatch(reason);
    expect(
      (await refs(made))
        .split("\n")
        .filter((line) => !line.includes("two"))
        .join("\n"),
    ).toBe(before);
  });

  test("the branch is checked out somewhere else", async () => {
    await using made = await makeProject();
    await made.git(["worktree", "add", "--quiet", "-b", "feature/one", `${made.sandbox.directory}/mine`]);
    expect(await setUp(await made.open())).toMatchObject([
      { outcome: "failed", reason: expect.stringContaining("/mine") as string },
    ]);
  });

  test.each([
    ["inside the git directory", ".git/trees/one", /inside the git directory/],
    ["the main worktree itself", ".", /main worktree/],
    ["far outside", "../../../elsewhere/one", /outside/],
  ])("a place %s is refused", async (_, worktree_path, reason) => {
    await using made = await makeProject({ stages: [{ id: "one", worktree_path }] });
    const opened = await made.open().catch((error: unknown) => error);
    if (opened instanceof Error) expect(opened).toMatchObject({ code: "plan-invalid" });
    else expect((await setUp(await made.open()))[0]?.reason).toMatch(reason);
    expect(await made.git(["branch", "--list", "feature/*"])).toBe("");
  });
});

describe("a branch that is there already", () => {
  test("with work on the base is taken with its work", async () => {
    await using made = await makeProject();
    await made.git(["checkout", "--quiet", "-b", "feature/one"]);
    const commit = await made.sandbox.commit(made.root, { "early.txt": "x" });
    await made.git(["checkout", "--quiet", "main"]);
    const session = await made.open();
    expect(outcomes(await setUp(session))).toEqual(["one created"]);
    expect(session.view("one").facts.branch).toMatchObject({ head: commit, ahead: 1 });
  });

  test("without work of its own is moved up to the base", async () => {
    await using made = await makeProject();
    await made.git(["branch", "feature/one"]);
    const main = await made.sandbox.commit(made.root, { "later.txt": "x" });
    expect(await setUp(await made.open())).toMatchObject([{ outcome: "created", base: main }]);
    expect(await made.git(["rev-parse", "feature/one"])).toBe(main);
  });

  test("that went another way is left alone, and the stage is blocked", async () => {
    await using made = await makeProject();
    await made.git(["checkout", "--quiet", "-b", "feature/one"]);
    const commit = await made.sandbox.commit(made.root, { "early.txt": "x" });
    await made.git(["checkout", "--quiet", "main"]);
    await made.sandbox.commit(made.root, { "later.txt": "x" });
    expect(await setUp(await made.open())).toMatchObject([
      { outcome: "blocked", reason: expect.stringContaining("rebase it") as string },
    ]);
    expect(await made.git(["rev-parse", "feature/one"])).toBe(commit);
  });
});

describe("what a new worktree gets", () => {
  test("copies of the ignored files the configuration lists, and no others", async () => {
    await using made = await makeProject({
      files: { ".gitignore": ".env\nsecrets/\ncache/\n" },
      config: { copy: [".env", "secrets", "missing"] },
    });
    await made.sandbox.write(join(made.root, ".env"), "KEY=1\n");
    await made.sandbox.write(join(made.root, "secrets/deep/key"), "k");
    await made.sandbox.write(join(made.root, "cache/big"), "b");
    await chmod(join(made.root, ".env"), 0o600);
    expect(outcomes(await setUp(await made.open()))).toEqual(["one created"]);
    expect(await readFile(join(made.tree("one"), ".env"), "utf8")).toBe("KEY=1\n");
    expect(await readFile(join(made.tree("one"), "secrets/deep/key"), "utf8")).toBe("k");
    await expect(readFile(join(made.tree("one"), "cache/big"))).rejects.toThrow(/ENOENT/);
    expect(await made.git(["status", "--porcelain"], made.tree("one"))).toBe("");
  });

  test("its set-up command, run in it", async () => {
    await using made = await makeProject({
      files: { ".gitignore": "made\n" },
      config: { setup: 'echo "$STAGETREE_STAGE in $PWD" > made' },
    });
    expect(outcomes(await setUp(await made.open()))).toEqual(["one created"]);
    expect(await readFile(join(made.tree("one"), "made"), "utf8")).toBe(`one in ${made.tree("one")}\n`);
  });
});

describe("a set-up that fails half-way", () => {
  test("leaves no branch, no worktree, no base; the others are made", async () => {
    await using made = await makeProject({
      stages: [{ id: "one" }, { id: "two" }],
      config: { setup: 'echo nearly; test "$STAGETREE_STAGE" = two' },
    });
    const session = await made.open();
    const entries = await setUp(session);
    expect(outcomes(entries)).toEqual(["one failed", "two created"]);
    expect(entries[0]?.reason).toMatch(/^its set-up command failed with exit code 1 \(echo nearly/);
    expect(await refs(made)).not.toContain("one");
    expect(await worktrees(made)).not.toContain("trees/one");
    await expect(readFile(join(made.tree("one"), ".git"))).rejects.toThrow(/ENOENT/);
    expect(statesOf(session)).toEqual(["one failed", "two in-progress"]);
    expect((await readFile(made.plan, "utf8")).match(/"not-started"/g)).toHaveLength(1);
    await runPlan(session, request(session));
    expect((await readFile(made.plan, "utf8")).match(/"not-started"/g)).toHaveLength(1);
  });

  test("puts a branch that it had moved up back, and the base it had recorded before", async () => {
    await using made = await makeProject({ config: { setup: "false" } });
    await made.git(["branch", "feature/one"]);
    const old = await made.git(["rev-parse", "main"]);
    await made.git(["update-ref", "refs/stagetree/base/sample/one", old]);
    await made.sandbox.commit(made.root, { "later.txt": "x" });
    const before = await refs(made);
    expect(outcomes(await setUp(await made.open()))).toEqual(["one failed"]);
    expect(await refs(made)).toBe(before);
  });

  test("one that is stopped leaves the stage as it was, not failed", async () => {
    await using made = await makeProject({ config: { setup: "touch ../started; sleep 60" } });
    const session = await made.open();
    const stop = new AbortController();
    session.listen(({ event }) => {
      if (event.type === "command-started") stop.abort("now");
    });
    await session.look();
    const { entries } = await setupStages(session, { stages: ["one"], jobs: 1, signal: stop.signal });
    expect(entries).toMatchObject([{ outcome: "failed", reason: "interrupted" }]);
    expect(statesOf(session)).toEqual(["one not-started"]);
    expect(await made.git(["branch", "--list", "feature/*"])).toBe("");
  });

  test("one whose process died is taken back by the next command, which then makes it", async () => {
    await using made = await makeProject();
    const main = await made.git(["rev-parse", "main"]);
    const dead = await made.open();
    const token = "stagetree:dead:creating";
    dead.emit({
      type: "setup-started",
      stage: "one",
      branch: "feature/one",
      path: made.tree("one"),
      base: main,
      branchExisted: false,
      token,
      parents: [],
    });
    await made.git(["update-ref", "refs/heads/feature/one", main]);
    await made.git(["update-ref", "refs/stagetree/base/sample/one", main]);
    await addWorktree(made.project.repository, { path: made.tree("one"), branch: "feature/one", reason: token });
    const session = await made.open();
    expect(outcomes(await setUp(session))).toEqual(["one created"]);
    expect(typesOf(session)).toContain("setup-failed");
    expect(statesOf(session)).toEqual(["one in-progress"]);
    expect(await worktrees(made)).not.toContain("locked");
  });

  test("one that died after all was made is recorded as made", async () => {
    await using made = await makeProject();
    const main = await made.git(["rev-parse", "main"]);
    const dead = await made.open();
    dead.emit({
      type: "setup-started",
      stage: "one",
      branch: "feature/one",
      path: made.tree("one"),
      base: main,
      branchExisted: false,
      token: "stagetree:dead:creating",
      parents: [],
    });
    await made.git(["worktree", "add", "--quiet", "-b", "feature/one", made.tree("one")]);
    const session = await made.open();
    expect(outcomes(await setUp(session))).toEqual(["one exists"]);
    expect(typesOf(session)).not.toContain("setup-failed");
    expect(session.view("one").record.setup?.base).toBe(main);
  });
});

test("many stages at once: all made, each on its own branch, nothing left locked", async () => {
  const stages = Array.from({ length: 16 }, (_, index) => ({ id: `s${index}` }));
  await using made = await makeProject({ stages });
  const session = await made.open();
  await session.look();
  const { entries } = await setupStages(session, {
    stages: stages.map(({ id }) => id),
    jobs: 8,
    signal: new AbortController().signal,
  });
  expect(entries.every(({ outcome }) => outcome === "created")).toBe(true);
  expect(await worktrees(made)).not.toContain("locked");
  await made.git(["fsck", "--no-progress", "--strict"]);
});

test("a stage that a person set aside, or that is complete, gets no worktree", async () => {
  await using made = await makeProject({
    stages: [
      { id: "blocked", status: "blocked" },
      { id: "skipped", status: "skipped" },
      { id: "done", status: "complete" },
    ],
  });
  const session = await made.open();
  expect(outcomes(await setUp(session))).toEqual(["blocked blocked", "skipped blocked", "done exists"]);
  expect(await made.git(["branch", "--list", "feature/*"])).toBe("");
  expect(statesOf(session)).toEqual(["blocked blocked", "skipped skipped", "done complete"]);
});

test("a stage marked blocked keeps that word when its worktree is looked after", async () => {
  await using made = await makeProject({ stages: [{ id: "one", status: "blocked" }] });
  await made.git(["worktree", "add", "--quiet", "-b", "feature/one", made.tree("one")]);
  const session = await made.open();
  expect(outcomes(await setUp(session))).toEqual(["one exists"]);
  expect(statesOf(session)).toEqual(["one blocked"]);
  expect(await readFile(made.plan, "utf8")).toContain('"status": "blocked"');
});

test("a repository whose registered worktree was replaced by another repository is never worked in", async () => {
  await using made = await makeProject();
  const session = await made.open();
  await complete(made, session, "one");
  await rm(made.tree("one"), { recursive: true });
  await made.sandbox.repository({ name: "trees/one", files: { "theirs.txt": "t" } });
  await session.look();
  expect(session.view("one").facts.worktree).toMatchObject({
    exists: false,
    problem: expect.stringContaining("another repository") as string,
  });
  await mkdir(join(made.sandbox.directory, "elsewhere"));
  await writeFile(join(made.sandbox.directory, "elsewhere/x"), "");
  await rm(made.tree("one"), { recursive: true });
  await symlink(join(made.sandbox.directory, "elsewhere"), made.tree("one"));
  await session.look();
  expect(session.view("one").facts.worktree.exists).toBe(false);
});
