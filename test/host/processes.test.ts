// What can be told of other processes.
import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isAlive, listWorkingFolders, readStartTime, workingInside } from "../../src/host/processes.ts";
import { createSandbox } from "../sandbox.ts";
import { startProcess } from "./other-process.ts";
import { until } from "./until.ts";

describe.runIf(process.platform === "linux")("on Linux", () => {
  test("those that work in a folder are found, those beside it are not", async () => {
    await using sandbox = await createSandbox();
    const inside = join(sandbox.directory, "tree", "deep");
    await mkdir(inside, { recursive: true });
    await mkdir(join(sandbox.directory, "tree-two"));
    const code = `process.chdir(process.argv[1]); console.log("there"); setInterval(() => {}, 1000);`;
    using one = startProcess(code, [inside]);
    using other = startProcess(code, [join(sandbox.directory, "tree-two")]);
    await Promise.all([one.printed("there"), other.printed("there")]);
    const folders = listWorkingFolders() ?? [];
    expect(workingInside(folders, await realpath(join(sandbox.directory, "tree")))).toEqual([one.pid]);
    expect(workingInside(folders, inside)).toEqual([one.pid]);
  });

  test("one life of a pid is told from the next", async () => {
    using other = startProcess("setInterval(() => {}, 1000);");
    const start = readStartTime(other.pid);
    expect(start).toMatch(/^[0-9a-f-]{36}\/\d+$/u);
    expect(start).toBe(readStartTime(other.pid));
    other.kill("SIGKILL");
    await other.ended;
    await until("its end", () => readStartTime(other.pid) === undefined);
  });
});

test("a process is alive until it ended", async () => {
  using other = startProcess("setInterval(() => {}, 1000);");
  expect([isAlive(process.pid), isAlive(other.pid), isAlive(2 ** 30)]).toEqual([true, true, false]);
  other.kill("SIGKILL");
  await other.ended;
  expect(isAlive(other.pid)).toBe(false);
});
