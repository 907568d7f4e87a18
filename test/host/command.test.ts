// One command, with everything it may leave behind: nothing of it is there when the outcome is.
import { randomUUID } from "node:crypto";
import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Outcome } from "../../src/core/outcome.ts";
import { type CommandSpec, runCommand } from "../../src/host/command.ts";
import { withRepositoryLock } from "../../src/host/lock.ts";
import type { Starter } from "../../src/host/starter.ts";
import { createSandbox, type Sandbox } from "../sandbox.ts";
import { startProcess } from "./other-process.ts";
import { strays, survivors } from "./process-kinds.ts";
import { readyStarter } from "./ready-starter.ts";
import { until } from "./until.ts";

const onLinux = process.platform === "linux";

const specAt = (sandbox: Sandbox, command: string): CommandSpec => ({
  command,
  cwd: sandbox.directory,
  env: sandbox.environment,
  log: join(sandbox.directory, "logs", "one.log"),
  timeoutMs: 60_000,
  graceMs: 1000,
  token: randomUUID(),
});

const never = (): AbortSignal => new AbortController().signal;

describe.each<[by: string, isSmall: boolean]>([
  ["this process", false],
  ["a small one", true],
])("started by %s", (_, isSmall) => {
  let starter: Starter | undefined;
  beforeAll(async () => {
    if (isSmall) starter = await readyStarter();
  });
  afterAll(() => starter?.close());

  const specIn = (sandbox: Sandbox, command: string): CommandSpec => ({
    ...specAt(sandbox, command),
    ...(starter === undefined ? {} : { starter }),
  });

  const ended = async (sandbox: Sandbox, command: string, more: Partial<CommandSpec> = {}): Promise<Outcome> =>
    runCommand({ ...specIn(sandbox, command), ...more }, never());

  describe("how it ended", () => {
    test("exit codes and signals are told as they are", async () => {
      await using sandbox = await createSandbox();
      expect(await ended(sandbox, "true")).toMatchObject({ kind: "passed" });
      expect(await ended(sandbox, "exit 7")).toMatchObject({ kind: "failed", exitCode: 7 });
      expect(await ended(sandbox, "exit 143")).toMatchObject({ kind: "failed", exitCode: 143 });
      expect(await ended(sandbox, "no-such-program-here")).toMatchObject({ kind: "failed", exitCode: 127 });
      expect(await ended(sandbox, "kill -SEGV $$")).toMatchObject({ kind: "signalled", signal: "SIGSEGV" });
      expect(await ended(sandbox, "kill -KILL $$")).toMatchObject({ kind: "signalled", signal: "SIGKILL" });
    });

    test("what cannot be started is told with its reason and does not reject", async () => {
      await using sandbox = await createSandbox();
      const missing = join(sandbox.directory, "gone");
      expect(await ended(sandbox, "true", { cwd: missing })).toMatchObject({
        kind: "not-run",
        reason: `the folder ${missing} does not exist`,
      });
      await writeFile(join(sandbox.directory, "file"), "");
      expect(await ended(sandbox, "true", { log: join(sandbox.directory, "file", "x.log") })).toMatchObject({
        kind: "not-run",
        reason: expect.stringContaining("its log file"),
      });
      expect(await ended(sandbox, "true", { stdin: missing })).toMatchObject({
        kind: "not-run",
        reason: expect.stringContaining("its input"),
      });
      expect(await ended(sandbox, `: ${"x".repeat(300_000)}`)).toMatchObject({
        kind: "not-run",
        reason: expect.stringContaining("too long"),
      });
    });

    test("a signal that has fired before anything started means cancelled, and no log", async () => {
      await using sandbox = await createSandbox();
      const spec = specIn(sandbox, "echo ran");
      expect(await runCommand(spec, AbortSignal.abort())).toEqual({ kind: "cancelled", durationMs: 0 });
      await expect(stat(spec.log)).rejects.toThrow("ENOENT");
    });
  });

  describe("what it sees", () => {
    test("both streams land in a private log in their order, appended; input is the file or empty", async () => {
      await using sandbox = await createSandbox();
      const log = join(sandbox.directory, "logs", "one.log");
      await ended(sandbox, "echo out; echo err >&2; echo out again");
      const stdin = await sandbox.write("brief.md", "from the brief\n");
      await ended(sandbox, "cat; cat", { stdin });
      await ended(sandbox, "cat; echo end");
      expect(await readFile(log, "utf8")).toBe("out\nerr\nout again\nfrom the brief\nend\n");
      expect((await stat(log)).mode & 0o777).toBe(0o600);
      expect((await stat(join(log, ".."))).mode & 0o777).toBe(0o700);
    });

    test("its environment is the one given and the token, nothing of ours", async () => {
      await using sandbox = await createSandbox();
      const spec = {
        ...specIn(sandbox, "env | sort"),
        env: { PATH: sandbox.environment["PATH"] ?? "", WANTED: "a b" },
      };
      await runCommand(spec, never());
      const names = (await readFile(spec.log, "utf8")).split("\n").map((line) => line.split("=")[0]);
      expect(names.filter((name) => !["PWD", "OLDPWD", "SHLVL", "_", ""].includes(name ?? ""))).toEqual([
        "PATH",
        "STAGETREE_ATTEMPT",
        "WANTED",
      ]);
    });

    test("it has no terminal to ask a password on, and no descriptor of ours", async () => {
      await using sandbox = await createSandbox();
      const spec = specIn(sandbox, "(exec </dev/tty) 2>/dev/null && echo terminal; ls -l /proc/self/fd");
      await withRepositoryLock(sandbox.directory, () => runCommand(spec, never()));
      const text = await readFile(spec.log, "utf8");
      expect(text).not.toContain("terminal");
      expect(text).not.toContain("repo.lock");
    });
  });

  describe.runIf(onLinux)("what it leaves behind", () => {
    test("children of every kind are gone after it finished, and its exit code is kept", async () => {
      await using sandbox = await createSandbox();
      const spec = specIn(sandbox, `${strays} exit 3`);
      expect(await runCommand(spec, never())).toMatchObject({ kind: "failed", exitCode: 3 });
      expect(survivors(spec.token)).toEqual([]);
    });

    test("the same after its time ran out", async () => {
      await using sandbox = await createSandbox();
      const spec = { ...specIn(sandbox, `${strays} sleep 300`), timeoutMs: 500 };
      expect(await runCommand(spec, never())).toMatchObject({ kind: "timed-out", limitMs: 500 });
      expect(survivors(spec.token)).toEqual([]);
    });

    test("the same after it was stopped, with and without the grace", async () => {
      await using sandbox = await createSandbox();
      for (const reason of [undefined, "now"]) {
        const spec = { ...specIn(sandbox, `${strays} sleep 300`), graceMs: reason === "now" ? 600_000 : 1000 };
        const stop = new AbortController();
        const running = runCommand(spec, stop.signal);
        await until("the strays", () => survivors(spec.token).length >= 5);
        stop.abort(reason);
        expect(await running).toMatchObject({ kind: "cancelled" });
        expect(survivors(spec.token)).toEqual([]);
      }
    });

    test("a second signal cuts the grace of the first one short", async () => {
      await using sandbox = await createSandbox();
      const [stop, hurry] = [new AbortController(), new AbortController()];
      const spec = {
        ...specIn(sandbox, `trap 'echo told' TERM; echo up; while :; do sleep 0.05; done`),
        graceMs: 600_000,
      };
      const running = runCommand({ ...spec, hurry: hurry.signal }, stop.signal);
      const logged = (text: string) => async (): Promise<boolean> =>
        (await sandbox.read(spec.log).catch(() => "")).includes(text);
      await until("the command", logged("up"));
      stop.abort();
      await until("TERM", logged("told"));
      hurry.abort();
      expect(await running).toMatchObject({ kind: "cancelled" });
    });

    test("a stopped process is ended as well", async () => {
      await using sandbox = await createSandbox();
      const spec = { ...specIn(sandbox, "kill -STOP $$"), timeoutMs: 300 };
      expect(await runCommand(spec, never())).toMatchObject({ kind: "timed-out" });
      expect(survivors(spec.token)).toEqual([]);
    });

    test("a grandchild that keeps the log open does not keep the outcome back", async () => {
      await using sandbox = await createSandbox();
      const spec = { ...specIn(sandbox, "env -i setsid sleep 20 & echo $!; echo done"), graceMs: 100 };
      expect(await runCommand(spec, never())).toMatchObject({ kind: "passed" });
      const [pid] = (await readFile(spec.log, "utf8")).split("\n");
      // Out of its group and without its environment, it is the one kind that nobody can tell from a stranger.
      process.kill(Number(pid), "SIGKILL");
    });

    test("when we are killed, everything goes with us", async () => {
      await using sandbox = await createSandbox();
      const spec = { ...specIn(sandbox, `${strays} sleep 300`), graceMs: 1000 };
      using parent = startProcess(
        `const { runCommand } = await import("@/host/command.ts");
       const { readyStarter } = await import("@/../test/host/ready-starter.ts");
       const more = ${isSmall} ? { starter: await readyStarter() } : {};
       await runCommand({ ...JSON.parse(process.argv[1]), ...more }, new AbortController().signal);`,
        [JSON.stringify({ ...spec, starter: undefined })],
      );
      await until("the strays", () => survivors(spec.token).length >= 5);
      parent.kill("SIGKILL");
      await parent.ended;
      await until("the end of the strays", () => survivors(spec.token).length === 0);
      expect(survivors(spec.token)).toEqual([]);
    });
  });

  describe("logs", () => {
    test("fifty megabytes of output do not pass through our memory", async () => {
      await using sandbox = await createSandbox();
      const before = process.memoryUsage.rss();
      const spec = specIn(sandbox, "head -c 50000000 /dev/zero");
      expect(await runCommand(spec, never())).toMatchObject({ kind: "passed" });
      expect((await stat(spec.log)).size).toBe(50_000_000);
      expect(process.memoryUsage.rss() - before).toBeLessThan(30_000_000);
    });

    test("a log that outgrows its limit ends the command", async () => {
      await using sandbox = await createSandbox();
      expect(await ended(sandbox, "yes", { maxLogBytes: 100_000 })).toMatchObject({
        kind: "signalled",
        signal: "SIGXFSZ",
      });
    });

    test.skipIf(process.getuid?.() === 0)("a folder that forbids writing is a reason, not a crash", async () => {
      await using sandbox = await createSandbox();
      const closed = await sandbox.write("closed/file", "");
      await chmod(join(closed, ".."), 0o500);
      expect(await ended(sandbox, "true", { log: join(closed, "..", "x.log") })).toMatchObject({
        kind: "not-run",
        reason: expect.stringContaining("EACCES"),
      });
      await chmod(join(closed, ".."), 0o700);
    });
  });
});

describe("a process that starts commands, and ends before them", () => {
  const helperOf = (starter: Starter, sandbox: Sandbox): Promise<number> =>
    runCommand({ ...specAt(sandbox, "echo $PPID"), starter }, never()).then(async () =>
      Number(await sandbox.read(join(sandbox.directory, "logs", "one.log"))),
    );

  test("what it had started is ended, and the next command is started as ever", async () => {
    await using sandbox = await createSandbox();
    const starter = await readyStarter();
    const helper = await helperOf(starter, sandbox);
    expect(helper).not.toBe(process.pid);
    const spec = { ...specAt(sandbox, "sleep 300"), starter };
    const running = runCommand(spec, never());
    await until("the command", () => survivors(spec.token).length > 0);
    // What is told of the first comes before what is told of the second.
    await runCommand({ ...specAt(sandbox, "true"), starter }, never());
    process.kill(helper, "SIGKILL");
    expect(await running).toMatchObject({ kind: "signalled", signal: "SIGKILL" });
    expect(survivors(spec.token)).toEqual([]);
    expect(await runCommand({ ...specAt(sandbox, "echo again"), starter }, never())).toMatchObject({ kind: "passed" });
  });

  test("it is gone when nobody needs it any more", async () => {
    await using sandbox = await createSandbox();
    const starter = await readyStarter();
    const helper = await helperOf(starter, sandbox);
    starter.close();
    await until("its end", () => {
      try {
        return !process.kill(helper, 0);
      } catch {
        return true;
      }
    });
  });
});
