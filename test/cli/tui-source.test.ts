import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { planText, until } from "../rig.ts";
import { makeSource } from "./made-source.ts";

/** A command that says that it began, and ends when it is let go. */
const held = (name: string): string => `touch began-${name}; until test -e let-${name}-go; do sleep 0.05; done`;

const two = { stages: [{ id: "one" }, { id: "two" }] };

test("set up, verify one check, then all, and take it back", async () => {
  await using it = await makeSource({
    stages: [{ id: "one", validate: ["true", "test -e second"] }],
  });
  const { source, made } = it;
  const refused = await source.act({ kind: "verify", stage: "one" });
  expect(refused).toMatchObject({ ok: false });
  expect(refused.message).toContain("stagetree trust");
  await it.trust();
  expect(await it.do({ kind: "setup", stage: "one" })).toContain("one: created");
  expect(existsSync(made.tree("one"))).toBe(true);
  await made.work("one");
  const [first, second] = source.views()[0]?.checks ?? [];
  expect(await it.do({ kind: "verify", stage: "one", check: first?.id ?? "" })).toMatch(/^one: done/u);
  expect(source.views()[0]?.checks.map(({ state }) => state)).toEqual(["passed", "not-run"]);
  expect(it.state("one")).toBe("in-progress");
  expect(await source.act({ kind: "verify", stage: "one", check: second?.id ?? "" })).toMatchObject({ ok: false });
  expect(it.state("one")).toBe("failed");
  await it.do({ kind: "verify", stage: "one", check: first?.id ?? "" });
  expect(it.state("one")).toBe("failed");
  await made.work("one", { second: "" });
  await it.do({ kind: "verify", stage: "one" });
  expect(it.state("one")).toBe("complete");
  expect(await it.do({ kind: "undo" })).toMatch(/^Taken back: complete one\./u);
  await until(() => it.state("one") !== "complete" || undefined, "the undo to be seen");
  expect(await it.do({ kind: "redo" })).toMatch(/^Done again: complete one\./u);
  await until(() => it.state("one") === "complete" || undefined, "the redo to be seen");
});

test("mark and approve say what came of it", async () => {
  await using it = await makeSource({
    stages: [{ id: "one", kind: "human-verify" }, { id: "two" }],
  });
  expect(await it.do({ kind: "mark", stage: "two", state: "blocked" })).toBe("two is marked blocked.");
  expect(it.state("two")).toBe("blocked");
  expect((await it.source.act({ kind: "approve", stage: "one" })).ok).toBe(false);
  await it.do({ kind: "setup", stage: "one" });
  await it.made.work("one");
  expect(await it.do({ kind: "approve", stage: "one" })).toBe("1 approved; one: complete");
});

test("trust is for exactly the commands that were shown", async () => {
  await using it = await makeSource({ stages: [{ id: "one", validate: "true" }] });
  const shown = await it.source.read({ kind: "trust" });
  if (shown.kind !== "trust") throw new Error("no trust");
  expect(shown.missing).toHaveLength(1);
  await writeFile(it.made.plan, planText([{ id: "one", validate: "false" }]));
  await until(() => JSON.stringify(it.source.plan()).includes('"command":"false"') || undefined, "the edit to be read");
  expect(await it.source.act({ kind: "trust", hash: shown.hash })).toMatchObject({ ok: false });
  expect(await it.source.read({ kind: "trust" })).toMatchObject({ missing: [{ command: "false" }] });
  await it.trust();
  expect(await it.source.read({ kind: "trust" })).toMatchObject({ missing: [] });
});

test("a clean-up does what was shown, and nothing else", async () => {
  await using it = await makeSource({ stages: [{ id: "one" }, { id: "two" }] });
  await it.do({ kind: "setup" });
  const consents = { discardChanges: false, deleteUnmerged: false };
  const shown = async (stage?: string): Promise<string> => {
    const doc = await it.source.read({ kind: "clean", ...consents, ...(stage === undefined ? {} : { stage }) });
    return doc.kind === "clean" ? (doc.answer.digest ?? "none") : "none";
  };
  const both = await shown();
  const one = await shown("one");
  await writeFile(`${it.made.tree("one")}/late.txt`, "work\n");
  const refused = await it.source.act({ kind: "clean", digest: both });
  expect(refused.ok).toBe(false);
  expect(refused.message).toMatch(/^Nothing was removed: since it was shown, this changed\.\none, /u);
  expect(existsSync(it.made.tree("two"))).toBe(true);
  expect((await it.source.act({ kind: "clean", digest: one })).ok).toBe(false);
  expect(await it.do({ kind: "clean", digest: await shown("two") })).toMatch(/^two: removed/u);
  expect([existsSync(it.made.tree("one")), existsSync(it.made.tree("two"))]).toEqual([true, false]);
});

describe("what goes on", () => {
  const stages = [
    { id: "one", validate: held("one") },
    { id: "two", validate: held("two") },
  ];
  const begun = async () => {
    const it = await makeSource({ stages }, { jobs: 2 });
    await it.trust();
    await it.do({ kind: "setup" });
    const run = it.source.act({ kind: "verify" });
    for (const id of ["one", "two"])
      await until(() => existsSync(`${it.made.tree(id)}/began-${id}`) || undefined, `${id} to begin`);
    return { it, run };
  };

  test("is not started twice, and another plan is not opened meanwhile", async () => {
    const { it, run } = await begun();
    await using _ = it;
    expect(it.source.run()).toMatchObject({ command: "verify", ours: true });
    for (const kind of ["run", "verify", "setup", "undo", "redo"] as const) {
      expect(await it.source.act({ kind })).toEqual({
        ok: false,
        message: "A verify goes on in this window; stop it, or let it end, first.",
      });
    }
    expect(await it.source.act({ kind: "switch", plan: it.made.plan })).toEqual({
      ok: false,
      message: "A verify goes on in this window; stop it before you open another plan.",
    });
    await it.do({ kind: "stop" });
    expect(await run).toEqual({ ok: false, message: "Stopped: 0 done, 0 failed, 0 waiting for you, 2 skipped" });
    expect(it.source.run()).toBeUndefined();
    expect(await it.do({ kind: "refresh" })).toBe("Looked again.");
  });

  test("one stage is stopped and the other goes on", async () => {
    const { it, run } = await begun();
    await using _ = it;
    expect(await it.do({ kind: "stop", stage: "one" })).toBe("Stopping one; what runs now gets a moment to end.");
    await until(() => it.source.views()[0]?.record.activities.length === 0 || undefined, "one to be stopped");
    expect(it.source.views()[1]?.record.activities).toHaveLength(1);
    await writeFile(`${it.made.tree("two")}/let-two-go`, "");
    expect(await run).toMatchObject({ ok: true, message: "1 done, 0 failed, 0 waiting for you, 1 skipped" });
    expect((await it.source.act({ kind: "stop", stage: "one" })).message).toBe(
      "Nothing runs for one, so there is nothing to stop.",
    );
  });

  test("leaving stops it, with nothing left running", async () => {
    const { it, run } = await begun();
    await using _ = it;
    await it.close();
    expect(await run).toMatchObject({ ok: false });
  });
});

test("another plan is opened in the same window, and an unknown one is refused", async () => {
  await using it = await makeSource(two);
  await it.made.sandbox.write(`${it.made.root}/plans/other.md`, planText([{ id: "only" }], { plan_id: "other" }));
  const doc = await it.source.read({ kind: "plans" });
  expect(doc).toMatchObject({ plans: [{ title: "Sample", stages: 1, complete: 0 }] });
  expect(await it.source.act({ kind: "switch", plan: "nothing.md" })).toMatchObject({ ok: false });
  expect(it.source.views()).toHaveLength(2);
  await it.do({ kind: "switch", plan: "plans/other.md" });
  expect(it.source.views().map(({ stage }) => stage.id)).toEqual(["only"]);
  expect(it.source.commandFor({ kind: "run", stage: "only" })).toBe("stagetree run plans/other.md only");
  expect(await it.do({ kind: "setup" })).toContain("only: created");
  await it.do({ kind: "switch", plan: it.made.plan });
  expect(it.source.views().map(({ stage }) => stage.id)).toEqual(["one", "two"]);
});

test("what is read on request is what the commands answer", async () => {
  await using it = await makeSource({ stages: [{ id: "one", validate: "echo hello" }] });
  await it.trust();
  await it.do({ kind: "setup" });
  await it.made.work("one", { "one.txt": "a line\n" });
  await it.do({ kind: "verify" });
  const read = (kind: "diff" | "why" | "history") => it.source.read({ kind, stage: "one" });
  expect(await read("diff")).toMatchObject({ kind: "diff", patch: expect.stringContaining("+a line"), isCut: false });
  expect(await read("why")).toMatchObject({ kind: "why", answer: { stage: "one", state: "complete" } });
  const history = await read("history");
  expect(history.kind === "history" && history.entries.length > 1).toBe(true);
  expect(await it.source.read({ kind: "undo" })).toMatchObject({
    answer: { operations: [{ command: "complete" }, {}] },
  });
  expect(await it.source.read({ kind: "conflicts" })).toMatchObject({ conflicts: [] });
  expect(it.source.timeline()).toMatchObject({ command: "verify" });
  const log = it.source.views()[0]?.checks[0]?.record?.log ?? "";
  const text = await readFile(log, "utf8");
  const size = Buffer.byteLength(text);
  expect(await it.source.readLog(log, { from: -3, bytes: 100 })).toEqual({
    size,
    from: size - 3,
    bytes: new TextEncoder().encode(text).subarray(-3),
  });
  expect(await it.source.readLog(log, { from: 1, bytes: 2 })).toMatchObject({
    from: 1,
    bytes: new TextEncoder().encode(text).subarray(1, 3),
  });
  expect(await it.source.readLog(`${log}.none`, { from: 0, bytes: 2 })).toMatchObject({ size: 0, from: 0 });
});
