// The stop conditions of a plan in a run, on real git: what each sees, what a person's word changes, what goes on meanwhile.
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { approveChecks, markStage } from "../../src/app/approve.ts";
import { runPlan } from "../../src/app/run.ts";
import type { Session } from "../../src/app/session.ts";
import type { PlannedStage } from "../rig.ts";
import { eventsOf, makeProject, request, statesOf, verify } from "./made-project.ts";

const commit = 'git add -A && git commit -qm "$STAGETREE_STAGE"';
const agent = `echo "$STAGETREE_STAGE" > "$STAGETREE_STAGE.txt" && ${commit}`;
const migrating = `mkdir -p db/migrations && echo "$STAGETREE_STAGE" > db/migrations/1.sql && ${commit}`;
const hard = [{ level: "hard", name: "Database Changes", paths: ["**/migrations/**"] }];

const planned = (stops: readonly object[], stages: readonly PlannedStage[] = [{ id: "one" }]) =>
  makeProject({ stages, extra: { stops } });
const run = (session: Session, change: Parameters<typeof request>[1] = {}) =>
  runPlan(session, request(session, { agent, ...change }));
const approve = (session: Session, stage = "one") =>
  approveChecks(session, { stage, allowEmpty: false, dryRun: false });
const stopsIn = (session: Session) =>
  eventsOf(session).flatMap((event) =>
    event.type === "stage-stopped" || event.type === "stop-cleared" ? [event.type] : [],
  );
const attempts = (session: Session): number =>
  eventsOf(session).filter(({ type }) => type === "attempt-started").length;

describe.concurrent("a path that a hard stop names", () => {
  const stages = [{ id: "one" }, { id: "two", needs: ["one"] }, { id: "alone" }];
  const mixed = `if test "$STAGETREE_STAGE" = one; then ${migrating}; else ${agent}; fi`;

  test("pauses that stage for a person, what needs it waits, the rest goes on; approval lets it go on", async () => {
    await using made = await planned(hard, stages);
    const session = await made.open();
    const answer = await run(session, { agent: mixed });
    expect(answer).toMatchObject({ result: "person-needed", counts: { done: 1, failed: 0, skipped: 1, waiting: 1 } });
    expect(statesOf(session)).toEqual(["one blocked", "two not-started", "alone complete"]);
    expect(answer.stages[0]).toMatchObject({
      reason: "it touches db/migrations/1.sql, which `Database Changes` stops on",
      now: `stagetree approve ${made.plan} one`,
    });
    expect(session.view("one")).toMatchObject({ waitsForPerson: true, checks: [] });
    expect(await readFile(made.plan, "utf8")).toContain('"status": "blocked"');

    const approval = await approve(session);
    expect(approval).toMatchObject({ lacks: [], commit: await made.git(["rev-parse", "feature/one"]) });
    expect(session.view("one")).toMatchObject({ state: "complete", proof: "proven" });
    const later = await made.open();
    expect((await run(later)).result).toBe("done");
    expect(statesOf(later)).toEqual(["one complete", "two complete", "alone complete"]);
  });

  test("nothing happens to it in another run, nor in a verification", async () => {
    await using made = await planned(hard);
    await run(await made.open(), { agent: migrating });
    const session = await made.open();
    const before = eventsOf(session).length;
    expect((await run(session, { agent: "false" })).result).toBe("person-needed");
    expect(
      eventsOf(session)
        .slice(before)
        .map(({ type }) => type),
    ).toEqual(["run-started", "run-finished"]);
    expect((await verify(session)).stages[0]).toMatchObject({ result: "waiting", state: "blocked" });
    expect(session.view("one").record.completed).toBeUndefined();
  });

  test("it is stopped again where the work shows more than was approved, and only there", async () => {
    await using made = await planned(hard);
    const session = await made.open();
    await run(session, { agent: migrating });
    await approve(session);
    await made.work("one", { "src/a.txt": "a\n".repeat(900) });
    expect((await run(session, { agent: "true" })).result).toBe("done");
    await made.work("one", { "db/migrations/2.sql": "x\n" });
    const answer = await run(session, { agent: "true" });
    expect(answer.stages[0]?.reason).toContain("db/migrations/1.sql, db/migrations/2.sql");
    expect(stopsIn(session)).toEqual(["stage-stopped", "stop-cleared", "stage-stopped"]);
  });

  test("an approval is for what was shown: what came after it stops at once", async () => {
    await using made = await planned(hard);
    const session = await made.open();
    await run(session, { agent: migrating });
    await made.work("one", { "db/migrations/2.sql": "x\n" });
    const { lacks } = await approve(session);
    expect(lacks).toMatchObject([{ kind: "stop", text: expect.stringContaining("2.sql") as string }]);
    expect(session.view("one").state).toBe("blocked");
  });

  test("taken back by a person, it stops nothing any more", async () => {
    await using made = await planned(hard);
    const session = await made.open();
    await run(session, { agent: `${agent}; ${migrating}` });
    await made.work("one", { "db/migrations/1.sql": undefined });
    expect((await run(session, { agent: "true" })).result).toBe("done");
    expect(stopsIn(session)).toEqual(["stage-stopped", "stop-cleared"]);
  });

  test("a file that is not committed is seen as well", async () => {
    await using made = await planned(hard);
    const session = await made.open();
    const answer = await run(session, { agent: `${agent}; mkdir -p migrations; echo x > migrations/x` });
    expect(answer.stages[0]).toMatchObject({
      state: "blocked",
      reason: expect.stringContaining("migrations/x") as string,
    });
    // Approved, it still lacks what every stage lacks that has something uncommitted.
    expect((await approve(session)).lacks.map(({ kind }) => kind)).toEqual(["clean"]);
  });

  test("work by hand and a verification are the person's own: no stop is raised", async () => {
    await using made = await planned(hard);
    const session = await made.open();
    await runPlan(session, request(session));
    await made.work("one", { "migrations/1.sql": "x\n" });
    expect((await verify(session)).result).toBe("done");
    expect(stopsIn(session)).toEqual([]);
  });

  test("the next condition is another question", async () => {
    const stops = [{ level: "soft", name: "Large", files: 1 }, ...hard];
    await using made = await planned(stops);
    const session = await made.open();
    await run(session, { agent: `${agent}; ${migrating}` });
    const { lacks } = await approve(session);
    expect(lacks[0]?.text).toContain("changes 2 files");
    expect(session.view("one").state).toBe("skipped");
    await approve(session);
    expect(session.view("one").state).toBe("complete");
  });

  test("manual checks are not approved along with it", async () => {
    await using made = await planned(hard, [{ id: "one", kind: "human-verify" }]);
    const session = await made.open();
    await run(session, { agent: migrating });
    expect((await approve(session)).lacks.map(({ kind }) => kind)).toEqual(["manual"]);
    expect((await approve(session)).lacks).toEqual([]);
  });
});

describe.concurrent("a change that is too large", () => {
  const stops = [{ level: "soft", name: "Large Diff", files: 3, lines: 10 }];
  const large = `for n in 1 2 3 4 5 6 7 8 9 10 11; do echo $n; done > one.txt; ${commit}`;

  test("is skipped with the reason, and tried again after a person's word", async () => {
    await using made = await planned(stops, [{ id: "one" }, { id: "two", needs: ["one"] }]);
    const session = await made.open();
    const answer = await run(session, { agent: large });
    expect(answer).toMatchObject({ result: "person-needed", counts: { skipped: 2 } });
    expect(answer.stages[0]).toMatchObject({
      state: "skipped",
      reason: "it changes 1 file and 11 lines, more than 3 files or 10 lines",
      now: `stagetree mark ${made.plan} one not-started`,
    });
    expect(await readFile(made.plan, "utf8")).toContain('"status": "skipped"');

    expect((await run(session, { agent: "false" })).stages[0]?.state).toBe("skipped");
    await verify(session);
    expect(session.view("one").state).toBe("skipped");

    await markStage(session, { stage: "one", state: "not-started" });
    expect((await run(session)).stages[0]?.state).toBe("skipped");
    await made.work("one", { "one.txt": "short\n" });
    await markStage(session, { stage: "one", state: "in-progress" });
    expect((await run(session)).result).toBe("done");
  });

  test("is measured against the base of the stage, not against the plan's", async () => {
    const perStage = 'for n in 1 2 3 4 5 6 7 8; do echo $n; done > "$STAGETREE_STAGE.txt"; ' + commit;
    await using made = await planned(stops, [{ id: "one" }, { id: "two", needs: ["one"] }]);
    expect((await run(await made.open(), { agent: perStage })).result).toBe("done");
  });
});

describe.concurrent("red checks", () => {
  const green = 'grep -q right answer.txt || { echo "not right"; exit 1; }';
  const wrong = `echo wrong > answer.txt; ${commit}`;
  const stages = [{ id: "one", validate: green }, { id: "alone" }];
  const withFix = (fix: string, level = "soft") => [{ level, checks: true, fix }];

  test("one fix that helps: its change is committed, and the stage is complete", async () => {
    await using made = await planned(withFix("echo right > answer.txt"), stages);
    const session = await made.open();
    expect((await run(session, { agent: wrong, stages: ["one"] })).result).toBe("done");
    expect(await made.git(["log", "--format=%s", "main..feature/one"])).toBe("Fix: echo right > answer.txt\none");
    const fixes = eventsOf(session).filter((event) => event.type === "command-finished" && event.what === "fix");
    expect(fixes).toHaveLength(1);
  });

  test("its message is the stage's own for what is left over", async () => {
    await using made = await planned(withFix("echo right > answer.txt"), [
      { id: "one", validate: green, commit: "style: one" },
    ]);
    await run(await made.open(), { agent: "echo wrong > answer.txt" });
    expect(await made.git(["log", "--format=%s", "main..feature/one"])).toBe("style: one\nstyle: one");
  });

  test("still red after it: skipped, not failed, and the rest goes on", async () => {
    await using made = await planned(withFix("echo tried >> fixed.txt"), stages);
    const session = await made.open();
    const answer = await run(session, { agent: `test "$STAGETREE_STAGE" != one || ${wrong}; ${agent}` });
    expect(statesOf(session)).toEqual(["one skipped", "alone complete"]);
    expect(answer.stages[0]?.reason).toBe(`it is still red after \`echo tried >> fixed.txt\`: ${green}`);
    expect(await made.git(["show", "feature/one:fixed.txt"])).toBe("tried");
  });

  test("a hard one waits for a person until its branch moves", async () => {
    await using made = await planned([{ level: "hard", name: "Tests", checks: true }], stages.slice(0, 1));
    const session = await made.open();
    expect((await run(session, { agent: wrong })).stages[0]?.reason).toBe(`it is still red: ${green}`);
    const before = attempts(session);
    expect((await run(session, { agent: "false" })).result).toBe("person-needed");
    expect(attempts(session)).toBe(before);
    await made.work("one", { "answer.txt": "right\n" });
    expect((await run(session)).result).toBe("done");
  });

  test("the tries a person allows come first", async () => {
    await using made = await planned(withFix("true"), stages.slice(0, 1));
    const flag = join(made.sandbox.directory, "second");
    const learner = `if test -e ${flag}; then echo right > answer.txt; else touch ${flag}; echo wrong > answer.txt; fi; ${commit}`;
    expect((await run(await made.open(), { agent: learner, retries: 1 })).result).toBe("done");
  });

  test("an agent that has nothing to add in its last try leaves them red", async () => {
    await using made = await planned(withFix("true"), stages.slice(0, 1));
    const once = `test ! -e answer.txt && ${wrong}`;
    const answer = await run(await made.open(), { agent: once, retries: 1 });
    expect(answer.stages[0]).toMatchObject({ state: "skipped", reason: `it is still red after \`true\`: ${green}` });
  });

  test("without the condition they fail, as ever", async () => {
    await using made = await planned(hard, stages.slice(0, 1));
    expect((await run(await made.open(), { agent: wrong })).stages[0]?.state).toBe("failed");
  });

  test("a fix among changes of a person commits nothing of theirs", async () => {
    await using made = await planned(withFix("echo right > answer.txt"), stages.slice(0, 1));
    const session = await made.open();
    await runPlan(session, request(session));
    const head = await made.work("one", { "answer.txt": "wrong\n" });
    await writeFile(join(made.tree("one"), "mine.txt"), "mine\n");
    const answer = await runPlan(session, request(session));
    expect(await made.git(["rev-parse", "feature/one"])).toBe(head);
    expect(answer.stages[0]).toMatchObject({ result: "waiting" });
    expect(existsSync(join(made.tree("one"), "mine.txt"))).toBe(true);
    expect(eventsOf(session)).toContainEqual(
      expect.objectContaining({ type: "note", text: expect.stringContaining("not committed") as string }),
    );
  });
});

describe.concurrent("a conflict", () => {
  const clashing = `echo "$STAGETREE_STAGE" > same.txt; ${commit}`;

  test("with the branch it is merged into skips the stage", async () => {
    await using made = await planned([{ level: "soft", conflict: true }]);
    const session = await made.open();
    await runPlan(session, request(session));
    await made.work("one", { "README.md": "theirs\n" });
    await made.sandbox.commit(made.root, { "README.md": "ours\n" });
    const answer = await runPlan(session, request(session));
    expect(answer.stages[0]).toMatchObject({
      state: "skipped",
      reason: "it does not merge with main: both change README.md",
    });
    expect(await made.git(["status", "--porcelain"], made.tree("one"))).toBe("");
  });

  const stages = [{ id: "a" }, { id: "b" }, { id: "top", needs: ["a", "b"] }];

  test("of its needs skips it as well, and nothing is lost of them", async () => {
    await using made = await planned([{ level: "soft", conflict: true }], stages);
    const session = await made.open();
    await run(session, { agent: clashing });
    expect(statesOf(session)).toEqual(["a complete", "b complete", "top skipped"]);
    expect(session.view("top").reason).toContain("which do not merge: both change same.txt");
    await markStage(session, { stage: "top", state: "not-started" });
    await made.sandbox.commit(made.tree("b"), { "same.txt": "a\n" });
    expect((await run(session)).result).toBe("done");
  });

  test("of its needs waits for a person where it is a hard stop, and is tried again by itself", async () => {
    await using made = await planned([{ level: "hard", conflict: true }], stages);
    const session = await made.open();
    await run(session, { agent: clashing });
    expect(session.view("top")).toMatchObject({ state: "blocked", waitsForPerson: true });
    await made.sandbox.commit(made.tree("b"), { "same.txt": "a\n" });
    expect((await run(session)).result).toBe("done");
  });
});

test("a condition that only people can judge stops nothing", async () => {
  await using made = await planned([{ level: "hard", name: "The spec is unclear" }]);
  const session = await made.open();
  expect(session.plan.stops).toMatchObject([{ trigger: { kind: "judgement" } }]);
  expect((await run(session)).result).toBe("done");
});
