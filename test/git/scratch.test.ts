// Scratch folders are gone afterwards, also when the work fails, and those of killed processes go in time.
import { mkdir, readdir, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withScratch } from "../../src/git/scratch.ts";
import { createSandbox, type Sandbox } from "../sandbox.ts";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await createSandbox();
});
afterEach(() => sandbox.remove());

test("the folder is there while the work goes on, and gone after it succeeds or fails", async () => {
  const repository = { commonDir: sandbox.directory };
  const seen = await withScratch(repository, async (folder) => {
    await writeFile(join(folder, "x"), "x");
    return folder;
  });
  await expect(stat(seen)).rejects.toThrow("ENOENT");
  await expect(withScratch(repository, () => Promise.reject(new Error("failed work")))).rejects.toThrow("failed work");
  expect(await readdir(join(sandbox.directory, "stagetree", "scratch"))).toEqual([]);
});

test("a folder that a killed process left goes after a day, not before", async () => {
  const parent = join(sandbox.directory, "stagetree", "scratch");
  await mkdir(join(parent, "old"), { recursive: true });
  await mkdir(join(parent, "fresh"));
  const longAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
  await utimes(join(parent, "old"), longAgo, longAgo);
  await withScratch({ commonDir: sandbox.directory }, () => Promise.resolve());
  expect(await readdir(parent)).toEqual(["fresh"]);
});

test("where the repository cannot hold one, it lies in the system's temporary folder", async () => {
  await sandbox.write("stagetree", "a file in the way");
  const seen = await withScratch({ commonDir: sandbox.directory }, (folder) => Promise.resolve(folder));
  expect(seen.startsWith(sandbox.directory)).toBe(false);
  await expect(stat(seen)).rejects.toThrow("ENOENT");
});
