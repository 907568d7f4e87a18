// What a person does with a plan in the terminal UI, from the first open to the clean-up: what the screen shows, and what
// git and the records say then.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { displayWidth } from "../../src/report/columns.ts";
import { planText, type Rig, until } from "../rig.ts";
import { begun, held, letGo, open, ready, rigWith, stageOf, treeOf, writeProgram } from "./plan-terminal.ts";
import { expectRestored, type Terminal } from "./pty.ts";

const escape = "\u001B";
const enter = "\r";

/** Presses `key`, and waits until the screen shows `what`. */
async function press(terminal: Terminal, key: string, what: string | RegExp): Promise<void> {
  terminal.press(key);
  await terminal.shows(what);
}

const hides = (terminal: Terminal, what: string): Promise<void> =>
  expect.poll(terminal.screen, { timeout: 30_000, interval: 20 }).not.toContain(what);

/** Closes the dialog that is, or is about to be, open. A key right behind Esc would be one with Alt. */
async function close(terminal: Terminal): Promise<void> {
  await terminal.shows("Esc closes");
  terminal.press(escape);
  await hides(terminal, "Esc closes");
}

async function quit(terminal: Terminal): Promise<void> {
  terminal.press("q");
  expect(await terminal.exited).toMatchObject({ exitCode: 0 });
  expectRestored(terminal);
}

const editPlan = (rig: Rig, from: string, to: string): void => {
  const path = join(rig.root, "plan.md");
  writeFileSync(path, readFileSync(path, "utf8").replace(from, to));
};

const isState = (rig: Rig, stage: string, state: string): Promise<unknown> =>
  until(async () => (await stageOf(rig, stage)).state === state || undefined, `${stage} to be ${state}`);

/** Commits a file in the worktree of a stage. */
const work = (rig: Rig, stage: string, file = `${stage}.txt`): Promise<string> =>
  rig.sandbox.commit(treeOf(rig, stage), { [file]: "made\n" }, `make ${file}`);

/** The row of the stage in the list. */
const rowOf = (terminal: Terminal, stage: string): string =>
  terminal
    .screen()
    .split("\n")
    .find((line) => new RegExp(`^(?:❯ |  ).{1,8} ${stage} `, "u").test(line)) ?? "";

const rowShows = (terminal: Terminal, stage: string, what: string): Promise<void> =>
  expect.poll(() => rowOf(terminal, stage), { timeout: 30_000, interval: 20 }).toContain(what);

describe("from the first open to the first proof", () => {
  test("a plan of somebody else is opened: nothing of it runs before its commands were read and approved", async () => {
    await using rig = await rigWith([{ id: "one", validate: "touch ran" }], { trusted: false });
    await using terminal = open(rig);
    await ready(terminal);
    await terminal.shows("Sample");
    await press(terminal, "v", "nobody has");
    await close(terminal);

    await press(terminal, "t", "$ touch ran");
    await terminal.shows("y exactly this");
    editPlan(rig, "touch ran", "touch other");
    terminal.press("y");
    await terminal.shows("not the ones that were shown");
    expect(await rig.call(["verify", "plan.md"])).toMatchObject({ code: 6 });
    await press(terminal, "t", "$ touch other");
    await press(terminal, "y", "Approved: 1 command, exactly as shown.");

    await press(terminal, "v", "one: done");
    await close(terminal);
    await rowShows(terminal, "one", "1/1");
    expect(existsSync(join(treeOf(rig, "one"), "other"))).toBe(true);
    expect(existsSync(join(treeOf(rig, "one"), "ran"))).toBe(false);
    await quit(terminal);
  });

  test("a command longer than the window is shown to its end before it is approved", async () => {
    const long = `true ${"padding ".repeat(30)}&& echo the-very-end`;
    await using rig = await rigWith([{ id: "one", validate: long }], { trusted: false, trees: false });
    await using terminal = open(rig, { columns: 80, rows: 24 });
    await ready(terminal);
    await press(terminal, "t", "the-very-end");
    await close(terminal);
    await quit(terminal);
  });

  test("one stage is set up, then all that are ready; what waits gets nothing", async () => {
    await using rig = await rigWith([{ id: "one" }, { id: "two" }, { id: "three", needs: ["one"] }], { trees: false });
    await using terminal = open(rig);
    await ready(terminal);
    await press(terminal, "s", "stagetree setup plan.md one");
    terminal.press("n");
    await hides(terminal, "Sure?");
    expect(await rig.git(["worktree", "list"])).not.toContain("trees");
    await press(terminal, "s", "Sure?");
    await press(terminal, "y", "one: created");
    await rowShows(terminal, "one", "in progress");
    expect(existsSync(treeOf(rig, "two"))).toBe(false);

    await press(terminal, "S", "Set up every ready stage?");
    await press(terminal, "y", "two: created");
    await rowShows(terminal, "two", "in progress");
    await rowShows(terminal, "three", "waiting");
    const trees = await rig.git(["worktree", "list"]);
    expect(trees).toContain(`${treeOf(rig, "one")} `);
    expect(trees).toContain(`${treeOf(rig, "two")} `);
    expect(trees).not.toContain("three");
    expect(await rig.git(["branch", "--list", "--format=%(refname:short)"])).toBe("feature/one\nfeature/two\nmain");
    await quit(terminal);
  });

  test("a red check is found, its log read and searched; mended from outside it turns green and lets others begin", async () => {
    const noisy = "seq -f 'line %.0f of the log' 1 3000; test -f two.txt || { echo two.txt is missing; exit 3; }";
    await using rig = await rigWith([
      { id: "one", validate: "test -f one.txt" },
      { id: "two", validate: noisy },
      { id: "three", needs: ["two"] },
    ]);
    await work(rig, "one");
    await using terminal = open(rig);
    await ready(terminal);
    await press(terminal, "V", "1 done, 1 failed");
    await rowShows(terminal, "two", "0/1");
    await isState(rig, "two", "failed");
    await isState(rig, "one", "complete");

    await press(terminal, "f", /❯ .*two/u);
    await terminal.shows("exit 3");
    await terminal.shows("two.txt is missing");
    await press(terminal, "\t", "Tab stages");
    await press(terminal, "g", "line 1 of the log");
    await press(terminal, " ", /line 2\d of the log/u);
    terminal.press("/");
    await terminal.shows("Enter searches");
    await press(terminal, "line 700", "? line 700");
    await press(terminal, enter, "line 700 of the log");
    await terminal.shows("/line 700 at");
    await press(terminal, "G", "line 3000 of the log");
    terminal.press("/");
    await terminal.shows("Enter searches");
    await press(terminal, "99 of", "? 99 of");
    await press(terminal, enter, "/99 of at");
    await press(terminal, "n", "line 2899 of the log");
    await press(terminal, "N", "line 2999 of the log");
    terminal.press(escape);
    await hides(terminal, "/99 of");
    await press(terminal, escape, "Tab read");

    await work(rig, "two");
    await press(terminal, "v", "two: done");
    await rowShows(terminal, "two", "complete");
    await rowShows(terminal, "three", "ready");
    expect(await stageOf(rig, "two")).toMatchObject({ state: "complete", branch: { ahead: 1 } });
    expect(await stageOf(rig, "three")).toMatchObject({ ready: true });
    expect(readFileSync(join(rig.root, "plan.md"), "utf8").match(/"status": "complete"/gu)).toHaveLength(2);
    await quit(terminal);
  });

  test("a manual check is approved where the checks are listed; the stage is complete, the next one ready", async () => {
    const text = "\n### Stage 1: The one stage\n\n**Validation**:\n\n- [ ] It looks right\n- [ ] It reads well\n";
    await using rig = await rigWith([{ id: "one" }, { id: "two", needs: ["one"] }], { text });
    await work(rig, "one");
    await using terminal = open(rig);
    await ready(terminal);
    await terminal.shows("needs you");
    await press(terminal, "2", "waits for you: a approves it");
    await press(terminal, "\t", /❯ \S It looks right/u);
    await press(terminal, "j", /❯ \S It reads well/u);
    await press(terminal, "a", "Approve for one: It reads well");
    await press(terminal, "y", /1 approved; one: .*approv/u);
    expect(await stageOf(rig, "one")).toMatchObject({ state: "in-progress" });
    await press(terminal, "a", "Approve for one: It looks right");
    await press(terminal, "y", "one: complete");
    terminal.press(escape);
    await rowShows(terminal, "one", "complete");
    await rowShows(terminal, "two", "ready");
    const { checks, state } = await stageOf(rig, "one");
    expect(state).toBe("complete");
    expect(checks.map((check) => check.state)).toEqual(["approved", "approved"]);
    await quit(terminal);
  });
});

describe("while a run goes on", () => {
  const agentOf = (rig: Rig): Promise<string> =>
    writeProgram(rig, {
      name: "agent",
      body: `echo "reading the brief of $STAGETREE_STAGE"; touch "began"; until test -e let-go; do sleep 0.05; done
rm let-go began; echo made > "$STAGETREE_STAGE.txt"; git add -A; git commit -qm "$STAGETREE_STAGE: work"; echo "committed"`,
    });

  test("an agent at work is seen in the list, in its log and in the overview, until its work is proven", async () => {
    await using rig = await rigWith(
      [
        { id: "one", validate: "test -f one.txt" },
        { id: "two", needs: ["one"] },
      ],
      { trees: false },
    );
    const agent = await agentOf(rig);
    await rig.call(["trust", "plan.md", "--yes"]);
    await using terminal = open(rig, { args: ["plan.md", "--agent", agent] });
    await ready(terminal);
    await press(terminal, "r", "Run one: set up, work, verify, complete?");
    terminal.press("y");
    await begun(rig, "one");
    await rowShows(terminal, "one", "running");
    await terminal.shows("reading the brief of one");
    await press(terminal, "o", "its agent works");
    await terminal.shows(/Timeline {2}this run/u);
    await terminal.shows("│now");
    await press(terminal, "o", "reading the brief of one");
    await letGo(rig, "one");
    await rowShows(terminal, "one", "complete");
    await rowShows(terminal, "two", "ready");
    await terminal.shows("one: done");
    expect(await rig.git(["log", "-1", "--format=%s", "feature/one"])).toBe("one: work");
    expect(await stageOf(rig, "one")).toMatchObject({ state: "complete", checks: [{ state: "passed" }] });
    await press(terminal, "o", /Timeline {2}the last run/u);
    await quit(terminal);
  });

  test("leaving asks, stops it, and the next open goes on from there", async () => {
    await using rig = await rigWith([{ id: "one", validate: held }]);
    await work(rig, "one");
    {
      await using terminal = open(rig);
      await ready(terminal);
      terminal.press("v");
      await begun(rig, "one");
      await rowShows(terminal, "one", "running");
      await press(terminal, "q", "Stop it and leave?");
      terminal.press("n");
      await hides(terminal, "Stop it and leave?");
      await rowShows(terminal, "one", "running");
      await press(terminal, "q", "stagetree stop plan.md");
      terminal.press("y");
      expect(await terminal.exited).toMatchObject({ exitCode: 0 });
      expectRestored(terminal);
    }
    expect(await rig.json(["status", "plan.md"])).not.toHaveProperty("run");
    expect((await stageOf(rig, "one")).checks).toMatchObject([{ state: "not-run" }]);
    await letGo(rig, "one");
    await rig.sandbox.commit(treeOf(rig, "one"), {});
    await using again = open(rig);
    await ready(again);
    await press(again, "v", "one: done");
    await rowShows(again, "one", "complete");
    await quit(again);
  });

  test("of a run in another terminal one stage is stopped, the rest goes on after the screen is closed", async () => {
    await using rig = await rigWith([
      { id: "one", validate: held },
      { id: "two", validate: held },
    ]);
    const run = rig.start(["verify", "plan.md", "--jobs", "2", "--json"]);
    await Promise.all([begun(rig, "one"), begun(rig, "two")]);
    await using terminal = open(rig);
    await ready(terminal);
    await terminal.shows(`verifying`);
    await terminal.shows(`process ${run.pid}`);
    await press(terminal, "v", `A verify goes on in process ${run.pid}`);
    await press(terminal, "x", "Stop one? The others go on.");
    await press(terminal, "y", "Stopping one");
    await expect.poll(() => rowOf(terminal, "one"), { timeout: 30_000 }).not.toContain("running");
    await rowShows(terminal, "two", "running");
    await quit(terminal);
    await letGo(rig, "two");
    const { stages } = JSON.parse((await run.ended).stdout) as { stages: { id: string; result: string }[] };
    expect(stages.find(({ id }) => id === "two")).toMatchObject({ checks: [{ state: "passed" }] });
    expect(stages.find(({ id }) => id === "one")?.result).not.toBe("done");
  });

  test("every size of the window is drawn whole, and says so where it is too small", async () => {
    await using rig = await rigWith([{ id: "one", validate: held }, { id: "two" }]);
    await using terminal = open(rig, { columns: 80, rows: 24 });
    await ready(terminal);
    terminal.press("v");
    await begun(rig, "one");
    await press(terminal, "j", /❯ .*two/u);
    const isDrawn = (columns: number): Promise<void> =>
      expect
        .poll(
          () =>
            terminal
              .screen()
              .split("\n")
              .filter((line) => line.includes("─ Stages ─"))
              .map(displayWidth),
          {
            timeout: 30_000,
          },
        )
        .toEqual([columns]);
    await isDrawn(80);
    terminal.resize(40, 10);
    await terminal.shows("Too small: 40x10.");
    expect(terminal.screen()).not.toContain("Stages");
    terminal.resize(200, 50);
    await isDrawn(200);
    await terminal.shows("┬─ The two stage");
    terminal.resize(80, 24);
    await isDrawn(80);
    await terminal.shows(/❯ .*two/u);
    await terminal.shows("verifying");
    expect(terminal.screen().split("\n").length).toBeLessThanOrEqual(24);
    await letGo(rig, "one");
    await terminal.shows("one: done");
    await close(terminal);
    await quit(terminal);
  });
});

describe("finding one's way", () => {
  test("stages are filtered, sorted and jumped to; what can be done is found by its name", async () => {
    await using rig = await rigWith([
      { id: "apple", validate: "false" },
      { id: "banana", validate: "true" },
      { id: "cherry", needs: ["banana"] },
    ]);
    await work(rig, "banana");
    await rig.call(["verify", "plan.md"]);
    await using terminal = open(rig);
    await ready(terminal);
    terminal.press("/");
    await terminal.shows("Enter keeps it");
    terminal.press("cher");
    await terminal.shows("2 hidden");
    await hides(terminal, " apple ");
    terminal.press(enter);
    await terminal.shows("/cher");
    await press(terminal, escape, " apple ");
    await press(terminal, ",", "by state");
    const order = (): readonly string[] =>
      ["apple", "banana", "cherry"].toSorted((a, b) => lineOf(terminal, a) - lineOf(terminal, b));
    await expect.poll(order, { timeout: 30_000 }).not.toEqual(["banana", "apple", "cherry"]);
    await press(terminal, "f", /❯ .*apple/u);
    await press(terminal, "b", /❯ .*cherry/u);
    await press(terminal, "w", "No stage waits for you.");
    await press(terminal, ":", "Everything");
    terminal.press("state this stage");
    await terminal.shows("stagetree mark plan.md cherry");
    await press(terminal, enter, "cherry is …");
    terminal.press("skipped");
    await terminal.shows("stagetree mark plan.md cherry skipped");
    await press(terminal, enter, "cherry is marked skipped.");
    await rowShows(terminal, "cherry", "skipped");
    expect(await stageOf(rig, "cherry")).toMatchObject({ state: "skipped" });
    expect(readFileSync(join(rig.root, "plan.md"), "utf8")).toContain('"skipped"');
    await quit(terminal);
  });

  test("of a worked stage the tabs tell what was asked, what changed, why it stands so, and what happened", async () => {
    const text = "\n### Stage 1: The one stage\n\nCounts **requests** per key.\n\n- [ ] expiry\n";
    await using rig = await rigWith([{ id: "one", validate: "test -f one.txt" }], { text });
    await work(rig, "one");
    await rig.call(["verify", "plan.md"]);
    await writeFile(join(treeOf(rig, "one"), "README.md"), "not committed\n");
    await using terminal = open(rig, { columns: 120, rows: 40 });
    await ready(terminal);
    await press(terminal, "1", "Counts requests per key.");
    await press(terminal, "2", /passed[^]*at [0-9a-f]{10}/u);
    await press(terminal, "4", "+not committed");
    await terminal.shows("+made");
    await terminal.shows(/2 files {2}\+2 -1/u);
    await press(terminal, "5", "Removable");
    await press(terminal, "6", "attempt 1");
    await terminal.shows("worktree ready at");
    const head = await rig.git(["rev-parse", "--short=8", "feature/one"]);
    await terminal.shows(head);
    await press(terminal, "]", "Counts requests per key.");
    await quit(terminal);
  });

  test("another plan is opened in place, and no plan is left while its run goes on", async () => {
    await using rig = await rigWith([{ id: "one", validate: held }]);
    await mkdir(join(rig.root, "docs"));
    const second = planText([{ id: "other" }], { plan_id: "second" }).replace("# Sample", "# The second plan");
    await writeFile(join(rig.root, "docs/second.md"), second);
    await writeFile(join(rig.root, "stagetree.json"), JSON.stringify({ plans: ["*.md", "docs/*.md"] }));
    await using terminal = open(rig);
    await ready(terminal);
    terminal.press("v");
    await begun(rig, "one");
    const choose = async (): Promise<void> => {
      await press(terminal, "p", "The second plan");
      terminal.press("second");
      await terminal.shows("> second");
      terminal.press(enter);
    };
    await choose();
    await terminal.shows("A verify goes on in this window");
    await letGo(rig, "one");
    await terminal.shows("one: done");
    await close(terminal);
    await choose();
    await terminal.shows("Opened The second plan.");
    await rowShows(terminal, "other", "ready");
    await press(terminal, "s", "stagetree setup docs/second.md other");
    await press(terminal, "y", "other: created");
    expect(existsSync(treeOf(rig, "other"))).toBe(true);
    await quit(terminal);
  });

  test("five hundred stages are moved through like six", async () => {
    const stages = Array.from({ length: 500 }, (_, index) => ({
      id: `s${index}`,
      needs: index < 10 ? [] : [`s${index - 10}`, `s${index - 7 < 0 ? 0 : index - 7}`],
    }));
    await using rig = await rigWith(stages, { trees: false });
    await using terminal = open(rig, { columns: 120, rows: 40 });
    await ready(terminal);
    await terminal.shows("1-34 of 500");
    await press(terminal, "G", /❯ .*s499/u);
    await press(terminal, "g", /❯ .*s0 /u);
    terminal.press("j".repeat(30));
    await terminal.shows(/❯ .*s30 /u);
    terminal.press("/");
    await terminal.shows("Enter keeps it");
    terminal.press("s77");
    await terminal.shows("499 hidden");
    terminal.press(enter);
    await hides(terminal, "Enter keeps it");
    await terminal.shows(/❯ .*s77 .*waiting for s67/u);
    await press(terminal, "o", "0/500 complete");
    await quit(terminal);
  });
});

describe("what changes under it, and what lies in its texts", () => {
  test("a plan that is edited while it is open is read again, and one that can not be read is said", async () => {
    await using rig = await rigWith([{ id: "one" }]);
    await using terminal = open(rig);
    await ready(terminal);
    await rowShows(terminal, "one", "in progress");
    const path = join(rig.root, "plan.md");
    const sound = readFileSync(path, "utf8");
    writeFileSync(path, sound.replace("The one stage", "Renamed by hand"));
    await terminal.shows("Renamed by hand");
    writeFileSync(path, sound.replace('"stages": [', '"stages": [['));
    await terminal.shows("plan not read");
    await rowShows(terminal, "one", "in progress");
    await press(terminal, "c", "The plan");
    await close(terminal);
    writeFileSync(path, sound);
    await hides(terminal, "plan not read");
    await terminal.shows("The one stage");
    await quit(terminal);
  });

  test("work that is done in the shell of the screen is there when the shell ends", async () => {
    await using rig = await rigWith([{ id: "one", validate: "test -f made.txt" }]);
    await using terminal = open(rig);
    await ready(terminal);
    await press(terminal, "!", "exit goes back to stagetree");
    terminal.press("echo made > made.txt; git add .; git commit -qm 'make it'; exit\r");
    await terminal.shows("Back from one.");
    await rowShows(terminal, "one", "in progress");
    await terminal.shows("↑1");
    await press(terminal, "v", "one: done");
    expect(await stageOf(rig, "one")).toMatchObject({ state: "complete", branch: { ahead: 1 } });
    expect(await rig.git(["log", "-1", "--format=%s", "feature/one"])).toBe("make it");
    await quit(terminal);
  });

  test("titles that are wide, go from right to left or would steer the terminal stay in their columns", async () => {
    const hostile = "\u001B]0;owned\u0007\u001B[2J\u202Eevil\u001B]52;c;eA==\u0007";
    await using rig = await rigWith(
      [
        { id: "wide", name: "日本語の長い名前のステージ🚀🚀" },
        { id: "right", name: "مرحلة الإعداد" },
        { id: "hostile", name: `Hostile ${hostile}`, validate: `printf '%s' '${hostile}'; false` },
      ],
      { trees: false },
    );
    await rig.call(["setup", "plan.md", "hostile"]);
    await using terminal = open(rig, { columns: 120, rows: 30 });
    await ready(terminal);
    await terminal.shows("مرحلة");
    await press(terminal, "G", /❯ .*hostile/u);
    await press(terminal, "v", "hostile: failed");
    const bars = (): readonly number[] => {
      const lines = terminal.screen().split("\n").slice(2, -3);
      return [...new Set(lines.map((line) => displayWidth(line.slice(0, line.search(/[│├]/u)))))];
    };
    await expect.poll(bars, { timeout: 30_000, interval: 20 }).toEqual([60]);
    expect(terminal.raw()).not.toContain("\u001B]0;");
    expect(terminal.raw()).not.toContain("\u001B]52;");
    expect(terminal.raw()).not.toContain("\u202E");
    await quit(terminal);
  });

  test("without colours nothing is coloured, and a terminal without Unicode gets plain letters", async () => {
    await using rig = await rigWith([
      { id: "one", validate: "false" },
      { id: "two", needs: ["one"] },
    ]);
    await rig.call(["verify", "plan.md"]);
    await using terminal = open(rig, { env: { NO_COLOR: "1", LANG: "C" } });
    await ready(terminal);
    await terminal.shows(/=>\S+ +one .*failed/u);
    await press(terminal, "?", "Keys");
    terminal.press(escape);
    await hides(terminal, "Keys");
    await press(terminal, "o", "Timeline");
    // oxlint-disable-next-line no-control-regex -- what is looked for is the codes themselves
    expect(terminal.raw()).not.toMatch(/\u001B\[[\d;]*(?:3[0-79]|4[0-79]|9\d)(?:;|m)/u);
    expect(terminal.screen()).toMatch(/^[\u0020-\u007E\n]*$/u);
    await quit(terminal);
  });
});

test("what is merged is cleaned up with its proof shown, and undo brings it back as it was", async () => {
  await using rig = await rigWith([{ id: "one", validate: "test -f one.txt" }]);
  const commit = await work(rig, "one");
  await rig.call(["verify", "plan.md"]);
  await rig.git(["merge", "--quiet", "--no-edit", "feature/one"]);
  await using terminal = open(rig, { columns: 100, rows: 40 });
  await ready(terminal);
  await rowShows(terminal, "one", "merged");
  await press(terminal, "d", "would be removed");
  await terminal.shows("✓ merged");
  await terminal.shows(/stagetree clean --apply [0-9a-f]+/u);
  expect(existsSync(treeOf(rig, "one"))).toBe(true);
  await press(terminal, "y", "one: removed, with its branch feature/one");
  expect(existsSync(treeOf(rig, "one"))).toBe(false);
  expect(await rig.git(["branch", "--list", "feature/one"])).toBe("");

  await close(terminal);
  await press(terminal, "u", "y exactly this");
  await press(terminal, "y", "Taken back");
  expect(await rig.git(["rev-parse", "HEAD"], treeOf(rig, "one"))).toBe(commit);
  expect(await rig.git(["status", "--porcelain"], treeOf(rig, "one"))).toBe("");
  await close(terminal);
  await rowShows(terminal, "one", "merged");
  await quit(terminal);
});

const lineOf = (terminal: Terminal, text: string): number =>
  terminal
    .screen()
    .split("\n")
    .findIndex((line) => line.includes(` ${text} `));
