// What "done" means for an engine: every engine passes these tests, whatever it runs its commands on.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Engine, Job } from "../../src/engine/engine.ts";
import { createSandbox, type Sandbox } from "../sandbox.ts";

const jobIn = (sandbox: Sandbox, command: string): Job => ({
  command,
  cwd: sandbox.directory,
  env: sandbox.environment,
  log: join(sandbox.directory, `${randomUUID()}.log`),
  timeoutMs: 60_000,
  graceMs: 1000,
  token: randomUUID(),
});

const never = (): AbortSignal => new AbortController().signal;

export function engineContract(name: string, create: () => Promise<Engine>): void {
  const use = async (body: (engine: Engine, sandbox: Sandbox) => Promise<void>): Promise<void> => {
    await using sandbox = await createSandbox();
    const engine = await create();
    try {
      await body(engine, sandbox);
    } finally {
      await engine.close();
    }
  };

  describe(`the contract of an engine: ${name}`, () => {
    test("every way a command can end is an outcome, never a rejection", () =>
      use(async (engine, sandbox) => {
        const run = (command: string, more: Partial<Job> = {}) =>
          engine.run({ ...jobIn(sandbox, command), ...more }, never());
        expect(await run("true")).toMatchObject({ kind: "passed" });
        expect(await run("exit 9")).toMatchObject({ kind: "failed", exitCode: 9 });
        expect(await run("kill -ABRT $$")).toMatchObject({ kind: "signalled", signal: "SIGABRT" });
        expect(await run("sleep 60", { timeoutMs: 100 })).toMatchObject({ kind: "timed-out", limitMs: 100 });
        expect(await run("true", { cwd: join(sandbox.directory, "gone") })).toMatchObject({ kind: "not-run" });
        expect(await engine.run(jobIn(sandbox, "true"), AbortSignal.abort())).toMatchObject({ kind: "cancelled" });
      }));

    test("folder, environment, input and log are the ones of the job", () =>
      use(async (engine, sandbox) => {
        const stdin = await sandbox.write("input", "brief\n");
        const job = { ...jobIn(sandbox, 'cat; pwd; echo "$WORD" >&2'), stdin };
        await engine.run({ ...job, env: { ...job.env, WORD: "said" } }, never());
        expect(await sandbox.read(job.log)).toBe(`brief\n${sandbox.directory}\nsaid\n`);
      }));

    test("an abort stops it: kindly at first, and at once with the reason now", () =>
      use(async (engine, sandbox) => {
        for (const reason of [undefined, "now"]) {
          const stop = new AbortController();
          const job = jobIn(sandbox, "trap 'echo told; exit 0' TERM; echo up; while :; do sleep 0.05; done");
          const running = engine.run(job, stop.signal);
          while (!(await sandbox.read(job.log).catch(() => "")).includes("up")) await Promise.resolve();
          stop.abort(reason);
          expect(await running).toMatchObject({ kind: "cancelled" });
          expect((await sandbox.read(job.log)).includes("told")).toBe(reason === undefined);
        }
      }));

    test("many at once do not mix, and what one leaves behind is not the other's", () =>
      use(async (engine, sandbox) => {
        const jobs = Array.from({ length: 20 }, (_, index) =>
          jobIn(sandbox, `sleep 30 & echo ${index}; exit ${index}`),
        );
        const outcomes = await Promise.all(jobs.map((job) => engine.run(job, never())));
        const codes = outcomes.map((outcome) => (outcome.kind === "failed" ? outcome.exitCode : outcome.kind));
        expect(codes).toEqual(["passed", ...Array.from({ length: 19 }, (_, index) => index + 1)]);
        expect(await Promise.all(jobs.map((job) => sandbox.read(job.log)))).toEqual(
          jobs.map((_, index) => `${index}\n`),
        );
      }));

    test("it can be closed twice", () =>
      use(async (engine, sandbox) => {
        expect(await engine.run(jobIn(sandbox, "true"), never())).toMatchObject({ kind: "passed" });
        await engine.close();
      }));
  });
}
