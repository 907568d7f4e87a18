// The locks between callers, between processes, and through the ways a holder can end.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isFault } from "../../src/core/fault.ts";
import { acquireRunLock, identifyRunHolder, readRunHolder, withRepositoryLock } from "../../src/host/lock.ts";
import { createSandbox } from "../sandbox.ts";
import { startProcess, startProcesses } from "./other-process.ts";
import { until } from "./until.ts";

const holdRepository = `
  const { withRepositoryLock } = await import("@/host/lock.ts");
  await withRepositoryLock(process.argv[1], () => { console.log("held"); return new Promise(() => setInterval(() => {}, 1000)); });
`;
const holdRun = `
  const { acquireRunLock } = await import("@/host/lock.ts");
  const lock = acquireRunLock({ directory: process.argv[1], plan: "Plan 1", now: () => 1234 });
  console.log("heldBy" in lock ? "refused" : "held");
  setInterval(() => {}, 1000);
`;

describe("the lock of the repository", () => {
  test("callers of one process come one after the other, in their order", async () => {
    await using sandbox = await createSandbox();
    const order: number[] = [];
    let inside = 0;
    const calls = Array.from({ length: 32 }, (_, index) =>
      withRepositoryLock(sandbox.directory, async () => {
        inside += 1;
        expect(inside).toBe(1);
        await Promise.resolve();
        order.push(index);
        inside -= 1;
        return index;
      }),
    );
    expect(await Promise.all(calls)).toEqual(order);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect((await stat(join(sandbox.directory, "repo.lock"))).mode & 0o777).toBe(0o600);
  });

  test("an action that fails gives the lock back", async () => {
    await using sandbox = await createSandbox();
    await expect(withRepositoryLock(sandbox.directory, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await withRepositoryLock(sandbox.directory, async () => "mine")).toBe("mine");
  });

  test("processes that race never hold it together", async () => {
    await using sandbox = await createSandbox();
    const counter = await sandbox.write("counter", "0");
    const code = `
      import { readFileSync, writeFileSync } from "node:fs";
      import { setImmediate } from "node:timers/promises";
      const { withRepositoryLock } = await import("@/host/lock.ts");
      const [directory, counter] = process.argv.slice(1);
      for (let round = 0; round < 50; round += 1) {
        await withRepositoryLock(directory, async () => {
          const seen = Number(readFileSync(counter, "utf8"));
          await setImmediate();
          writeFileSync(counter, String(seen + 1));
        });
      }
    `;
    const args = [sandbox.directory, counter];
    using racers = startProcesses(code, [args, args, args]);
    expect(await Promise.all(racers.all.map((racer) => racer.ended))).toEqual([0, 0, 0]);
    expect(await sandbox.read(counter)).toBe("150");
  });

  test("a stopped holder keeps it, a killed one has lost it", async () => {
    await using sandbox = await createSandbox();
    using holder = startProcess(holdRepository, [sandbox.directory]);
    await holder.printed("held");
    holder.kill("SIGSTOP");
    const refused = await withRepositoryLock(sandbox.directory, async () => undefined, { timeoutMs: 200 }).catch(
      (error: unknown) => error,
    );
    expect(isFault(refused, "lock-timeout") && refused.facts.waitedMs).toBeGreaterThanOrEqual(200);
    holder.kill("SIGKILL");
    await holder.ended;
    expect(await withRepositoryLock(sandbox.directory, async () => "mine", { timeoutMs: 0 })).toBe("mine");
  });

  test("waiting ends with the signal", async () => {
    await using sandbox = await createSandbox();
    using holder = startProcess(holdRepository, [sandbox.directory]);
    await holder.printed("held");
    const stop = new AbortController();
    const waiting = withRepositoryLock(sandbox.directory, async () => undefined, { signal: stop.signal });
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: "interrupted" });
  });
});

describe("the lock of a run", () => {
  test("a second one is told who holds it; others too, without taking it; both until it is given back", async () => {
    await using sandbox = await createSandbox();
    const place = { directory: sandbox.directory, plan: "2026-01 Plän/one", now: () => 99 };
    expect(readRunHolder(place)).toBeUndefined();
    const lock = acquireRunLock(place);
    if ("heldBy" in lock) throw new Error("held by nobody we know");
    expect(acquireRunLock(place)).toEqual({ heldBy: { pid: process.pid, since: 99 } });
    expect(readRunHolder(place)).toEqual({ pid: process.pid, since: 99 });
    expect(acquireRunLock({ ...place, plan: "other" })).not.toHaveProperty("heldBy");
    lock.release();
    lock.release();
    expect(readRunHolder(place)).toBeUndefined();
    expect(acquireRunLock(place)).not.toHaveProperty("heldBy");
  });

  test("it survives that its holder is stopped, not that it is killed", async () => {
    await using sandbox = await createSandbox();
    const place = { directory: sandbox.directory, plan: "Plan 1", now: () => 1 };
    using holder = startProcess(holdRun, [sandbox.directory]);
    await holder.printed("held");
    const expected = { pid: holder.pid, since: 1234 };
    holder.kill("SIGSTOP");
    expect(acquireRunLock(place)).toEqual({ heldBy: expected });
    expect(readRunHolder(place)).toEqual(expected);
    holder.kill("SIGKILL");
    await holder.ended;
    expect(readRunHolder(place)).toBeUndefined();
    const taken = acquireRunLock(place);
    expect(taken).not.toHaveProperty("heldBy");
  });

  test("what a process of another boot left, or one whose pid somebody else has by now, holds nothing", async () => {
    await using sandbox = await createSandbox();
    const place = { directory: sandbox.directory, plan: "Plan 1", now: () => 7 };
    using holder = startProcess(holdRun, [sandbox.directory]);
    await holder.printed("held");
    holder.kill("SIGKILL");
    await holder.ended;
    const note = (await readdir(sandbox.directory)).find((name) => name.endsWith(".holder.json")) ?? "none";
    const left = await sandbox.read(note);
    expect(JSON.parse(left)).toMatchObject({ pid: holder.pid, since: 1234 });
    for (const start of ["00000000-0000-0000-0000-000000000000/1", undefined]) {
      // The pid lives, as pids of another boot do; only the kernel knows that nobody holds the lock.
      await sandbox.write(note, JSON.stringify({ pid: process.pid, since: 1234, start }));
      expect(readRunHolder(place)).toBeUndefined();
      const taken = acquireRunLock(place);
      if ("heldBy" in taken) throw new Error("a note was taken for a holder");
      expect(readRunHolder(place)).toEqual({ pid: process.pid, since: 7 });
      taken.release();
    }
  });

  test("one that took it a moment ago is waited for; what a killed one left behind is not told", async () => {
    await using sandbox = await createSandbox();
    const place = { directory: sandbox.directory, plan: "Plan 1", now: () => 1 };
    using killed = startProcess(holdRun, [sandbox.directory]);
    await killed.printed("held");
    killed.kill("SIGKILL");
    await killed.ended;
    // As long as it says nothing, the file of the one before is there.
    const slow = `
      const { DatabaseSync } = await import("node:sqlite");
      const { writeFileSync } = await import("node:fs");
      const { readStartTime } = await import("@/host/processes.ts");
      const [folder, lock, holder] = process.argv.slice(1);
      const database = new DatabaseSync(lock);
      database.exec("BEGIN EXCLUSIVE");
      console.log("held");
      const identity = { pid: process.pid, since: 77, start: readStartTime(process.pid) };
      setTimeout(() => writeFileSync(holder, JSON.stringify(identity)), 100);
      setInterval(() => database.isOpen, 1000);
    `;
    const [lock = "", holder = ""] = (await readdir(sandbox.directory))
      .filter((name) => /^run-.*(?:\.lock|\.holder\.json)$/u.test(name))
      .toSorted((a, b) => Number(b.endsWith(".lock")) - Number(a.endsWith(".lock")))
      .map((name) => join(sandbox.directory, name));
    using now = startProcess(slow, [sandbox.directory, lock, holder]);
    await now.printed("held");
    expect(acquireRunLock(place)).toEqual({ heldBy: { pid: now.pid, since: 77 } });
    expect(identifyRunHolder(place)).toEqual({ pid: now.pid, since: 77 });
  });

  test("of many that start at once, one gets it", async () => {
    await using sandbox = await createSandbox();
    const args = [sandbox.directory];
    using racers = startProcesses(holdRun, [args, args, args, args]);
    const answers = (): readonly string[] => racers.all.map((racer) => racer.stdout().trim());
    await until("every answer", () => answers().every((answer) => answer !== ""));
    expect(answers().toSorted()).toEqual(["held", "refused", "refused", "refused"]);
  });
});
