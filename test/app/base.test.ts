// What a stage starts from: the work of every need, wherever that lies, and nothing else.
import { describe, expect, test } from "vitest";
import { markStage } from "../../src/app/approve.ts";
import { complete, eventsOf, makeProject, type MadeProject, outcomes, setUp, statesOf } from "./made-project.ts";

const diamond = [
  { id: "base" },
  { id: "left", needs: ["base"] },
  { id: "right", needs: ["base"] },
  { id: "top", needs: ["left", "right"] },
];
const parentsOf = async (made: MadeProject, commit: string): Promise<readonly string[]> =>
  (await made.git(["rev-list", "--parents", "-n", "1", commit])).split(" ").slice(1);
const recordedBase = (made: MadeProject, stage: string): Promise<string> =>
  made.git(["rev-parse", `refs/stagetree/base/sample/${stage}`]);

describe("without needs", () => {
  test("the branch that is checked out", async () => {
    await using made = await makeProject();
    const [entry] = await setUp(await made.open());
    const main = await made.git(["rev-parse", "main"]);
    expect(entry).toMatchObject({ outcome: "created", base: main });
    expect(await made.git(["rev-parse", "feature/one"])).toBe(main);
    expect(await recordedBase(made, "one")).toBe(main);
  });

  test("the plan's base branch before that, and --base before both", async () => {
    await using made = await makeProject({ extra: { base_branch: "develop" } });
    await made.git(["branch", "develop"]);
    await made.git(["branch", "other"]);
    await made.sandbox.commit(made.root, { "later.txt": "x" });
    const develop = await made.git(["rev-parse", "develop"]);
    expect(await setUp(await made.open())).toMatchObject([{ base: develop }]);
    const other = await made.sandbox.commit(made.root, { "more.txt": "x" });
    await made.git(["branch", "--force", "other", other]);
    await made.git(["worktree", "remove", made.tree("one")]);
    await made.git(["branch", "-D", "feature/one"]);
    expect(await setUp(await made.open({ base: "other" }))).toMatchObject([{ base: other }]);
  });

  test("a base that does not exist is a fault that names the nearest", async () => {
    await using made = await makeProject({ extra: { base_branch: "mian" } });
    const session = await made.open();
    await expect(session.look()).rejects.toMatchObject({ code: "base-missing", facts: { nearest: "main" } });
  });
});

describe("with needs", () => {
  test("it waits until they are complete", async () => {
    await using made = await makeProject({ stages: diamond });
    const session = await made.open();
    expect(outcomes(await setUp(session))).toEqual(["base created", "left waiting", "right waiting", "top waiting"]);
    expect(await made.git(["branch", "--list", "feature/left"])).toBe("");
  });

  test("one: its tip; several: their merge, the same wherever it is made, with nothing checked out", async () => {
    await using made = await makeProject({ stages: diamond });
    const session = await made.open();
    const base = await complete(made, session, "base");
    const left = await complete(made, session, "left");
    const right = await complete(made, session, "right");
    expect(await parentsOf(made, left)).toEqual([base]);
    expect(outcomes(await setUp(session, "top"))).toEqual(["top created"]);
    const top = await recordedBase(made, "top");
    expect((await parentsOf(made, top)).toSorted()).toEqual([left, right].toSorted());
    expect(eventsOf(session).findLast(({ type }) => type === "setup-finished")).toMatchObject({
      base: top,
      parents: [left, right].toSorted(),
    });
    expect(await made.git(["ls-tree", "--name-only", "feature/top"])).toBe("README.md\nbase.txt\nleft.txt\nright.txt");
  });

  test("a need that the target holds by now adds nothing", async () => {
    await using made = await makeProject({ stages: diamond });
    const session = await made.open();
    await complete(made, session, "base");
    await made.git(["merge", "--quiet", "--no-ff", "-m", "merge", "feature/base"]);
    const [left] = await setUp(session, "left");
    expect(left).toMatchObject({ outcome: "created", base: await made.git(["rev-parse", "main"]) });
  });

  test("a need that was squash-merged is taken from the target, not from its branch", async () => {
    await using made = await makeProject({ stages: diamond });
    const session = await made.open();
    await complete(made, session, "base");
    await made.git(["merge", "--quiet", "--squash", "feature/base"]);
    await made.git(["commit", "--quiet", "-m", "squashed"]);
    const [left] = await setUp(session, "left");
    expect(left?.base).toBe(await made.git(["rev-parse", "main"]));
  });

  test("one need in the target, the other on its branch: the base holds both", async () => {
    await using made = await makeProject({ stages: [{ id: "a" }, { id: "b" }, { id: "top", needs: ["a", "b"] }] });
    const session = await made.open();
    await complete(made, session, "a");
    const b = await complete(made, session, "b");
    await made.git(["merge", "--quiet", "--no-ff", "-m", "merge", "feature/a"]);
    expect(outcomes(await setUp(session, "top"))).toEqual(["top created"]);
    expect(await made.git(["ls-tree", "--name-only", "feature/top"])).toBe("README.md\na.txt\nb.txt");
    const main = await made.git(["rev-parse", "main"]);
    expect((await parentsOf(made, await recordedBase(made, "top"))).toSorted()).toEqual([main, b].toSorted());
  });

  test("a need that another need builds on is in its tip already", async () => {
    await using made = await makeProject({ stages: [...diamond.slice(0, 2), { id: "top", needs: ["base", "left"] }] });
    const session = await made.open();
    await complete(made, session, "base");
    const left = await complete(made, session, "left");
    await made.sandbox.commit(made.root, { "elsewhere.txt": "main moved on" });
    expect((await setUp(session, "top"))[0]?.base).toBe(left);
  });

  test("a need declared complete that has no branch is taken to be in the target", async () => {
    await using made = await makeProject({
      stages: [{ id: "a", status: "complete" }, { id: "b" }, { id: "top", needs: ["a", "b"] }],
    });
    const session = await made.open();
    await complete(made, session, "b");
    await made.sandbox.commit(made.root, { "a.txt": "done by other means" });
    expect(outcomes(await setUp(session, "top"))).toEqual(["top created"]);
    expect(await made.git(["ls-tree", "--name-only", "feature/top"])).toBe("README.md\na.txt\nb.txt");
  });

  test("a need whose branch was deleted before it was merged is taken from where it was complete", async () => {
    await using made = await makeProject({ stages: diamond });
    const session = await made.open();
    const base = await complete(made, session, "base");
    await made.git(["worktree", "remove", made.tree("base")]);
    await made.git(["branch", "-D", "feature/base"]);
    expect((await setUp(session, "left"))[0]).toMatchObject({ outcome: "created", base });
  });

  test("and refused, with the reason, where that commit is gone as well", async () => {
    await using made = await makeProject({ stages: diamond });
    const session = await made.open();
    await complete(made, session, "base");
    await made.git(["worktree", "remove", "--force", made.tree("base")]);
    await made.git(["branch", "-D", "feature/base"]);
    await made.git(["reflog", "expire", "--expire=now", "--all"]);
    await made.git(["gc", "--quiet", "--prune=now"]);
    const [left] = await setUp(await made.open(), "left");
    expect(left).toMatchObject({
      outcome: "failed",
      reason: expect.stringMatching(/at which base was complete is gone/) as string,
    });
  });
});

describe("needs that do not go together", () => {
  const stages = [{ id: "a" }, { id: "b" }, { id: "top", needs: ["a", "b"] }, { id: "alone" }];
  async function conflicting(): Promise<MadeProject> {
    const made = await makeProject({ stages });
    const session = await made.open();
    await complete(made, session, "a", { "same.txt": "from a\n" });
    await complete(made, session, "b", { "same.txt": "from b\n" });
    return made;
  }

  test("the stage is blocked with the two and the files named, and nothing is half-made", async () => {
    await using made = await conflicting();
    const session = await made.open();
    const before = await made.git(["for-each-ref"]);
    const entries = await setUp(session, "top", "alone");
    expect(outcomes(entries)).toEqual(["top blocked", "alone created"]);
    expect(entries[0]?.reason).toMatch(/^(?:a and b|b and a) cannot be merged: both change same\.txt;/);
    expect(statesOf(session)).toContain("top blocked");
    expect((await made.git(["for-each-ref"])).replaceAll(/.*alone\n?/g, "").trim()).toBe(before);
    expect(await made.git(["worktree", "list"])).not.toContain("trees/top");
    await setUp(session, "top");
    expect(eventsOf(session).filter(({ type }) => type === "base-conflict")).toHaveLength(1);
  });

  test("it is set up once one of them gave way", async () => {
    await using made = await conflicting();
    const session = await made.open();
    await setUp(session, "top");
    await made.sandbox.commit(made.tree("b"), { "same.txt": undefined, "b.txt": "elsewhere" });
    await markStage(session, { stage: "b", state: "complete" });
    expect(outcomes(await setUp(session, "top"))).toEqual(["top created"]);
    expect(statesOf(session)).toContain("top in-progress");
  });

  test("or once a person merged them on the stage's own branch, which then is its own base", async () => {
    await using made = await conflicting();
    const session = await made.open();
    await setUp(session, "top");
    const by = made.sandbox;
    await made.git(["worktree", "add", "--quiet", "-b", "feature/top", `${by.directory}/hand`, "feature/a"]);
    await expect(made.git(["merge", "feature/b"], `${by.directory}/hand`)).rejects.toThrow();
    const merged = await by.commit(`${by.directory}/hand`, { "same.txt": "from both\n" });
    await made.git(["worktree", "remove", `${by.directory}/hand`]);
    expect(await setUp(session, "top")).toMatchObject([{ outcome: "created", base: merged }]);
    await session.look();
    expect(session.view("top")).toMatchObject({ state: "in-progress", facts: { branch: { ahead: 0 } } });
  });
});
