// The terminal UI of the built program and what lies around it: other programs in the same terminal, jobs, signals, crashes.
import { readFileSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Rig, until } from "../rig.ts";
import { begun, held, letGo, open, ready, rigWith, treeOf } from "./plan-terminal.ts";
import { expectRestored, openTerminal, program, type Terminal } from "./pty.ts";

/** A program for the terminal: prints its arguments and where it is, and waits for a line. */
async function fakeProgram(rig: Rig, name: string): Promise<string> {
  const path = await rig.sandbox.write(
    `bin/${name}`,
    `#!/bin/sh\nprintf '%s in %s of %s: %s\\n' ${name} "$PWD" "$STAGETREE_STAGE" "$*"\nread -r line\necho "read $line"\n`,
  );
  await chmod(path, 0o755);
  return path;
}

describe("the terminal is handed over and taken back", () => {
  test("to a shell in the worktree, and Ctrl-C there is for what runs in it", async () => {
    await using rig = await rigWith([{ id: "one" }]);
    await using terminal = open(rig);
    await ready(terminal);
    terminal.press("!");
    await terminal.shows("exit goes back to stagetree");
    expect(terminal.buffer()).toBe("normal");
    terminal.press('echo "$PWD/$STAGETREE_STAGE/$STAGETREE_BRANCH"\r');
    await terminal.shows(`${treeOf(rig, "one")}/one/feature/one`);
    terminal.press("echo s'leeps'; sleep 100\r");
    await terminal.shows("sleeps");
    terminal.press("\u0003");
    terminal.press("echo still h'ere'\r");
    await terminal.shows("still here");
    terminal.press("exit\r");
    await ready(terminal);
    expect(terminal.buffer()).toBe("alternate");
    await terminal.shows("Back from one.");
    terminal.press("q");
    expect(await terminal.exited).toMatchObject({ exitCode: 0 });
    expectRestored(terminal);
  });

  test("to the editor and the agent, each with its arguments", async () => {
    await using rig = await rigWith([{ id: "one" }]);
    const editor = await fakeProgram(rig, "edit");
    const agent = await fakeProgram(rig, "agent");
    await using terminal = open(rig, { env: { VISUAL: `'${editor}' --wait`, STAGETREE_AGENT: `${agent} "a b"` } });
    await ready(terminal);
    terminal.press("e");
    await terminal.shows(`edit in ${treeOf(rig, "one")} of one: --wait .`);
    terminal.press("x\r");
    await terminal.shows("Back from one.");
    terminal.press("A");
    await terminal.shows(`agent in ${treeOf(rig, "one")} of one: a b`);
    terminal.press("x\r");
    await ready(terminal);
    terminal.press("q");
    await terminal.exited;
    expectRestored(terminal);
  });

  test("to the pager, with the log as it is shown elsewhere", async () => {
    const secret = "hunter2hunter2";
    await using rig = await rigWith([{ id: "one", validate: `printf 'a\\033]0;title\\007b ${secret}\\n'` }]);
    const env = { DEPLOY_TOKEN: secret };
    await rig.call(["verify", "plan.md"], { env });
    const pager = await rig.sandbox.write(
      "bin/pager",
      "#!/bin/sh\ncat\necho 'end of pager'\nsleep 1\nread -r line < /dev/tty\n",
    );
    await chmod(pager, 0o755);
    await using terminal = open(rig, { env: { ...env, PAGER: pager } });
    await ready(terminal);
    terminal.press("L");
    await terminal.shows("end of pager");
    expect(terminal.screen()).toContain("[DEPLOY_TOKEN]");
    expect(terminal.raw()).not.toContain(secret);
    expect(terminal.raw()).not.toContain("\u001B]0;");
    terminal.press("\r");
    await ready(terminal);
    terminal.press("q");
    await terminal.exited;
  });

  test("a program that is not there is said, and the screen is back", async () => {
    await using rig = await rigWith([{ id: "one" }]);
    await using terminal = open(rig, { env: { SHELL: "/no/such/shell" } });
    await ready(terminal);
    terminal.press("!");
    await terminal.shows("The command /no/such/shell could not be started");
    expect(terminal.buffer()).toBe("alternate");
    terminal.press("\u001B");
    await expect.poll(terminal.screen, { timeout: 20_000 }).not.toContain("could not be started");
    terminal.press("q");
    await terminal.exited;
  });

  test("a TERM while a shell has it ends the shell, and the terminal is whole", async () => {
    await using rig = await rigWith([{ id: "one" }]);
    await using terminal = open(rig);
    await ready(terminal);
    terminal.press("!");
    await terminal.shows("exit goes back to stagetree");
    terminal.signal("SIGTERM");
    expect(await terminal.exited).toMatchObject({ exitCode: 143 });
    expectRestored(terminal);
  });
});

describe("as a job of a shell", () => {
  const inShell = async (rig: Rig): Promise<Terminal> => {
    const env = { ...rig.sandbox.environment, PS1: "shell> " };
    const terminal = openTerminal(["--norc", "--noprofile", "-i"], { file: "bash", cwd: rig.root, env });
    await terminal.shows("shell>");
    terminal.press(`'${process.execPath}' '${program}' plan.md\r`);
    await ready(terminal);
    return terminal;
  };

  test("Ctrl-Z gives the shell back, and fg brings everything back, in the size that the window has then", async () => {
    await using rig = await rigWith([{ id: "one" }]);
    await using terminal = await inShell(rig);
    terminal.press("\u001A");
    await terminal.shows("Stopped");
    expect(terminal.buffer()).toBe("normal");
    terminal.press("echo typed h'ere'\r");
    await terminal.shows("typed here");
    terminal.resize(70, 20);
    terminal.press("fg\r");
    await ready(terminal);
    expect(terminal.buffer()).toBe("alternate");
    await expect.poll(() => terminal.screen().split("\n").length, { timeout: 20_000 }).toBeLessThanOrEqual(20);
    await leave(terminal);
    terminal.press("\u0015exit\r");
    await terminal.exited;
  });

  test("what was stopped from outside is drawn anew when it goes on", async () => {
    await using rig = await rigWith([{ id: "one" }]);
    await using terminal = await inShell(rig);
    const [pid = -1] = childrenOf(terminal.pid);
    process.kill(pid, "SIGSTOP");
    await terminal.shows("Stopped");
    terminal.press("fg\r");
    await expect.poll(terminal.screen, { timeout: 20_000 }).not.toContain("Stopped");
    await ready(terminal);
    await leave(terminal);
    terminal.press("\u0015exit\r");
    await terminal.exited;
  });
});

/** A key that comes while the terminal changes hands may be anybody's. */
const leave = (terminal: Terminal): Promise<void> =>
  expect
    .poll(
      () => {
        terminal.press("q");
        return terminal.buffer();
      },
      { timeout: 20_000, interval: 500 },
    )
    .toBe("normal");

function childrenOf(pid: number): readonly number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  return readFileSync(path, "utf8").trim().split(" ").map(Number);
}

describe("the end of it", () => {
  test.each([
    ["SIGTERM", 143],
    ["SIGHUP", 143],
  ] as const)("%s while its run goes on leaves a clean terminal and a plan to go on with", async (signal, exitCode) => {
    await using rig = await rigWith([{ id: "one", validate: held }]);
    await using terminal = open(rig);
    await ready(terminal);
    terminal.press("v");
    await begun(rig, "one");
    terminal.signal(signal);
    expect(await terminal.exited).toMatchObject({ exitCode });
    expectRestored(terminal);
    const { run } = await rig.json<{ run?: unknown }>(["status", "plan.md"]);
    expect(run).toBeUndefined();
    await writeFile(join(treeOf(rig, "one"), "let-go"), "");
    expect(await rig.json(["verify", "plan.md"])).toMatchObject({ result: "done" });
  });

  test("what breaks in a timer restores the terminal, and is told below the prompt", async () => {
    await using rig = await rigWith([{ id: "one" }]);
    const burst = 'process.on("SIGUSR2", () => { throw new Error("it burst"); })';
    await using terminal = open(rig, {
      env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(burst)}` },
    });
    await ready(terminal);
    terminal.signal("SIGUSR2");
    expect(await terminal.exited).toMatchObject({ exitCode: 70 });
    expectRestored(terminal);
    expect(terminal.screen()).toContain("it burst");
  });

  test("in a terminal that knows lines only, the status is shown as lines, again at each change", async () => {
    await using rig = await rigWith([{ id: "one" }]);
    await using terminal = open(rig, { env: { TERM: "dumb" } });
    await terminal.shows(/Sample[^]*one[^]*in progress/u);
    await rig.call(["mark", "plan.md", "one", "blocked"]);
    await terminal.shows("blocked");
    expect(terminal.raw()).not.toContain("\u001B");
    terminal.press("\u0003");
    expect(await terminal.exited).toMatchObject({ exitCode: 130 });
  });
});

describe("opened on a run that goes on in another terminal", () => {
  const elsewhere = async () => {
    const rig = await rigWith([
      { id: "one", validate: held },
      { id: "two", validate: held },
    ]);
    const run = rig.start(["verify", "plan.md", "--jobs", "2", "--json"]);
    await begun(rig, "one");
    await begun(rig, "two");
    const terminal = open(rig);
    await ready(terminal);
    await terminal.shows(`${run.pid}`);
    return { rig, run, terminal };
  };
  test("it is seen live, and leaving does not stop it", async () => {
    const { rig, run, terminal } = await elsewhere();
    await using _ = rig;
    await using __ = terminal;
    await letGo(rig, "one");
    await terminal.shows(/one .*1\/1/u);
    terminal.press("q");
    expect(await terminal.exited).toMatchObject({ exitCode: 0 });
    await letGo(rig, "two");
    expect(JSON.parse((await run.ended).stdout)).toMatchObject({ counts: { failed: 0, done: 2 } });
  });

  test("one stage of it is stopped, then all of it", async () => {
    const { rig, run, terminal } = await elsewhere();
    await using _ = rig;
    await using __ = terminal;
    const stopped = await rig.json(["stop", "plan.md", "one"]);
    expect(stopped).toMatchObject({ stopped: true, stage: "one", pid: run.pid });
    const alive = () => rig.json<{ stages: { id: string; running?: unknown[] }[] }>(["status", "plan.md"]);
    await until(
      async () => !JSON.stringify((await alive()).stages[0]).includes('"running"') || undefined,
      "one to be stopped",
    );
    terminal.press("X");
    await terminal.shows("stagetree stop plan.md");
    terminal.press("y");
    const { code, stdout } = await run.ended;
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ result: "interrupted", stages: [{ id: "one" }, { id: "two" }] });
    await terminal.shows("last verify");
    terminal.press("q");
    expect(await terminal.exited).toMatchObject({ exitCode: 0 });
    expectRestored(terminal);
  });
});

test("a path is copied into the clipboard of the terminal", async () => {
  await using rig = await rigWith([{ id: "one" }]);
  await using terminal = open(rig);
  await ready(terminal);
  terminal.press("y");
  const sequence = `\u001B]52;c;${Buffer.from(treeOf(rig, "one")).toString("base64")}\u0007`;
  await expect.poll(() => terminal.raw().includes(sequence), { timeout: 20_000 }).toBe(true);
  terminal.press("q");
  await terminal.exited;
});
