// What a stage changed, and what happened to it, asked of a session on a real repository.
import { join } from "node:path";
import { expect, test } from "vitest";
import { readStageDiff } from "../../src/app/stage-diff.ts";
import { readHistory } from "../../src/app/stage-history.ts";
import { makeProject, setUp, verify } from "./made-project.ts";

const added = (patch: string): readonly string[] => patch.split("\n").filter((line) => /^\+(?!\+\+)/u.test(line));

test("a stage before its set-up, without work, with work, and what it took in of the target is not its own", async () => {
  await using made = await makeProject({ stages: [{ id: "one", validate: ["true"] }] });
  const session = await made.open();
  await session.look();
  expect(await readStageDiff(session, { stage: "one" })).toEqual({ patch: "", isCut: false });
  expect(readHistory(session, { stage: "one" })).toEqual([]);
  await setUp(session);
  await session.look();
  expect((await readStageDiff(session, { stage: "one" })).patch).toBe("");
  await made.work("one");
  await made.sandbox.write(join(made.tree("one"), "open.txt"), "not committed\n");
  await session.look();
  expect(added((await readStageDiff(session, { stage: "one" })).patch)).toEqual(["+one", "+not committed"]);
  await made.sandbox.commit(made.root, { "theirs.txt": "theirs\n" });
  await made.git(["merge", "--quiet", "--no-edit", "main"], made.tree("one"));
  await session.look();
  expect(added((await readStageDiff(session, { stage: "one" })).patch)).toEqual(["+one", "+not committed"]);
});

test("a stage built on another shows its own work only, also when its worktree is gone", async () => {
  await using made = await makeProject({
    stages: [
      { id: "one", validate: ["true"] },
      { id: "two", needs: ["one"], validate: ["true"] },
    ],
  });
  const session = await made.open();
  await setUp(session, "one");
  await made.work("one");
  await verify(session, { stages: ["one"] });
  await setUp(session, "two");
  await made.work("two");
  await session.look();
  expect(added((await readStageDiff(session, { stage: "two" })).patch)).toEqual(["+two"]);
  await made.git(["worktree", "remove", made.tree("two")]);
  await session.look();
  expect(added((await readStageDiff(session, { stage: "two" })).patch)).toEqual(["+two"]);
});

test("the history of a stage that was verified, red and then green", async () => {
  await using made = await makeProject({ stages: [{ id: "one", validate: ["test -f done.txt"] }] });
  const session = await made.open();
  await setUp(session);
  await made.work("one");
  await verify(session);
  await made.work("one", { "done.txt": "x\n" });
  await verify(session);
  const history = readHistory(session, { stage: "one" });
  const told = history.map(({ text, tone }) => `${tone}: ${text.replace(made.sandbox.directory, "")}`);
  expect(told.toReversed()).toMatchInlineSnapshot(`
    [
      "ok: worktree ready at /trees/one, branch feature/one",
      "dim: the plan says in-progress now",
      "plain: attempt 1 began",
      "bad: check: test -f done.txt failed with exit code 1",
      "bad: failed: \`test -f done.txt\` failed with exit code 1",
      "plain: attempt 2 began",
      "ok: check: test -f done.txt passed",
      "ok: complete, proven",
      "dim: the plan says complete now",
    ]
  `);
  expect(history.find(({ text }) => text.startsWith("check"))).toMatchObject({
    durationMs: expect.any(Number),
    log: expect.stringContaining("logs"),
    commit: await made.git(["rev-parse", "HEAD"], made.tree("one")),
  });
});
