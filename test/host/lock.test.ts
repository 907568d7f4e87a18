// The locks between callers, between processes, and through the ways a holder can end.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isFault } from "../../src/core/fault.ts";
import { acquireRunLock, readRunHolder, withRepositoryLock } from "../../src/host/lock.ts";
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

  test("of many that start at once, one gets it", async () => {
    await using sandbox = await createSandbox();
    const args = [sandbox.directory];
    using racers = startProcesses(holdRun, [args, args, args, args]);
    const answers = (): readonly string[] => racers.all.map((racer) => racer.stdout().trim());
    await until("every answer", () => answers().every((answer) => answer !== ""));
    expect(answers().toSorted()).toEqual(["held", "refused", "refused", "refused"]);
  });
});
