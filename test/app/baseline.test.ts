// What was red before a stage began is not its fault, and is not proven either.
import { existsSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { recover } from "../../src/app/recover.ts";
import { runPlan } from "../../src/app/run.ts";
import type { RunRequest } from "../../src/app/run.ts";
import type { Session } from "../../src/app/session.ts";
import { addScratchWorktree } from "../../src/git/scratch-worktree.ts";
import type { RunAnswer } from "../../src/core/answers.ts";
import { eventsOf, makeProject, type MadeOf, type MadeProject, request, setUp, verify } from "./made-project.ts";

const broken = "! grep -q broken lint.txt";
const files = { "lint.txt": "broken\n", "works.txt": "yes\n", ".gitignore": "deps\n" };

async function withStages(stages: MadeOf["stages"], more: MadeOf = {}): Promise<[MadeProject, Session]> {
  const made = await makeProject({ stages: stages ?? [], files, ...more });
  await writeFile(join(made.sandbox.directory, "count"), "");
  const session = await made.open();
  await setUp(session);
  for (const { id, kind } of stages ?? []) if (kind === undefined) await made.work(id);
  return [made, session];
}

const withBase = (session: Session, change: Partial<RunRequest> = {}): Promise<RunAnswer> =>
  verify(session, { baseline: true, ...change });
const statesOf = (session: Session, stage = "one"): readonly string[] =>
  session.view(stage).checks.map(({ state }) => state);
const count = (mark: string): string => `printf ${mark} >> ../../count`;

/** Nothing of ours is left beside the worktrees, in git's list, or on record. */
async function expectNoScratch(made: MadeProject, session: Session): Promise<void> {
  expect(await made.git(["worktree", "list"])).not.toContain("stagetree-base");
  expect((await readdir(dirname(made.tree("one")))).filter((name) => name.startsWith("."))).toEqual([]);
  expect(Object.values(session.state().stages).filter((record) => record.unfinishedBaseline)).toEqual([]);
}

test("red on the base and red now: not failed, not complete, and the checks after it run", async () => {
  const [made, session] = await withStages([{ id: "one", validate: [broken, "test -f works.txt"] }]);
  await using _ = made;
  const answer = await withBase(session);
  expect(statesOf(session)).toEqual(["baseline-red", "passed"]);
  expect(session.view("one")).toMatchObject({ state: "in-progress", waitsForPerson: true });
  expect(answer).toMatchObject({ result: "person-needed", counts: { failed: 0, waiting: 1, done: 0 } });
  expect(answer.stages[0]?.checks[0]?.baseline?.state).toBe("red");
  expect(answer.stages[0]?.reason).toContain(broken);
  await expectNoScratch(made, session);
  // What waits for it does wait.
  expect(session.view("one").record.completed).toBeUndefined();
});

test("without it the same check fails the stage", async () => {
  const [made, session] = await withStages([{ id: "one", validate: broken }]);
  await using _ = made;
  expect((await withBase(session)).counts.failed).toBe(0);
  expect((await verify(session)).counts.failed).toBe(1);
  expect([session.view("one").state, ...statesOf(session)]).toEqual(["failed", "failed"]);
});

test("what the stage broke itself is its fault, and what it mended is proven", async () => {
  const [made, session] = await withStages([
    { id: "one", validate: "grep -q yes works.txt" },
    { id: "two", validate: broken },
  ]);
  await using _ = made;
  await made.work("one", { "works.txt": "no\n" });
  await made.work("two", { "lint.txt": "fine\n" });
  const answer = await withBase(session);
  expect(answer).toMatchObject({ result: "failed", counts: { failed: 1, done: 1 } });
  expect(answer.stages.map(({ checks }) => checks[0]?.baseline?.state)).toEqual(["passed", "red"]);
  expect([session.view("one").state, session.view("two").state]).toEqual(["failed", "complete"]);
});

test("the rest is still needed: a check of its own that is red fails it", async () => {
  const [made, session] = await withStages([{ id: "one", validate: [broken, "grep -q yes works.txt"] }]);
  await using _ = made;
  await made.work("one", { "works.txt": "no\n" });
  expect((await withBase(session)).counts.failed).toBe(1);
  expect(statesOf(session)).toEqual(["baseline-red", "failed"]);
});

test("each command runs once on a base, also for two stages at once and for the next run", async () => {
  const validate = [`${count("r")}; false`, count("g")];
  const [made, session] = await withStages([
    { id: "one", validate },
    { id: "two", validate },
  ]);
  await using _ = made;
  await withBase(session);
  // Once on the base, once in each stage.
  const first = await made.sandbox.read("count");
  expect(first.split("").toSorted().join("")).toBe("gggrrr");
  await withBase(session);
  expect((await made.sandbox.read("count")).split("").slice(first.length).toSorted().join("")).toBe("rr");
  await withBase(session, { stages: ["one"], useCache: false });
  expect((await made.sandbox.read("count")).length).toBe(first.length + 2 + 4);
});

test("its worktree is made like the stage's: copied files and the set-up command; and cleaned between the checks", async () => {
  const setup = "echo made > deps";
  const validate = ["test -f deps && test -f .env", "echo x > made.txt && echo y > works.txt", "test ! -f made.txt"];
  const config = { copy: [".env"], setup };
  const [made, session] = await withStages([{ id: "one", validate }], {
    config,
    files: { ...files, ".gitignore": "deps\n.env\n" },
  });
  await using _ = made;
  await made.sandbox.write(join(made.root, ".env"), "SECRET=1\n");
  await made.sandbox.write(join(made.tree("one"), ".env"), "SECRET=1\n");
  const answer = await withBase(session);
  expect(answer.stages[0]?.checks.map(({ baseline }) => baseline?.state)).toEqual(["passed", "passed", "passed"]);
  await expectNoScratch(made, session);
});

test("a set-up command that fails there: nothing is known, so nothing is excused", async () => {
  const config = { setup: "test ! -f ../../no-setup" };
  const [made, session] = await withStages([{ id: "one", validate: broken }], { config });
  await using _ = made;
  await made.sandbox.write("no-setup", "");
  expect((await withBase(session)).counts.failed).toBe(1);
  expect(eventsOf(session).some((event) => event.type === "note" && event.text.includes("its base"))).toBe(true);
  await expectNoScratch(made, session);
});

test("a gate is not excused: what its needs come to is all it looks at", async () => {
  const [made, session] = await withStages([{ id: "gate", kind: "gate", validate: broken }]);
  await using _ = made;
  expect((await withBase(session)).counts.failed).toBe(1);
});

test("an agent is not sent again for what it did not break", async () => {
  const [made, session] = await withStages([{ id: "one", validate: broken, kind: "auto" }]);
  await using _ = made;
  const agent = `${count("a")}; echo x >> x.txt; git add -A; git commit -qm x`;
  const answer = await runPlan(session, request(session, { agent, baseline: true, retries: 3 }));
  expect(await made.sandbox.read("count")).toBe("a");
  expect(answer).toMatchObject({ result: "person-needed", counts: { failed: 0, waiting: 1 } });
});

test("killed in the middle: the worktree of the base is taken away by the next command, and nothing that is not ours", async () => {
  const [made, session] = await withStages([{ id: "one", validate: "true" }]);
  await using _ = made;
  const commit = await made.git(["rev-parse", "main"]);
  const [ours, theirs] = [".stagetree-base-aa", ".stagetree-base-bb"].map((name) => join(made.tree("one"), "..", name));
  if (ours === undefined || theirs === undefined) throw new Error("two paths");
  const token = "stagetree:aa:base";
  session.emit({ type: "baseline-started", stage: "one", path: ours, commit, token });
  await addScratchWorktree(made.project.repository, { path: ours, commit, reason: token });
  await recover(session);
  expect(existsSync(ours)).toBe(false);
  await expectNoScratch(made, session);
  session.emit({ type: "baseline-started", stage: "one", path: theirs, commit, token });
  await addScratchWorktree(made.project.repository, { path: theirs, commit, reason: "mine" });
  await made.git(["reset", "--hard", "--quiet"], theirs);
  await recover(session);
  await recover(session);
  expect(existsSync(join(theirs, "lint.txt"))).toBe(true);
});
