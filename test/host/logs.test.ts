// Log files: their names, their ends, and following them while they grow.
import { appendFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { followLog, logPath, prepareLogFolder, readPart, readTail, tailLines } from "../../src/host/logs.ts";
import { createSandbox } from "../sandbox.ts";

const pathOf = (stage: string): string => logPath({ directory: "/d", plan: "p", stage, attempt: 1, name: "n" });

describe("names", () => {
  test("plain ids stay readable, everything else is safe and apart", () => {
    const place = { directory: "/d", plan: "2026-01-31-search", stage: "core", attempt: 2, name: "check-1a2b" };
    expect(logPath(place)).toBe("/d/logs/2026-01-31-search/core/2-check-1a2b.log");
    const stages = [
      "core",
      "Core",
      "CORE",
      "../core",
      "a/b",
      "a-b",
      "..",
      ".",
      "",
      "ä",
      "a\u0308",
      "-rf",
      "x".repeat(300),
      "core\n",
    ];
    const paths = stages.map((stage) => logPath({ ...place, stage }).toLowerCase());
    expect(new Set(paths).size).toBe(stages.length);
    for (const path of paths)
      expect(path).toMatch(/^\/d\/logs\/2026-01-31-search\/[a-z0-9~._-]{1,80}\/2-check-1a2b\.log$/u);
  });

  test("no two texts share a name, and none is special to a file system", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (one, other) => {
        const names = [pathOf(one), pathOf(other)].map((found) => found.toLowerCase().normalize("NFC"));
        expect(names[0] === names[1]).toBe(one === other);
        expect(names[0]?.split("/")).toHaveLength(6);
        expect(names[0]?.split("/")[4]).not.toMatch(/^[.-]|[.]$/u);
      }),
    );
  });

  test("its folder is made for the owner only", async () => {
    await using sandbox = await createSandbox();
    const path = await prepareLogFolder({
      directory: sandbox.directory,
      plan: "p",
      stage: "s",
      attempt: 1,
      name: "brief",
    });
    await writeFile(path, "x");
    expect(path).toBe(join(sandbox.directory, "logs/p/s/1-brief.log"));
  });
});

describe("tails", () => {
  test("a tail never begins with half a character", async () => {
    await using sandbox = await createSandbox();
    const path = await sandbox.write("log", "aä€😀");
    const tails = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100].map((bytes) => readTail(path, { bytes }));
    expect(await Promise.all(tails)).toEqual(["", "", "", "😀", "😀", "😀", "€😀", "€😀", "ä€😀", "aä€😀", "aä€😀"]);
    expect(await readTail(join(sandbox.directory, "missing"), { bytes: 10 })).toBe("");
  });

  test("lines are counted from the end, whatever ends them", async () => {
    await using sandbox = await createSandbox();
    const path = await sandbox.write("log", "1\r\n2\n\n4");
    expect(await tailLines(path, { lines: 2 })).toEqual(["", "4"]);
    expect(await tailLines(path, { lines: 9 })).toEqual(["1", "2", "", "4"]);
    await writeFile(path, "1\n2\n");
    expect(await tailLines(path, { lines: 1 })).toEqual(["2"]);
    expect(await tailLines(path, { lines: 0 })).toEqual([]);
    await writeFile(path, "");
    expect(await tailLines(path, { lines: 3 })).toEqual([]);
    expect(await tailLines(join(sandbox.directory, "missing"), { lines: 3 })).toEqual([]);
  });

  test("long lines widen the search, a log without line ends stays bounded", async () => {
    await using sandbox = await createSandbox();
    const long = "x".repeat(50_000);
    const path = await sandbox.write("log", `${long}1\n${long}2\n${long}3\n`);
    expect((await tailLines(path, { lines: 2 })).map((line) => line.slice(-1))).toEqual(["2", "3"]);
    await writeFile(path, "y".repeat(3_000_000));
    const [line = ""] = await tailLines(path, { lines: 5 });
    expect(line.length).toBe(1024 * 1024);
  });
});

describe("parts", () => {
  test("from a byte or from the end, never more than there is", async () => {
    await using sandbox = await createSandbox();
    const path = await sandbox.write("log", "0123456789");
    const read = async (from: number, bytes: number): Promise<string> => {
      const part = await readPart(path, { from, bytes });
      expect(part.size).toBe(10);
      return `${part.from}:${Buffer.from(part.bytes).toString()}`;
    };
    expect(await read(0, 3)).toBe("0:012");
    expect(await read(8, 30)).toBe("8:89");
    expect(await read(-4, 2)).toBe("6:67");
    expect(await read(-40, 40)).toBe("0:0123456789");
    expect(await read(50, 5)).toBe("10:");
    expect(await read(0, 0)).toBe("0:");
    expect(await readPart(join(sandbox.directory, "missing"), { from: -5, bytes: 5 })).toEqual({
      size: 0,
      from: 0,
      bytes: new Uint8Array(),
    });
  });
});

describe("following", () => {
  test("a log that comes late, grows, shrinks and grows again", async () => {
    await using sandbox = await createSandbox();
    const path = join(sandbox.directory, "late.log");
    const stop = new AbortController();
    let seen = "";
    const steps: readonly (() => Promise<void>)[] = [
      () => appendFile(path, "zwei ".slice(0, 4)),
      () => appendFile(path, Buffer.from("ä").subarray(0, 1)),
      () => appendFile(path, Buffer.concat([Buffer.from("ä").subarray(1), Buffer.from("!")])),
      () => truncate(path, 0).then(() => appendFile(path, "new")),
    ];
    await writeFile(path, "one ");
    const marks = ["one ", "one zwei", "", "one zweiä!", "one zweiä!new"];
    let step = 0;
    for await (const text of followLog(path, { signal: stop.signal, fromStart: true })) {
      seen += text;
      expect(seen).toBe(marks[step]);
      if (step === marks.length - 1) stop.abort();
      await steps[step]?.();
      step += 1;
      // Half a character is no text yet.
      if (marks[step] === "") await steps[step++]?.();
    }
    expect(seen).toBe("one zweiä!new");
  });

  test("from now on, and the end while it waits for a file", async () => {
    await using sandbox = await createSandbox();
    const path = await sandbox.write("log", "old\n");
    const stop = new AbortController();
    const following = followLog(path, { signal: stop.signal, fromStart: false })[Symbol.asyncIterator]();
    const next = following.next();
    await new Promise((resolve) => setTimeout(resolve, 30));
    await appendFile(path, "new\n");
    expect(await next).toEqual({ done: false, value: "new\n" });
    await rm(path);
    const end = following.next();
    stop.abort();
    expect(await end).toEqual({ done: true, value: undefined });
  });
});
