// Running the checks of a stage: what is reused, what is tried again, and where nothing may run.
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { completeStage } from "../../src/app/complete.ts";
import type { MadeOf } from "./made-project.ts";
import { complete, eventsOf, makeProject, type MadeProject, request, setUp, statesOf, verify } from "./made-project.ts";
import { isAlive } from "../../src/host/processes.ts";
import { verifyPlan } from "../../src/app/verify.ts";
import type { Session } from "../../src/app/session.ts";

/** A stage with these checks, set up and with one commit. `$COUNT` counts what really ran, outside of the worktree. */
async function withChecks(
  validate: unknown,
  more: MadeOf = {},
): Promise<{ readonly made: MadeProject; readonly session: Session; readonly count: () => Promise<string> }> {
  const made = await makeProject({ stages: [{ id: "one", validate }], ...more });
  await writeFile(join(made.sandbox.directory, "trees-count"), "");
  const session = await made.open();
  await setUp(session);
  await made.work(session.plan.stages[0]?.id ?? "one");
  return { made, session, count: () => readFile(join(made.sandbox.directory, "trees-count"), "utf8") };
}
const counting = (mark: string): string => `printf ${mark} >> ../../trees-count`;
const checkStates = (session: Session, stage = "one"): readonly string[] =>
  session.view(stage).checks.map(({ state }) => state);

describe("the cache", () => {
  test("same content, same command: not run again, and said so; without it, run again", async () => {
    const { made, session, count } = await withChecks(counting("x"));
    await using _ = made;
    expect((await verify(session)).counts).toMatchObject({ done: 1 });
    expect(checkStates(session)).toEqual(["passed"]);
    await verify(session);
    expect([await count(), ...checkStates(session)]).toEqual(["x", "cached"]);
    await verify(session, { useCache: false });
    expect([await count(), ...checkStates(session)]).toEqual(["xx", "passed"]);
  });

  test("other content is run, the old content again is not", async () => {
    const { made, session, count } = await withChecks(counting("x"));
    await using _ = made;
    await verify(session);
    await made.work("one", { "more.txt": "m" });
    await verify(session);
    expect(await count()).toBe("xx");
    await made.work("one", { "more.txt": undefined });
    await verify(session);
    expect(await count()).toBe("xx");
  });

  test("uncommitted files are content, too; a pass on them proves nothing of the commit", async () => {
    const { made, session, count } = await withChecks(counting("x"));
    await using _ = made;
    await made.sandbox.write(join(made.tree("one"), "loose.txt"), "l");
    await verify(session);
    expect(session.view("one")).toMatchObject({ state: "in-progress" });
    expect(checkStates(session)).toEqual(["stale"]);
    await verify(session);
    expect(await count()).toBe("x");
    await made.work("one", {});
    await verify(session);
    expect([await count(), ...checkStates(session)]).toEqual(["x", "cached"]);
    expect(session.view("one").state).toBe("complete");
  });

  test("a check that changes the content is never reused", async () => {
    const { made, session, count } = await withChecks(`${counting("x")}; date +%N >> made.txt`);
    await using _ = made;
    await verify(session);
    await made.git(["checkout", "--quiet", "."], made.tree("one"));
    await made.git(["clean", "--quiet", "--force"], made.tree("one"));
    await verify(session);
    expect(await count()).toBe("xx");
  });

  test("folder and environment count; another stage with the same content does not run it again", async () => {
    const run = counting("x");
    const validate = [run, { run, env: { CI: "1" } }, { run: run.replace("../../", "../../../"), cwd: "sub" }];
    await using made = await makeProject({
      stages: [
        { id: "one", validate },
        { id: "two", validate },
      ],
      files: { "sub/a.txt": "a" },
    });
    await writeFile(join(made.sandbox.directory, "trees-count"), "");
    const session = await made.open();
    await setUp(session);
    await verify(session, { jobs: 1 });
    expect(await readFile(join(made.sandbox.directory, "trees-count"), "utf8")).toBe("xxx");
    expect(checkStates(session, "two")).toEqual(["cached", "cached", "cached"]);
  });

  test("a failure is not remembered", async () => {
    const { made, session } = await withChecks("test -f ../../allowed");
    await using _ = made;
    expect((await verify(session)).result).toBe("failed");
    await writeFile(join(made.sandbox.directory, "allowed"), "");
    expect((await verify(session)).result).toBe("done");
  });
});

describe("order and limits", () => {
  test("the commands of a stage run in order and end with the first failure", async () => {
    const { made, session, count } = await withChecks([counting("a"), `${counting("b")}; false`, counting("c")]);
    await using _ = made;
    const answer = await verify(session);
    expect(await count()).toBe("ab");
    expect(answer).toMatchObject({
      result: "failed",
      counts: { failed: 1 },
      stages: [{ reason: expect.stringContaining("failed with exit code 1") as string }],
    });
    expect(checkStates(session)).toEqual(["passed", "failed", "not-run"]);
  });

  test("side by side where the stage says so: each waits for the other, and all are reported", async () => {
    const meet = (own: string, other: string): string =>
      `touch ../${own}; n=0; until test -f ../${other}; do n=$((n+1)); test $n -lt 500 || exit 1; sleep 0.02; done`;
    const stage = { id: "one", parallel: true, validate: [meet("p", "q"), meet("q", "p"), "false"] };
    const { made, session } = await withChecks([], { stages: [stage] });
    await using _ = made;
    await verify(session);
    expect(checkStates(session)).toEqual(["passed", "passed", "failed"]);
  });

  test("a check's own limit goes before the common one, and is its own outcome", async () => {
    const { made, session } = await withChecks([{ run: "sleep 60", timeout: "200ms" }]);
    await using _ = made;
    const answer = await verify(session);
    expect(answer.stages[0]?.reason).toMatch(/did not end within/);
    expect(session.view("one").checks[0]?.record?.outcome).toMatchObject({ kind: "timed-out", limitMs: 200 });
  });

  test.runIf(process.platform === "linux")(
    "a check that runs out of time: its whole group is gone, what it said and how long it took are kept",
    async () => {
      const pid = "echo $$ >> ../../pids";
      const stubborn = `sh -c 'trap "" TERM; ${pid}; while :; do sleep 1; done'`;
      const run = `echo begun; ${pid}; ${stubborn} & setsid ${stubborn} & setsid sh -c '${pid}; sleep 300' & sleep 300`;
      const { made, session } = await withChecks([], {
        stages: [{ id: "one", parallel: true, validate: ["echo no; exit 7", { run, timeout: "1s" }] }],
      });
      await using _ = made;
      const answer = await verify(session);
      expect(answer.counts).toMatchObject({ failed: 1 });
      const [failed, timedOut] = session.view("one").checks.map(({ record }) => record);
      expect(failed?.outcome).toMatchObject({ kind: "failed", exitCode: 7 });
      expect(timedOut?.outcome).toMatchObject({ kind: "timed-out", limitMs: 1000 });
      const outcome = timedOut?.outcome === "cached" ? undefined : timedOut?.outcome;
      expect(outcome?.durationMs).toBeGreaterThanOrEqual(1000);
      // The grace that it is given, and no more than a moment of a busy machine.
      expect(outcome?.durationMs).toBeLessThan(30_000);
      for (const [record, said] of [
        [failed, "no\n"],
        [timedOut, "begun\n"],
      ] as const)
        expect(await readFile(record?.log ?? "none", "utf8")).toContain(said);
      const living = (await made.sandbox.read("pids")).trim().split("\n").map(Number).filter(isAlive);
      expect(living).toEqual([]);
      expect((await made.sandbox.read("pids")).trim().split("\n")).toHaveLength(4);
    },
  );

  test("a check's own retries go before the common ones", async () => {
    const flaky = `${counting("x")}; test "$(cat ../../trees-count)" = xxx`;
    const { made, session, count } = await withChecks([{ run: flaky, retries: 2 }]);
    await using _ = made;
    expect((await verify(session)).result).toBe("done");
    expect(await count()).toBe("xxx");
    const strict = await withChecks([{ run: `${counting("x")}; false`, retries: 0 }]);
    await using __ = strict.made;
    await verify(strict.session, { retries: 5 });
    expect(await strict.count()).toBe("x");
  });

  test("what a failed try left behind is not content that a later try passed on", async () => {
    const { made, session } = await withChecks([{ run: "test -f left.txt || { touch left.txt; false; }", retries: 1 }]);
    await using _ = made;
    await verify(session);
    expect(checkStates(session)).toEqual(["stale"]);
    await made.git(["clean", "--quiet", "--force"], made.tree("one"));
    expect(await completeStage(session, { stage: "one", allowEmpty: false })).toMatchObject([{ kind: "command" }]);
  });

  test("stopped on the way, a check is neither passed nor failed, and its stage was not reached", async () => {
    const { made, session } = await withChecks("sleep 60");
    await using _ = made;
    const stop = new AbortController();
    session.listen(({ event }) => {
      if (event.type === "command-started") stop.abort("now");
    });
    const answer = await verifyPlan(session, request(session, { signal: stop.signal }));
    expect(answer).toMatchObject({ result: "interrupted", counts: { done: 0, failed: 0, skipped: 1 } });
    expect(checkStates(session)).toEqual(["not-run"]);
  });
});

describe("where and with what", () => {
  test.each(["lib/out", "out"])("a folder that a link leads out of the worktree (%s) is not entered", async (cwd) => {
    const { made, session, count } = await withChecks([{ run: counting("x"), cwd }]);
    await using _ = made;
    const outside = join(made.sandbox.directory, "outside");
    await mkdir(outside);
    await mkdir(join(made.tree("one"), "lib"));
    await symlink(outside, join(made.tree("one"), cwd));
    const answer = await verify(session);
    expect(answer.stages[0]?.reason).toMatch(/could not be run: its folder .* leads out of the worktree/);
    expect(await count()).toBe("");
  });

  test("a folder that is not there is a failure with its name", async () => {
    const { made, session } = await withChecks([{ run: "true", cwd: "nowhere" }]);
    await using _ = made;
    expect((await verify(session)).stages[0]?.reason).toMatch(/nowhere does not exist/);
  });

  test("Run `a` or `b`: the first that exists", async () => {
    const text = (made: string): string =>
      `${made}\n### Stage 1: One\n\n#### Validation\n\n- [ ] Run \`just nothing-here\` or \`make check\`\n`;
    const { planText } = await import("../rig.ts");
    const files = { Makefile: "check:\n\tprintf y >> ../../trees-count\n" };
    const { made, session, count } = await withChecks([], {
      text: text(planText([{ id: "one", name: "One" }])),
      files,
    });
    await using _ = made;
    await verify(session);
    expect(eventsOf(session).findLast(({ type }) => type === "command-finished")).toMatchObject({
      command: "make check",
    });
    expect(await count()).toBe("y");
  });

  test("a command knows where it is, and nothing of a surrounding git", async () => {
    const { made, session } = await withChecks(
      'printf "%s|" "$STAGETREE_STAGE" "$STAGETREE_BRANCH" "$STAGETREE_WORKTREE" "$GIT_DIR" > ../../trees-count',
    );
    await using _ = made;
    await verify(session);
    expect(await readFile(join(made.sandbox.directory, "trees-count"), "utf8")).toBe(
      `one|feature/one|${made.tree("one")}||`,
    );
  });
});

describe("what a verification says", () => {
  test("one entry for each stage asked for, those without a worktree skipped", async () => {
    await using made = await makeProject({ stages: [{ id: "one", validate: "true" }, { id: "two" }] });
    const session = await made.open();
    await setUp(session, "one");
    await made.work("one");
    const answer = await verify(session);
    expect(answer.counts).toEqual({ done: 1, failed: 0, skipped: 1, waiting: 0 });
    expect(answer.stages.map(({ id, result }) => `${id} ${result}`)).toEqual(["one done", "two skipped"]);
  });

  test.each(["complete", "in-progress", "blocked"] as const)(
    "red is red, also where the plan says %s",
    async (status) => {
      await using made = await makeProject({ stages: [{ id: "one", status, validate: "false" }] });
      await made.git(["worktree", "add", "--quiet", "-b", "feature/one", made.tree("one")]);
      await made.work("one");
      const session = await made.open();
      await session.look();
      const answer = await verify(session);
      expect(answer).toMatchObject({ result: "failed", counts: { failed: 1 } });
      expect(session.view("one").state).toBe(status === "blocked" ? "blocked" : "failed");
    },
  );

  test("a stage that was complete and is red now is not complete", async () => {
    await using made = await makeProject({ stages: [{ id: "one", validate: "test ! -e ../../broken" }] });
    const session = await made.open();
    await complete(made, session, "one");
    await writeFile(join(made.sandbox.directory, "broken"), "");
    await verify(session, { useCache: false });
    expect(statesOf(session)).toEqual(["one failed"]);
    expect(await readFile(made.plan, "utf8")).toContain('"status": "in-progress"');
  });

  test("a stage whose worktree cannot be read fails alone", async () => {
    await using made = await makeProject({
      stages: [
        { id: "one", validate: "true" },
        { id: "two", validate: "true" },
      ],
    });
    const session = await made.open();
    await setUp(session);
    await made.work("one");
    await made.work("two");
    await writeFile(join(made.root, ".git/worktrees/one/index"), "not an index");
    const answer = await verify(session);
    expect(answer.stages.map(({ id, result }) => `${id} ${result}`)).toEqual(["one skipped", "two done"]);
  });
});
