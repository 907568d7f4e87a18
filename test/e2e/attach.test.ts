// Looking on at a run of another process: the same events, the same end, and nothing that stops it.
import { spawn } from "@lydell/node-pty";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createRig, planText, type Rig, until } from "../rig.ts";
import { plain } from "./repository-image.ts";

const program = join(import.meta.dirname, "../../bin/stagetree.js");
/** Says that it began, and works once it may. */
const agent =
  'echo > ../../began-$STAGETREE_STAGE; while [ ! -e ../../go ]; do sleep 0.05; done; [ "$STAGETREE_STAGE" != bad ] && git commit -q --allow-empty -m work';

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
});
afterEach(() => rig[Symbol.asyncDispose]());

const plan = (...ids: readonly string[]): Promise<void> =>
  writeFile(join(rig.root, "plan.md"), planText(ids.map((id) => ({ id }))));
const start = (...args: readonly string[]) =>
  rig.start(["run", "plan.md", "--agent", agent, "--retries", "0", "--jobs", "4", ...args]);
const begun = (id: string): Promise<boolean> =>
  until(() => existsSync(join(rig.root, `../began-${id}`)) || undefined, "the agent to begin");
const go = (): Promise<void> => writeFile(join(rig.root, "../go"), "");
const state = async (): Promise<readonly string[]> =>
  (await rig.json<{ stages: { state: string }[] }>(["status", "plan.md"])).stages.map((stage) => stage.state);

describe("a run that goes on elsewhere", () => {
  test.each([
    ["good", 0],
    ["bad", 1],
  ])("is told from its first event to its last, and its exit code is the one: %s", async (id, code) => {
    await plan("one", id);
    const run = start("--reporter", "ndjson");
    await begun(id);
    const ndjson = rig.start(["attach", "plan.md", "--json"]);
    const lines = rig.start(["attach", "plan.md"]);
    await until(() => lines.printed().includes("Runs Sample: 2 stages") || undefined, "what happened before");
    await until(() => ndjson.printed().includes('"command-started"') || undefined, "what happened before");
    await go();
    const [ended, told, shown] = await Promise.all([run.ended, ndjson.ended, lines.ended]);
    expect([ended.code, told.code, shown.code]).toEqual([code, code, code]);
    expect(told.stdout).toBe(ended.stdout.replace(/^.*"type":"plan-shape".*\n/u, ""));
    expect(shown.stderr).toContain(`process ${run.pid}`);
    expect(shown.stdout).toMatch(code === 0 ? /2 done/u : /1 failed/u);
    // Nothing runs now: how the last one ended is all there is to tell, with the same exit code.
    const late = await rig.call(["attach", "plan.md"]);
    expect([late.code, late.stdout]).toEqual([
      code,
      expect.stringContaining(code === 0 ? "2 done, 0 failed" : "1 done, 1 failed"),
    ]);
    const last = await rig.call(["attach", "plan.md", "--json"]);
    expect(JSON.parse(last.stdout)).toMatchObject({ schema: 1, type: "run-finished" });
  });

  test("goes on when one who looks on leaves", async () => {
    await plan("one");
    const run = start();
    await begun("one");
    const look = rig.start(["attach", "plan.md"]);
    await until(() => look.printed().includes("Runs Sample") || undefined, "the view");
    look.kill("SIGINT");
    expect((await look.ended).code).toBe(130);
    await go();
    expect((await run.ended).code).toBe(0);
    expect(await state()).toEqual(["complete"]);
  });

  test("is killed: that is said, with the command that goes on", async () => {
    await plan("one");
    const run = start();
    await begun("one");
    const look = rig.start(["attach", "plan.md"]);
    await until(() => look.printed().includes("Runs Sample") || undefined, "the view");
    run.kill("SIGKILL");
    const ended = await look.ended;
    expect([ended.code, plain(ended.stderr)]).toEqual([5, expect.stringContaining(`(process ${run.pid}) was killed`)]);
    expect(ended.stderr).toContain("stagetree run plan.md");
    await go();
    expect((await rig.call(["run", "plan.md", "--agent", agent])).code).toBe(0);
  });
});

test("something that is no run is waited for as well", async () => {
  await plan("one");
  await rig.sandbox.write(
    join(rig.sandbox.environment["XDG_CONFIG_HOME"] ?? "", "stagetree/config.json"),
    JSON.stringify({ setup: "echo > ../../began-one; while [ ! -e ../../go ]; do sleep 0.05; done" }),
  );
  const setup = rig.start(["setup", "plan.md"]);
  await begun("one");
  const look = rig.start(["attach", "plan.md", "--json"]);
  await until(() => look.said().includes(`process ${setup.pid}`) || undefined, "the look");
  await go();
  expect([(await setup.ended).code, (await look.ended).code]).toEqual([0, 0]);
});

test("where no run ever was, the command for one is told", async () => {
  await plan("one");
  const ended = await rig.call(["attach", "plan.md"]);
  expect([ended.code, ended.stdout]).toEqual([2, ""]);
  expect(ended.stderr).toContain("stagetree run plan.md");
});

describe("a second run at a terminal", () => {
  interface Opened {
    readonly seen: () => string;
    readonly press: (text: string) => void;
    readonly exit: Promise<number>;
  }
  const open = (...args: readonly string[]): Opened => {
    const env = { ...rig.sandbox.environment, TERM: "xterm-256color" };
    const pty = spawn(process.execPath, [program, ...args], { cols: 100, rows: 24, cwd: rig.root, env });
    let seen = "";
    pty.onData((text) => (seen += text));
    const exit = new Promise<number>((resolve) => pty.onExit(({ exitCode }) => resolve(exitCode)));
    return { seen: () => plain(seen), press: (text) => pty.write(text), exit };
  };
  const shows = (opened: Opened, what: RegExp): Promise<boolean> =>
    until(() => what.test(opened.seen()) || undefined, `${String(what)} in ${opened.seen()}`);

  test("is told who has the plan and since when, and asked; yes shows the live view to the end, with its exit code", async () => {
    await plan("one", "bad");
    const run = start();
    await begun("bad");
    const second = open("run", "plan.md", "--agent", agent);
    await shows(second, new RegExp(`process ${run.pid}\\) since \\d{4}-.*Attach to it.*\\[y/N\\]`, "su"));
    second.press("y\r");
    await shows(second, /[12] at work/u);
    await go();
    expect([await second.exit, (await run.ended).code]).toEqual([1, 1]);
    expect(second.seen()).toMatch(/1 done.*1 failed/u);
  });

  test("no is exit code 5, and Ctrl-C in the view stops nothing", async () => {
    await plan("one");
    const run = start();
    await begun("one");
    const second = open("run", "plan.md");
    await shows(second, /\[y\/N\]/u);
    second.press("n\r");
    expect(await second.exit).toBe(5);
    const third = open("run", "plan.md");
    await shows(third, /\[y\/N\]/u);
    third.press("yes\r");
    await shows(third, /[12] at work/u);
    third.press("\u0003");
    expect(await third.exit).toBe(130);
    await go();
    expect((await run.ended).code).toBe(0);
    expect(await state()).toEqual(["complete"]);
  });
});
