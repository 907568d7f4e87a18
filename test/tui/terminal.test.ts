import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectRestored as expectOrder, openTerminal, type Terminal } from "../e2e/pty.ts";
import { bundleEntry } from "./bundle.ts";

let entry = "";
beforeAll(async () => {
  entry = await bundleEntry("./terminal-entry.ts");
});
afterAll(async () => {
  if (entry !== "") await rm(dirname(entry), { recursive: true });
});

/** The terminal UI over a played source, with a command line above it. */
function openPlayed({ mode = "still", columns = 80, rows = 24 } = {}): Terminal {
  const env = { PATH: process.env["PATH"] ?? "", LANG: "C.UTF-8", FORCE_COLOR: "1" };
  return openTerminal([entry, mode], { cwd: process.cwd(), env, columns, rows, before: "$ before\r\n" });
}

const shows = (terminal: Terminal) => expect.poll(terminal.screen, { timeout: 20_000, interval: 20 });

/** A screen without its clocks. */
const calm = (text: string): string => text.replaceAll(/[⠀-⣿]|\d+ m \d\d s|\d+ s/gu, "~");

/** The terminal as it was found: primary screen with what stood there, cursor shown, no paste brackets. */
const expectRestored = (terminal: Terminal): void => {
  expectOrder(terminal);
  expect(terminal.screen()).toMatch(/^\$ before/u);
};

describe("in a real terminal", () => {
  test("the first frame, moving, help, a question, leaving", async () => {
    await using terminal = openPlayed();
    await shows(terminal).toContain("Offline mode for the reader");
    expect(terminal.buffer()).toBe("alternate");
    await shows(terminal).toMatch(/❯ .*ui/u);
    terminal.press("j");
    await shows(terminal).toMatch(/❯ .*export/u);
    await shows(terminal).toContain("expected 3 chapters, found 2");
    terminal.press("?");
    await shows(terminal).toContain("Keys");
    terminal.press("\u001B");
    await shows(terminal).not.toContain("Keys");
    terminal.press("s");
    await shows(terminal).toContain("$ stagetree setup offline-mode export");
    terminal.press("y");
    await shows(terminal).toContain("stagetree trust offline-mode");
    terminal.press("\u001B");
    await shows(terminal).not.toContain("stagetree trust");
    terminal.press("q");
    expect(await terminal.exited).toMatchObject({ exitCode: 0 });
    expectRestored(terminal);
    expect(terminal.screen()).toContain("left after setup");
  });

  test("a resize to 40x10 says it is too small, and back again everything is there", async () => {
    await using terminal = openPlayed();
    await shows(terminal).toContain("It said nothing.");
    const before = calm(terminal.screen());
    terminal.resize(40, 10);
    await shows(terminal).toBe("Too small: 40x10.\nIt needs 48x12.\nq quits.");
    terminal.resize(80, 24);
    await expect.poll(() => calm(terminal.screen()), { timeout: 20_000 }).toBe(before);
    terminal.press("q");
    expect(await terminal.exited).toMatchObject({ exitCode: 0 });
    expectRestored(terminal);
  });

  test("after any series of resizes the screen is as if freshly opened", async () => {
    await using terminal = openPlayed();
    await shows(terminal).toContain("Offline banner");
    for (const [columns, rows] of [
      [120, 40],
      [60, 14],
      [200, 50],
      [99, 24],
      [100, 13],
      [47, 11],
      [70, 30],
    ] as const) {
      terminal.resize(columns, rows);
      await shows(terminal).toContain(columns < 48 ? `Too small: ${columns}x${rows}` : "q quit");
    }
    await using fresh = openPlayed({ columns: 70, rows: 30 });
    await shows(fresh).toContain("It said nothing.");
    await expect.poll(() => calm(terminal.screen()), { timeout: 20_000 }).toBe(calm(fresh.screen()));
  });

  test("SIGTERM, SIGHUP and SIGINT restore it and still end the process", async () => {
    const numbers = [
      ["SIGTERM", 15],
      ["SIGHUP", 1],
      ["SIGINT", 2],
    ] as const;
    for (const [name, number] of numbers) {
      await using terminal = openPlayed();
      await shows(terminal).toContain("q quit");
      terminal.signal(name);
      expect(await terminal.exited).toMatchObject({ signal: number });
      expectRestored(terminal);
    }
  });

  test("a process with a handler of its own closes it through the abort signal", async () => {
    await using terminal = openPlayed({ mode: "handled" });
    await shows(terminal).toContain("q quit");
    terminal.signal("SIGTERM");
    expect(await terminal.exited).toMatchObject({ exitCode: 0 });
    expectRestored(terminal);
    expect(terminal.screen()).toContain("left after nothing");
  });

  test("an error restores it, and is shown below the prompt", async () => {
    await using terminal = openPlayed({ mode: "broken" });
    expect(await terminal.exited).toMatchObject({ exitCode: 70 });
    expectRestored(terminal);
    expect(terminal.screen()).toContain("fault: the views broke");
  });

  test("Ctrl-C asks where our run goes on, and the second one stops it and leaves", async () => {
    await using terminal = openPlayed({ mode: "ours" });
    await shows(terminal).toContain("running");
    terminal.press("\u0003");
    await shows(terminal).toContain("Stop it and leave?");
    terminal.press("\u0003");
    expect(await terminal.exited).toMatchObject({ exitCode: 0 });
    expectRestored(terminal);
    expect(terminal.screen()).toContain("left after stop");
  });

  test("the run of another process is left alone", async () => {
    await using terminal = openPlayed({ mode: "theirs" });
    await shows(terminal).toContain("in process 4711");
    terminal.press("\u0003");
    expect(await terminal.exited).toMatchObject({ exitCode: 0 });
    await shows(terminal).toContain("left after nothing");
  });

  test("a paste, even one with Ctrl-C and Enter in it, does nothing", async () => {
    await using terminal = openPlayed();
    await shows(terminal).toContain("q quit");
    terminal.press("\u001B[200~v\u0003R\ry\u001B[201~");
    terminal.press("vR\ry");
    terminal.press("\u001B[F");
    await shows(terminal).toMatch(/❯ .*docs/u);
    terminal.press("q");
    await terminal.exited;
    expect(terminal.screen()).toContain("left after nothing");
  });

  test("a torrent of events and output neither scrolls nor clears the screen, nor sets a title", async () => {
    await using terminal = openPlayed({ mode: "busy" });
    await shows(terminal).toContain("q quit");
    terminal.press("k");
    await shows(terminal).toContain("checked file");
    const opened = terminal.raw().length;
    terminal.press("j");
    await shows(terminal).toMatch(/❯ .*ui/u);
    terminal.press("k");
    await shows(terminal).toMatch(/❯ .*sync/u);
    const since = terminal.raw().slice(opened);
    expect(since).not.toContain("\u001B[2J");
    expect(since).not.toContain("\u001B[3J");
    expect(since).not.toContain("\u001B]0;");
    expect(terminal.screen().split("\n")[0]).toContain("Offline mode for the reader");
    terminal.press("q");
    expect(await terminal.exited).toMatchObject({ exitCode: 0 });
    expectRestored(terminal);
  });
});

test("without a terminal it refuses, with the command that works there", async () => {
  const failed = await new Promise<{ readonly code: unknown; readonly stderr: string }>((resolve) => {
    execFile(process.execPath, [entry], (error, _, stderr) => resolve({ code: error?.code, stderr }));
  });
  expect(failed).toMatchObject({ code: 70, stderr: expect.stringContaining("no-terminal") });
});
