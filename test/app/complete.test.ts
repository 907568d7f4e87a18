// Completion, approval and merging: what holds for which content, and until when.
import { rm } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { approveChecks, markStage } from "../../src/app/approve.ts";
import { completeStage } from "../../src/app/complete.ts";
import { openPlan } from "../../src/app/plan-file.ts";
import { openSession, type Session } from "../../src/app/session.ts";
import { complete, eventsOf, makeProject, type MadeProject, setUp, statesOf, typesOf, verify } from "./made-project.ts";

const approve = (session: Session, check?: string) =>
  approveChecks(session, { stage: "one", allowEmpty: false, dryRun: false, ...(check === undefined ? {} : { check }) });

async function look(made: MadeProject): Promise<Session> {
  const session = await made.open();
  await session.look();
  return session;
}

describe("a stage is complete", () => {
  test("with a commit, a clean worktree and green checks, and not before", async () => {
    await using made = await makeProject({ stages: [{ id: "one", validate: "true" }] });
    const session = await made.open();
    await setUp(session);
    const lacks = async (): Promise<readonly string[]> =>
      (await completeStage(session, { stage: "one", allowEmpty: false })).map(({ kind }) => kind);
    expect(await lacks()).toEqual(["commit", "command"]);
    await made.sandbox.write(`${made.tree("one")}/loose.txt`, "l");
    expect(await lacks()).toEqual(["commit", "clean", "command"]);
    await made.work("one", {});
    expect(await lacks()).toEqual(["command"]);
    await verify(session);
    expect(statesOf(session)).toEqual(["one complete"]);
    expect(await lacks()).toEqual([]);
    expect(typesOf(session).filter((type) => type === "stage-completed")).toHaveLength(1);
  });

  test("until its branch moves; then it has to be verified again", async () => {
    await using made = await makeProject();
    const session = await made.open();
    await complete(made, session, "one");
    await made.work("one", { "more.txt": "m" });
    await session.look();
    expect(session.view("one")).toMatchObject({
      state: "in-progress",
      reason: expect.stringContaining("moved") as string,
    });
    await verify(session);
    expect(statesOf(session)).toEqual(["one complete"]);
    await made.git(["reset", "--quiet", "--hard", "main"], made.tree("one"));
    await session.look();
    expect(statesOf(session)).toEqual(["one in-progress"]);
  });
});

describe("approval", () => {
  const stages = [{ id: "one", kind: "human-verify", validate: "true" }];

  test("a stage for people is not complete without one, also where its plan lists commands only", async () => {
    await using made = await makeProject({ stages });
    const session = await made.open();
    await setUp(session);
    await made.work("one");
    const answer = await verify(session);
    expect(answer).toMatchObject({
      result: "person-needed",
      stages: [{ result: "waiting", now: expect.stringContaining("approve") as string }],
    });
    expect((await approve(session)).lacks).toEqual([]);
    expect(statesOf(session)).toEqual(["one complete"]);
  });

  test("holds for the content that was looked at; a new commit asks again", async () => {
    await using made = await makeProject({ stages });
    const session = await made.open();
    await setUp(session);
    await made.work("one");
    await verify(session);
    await approve(session);
    await made.work("one", { "more.txt": "m" });
    await verify(session);
    expect(session.view("one")).toMatchObject({
      state: "in-progress",
      checks: [{ state: "passed" }, { state: "to-approve" }],
    });
    await made.git(["commit", "--quiet", "--amend", "-m", "another message"], made.tree("one"));
    await approve(session);
    expect(statesOf(session)).toEqual(["one complete"]);
  });

  test("before the checks are green is remembered, and does not complete anything", async () => {
    await using made = await makeProject({ stages });
    const session = await made.open();
    await setUp(session);
    await made.work("one");
    expect((await approve(session)).lacks.map(({ kind }) => kind)).toEqual(["command"]);
    await verify(session);
    expect(statesOf(session)).toEqual(["one complete"]);
  });

  test("is recorded once, whatever name the check is called by", async () => {
    const { planText } = await import("../rig.ts");
    const text = `${planText([{ id: "one", name: "One" }])}\n### Stage 1: One\n\n#### Validation\n\n- [ ] Look at the page\n- [ ] Read the text aloud\n`;
    await using made = await makeProject({ text });
    const session = await made.open();
    await setUp(session);
    await made.work("one");
    expect((await approve(session, "2")).approved).toEqual(["Read the text aloud"]);
    expect((await approve(session, "Look at the page")).lacks).toEqual([]);
    await approve(session);
    expect(typesOf(session).filter((type) => type === "check-approved")).toHaveLength(2);
    await expect(approve(session, "Look at the pag")).rejects.toMatchObject({
      code: "check-unknown",
      facts: { check: "Look at the page" },
    });
  });

  test("of nothing is refused: no branch yet, no manual check", async () => {
    await using made = await makeProject({ stages: [{ id: "one", validate: "true" }] });
    const session = await made.open();
    await expect(approve(session)).rejects.toMatchObject({ code: "worktree-missing" });
    await setUp(session);
    await expect(approve(session)).rejects.toMatchObject({ code: "refused" });
  });
});

describe("marking", () => {
  test("shows as declared, holds over the next command, and is taken back by hand", async () => {
    await using made = await makeProject({ stages: [{ id: "one" }, { id: "two", needs: ["one"] }] });
    const session = await made.open();
    await markStage(session, { stage: "one", state: "complete", note: "done elsewhere" });
    expect((await look(made)).view("one")).toMatchObject({
      state: "complete",
      proof: "declared",
      reason: "done elsewhere",
    });
    expect((await look(made)).view("two").ready).toBe(true);
    await markStage(session, { stage: "one", state: "not-started" });
    expect(statesOf(await look(made))).toEqual(["one not-started", "two not-started"]);
  });

  test("what is so already changes nothing", async () => {
    await using made = await makeProject();
    const session = await made.open();
    await markStage(session, { stage: "one", state: "skipped" });
    const count = eventsOf(session).length;
    await markStage(session, { stage: "one", state: "skipped" });
    expect(eventsOf(session)).toHaveLength(count);
  });
});

describe("merged, however it came into the target", () => {
  const ways: readonly (readonly [string, (made: MadeProject, head: string) => Promise<unknown>])[] = [
    ["merge", (made) => made.git(["merge", "--quiet", "--no-ff", "-m", "merge", "feature/one"])],
    ["fast-forward", (made) => made.git(["merge", "--quiet", "--ff-only", "feature/one"])],
    [
      "squash",
      async (made) => {
        await made.git(["merge", "--quiet", "--squash", "feature/one"]);
        await made.git(["commit", "--quiet", "-m", "squashed"]);
      },
    ],
    [
      "rebase",
      async (made, head) => {
        await made.sandbox.commit(made.root, { "else.txt": "e" });
        await made.git(["checkout", "--quiet", "-b", "rebased", head]);
        await made.git(["rebase", "--quiet", "main"]);
        await made.git(["checkout", "--quiet", "main"]);
        await made.git(["merge", "--quiet", "--ff-only", "rebased"]);
      },
    ],
    [
      "cherry-pick",
      async (made) => {
        await made.sandbox.commit(made.root, { "else.txt": "e" });
        await made.git(["cherry-pick", "main..feature/one"]);
      },
    ],
  ];
  test.each(ways)("%s", async (_, merge) => {
    await using made = await makeProject();
    const session = await made.open();
    await setUp(session);
    await made.work("one");
    await made.work("one", { "one.txt": "changed\n" });
    await verify(session);
    await merge(made, await made.git(["rev-parse", "feature/one"]));
    expect((await look(made)).view("one")).toMatchObject({ state: "merged", proof: "proven" });
    await made.work("one", { "later.txt": "not merged" });
    expect(statesOf(await look(made))).toEqual(["one in-progress"]);
  });

  test("also when the branch is gone by now", async () => {
    await using made = await makeProject();
    await complete(made, await made.open(), "one");
    await made.git(["merge", "--quiet", "--no-ff", "-m", "merge", "feature/one"]);
    await made.git(["worktree", "remove", made.tree("one")]);
    await made.git(["branch", "--quiet", "-d", "feature/one"]);
    expect(statesOf(await look(made))).toEqual(["one merged"]);
  });

  test("a branch that was reset to the target is not merged work", async () => {
    await using made = await makeProject();
    await complete(made, await made.open(), "one");
    await made.sandbox.commit(made.root, { "else.txt": "e" });
    await made.git(["reset", "--quiet", "--hard", "main"], made.tree("one"));
    expect(statesOf(await look(made))).toEqual(["one in-progress"]);
  });

  test("a branch without work is not merged, it is just new", async () => {
    await using made = await makeProject();
    await setUp(await made.open());
    expect(statesOf(await look(made))).toEqual(["one in-progress"]);
  });
});

describe("sessions", () => {
  test("what was found in the plan at first sight is a hint, an edit later a person's word", async () => {
    await using made = await makeProject({ stages: [{ id: "one", status: "in-progress" }] });
    const declared = (session: Session): readonly unknown[] =>
      eventsOf(session).flatMap((event) => (event.type === "stage-declared" ? [[event.state, event.by]] : []));
    expect(declared(await made.open())).toEqual([["in-progress", "hint"]]);
    await made.sandbox.write(made.plan, (await made.sandbox.read(made.plan)).replace('"in-progress"', '"skipped"'));
    expect(declared(await made.open())).toEqual([
      ["in-progress", "hint"],
      ["skipped", "plan"],
    ]);
  });

  test("one that only reads writes nothing, and sees the same", async () => {
    await using made = await makeProject({ stages: [{ id: "one", status: "complete" }] });
    const reading = await made.open({ readonly: true });
    await reading.look();
    expect(statesOf(reading)).toEqual(["one complete"]);
    await expect(made.sandbox.read(`${made.root}/.git/stagetree/events.db`)).rejects.toThrow(/ENOENT/);
  });

  test("a run that died without a word is found lost once", async () => {
    await using made = await makeProject();
    const dead = await made.open();
    dead.emit({ type: "run-started", command: "run", pid: 999_999_999, jobs: 1, stages: ["one"] });
    expect((await made.open()).state().run).toBeUndefined();
    await made.open();
    expect(typesOf(await made.open()).filter((type) => type === "run-lost")).toHaveLength(1);
  });

  test("looks that overlap: what a later one saw is kept", async () => {
    await using made = await makeProject({ stages: [{ id: "one" }, { id: "two" }] });
    const session = await made.open();
    await setUp(session);
    const early = session.look();
    const commit = await made.work("one");
    await Promise.all([early, session.look(["one"])]);
    expect(session.view("one").facts.branch.head).toBe(commit);
  });

  test("two sessions on one plan see each other's events", async () => {
    await using made = await makeProject();
    const one = await made.open();
    const other = openSession(await made.reopen(), await openPlan(made.project, made.plan));
    try {
      other.emit({ type: "stage-declared", stage: "one", state: "blocked", by: "person" });
      expect(one.catchUp()).toBe(true);
      expect(statesOf(one)).toEqual(["one blocked"]);
      expect(one.catchUp()).toBe(false);
    } finally {
      other.close();
    }
  });

  test("a worktree whose folder is gone is not there", async () => {
    await using made = await makeProject();
    await setUp(await made.open());
    await rm(made.tree("one"), { recursive: true });
    expect((await look(made)).view("one").facts.worktree).toMatchObject({
      exists: false,
      problem: expect.stringContaining("gone") as string,
    });
  });
});
