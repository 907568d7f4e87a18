import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createForesight } from "../../src/app/foreseen-conflicts.ts";
import { readTimeline } from "../../src/app/timeline.ts";
import { checkoutOf, complete, makeProject, setUp } from "./made-project.ts";

const lines = (first: string): string => `${first}\n2\n3\n4\n5\n`;

const stages = [{ id: "one" }, { id: "two" }, { id: "three" }, { id: "after", needs: ["one"] }];

test("two branches that change the same line conflict, others do not", async () => {
  await using made = await makeProject({ stages, files: { shared: lines("1") } });
  const session = await made.open();
  await setUp(session, "one", "two", "three");
  await made.work("one", { shared: lines("one") });
  await made.work("two", { shared: lines("two") });
  await made.work("three", { other: "three\n" });
  await session.look();
  const before = await checkoutOf(made);
  const look = createForesight();
  const expected = { conflicts: [{ stages: ["one", "two"], files: ["shared"] }], left: 0, isCut: false };
  expect(await look(session)).toEqual(expected);
  expect(await look(session)).toEqual(expected);
  expect(await checkoutOf(made)).toEqual(before);
});

test("what is not committed yet counts, and stays as it is", async () => {
  await using made = await makeProject({ stages, files: { shared: lines("1") } });
  const session = await made.open();
  await setUp(session, "one", "two");
  await made.work("one", { shared: lines("one") });
  await writeFile(join(made.tree("two"), "shared"), lines("two"));
  await session.look();
  const status = await made.git(["status", "--porcelain"], made.tree("two"));
  const objects = await made.git(["count-objects"]);
  expect((await createForesight()(session)).conflicts).toEqual([{ stages: ["one", "two"], files: ["shared"] }]);
  expect(await made.git(["status", "--porcelain"], made.tree("two"))).toBe(status);
  expect(await made.git(["count-objects"])).toBe(objects);
});

test("a stage and one that waits for it are no pair", async () => {
  await using made = await makeProject({ stages, files: { shared: lines("1") } });
  const session = await made.open();
  await complete(made, session, "one", { shared: lines("one") });
  await setUp(session, "after");
  await made.work("after", { shared: lines("after") });
  await made.work("one", { shared: lines("one again") });
  await session.look();
  expect((await createForesight()(session)).conflicts).toEqual([]);
});

test("more pairs than one look can take are said, and looked at the next time, the likely ones first", async () => {
  await using made = await makeProject({ stages, files: { shared: lines("1") } });
  const session = await made.open();
  await setUp(session, "one", "two", "three");
  await made.work("one", { other: "one\n" });
  await made.work("two", { shared: lines("two") });
  await made.work("three", { shared: lines("three") });
  await session.look();
  const look = createForesight({ most: 1 });
  const conflicts = [{ stages: ["two", "three"], files: ["shared"] }];
  expect(await look(session)).toEqual({ conflicts, left: 2, isCut: true });
  expect(await look(session)).toEqual({ conflicts, left: 1, isCut: true });
  expect(await look(session)).toEqual({ conflicts, left: 0, isCut: false });
});

test("the timeline of a verification, read from the store", async () => {
  await using made = await makeProject({ stages });
  const session = await made.open();
  expect(readTimeline(session)).toBeUndefined();
  await complete(made, session, "one");
  const timeline = readTimeline(session);
  expect(timeline).toMatchObject({ command: "verify", result: "done", asked: ["one"] });
  expect(timeline?.stages.get("one")?.outcome).toBe("complete");
});
