// Statuses in the plan file: the smallest change, and never over what a person wrote meanwhile.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { approveChecks, markStage } from "../../src/app/approve.ts";
import { completeStage } from "../../src/app/complete.ts";
import { openPlan } from "../../src/app/plan-file.ts";
import { recoverIfFree } from "../../src/app/run-lock.ts";
import { openSession } from "../../src/app/session.ts";
import { writeStatuses } from "../../src/app/write-back.ts";
import { planText } from "../rig.ts";
import { writing } from "../core/made-plan.ts";
import { complete, eventsOf, makeProject, type MadeProject, request, setUp, statesOf, verify } from "./made-project.ts";
import { runPlan } from "../../src/app/run.ts";

const text = (made: MadeProject): Promise<string> => readFile(made.plan, "utf8");
const statusesIn = async (made: MadeProject): Promise<readonly string[]> =>
  [...(await text(made)).matchAll(/"status": "(.*?)"/g)].map(([, status = ""]) => status).slice(1);
const edit = async (made: MadeProject, from: string, to: string): Promise<void> => {
  const before = await text(made);
  if (!before.includes(from)) throw new Error(`the plan does not say ${from}`);
  await writeFile(made.plan, before.replace(from, to));
};

describe("every other byte stays", () => {
  const plain = `${planText([{ id: "one" }])}\n### Stage 1: The one stage  \n\n**Status**: Not Started  \n\n- trailing \t \n`;
  const shapes: readonly (readonly [string, string])[] = [
    ["as it is", plain],
    ["carriage returns", plain.replaceAll("\n", "\r\n")],
    ["a byte order mark", `\uFEFF${plain}`],
    ["no newline at the end", plain.trimEnd()],
    ["all of it", `\uFEFF${plain.replaceAll("\n", "\r\n").trimEnd()}`],
  ];
  test.each(shapes)("%s", async (_, shape) => {
    await using made = await makeProject({ text: shape });
    const session = await made.open();
    await setUp(session);
    expect(await text(made)).toBe(
      shape.replace('"not-started"', '"in-progress"').replace("Not Started", "In Progress"),
    );
    await made.work("one");
    await verify(session);
    expect(await text(made)).toBe(shape.replace('"not-started"', '"complete"').replace("Not Started", "Complete"));
  });
});

describe("what a person writes during a run is their word", () => {
  test("it is recorded, not overwritten", async () => {
    await using made = await makeProject({ stages: [{ id: "one" }, { id: "two" }] });
    const session = await made.open();
    await setUp(session);
    await made.work("one");
    await edit(made, '"in-progress"', '"blocked"');
    await verify(session);
    expect(await statusesIn(made)).toEqual(["blocked", "in-progress"]);
    expect(statesOf(session)).toEqual(["one blocked", "two in-progress"]);
    expect(eventsOf(session)).toContainEqual({ type: "stage-declared", stage: "one", state: "blocked", by: "plan" });
    expect(statesOf(await reopened(made))).toEqual(["one blocked", "two in-progress"]);
  });

  test("two of them at once are both kept, and a third stage is written", async () => {
    await using made = await makeProject({ stages: [{ id: "one" }, { id: "two" }, { id: "three" }] });
    const session = await made.open();
    await edit(made, '"not-started"', '"skipped"');
    await edit(made, '"not-started"', '"blocked"');
    await setUp(session);
    expect(await statusesIn(made)).toEqual(["skipped", "blocked", "in-progress"]);
    expect(statesOf(await reopened(made))).toEqual(["one skipped", "two blocked", "three in-progress"]);
  });

  test("saying what we would have said is no word of its own: the proof counts", async () => {
    await using made = await makeProject();
    const session = await made.open();
    await setUp(session);
    await made.work("one");
    await edit(made, '"in-progress"', '"complete"');
    await verify(session);
    expect(session.view("one")).toMatchObject({ state: "complete", proof: "proven" });
    expect((await reopened(made)).view("one").proof).toBe("proven");
  });

  test("a stage set aside while it is being set up is not worked on", async () => {
    await using made = await makeProject();
    const session = await made.open();
    session.listen(({ event }) => {
      if (event.type !== "setup-started") return;
      writeFileSync(made.plan, readFileSync(made.plan, "utf8").replace('"not-started"', '"skipped"'));
    });
    const answer = await runPlan(
      session,
      request(session, { agent: "echo x > made && git add -A && git commit -qm made" }),
    );
    expect(answer.stages[0]).toMatchObject({ state: "skipped", result: "skipped" });
    expect(await made.git(["log", "--oneline", "main..feature/one"])).toBe("");
  });

  async function reopened(made: MadeProject) {
    const session = await made.open();
    await session.look();
    return session;
  }
});

describe("who else writes", () => {
  test("many stages at once: every status arrives", async () => {
    const stages = Array.from({ length: 12 }, (_, index) => ({ id: `s${index}` }));
    await using made = await makeProject({ stages });
    const session = await made.open();
    await session.look();
    for (const { id } of stages) session.emit({ type: "stage-declared", stage: id, state: "skipped", by: "person" });
    await Promise.all(stages.map(({ id }) => writeStatuses(session, { stages: [id] })));
    expect(await statusesIn(made)).toEqual(stages.map(() => "skipped"));
    const again = await made.open();
    expect(eventsOf(again).filter((event) => event.type === "stage-declared" && event.by === "plan")).toEqual([]);
  });

  test("two processes on different stages lose nothing of each other", async () => {
    await using made = await makeProject({ stages: [{ id: "one" }, { id: "two" }] });
    const first = await made.open();
    const second = await made.open();
    await Promise.all([
      markStage(first, { stage: "one", state: "skipped" }),
      markStage(second, { stage: "two", state: "blocked" }),
    ]);
    expect(await statusesIn(made)).toEqual(["skipped", "blocked"]);
  });

  test("a plan that was read before another process wrote it is not taken for a person's edit", async () => {
    await using made = await makeProject();
    const old = await openPlan(made.project, made.plan);
    const session = await made.open();
    await complete(made, session, "one");
    const late = openSession(made.project, old);
    try {
      expect(eventsOf(late).some((event) => event.type === "stage-declared")).toBe(false);
      await late.look();
      expect(late.view("one")).toMatchObject({ state: "complete", proof: "proven" });
    } finally {
      late.close();
    }
  });
});

describe("killed while it was written", () => {
  const dead = spawnSync("true").pid;

  test("what is in the file is ours, the rest was not written; what lay beside it goes, and people are heard again", async () => {
    await using made = await makeProject({ stages: [{ id: "one" }, { id: "two" }] });
    const killed = await made.open();
    killed.emit(...writing({ one: ["not-started", "complete"], two: ["not-started", "skipped"] }));
    await edit(made, '"not-started"', '"complete"');
    const [theirs, alive] = [`.plan.md.${dead}-12.5.tmp`, `.plan.md.${process.pid}-1.tmp`];
    for (const name of [theirs, alive]) await writeFile(join(dirname(made.plan), name), "half");
    const session = await made.open();
    await recoverIfFree(session);
    expect(eventsOf(session).filter(({ type }) => type === "stage-declared")).toEqual([]);
    expect(session.state().operations?.list.map(({ interrupted }) => interrupted)).toEqual([true]);
    expect(readdirSync(dirname(made.plan)).toSorted()).toEqual([alive, "plan.md"]);
    await edit(made, '"not-started"', '"skipped"');
    const later = await made.open();
    await later.look();
    expect(statesOf(later)).toEqual(["one not-started", "two skipped"]);
  });

  test("declared or proven and not yet written, it is written by the same call again", async () => {
    await using made = await makeProject({ stages: [{ id: "one" }, { id: "two" }] });
    const session = await made.open();
    await setUp(session, "two");
    session.emit({ type: "stage-declared", stage: "one", state: "blocked", by: "person" });
    await markStage(session, { stage: "one", state: "blocked" });
    const commit = await made.work("two");
    session.emit({ type: "stage-completed", stage: "two", commit, proof: "proven" });
    expect(await completeStage(session, { stage: "two", allowEmpty: false })).toEqual([]);
    expect(await statusesIn(made)).toEqual(["blocked", "complete"]);
  });
});

describe("where it cannot be written", () => {
  test("a stage is not taken back where its plan has no place that could be written", async () => {
    const quoted = planText([{ id: "one" }]).replaceAll(/^(?=[`{} ])/gm, "> ");
    await using made = await makeProject({ text: quoted });
    const session = await made.open();
    await complete(made, session, "one");
    expect(await text(made)).toBe(quoted);
    const again = await made.open();
    await again.look();
    expect(again.view("one")).toMatchObject({ state: "complete", proof: "proven" });
  });

  test("a plan that is no plan at the moment is left alone, and the work goes on", async () => {
    await using made = await makeProject();
    const session = await made.open();
    await setUp(session);
    await made.work("one");
    const whole = await text(made);
    await writeFile(made.plan, "half saved");
    await verify(session);
    expect(await text(made)).toBe("half saved");
    expect(session.view("one").state).toBe("complete");
    await writeFile(made.plan, whole);
    const again = await made.open();
    await verify(again);
    expect(await statusesIn(made)).toEqual(["complete"]);
  });

  test.skipIf(process.getuid?.() === 0)("a plan that may not be written is left alone, with a note", async () => {
    await using made = await makeProject();
    await chmod(made.plan, 0o444);
    const session = await made.open();
    await setUp(session);
    expect(eventsOf(session)).toContainEqual(expect.objectContaining({ type: "note" }));
  });

  test("write-back can be turned off", async () => {
    await using made = await makeProject({ config: { writeBack: false } });
    const before = await text(made);
    await complete(made, await made.open(), "one");
    expect(await text(made)).toBe(before);
  });
});

test("approving and marking write their status too", async () => {
  await using made = await makeProject({ stages: [{ id: "one", kind: "human-verify" }, { id: "two" }] });
  const session = await made.open();
  await setUp(session, "one");
  await made.work("one");
  await verify(session, { stages: ["one"] });
  expect(await statusesIn(made)).toEqual(["in-progress", "not-started"]);
  await approveChecks(session, { stage: "one", allowEmpty: false, dryRun: false });
  await markStage(session, { stage: "two", state: "skipped" });
  expect(await statusesIn(made)).toEqual(["complete", "skipped"]);
});
