// The terminal UI of the built program as a guest in any terminal: whatever is typed, pasted, resized or closed.
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig, planText, type PlannedStage, type Rig, until } from "../rig.ts";
import { expectRestored, openTerminal, program, type Terminal } from "./pty.ts";

/** A command that says that it began, and ends when it is let go. */
const held = "touch began; until test -e let-go; do sleep 0.05; done";

async function rigWith(stages: readonly PlannedStage[] = [{ id: "one" }, { id: "two" }]): Promise<Rig> {
  const rig = await createRig();
  await writeFile(join(rig.root, "plan.md"), planText(stages));
  await rig.call(["trust", "plan.md", "--yes"]);
  await rig.json(["setup", "plan.md", stages[0]?.id ?? "one"]);
  return rig;
}

interface Sketch {
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
}

const open = (rig: Rig, { env = {}, ...size }: Sketch = {}): Terminal =>
  openTerminal([program, "plan.md"], {
    cwd: rig.root,
    env: { ...rig.sandbox.environment, SHELL: "/bin/sh", ...env },
    ...size,
  });

const known = (terminal: Terminal): Promise<void> => terminal.shows(/nothing runs|needs? you|last verify/u);

const treeOf = (rig: Rig, stage: string): string => join(rig.sandbox.directory, "trees", stage);

async function quit(terminal: Terminal): Promise<void> {
  terminal.press("q");
  expect(await terminal.exited).toMatchObject({ exitCode: 0 });
  expectRestored(terminal);
}

describe("what comes in", () => {
  test("mouse bytes, answers of terminals and unknown sequences do nothing", async () => {
    await using rig = await rigWith();
    await using terminal = open(rig);
    await known(terminal);
    const before = terminal.screen();
    const noise = [
      "\u001B[<0;10;5M",
      "\u001B[<0;10;5m",
      "\u001B[<64;10;5M",
      "\u001B[M !!",
      "\u001B[?62;1;4c",
      "\u001B[24;80R",
      "\u001B]11;rgb:0000/0000/0000\u0007",
      "\u001BP1$r0m\u001B\\",
      "\u001B[I",
      "\u001B[O",
      "\u001B[27;5;120~",
      "\u001B[57441u",
      "\u001B[99;99;99z",
    ];
    for (const bytes of noise) terminal.press(bytes);
    // A key of which the effect is seen: all before it were read.
    terminal.press("?");
    await terminal.shows("Act on the stage");
    terminal.press("\u001B");
    await expect.poll(terminal.screen, { timeout: 20_000 }).toBe(before);
    await quit(terminal);
  });

  test("a key in pieces is one key", async () => {
    await using rig = await rigWith();
    await using terminal = open(rig);
    await known(terminal);
    await terminal.shows(/❯ .*two/u);
    terminal.press("\u001B[");
    terminal.press("A");
    await terminal.shows(/❯ .*one/u);
    terminal.press("\u001B");
    terminal.press("[B");
    await terminal.shows(/❯ .*two/u);
    await quit(terminal);
  });

  test("a megabyte that is pasted does nothing, and as much into a filter is cut", async () => {
    await using rig = await rigWith();
    await using terminal = open(rig);
    await known(terminal);
    const text = "dRXq\r\u0003".repeat(200_000);
    terminal.press(`\u001B[200~${text}\u001B[201~`);
    terminal.press("/");
    await terminal.shows("Enter keeps it");
    terminal.press(`\u001B[200~${"t".repeat(1_000_000)}\u001B[201~`);
    await terminal.shows("No stage matches");
    terminal.press("\u001B");
    await terminal.shows(/❯ .*two/u);
    await quit(terminal);
    expect(await rig.json(["status", "plan.md"])).not.toHaveProperty("run");
  });
});

describe("the size", () => {
  test.each([
    [1, 1],
    [2, 40],
    [40, 10],
  ])("%sx%s is survived, and what fits then is drawn", async (columns, rows) => {
    await using rig = await rigWith();
    await using terminal = open(rig, { columns, rows });
    await expect.poll(() => terminal.raw().length, { timeout: 20_000 }).toBeGreaterThan(20);
    // Not closed by Esc, which is another key where it is read together with what follows.
    terminal.press("?j?");
    terminal.resize(100, 30);
    await terminal.shows("q quit");
    await known(terminal);
    expect(terminal.screen()).not.toContain("Too small");
    await quit(terminal);
  });

  test("500x200 is filled, and no line is written beyond it", async () => {
    await using rig = await rigWith();
    await using terminal = open(rig, { columns: 500, rows: 200 });
    await known(terminal);
    expect(terminal.screen().split("\n").length).toBeGreaterThan(190);
    terminal.press("o");
    await expect.poll(terminal.screen, { timeout: 20_000 }).not.toContain("Stages");
    await quit(terminal);
  });

  test("a storm of resizes ends in the last size, with each line once", async () => {
    await using rig = await rigWith();
    await using terminal = open(rig);
    await known(terminal);
    for (let index = 0; index < 150; index += 1) terminal.resize(20 + ((index * 37) % 180), 5 + ((index * 13) % 60));
    terminal.resize(110, 32);
    await expect
      .poll(
        () =>
          terminal
            .screen()
            .split("\n")
            .filter((line) => line.includes("q quit")),
        { timeout: 20_000 },
      )
      .toHaveLength(1);
    await expect.poll(terminal.screen, { timeout: 20_000 }).toMatch(/Sample[^]*one[^]*two/u);
    await quit(terminal);
  });
});

describe("colours", () => {
  const written = async (env: Readonly<Record<string, string>>): Promise<string> => {
    await using rig = await rigWith();
    await using terminal = open(rig, { env });
    await known(terminal);
    await quit(terminal);
    return terminal.raw();
  };
  // oxlint-disable-next-line no-control-regex
  const colours = /\u001B\[(?:[0-9]+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9]+)*m/gu;

  test("are the sixteen of the terminal's own palette, so that they fit a light and a dark background", async () => {
    const found = new Set((await written({ TERM: "xterm-256color", COLORTERM: "truecolor" })).match(colours));
    expect(found.size).toBeGreaterThan(0);
    // Neither white nor black, which would be invisible on one of the two, and no background.
    for (const one of found) expect(one).toMatch(/^\u001B\[(?:3[1-6]|39|9[0-6])m$/u);
  });

  test("there are none with NO_COLOR, and none are needed", async () => {
    expect((await written({ NO_COLOR: "1" })).match(colours) ?? []).toEqual([]);
  });

  test.each(["screen", "screen-256color", "tmux-256color", "linux", "vt100", "xterm"])("TERM=%s", async (name) => {
    const raw = await written({ TERM: name });
    expect(raw).toContain("\u001B[?1049h");
  });
});

describe("read to a person", () => {
  test("it is words, one after the other, in the primary screen, and still steered by keys", async () => {
    await using rig = await rigWith();
    await using terminal = open(rig, { env: { INK_SCREEN_READER: "true" } });
    await terminal.shows("q quit");
    expect(terminal.raw()).not.toContain("\u001B[?1049h");
    expect(terminal.raw()).not.toContain("looking at");
    expect(terminal.raw()).not.toMatch(/[─│╭╰├]/u);
    terminal.press("v");
    await terminal.shows("done");
    terminal.press("q");
    expect(await terminal.exited).toMatchObject({ exitCode: 0 });
  });
});

describe("a run goes on", () => {
  test("while a shell stands before it, and Ctrl-Z stops nothing of it", async () => {
    await using rig = await rigWith([{ id: "one", validate: held }]);
    const env = { ...rig.sandbox.environment, PS1: "shell> " };
    await using terminal = openTerminal(["--norc", "--noprofile", "-i"], { file: "bash", cwd: rig.root, env });
    await terminal.shows("shell>");
    terminal.press(`'${process.execPath}' '${program}' plan.md\r`);
    await known(terminal);
    terminal.press("v");
    await until(() => existsSync(join(treeOf(rig, "one"), "began")) || undefined, "the check to begin");
    terminal.press("\u001A");
    await terminal.shows("Stopped");
    await writeFile(join(treeOf(rig, "one"), "let-go"), "");
    terminal.press("fg\r");
    await terminal.shows(/one .*1\/1/u);
    // The answer of the run may come before or after the first of them, and is closed by it.
    const leaving = (): string => {
      terminal.press("q");
      return terminal.buffer();
    };
    await expect.poll(leaving, { timeout: 20_000, interval: 500 }).toBe("normal");
    // The screen is the shell's before the keys are.
    await terminal.shows(/shell>(?: q*)?$/u);
    terminal.press("\u0015exit\r");
    await terminal.exited;
  });

  test("when the terminal is closed with it, it is stopped in order, and nothing is left behind", async () => {
    await using rig = await rigWith([{ id: "one", validate: held }]);
    const inner = `exec '${process.execPath}' '${program}' plan.md`;
    const env = rig.sandbox.environment;
    const terminal = openTerminal(["-c", inner], { file: "bash", cwd: rig.root, env });
    await known(terminal);
    terminal.press("v");
    await until(() => existsSync(join(treeOf(rig, "one"), "began")) || undefined, "the check to begin");
    const { pid } = terminal;
    terminal.hangUp();
    await until(() => !existsSync(`/proc/${pid}`) || isOver(pid) || undefined, "the program to end");
    const { run } = await rig.json<{ run?: unknown }>(["status", "plan.md"]);
    expect(run).toBeUndefined();
    await writeFile(join(treeOf(rig, "one"), "let-go"), "");
    expect(await rig.json(["verify", "plan.md"])).toMatchObject({ result: "done" });
  });
});

/** A process that ended and that nobody has asked for yet. */
function isOver(pid: number): boolean {
  try {
    return /^\d+ \(.*\) Z/u.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true;
  }
}

describe("when it is over", () => {
  test("nothing of it is left open: it ends by itself", async () => {
    await using rig = await rigWith();
    const told =
      'process.on("exit", () => { const kept = process.getActiveResourcesInfo().filter((one) => !/TTY|Pipe|Signal/.test(one)); ' +
      'process.stderr.write(`left: ${kept.join(",") || "nothing"}\\n`); });';
    await using terminal = open(rig, {
      env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(told)}` },
    });
    await known(terminal);
    terminal.press("4");
    await terminal.shows("Nothing was set up yet: s sets it up.");
    terminal.press("o");
    await expect.poll(terminal.screen, { timeout: 20_000 }).not.toContain("Stages");
    await quit(terminal);
    expect(terminal.scrollback()).toContain("left: nothing");
  });

  test("while git still looks, it can be left at once", async () => {
    await using rig = await rigWith();
    await using terminal = open(rig);
    await terminal.shows("q quit");
    await quit(terminal);
  });

  test("a key that was typed before the screen appeared leaves it, and the program with it", async () => {
    await using rig = await rigWith();
    // Whether it is read before or after the first look at git begins is another matter each time.
    for (let round = 0; round < 6; round += 1) {
      await using terminal = open(rig);
      terminal.press("q");
      expect(await terminal.exited).toMatchObject({ exitCode: 0 });
    }
  });

  test("what git says against the plan is told below the prompt", async () => {
    await using rig = await createRig();
    await writeFile(join(rig.root, "plan.md"), planText([{ id: "one" }]));
    await using terminal = openTerminal([program, "plan.md", "--base", "nowhere"], {
      cwd: rig.root,
      env: rig.sandbox.environment,
    });
    expect(await terminal.exited).toMatchObject({ exitCode: expect.any(Number) });
    expect(terminal.buffer()).toBe("normal");
    expect(terminal.screen()).toContain("nowhere");
  });
});
