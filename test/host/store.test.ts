// The store under two writers, readers, kill -9, damage and disks that cannot be written.
import { chmod, cp, mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import type { Event } from "../../src/core/event.ts";
import { openStore, type Store, storePath } from "../../src/host/store.ts";
import { createSandbox } from "../sandbox.ts";
import { startProcess, startProcesses } from "./other-process.ts";

const note = (text: string): Event => ({ type: "note", text });
const open = (directory: string, readonly = false): Store =>
  openStore({ directory, now: () => 7, ...(readonly ? { readonly } : {}) });
const isRoot = process.getuid?.() === 0;

describe("what was written", () => {
  test("comes back in order, by plan, with its run, and from a point on", async () => {
    await using sandbox = await createSandbox();
    const store = open(sandbox.directory);
    const first = store.append("a", [note("1"), note("2")], { run: "r" });
    store.append("b", [note("other")]);
    store.append("a", []);
    store.append("a", [note("3")]);
    expect(first).toEqual([
      { seq: 1, at: 7, plan: "a", run: "r", event: note("1") },
      { seq: 2, at: 7, plan: "a", run: "r", event: note("2") },
    ]);
    expect(store.read("a").map(({ seq }) => seq)).toEqual([1, 2, 4]);
    expect(store.read("a", { after: 2 })).toEqual([{ seq: 4, at: 7, plan: "a", event: note("3") }]);
    expect(store.plans()).toEqual(["a", "b"]);
    expect(store.read("a", { holding: ['"text":"3"', '"text":"1"'] }).map(({ seq }) => seq)).toEqual([1, 4]);
    expect(store.read("a", { after: 1, holding: ['"text":"1"'] })).toEqual([]);
    store.close();
    const again = open(sandbox.directory);
    expect(again.read("a").slice(0, 2)).toEqual(first);
    again.close();
  });

  test("is for its owner only", async () => {
    await using sandbox = await createSandbox();
    const directory = join(sandbox.directory, "deep", "stagetree");
    const store = open(directory);
    store.append("a", [note("1")]);
    const modes = await Promise.all(
      (await readdir(directory)).map(async (name) => (await stat(join(directory, name))).mode & 0o777),
    );
    expect(new Set(modes)).toEqual(new Set([0o600]));
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    store.close();
  });
});

describe("other connections", () => {
  test("the version changes with what this one and another one wrote, and only then", async () => {
    await using sandbox = await createSandbox();
    const [one, other] = [open(sandbox.directory), open(sandbox.directory)];
    const reader = open(sandbox.directory, true);
    const before = [one.version(), reader.version()];
    expect([one.version(), reader.version()]).toEqual(before);
    other.append("a", [note("1")]);
    expect(one.version()).not.toBe(before[0]);
    expect(reader.version()).not.toBe(before[1]);
    const mine = one.version();
    one.append("a", [note("2")]);
    expect(one.version()).not.toBe(mine);
    for (const store of [one, other, reader]) store.close();
  });

  test("letters are given out once, in order, to their plan", async () => {
    await using sandbox = await createSandbox();
    const [run, person] = [open(sandbox.directory), open(sandbox.directory)];
    expect(run.takeIntents("a")).toEqual([]);
    person.sendIntent("a", { kind: "stop", stage: "s" });
    person.sendIntent("b", { kind: "stop" });
    person.sendIntent("a", { kind: "stop-now" });
    expect(run.takeIntents("a")).toEqual([{ kind: "stop", stage: "s" }, { kind: "stop-now" }]);
    expect(run.takeIntents("a")).toEqual([]);
    expect(run.takeIntents("b")).toEqual([{ kind: "stop" }]);
    for (const store of [run, person]) store.close();
  });

  test("two processes that start with no store and write at once lose nothing, and a reader sees only whole steps", async () => {
    await using sandbox = await createSandbox();
    const code = `
      const { openStore } = await import("@/host/store.ts");
      const [directory, name] = process.argv.slice(1);
      const store = openStore({ directory, now: Date.now });
      for (let n = 0; n < 150; n += 1) store.append("p", [{ type: "note", text: name + n }, { type: "note", text: name + n }]);
      store.close();
    `;
    using writers = startProcesses(
      code,
      ["x", "y", "z"].map((name) => [sandbox.directory, name]),
    );
    const reader = open(sandbox.directory, true);
    const ended = new AbortController();
    const all = Promise.all(writers.all.map((writer) => writer.ended)).finally(() => ended.abort());
    while (!ended.signal.aborted) {
      expect(reader.read("p").length % 2).toBe(0);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await all).toEqual([0, 0, 0]);
    const found = reader.read("p");
    expect(found).toHaveLength(900);
    for (const name of ["x", "y", "z"]) {
      const texts = found.flatMap(({ event }) =>
        event.type === "note" && event.text.startsWith(name) ? [event.text] : [],
      );
      expect(texts).toEqual(Array.from({ length: 300 }, (_, index) => `${name}${Math.floor(index / 2)}`));
    }
    reader.close();
  });

  test("kill -9 in the middle of writing: what was acknowledged is there, whole, twenty times", async () => {
    await using sandbox = await createSandbox();
    const code = `
      import { writeSync } from "node:fs";
      const { openStore } = await import("@/host/store.ts");
      const [directory, name] = process.argv.slice(1);
      const store = openStore({ directory, now: Date.now });
      for (let n = 1; ; n += 1) {
        const text = name + ":" + n + ":" + "x".repeat(n % 5 === 0 ? 100000 : 50);
        // Every other one is of those that do not wait for the disk.
        store.append("p", [n % 2 === 0 ? { type: "note", text } : { type: "stage-failed", stage: "s", reason: text }]);
        writeSync(1, n + "\\n");
      }
    `;
    for (let round = 0; round < 20; round += 1) {
      const directory = join(sandbox.directory, String(round));
      using writers = startProcesses(
        code,
        ["a", "b"].map((name) => [directory, `${round}${name}`]),
      );
      await Promise.all(writers.all.map((writer) => writer.printed(`${3 + (round % 7)}\n`)));
      for (const writer of writers.all) writer.kill("SIGKILL");
      await Promise.all(writers.all.map((writer) => writer.ended));
      const store = open(directory);
      const texts = store
        .read("p")
        .flatMap(({ event }) =>
          event.type === "note" ? [event.text] : event.type === "stage-failed" ? [event.reason] : [],
        );
      const found = new Set(texts.map((text) => text.slice(0, text.lastIndexOf(":"))));
      const promised = ["a", "b"].flatMap((name, index) => {
        const acknowledged = writers.all[index]?.stdout().trim().split("\n") ?? [];
        return acknowledged.map((n) => `${round}${name}:${n}`);
      });
      expect(promised.length).toBeGreaterThan(5);
      expect(promised.filter((text) => !found.has(text))).toEqual([]);
      store.close();
    }
  });
});

describe("readers that may not write", () => {
  test("a missing store is an empty one, nothing is made, and one that comes later is found", async () => {
    await using sandbox = await createSandbox();
    const directory = join(sandbox.directory, "stagetree");
    const reader = open(directory, true);
    expect([reader.read("a"), reader.plans()]).toEqual([[], []]);
    expect(await readdir(sandbox.directory)).not.toContain("stagetree");
    expect(() => reader.append("a", [note("1")])).toThrow("file-system");
    const version = reader.version();
    const writer = open(directory);
    writer.append("a", [note("1")]);
    expect(reader.version()).not.toBe(version);
    expect(reader.read("a")).toHaveLength(1);
    for (const store of [reader, writer]) store.close();
  });

  test.skipIf(isRoot)("a folder that cannot be written is read, also with a log that was left behind", async () => {
    await using sandbox = await createSandbox();
    const writer = open(join(sandbox.directory, "live"));
    writer.append("a", [note("1")]);
    // What a killed writer leaves: the log, and no shared memory that could be used.
    const left = join(sandbox.directory, "left");
    await mkdir(left);
    for (const name of ["events.db", "events.db-wal"])
      await cp(join(sandbox.directory, "live", name), join(left, name));
    writer.close();
    for (const directory of [join(sandbox.directory, "live"), left]) {
      await chmod(directory, 0o500);
      const reader = open(directory, true);
      expect(reader.read("a")).toHaveLength(1);
      expect(() => open(directory).append("a", [note("2")])).toThrow("file-system");
      reader.close();
      await chmod(directory, 0o700);
    }
  });
});

describe("trouble", () => {
  test.each([
    ["no database", "this was never a database\n".repeat(200)],
    ["a cut one", "SQLite format 3\0cut"],
  ])("%s is called corrupt", async (_, text) => {
    await using sandbox = await createSandbox();
    await writeFile(storePath(sandbox.directory), text);
    expect(() => open(sandbox.directory)).toThrow(
      expect.objectContaining({ facts: expect.objectContaining({ code: "CORRUPT" }) }),
    );
  });

  test("an empty file, as a full disk leaves it, is a new store", async () => {
    await using sandbox = await createSandbox();
    await writeFile(storePath(sandbox.directory), "");
    expect(open(sandbox.directory, true).read("a")).toEqual([]);
    const store = open(sandbox.directory);
    expect(store.append("a", [note("1")])).toHaveLength(1);
    store.close();
  });

  test("one whose maker was killed is read by those who only read, too", async () => {
    await using sandbox = await createSandbox();
    // More than fits into its memory, so that the file and the journal to roll it back lie on the disk.
    const code = `
      import { DatabaseSync } from "node:sqlite";
      const database = new DatabaseSync(process.argv[1]);
      database.exec("PRAGMA cache_size = 1; PRAGMA cache_spill = 1; CREATE TABLE before (x); BEGIN; CREATE TABLE half (x)");
      for (let n = 0; n < 500; n += 1) database.prepare("INSERT INTO half VALUES (?)").run("x".repeat(1000));
      console.log("half");
      setInterval(() => database, 1000);
    `;
    using maker = startProcess(code, [storePath(sandbox.directory)]);
    await maker.printed("half");
    maker.kill("SIGKILL");
    await maker.ended;
    expect(await readdir(sandbox.directory)).toContain("events.db-journal");
    expect(open(sandbox.directory, true).read("a")).toEqual([]);
    const store = open(sandbox.directory);
    expect(store.append("a", [note("1")])).toHaveLength(1);
    store.close();
  });

  test("a store of a later version is refused", async () => {
    await using sandbox = await createSandbox();
    const database = new DatabaseSync(storePath(sandbox.directory));
    database.exec("PRAGMA user_version = 99");
    database.close();
    expect(() => open(sandbox.directory)).toThrow(
      expect.objectContaining({ facts: expect.objectContaining({ code: "NEWER" }) }),
    );
  });

  test("a full disk is a fault, and the store goes on when there is room again", async () => {
    await using sandbox = await createSandbox();
    const store = open(sandbox.directory);
    store.append("a", [note("1")]);
    store.close();
    const database = new DatabaseSync(storePath(sandbox.directory));
    const full = database.prepare("PRAGMA page_count").get()?.["page_count"];
    database.close();
    // The limit belongs to a connection, so the writer sets it on its own.
    const code = `
      import { DatabaseSync } from "node:sqlite";
      const { storageFault } = await import("@/host/sqlite.ts");
      const database = new DatabaseSync(process.argv[1]);
      database.exec("PRAGMA max_page_count = " + process.argv[2]);
      try { database.prepare("INSERT INTO events (at, plan, event) VALUES (1, 'a', ?)").run("x".repeat(100000)); }
      catch (error) { console.log(storageFault(error, { action: "write to", path: "p" }).facts.code); }
    `;
    const writer = startProcess(code, [storePath(sandbox.directory), String(full)]);
    await writer.ended;
    expect(writer.stdout().trim()).toBe("ENOSPC");
    const again = open(sandbox.directory);
    again.append("a", [note("2")]);
    expect(again.read("a")).toHaveLength(2);
    again.close();
  });

  test("opening it prints nothing on stderr", async () => {
    await using sandbox = await createSandbox();
    const code = `const { openStore } = await import("@/host/store.ts"); openStore({ directory: process.argv[1], now: Date.now }).close(); process.emitWarning("kept");`;
    const opened = startProcess(code, [sandbox.directory], { warnings: true });
    expect(await opened.ended).toBe(0);
    expect(opened.stderr()).toContain("kept");
    expect(opened.stderr()).not.toContain("SQLite");
  });
});
