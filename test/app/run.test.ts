// The whole loop on real git: what it starts, what it leaves, and how it goes on.
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { approveChecks } from "../../src/app/approve.ts";
import { openPlan } from "../../src/app/plan-file.ts";
import { runPlan } from "../../src/app/run.ts";
import { openSession, type Session } from "../../src/app/session.ts";
import type { Event } from "../../src/core/event.ts";
import { eventsOf, makeProject, type MadeProject, request, setUp, statesOf, typesOf } from "./made-project.ts";

const commit = 'git add -A && git commit -qm "$STAGETREE_STAGE"';
const agent = `echo "$STAGETREE_STAGE" > "$STAGETREE_STAGE.txt" && ${commit}`;
const run = (session: Session, change: Parameters<typeof request>[1] = {}) =>
  runPlan(session, request(session, { agent, ...change }));
const diamond = [
  { id: "base" },
  { id: "left", needs: ["base"] },
  { id: "right", needs: ["base"] },
  { id: "top", needs: ["left", "right"] },
];

/** The order in which stages began and ended being worked on. */
const story = (session: Session): readonly string[] =>
  eventsOf(session).flatMap((event: Event) => {
    if (event.type === "attempt-started") return [`+${event.stage}`];
    return event.type === "stage-completed" || event.type === "stage-failed" ? [`-${event.stage}`] : [];
  });

describe("from nothing to complete", () => {
  test("needs first, two at a time, all of it done", async () => {
    await using made = await makeProject({ stages: diamond });
    const session = await made.open();
    const answer = await run(session);
    expect(answer).toMatchObject({ result: "done", counts: { done: 4, failed: 0, skipped: 0, waiting: 0 } });
    const order = story(session);
    expect(order.slice(0, 2)).toEqual(["+base", "-base"]);
    expect(order.slice(-2)).toEqual(["+top", "-top"]);
    expect(await made.git(["ls-tree", "--name-only", "feature/top"])).toBe(
      "README.md\nbase.txt\nleft.txt\nright.txt\ntop.txt",
    );
    expect(typesOf(session).at(-1)).toBe("run-finished");
  });

  test("again does nothing", async () => {
    await using made = await makeProject({ stages: diamond });
    await run(await made.open());
    const session = await made.open();
    const before = [await made.git(["for-each-ref"]), await readFile(made.plan, "utf8")];
    expect((await run(session, { agent: "false" })).result).toBe("done");
    expect([await made.git(["for-each-ref"]), await readFile(made.plan, "utf8")]).toEqual(before);
    expect(story(session)).toHaveLength(8);
  });

  test("only the stages it was asked for", async () => {
    await using made = await makeProject({ stages: diamond });
    const session = await made.open();
    const answer = await run(session, { stages: ["base", "top"] });
    expect(answer.stages.map(({ id, result }) => `${id} ${result}`)).toEqual(["base done", "top skipped"]);
    expect(statesOf(session)).toEqual(["base complete", "left not-started", "right not-started", "top not-started"]);
  });

  test("a gate has no work of its own: its checks decide, on the merge of what it needs", async () => {
    const stages = [
      { id: "a" },
      { id: "b" },
      { id: "gate", kind: "gate", needs: ["a", "b"], validate: "test -f a.txt && test -f b.txt" },
      { id: "after", needs: ["gate"] },
    ];
    await using made = await makeProject({ stages });
    const answer = await run(await made.open());
    expect(answer.result).toBe("done");
    expect(await made.git(["rev-parse", "feature/gate"])).toBe(
      await made.git(["rev-parse", "refs/stagetree/base/sample/gate"]),
    );
    expect(await made.git(["ls-tree", "--name-only", "feature/after"])).toContain("a.txt\nafter.txt\nb.txt");
  });
});

describe("what goes wrong", () => {
  const failing = `test "$STAGETREE_STAGE" != left && ${agent}`;

  test("a failure blocks what needs it, and nothing else", async () => {
    await using made = await makeProject({ stages: [...diamond, { id: "alone" }] });
    const session = await made.open();
    const answer = await run(session, { agent: failing });
    expect(answer).toMatchObject({ result: "failed", counts: { done: 3, failed: 1, skipped: 1, waiting: 0 } });
    expect(statesOf(session)).toEqual([
      "base complete",
      "left failed",
      "right complete",
      "top not-started",
      "alone complete",
    ]);
    expect(answer.stages.find(({ id }) => id === "top")?.reason).toBe("it waits for left");
  });

  test("the next run tries it again and goes on from there", async () => {
    await using made = await makeProject({ stages: diamond });
    await run(await made.open(), { agent: failing });
    const session = await made.open();
    expect((await run(session)).result).toBe("done");
    expect(story(session).filter((one) => one === "+right")).toHaveLength(1);
  });

  test("with fail-fast nothing more is started", async () => {
    await using made = await makeProject({ stages: [{ id: "bad" }, { id: "good" }, { id: "later" }] });
    const session = await made.open();
    const answer = await run(session, { agent: `test "$STAGETREE_STAGE" != bad && ${agent}`, jobs: 1, failFast: true });
    expect(answer.stages.map(({ id, result }) => `${id} ${result}`)).toEqual([
      "bad failed",
      "good skipped",
      "later skipped",
    ]);
    expect(story(session)).toEqual(["+bad", "-bad"]);
  });

  test("an agent without a commit, or with something left over, has not done its work", async () => {
    await using made = await makeProject({ stages: [{ id: "idle" }, { id: "messy" }] });
    const session = await made.open();
    const answer = await run(session, {
      agent: `if test "$STAGETREE_STAGE" = messy; then ${agent}; echo x > left-over; fi`,
    });
    expect(answer.counts.failed).toBe(2);
    expect(answer.stages.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("no work yet"),
      expect.stringContaining("1 uncommitted change"),
    ]);
  });

  test("an agent that ran too long: its commit is kept, and said", async () => {
    await using made = await makeProject();
    const session = await made.open();
    const answer = await run(session, { agent: `${agent}; sleep 60`, agentTimeoutMs: 1500 });
    expect(answer.stages[0]).toMatchObject({
      result: "failed",
      reason: expect.stringMatching(/did not end within .*; its commit [0-9a-f]{12} is kept/) as string,
    });
    expect(await made.git(["log", "--oneline", "main..feature/one"])).toContain("one");
  });

  test("a red check goes back to the agent, with the end of its log", async () => {
    await using made = await makeProject({
      stages: [{ id: "one", validate: "cat README.md; grep -q right answer.txt" }],
    });
    const brief = join(made.sandbox.directory, "brief");
    const learner = `cat > ${brief}; if grep -q 'last attempt failed' ${brief}; then echo right; else echo wrong; fi > answer.txt; ${commit}`;
    expect((await run(await made.open(), { agent: learner, retries: 1 })).result).toBe("done");
    expect(await readFile(brief, "utf8")).toMatch(/The end of its output:\n\n```text\nhello\n```/);
  });

  test("a commit hook that refuses fails its stage, not the run", async () => {
    await using made = await makeProject({ stages: [{ id: "one", commit: "feat: one" }, { id: "two" }] });
    const hook = await made.sandbox.write(
      join(made.root, ".git/hooks/pre-commit"),
      '#!/bin/sh\ntest "$(git symbolic-ref --short HEAD)" != feature/one || { echo "not like this" >&2; exit 1; }\n',
    );
    await chmod(hook, 0o755);
    const session = await made.open();
    const answer = await run(session, {
      agent: `if test "$STAGETREE_STAGE" = one; then echo x > one.txt; else ${agent}; fi`,
    });
    expect(answer.stages.map(({ id, result }) => `${id} ${result}`)).toEqual(["one failed", "two done"]);
    expect(answer.stages[0]?.reason).toContain("not like this");
  });

  test("a worktree that is on another branch is not worked in", async () => {
    await using made = await makeProject();
    await setUp(await made.open());
    await made.git(["checkout", "--quiet", "-b", "mine"], made.tree("one"));
    const session = await made.open();
    const answer = await run(session);
    expect(answer.stages[0]).toMatchObject({
      result: "failed",
      reason: expect.stringContaining("on branch mine") as string,
    });
    expect(story(session)).toEqual([]);
    expect(await made.git(["log", "--oneline", "main..mine"])).toBe("");
  });

  test("needs in conflict wait for a person, and are tried again by the next run", async () => {
    const stages = [{ id: "a" }, { id: "b" }, { id: "top", needs: ["a", "b"] }];
    await using made = await makeProject({ stages });
    const clashing = `echo "$STAGETREE_STAGE" > same.txt; ${commit}`;
    const answer = await run(await made.open(), { agent: clashing });
    expect(answer).toMatchObject({ result: "person-needed", counts: { done: 2, waiting: 1 } });
    await made.sandbox.commit(made.tree("b"), { "same.txt": "a\n" });
    const session = await made.open();
    expect((await run(session, { agent: `echo x > "$STAGETREE_STAGE.txt"; ${commit}` })).result).toBe("done");
  });
});

describe("people", () => {
  test("without an agent it stops where work is to be done, says where, and goes on after", async () => {
    await using made = await makeProject({ stages: [{ id: "one" }, { id: "two", needs: ["one"] }] });
    const byHand = (session: Session) => runPlan(session, request(session));
    const first = await byHand(await made.open());
    expect(first).toMatchObject({
      result: "person-needed",
      stages: [{ result: "waiting", now: expect.stringContaining(made.tree("one")) as string }, { result: "skipped" }],
    });
    await made.work("one");
    const second = await byHand(await made.open());
    expect(second.stages.map(({ id, result }) => `${id} ${result}`)).toEqual(["one done", "two waiting"]);
  });

  test("an approval from another process lets the run go on while it is busy with other stages", async () => {
    // `slow` ends only once `after` has run, and `after` needs the approval.
    const stages = [{ id: "slow" }, { id: "seen", kind: "human-verify" }, { id: "after", needs: ["seen"] }];
    await using made = await makeProject({ stages });
    const flag = join(made.sandbox.directory, "after-ran");
    const wait = `n=0; until test -f ${flag}; do n=$((n+1)); test $n -lt 600 || exit 1; sleep 0.02; done`;
    const session = await made.open();
    const other = openSession(await made.reopen(), await openPlan(made.project, made.plan));
    try {
      session.listen(({ event }) => {
        if (event.type === "stage-waiting")
          void approveChecks(other, { stage: "seen", allowEmpty: false, dryRun: false });
      });
      const work = `case "$STAGETREE_STAGE" in slow) ${wait} ;; after) touch ${flag} ;; esac; ${agent}`;
      const answer = await run(session, { agent: work });
      expect(answer).toMatchObject({ result: "done", counts: { done: 3 } });
    } finally {
      other.close();
    }
  });

  const committed =
    "n=0; until git log --oneline main..feature/second | grep -q .; do n=$((n+1)); test $n -lt 600 || exit 1; sleep 0.02; done";

  test("what a person commits while the run is busy is seen when the stage's turn comes", async () => {
    await using made = await makeProject({
      stages: [{ id: "first", validate: committed }, { id: "second" }],
    });
    const session = await made.open();
    await setUp(session);
    await made.work("first");
    session.listen(({ event }) => {
      if (event.type === "attempt-started" && event.stage === "first") void made.work("second");
    });
    // A person's work beside a running check is held against that check where commands are contained.
    const validate = runPlan(session, request(session, { jobs: 1, contain: false }));
    expect((await validate).stages.map(({ id, result }) => `${id} ${result}`)).toEqual(["first done", "second done"]);
  });
});

describe("stopping and going on", () => {
  test("a stop ends what runs, starts nothing more, and fails nothing", async () => {
    await using made = await makeProject({ stages: diamond });
    const session = await made.open();
    const stop = new AbortController();
    session.listen(({ event }) => {
      if (event.type === "command-started") stop.abort("now");
    });
    const answer = await run(session, { agent: "sleep 60", signal: stop.signal });
    expect(answer).toMatchObject({ result: "interrupted", counts: { done: 0, failed: 0 } });
    expect((await run(await made.open())).result).toBe("done");
  });

  test("a letter from another process stops it, one to an earlier run does not", async () => {
    await using made = await makeProject();
    const session = await made.open();
    const other = openSession(await made.reopen(), await openPlan(made.project, made.plan));
    try {
      other.store.sendIntent("sample", { kind: "stop" });
      session.listen(({ event }) => {
        if (event.type === "command-started") other.store.sendIntent("sample", { kind: "stop-now" });
      });
      const answer = await run(session, { agent: "sleep 60" });
      expect(answer.result).toBe("interrupted");
      expect(typesOf(session)).toContain("command-started");
    } finally {
      other.close();
    }
  });

  test("two runs of one plan: the second is refused with the holder's process", async () => {
    await using made = await makeProject();
    const session = await made.open();
    const other = openSession(await made.reopen(), await openPlan(made.project, made.plan));
    try {
      let refusal: Promise<unknown> | undefined;
      session.listen(({ event }) => {
        if (event.type === "command-started") refusal ??= run(other).catch((error: unknown) => error);
      });
      await run(session);
      expect(await refusal).toMatchObject({ code: "run-held", facts: { plan: "sample", pid: process.pid } });
    } finally {
      other.close();
    }
  });

  test("work that an agent finished before the run was killed is not done twice", async () => {
    await using made = await makeProject();
    const dead = await made.open();
    await setUp(dead);
    dead.emit(
      { type: "run-started", command: "run", pid: 999_999_999, jobs: 1, stages: ["one"] },
      { type: "attempt-started", stage: "one", attempt: 1 },
    );
    await made.work("one");
    const session = await made.open();
    expect((await run(session, { agent: "echo twice > twice.txt; false" })).result).toBe("done");
    expect(typesOf(session)).toContain("run-lost");
  });

  test("a half-made worktree of a killed run is taken back before anything works in it", async () => {
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
    await made.git(["branch", "feature/one", main]);
    await made.git([
      "worktree",
      "add",
      "--quiet",
      "--no-checkout",
      "--lock",
      "--reason",
      token,
      made.tree("one"),
      "feature/one",
    ]);
    const session = await made.open();
    expect((await run(session)).result).toBe("done");
    expect(await made.git(["status", "--porcelain"], made.tree("one"))).toBe("");
  });
});

test("the plan moved away during a run: the work is done and recorded", async () => {
  await using made: MadeProject = await makeProject();
  const session = await made.open();
  session.listen(({ event }) => {
    if (event.type === "command-started") void writeFile(made.plan, "gone for a moment");
  });
  expect((await run(session)).result).toBe("done");
  expect(await readFile(made.plan, "utf8")).toBe("gone for a moment");
});
