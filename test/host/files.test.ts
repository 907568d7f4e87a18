// Plan files: what is read, what is refused, and that replacing them is all or nothing.
import { execFileSync } from "node:child_process";
import { chmod, link, lstat, mkdir, readdir, readFile, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FaultCode } from "../../src/core/fault.ts";
import {
  diskAt,
  nearestRealPath,
  pathKind,
  readPlanFile,
  removeInBackground,
  replaceFile,
} from "../../src/host/files.ts";
import { createSandbox } from "../sandbox.ts";
import { until } from "./until.ts";

const isRoot = process.getuid?.() === 0;
const code = (name: FaultCode, facts: object = {}): object => ({ code: name, facts: expect.objectContaining(facts) });

describe("reading a plan", () => {
  test("gives the text with its byte order mark, a hash and the real path", async () => {
    await using sandbox = await createSandbox();
    const path = await sandbox.write("plan.md", "\uFEFF# Plan\r\n");
    const alias = join(sandbox.directory, "alias.md");
    await symlink("plan.md", alias);
    const read = await readPlanFile(alias);
    expect(read.text).toBe("\uFEFF# Plan\r\n");
    expect(read.realPath).toBe(path);
    expect(read.hash).toBe((await readPlanFile(path)).hash);
  });

  test("refuses what is no plan, each with its own fault", async () => {
    await using sandbox = await createSandbox();
    const at = (name: string): string => join(sandbox.directory, name);
    await mkdir(at("folder"));
    await sandbox.write("folder/b.md", "");
    await sandbox.write("folder/a.MD", "");
    await sandbox.write("folder/c.txt", "");
    await sandbox.write("empty.md", "");
    await sandbox.write("blank.md", " \n\t\n");
    await sandbox.write("nul.md", "# Plan\0");
    await sandbox.write("latin.md", Buffer.from([0x23, 0x20, 0xe4, 0x0a]));
    await sandbox.write("huge.md", "");
    await truncate(at("huge.md"), 50 * 1024 * 1024);
    await symlink("loop.md", at("loop.md"));
    execFileSync("mkfifo", [at("pipe.md")]);
    const faults: readonly (readonly [string, object])[] = [
      ["missing.md", code("plan-not-found")],
      ["empty.md/below.md", code("plan-not-found")],
      ["x".repeat(400), code("plan-not-found")],
      ["folder", code("plan-is-folder", { inside: ["a.MD", "b.md"] })],
      ["empty.md", code("plan-empty")],
      ["blank.md", code("plan-empty")],
      ["nul.md", code("plan-binary")],
      ["latin.md", code("plan-binary")],
      ["pipe.md", code("plan-binary")],
      ["huge.md", code("plan-too-large", { bytes: 50 * 1024 * 1024 })],
      ["loop.md", code("file-system", { code: "ELOOP" })],
    ];
    for (const [name, fault] of faults) await expect(readPlanFile(at(name))).rejects.toMatchObject(fault);
    await expect(readPlanFile("/dev/zero")).rejects.toMatchObject(code("plan-binary"));
  });

  test.skipIf(isRoot)("a file that may not be read is a fault of the file system", async () => {
    await using sandbox = await createSandbox();
    const path = await sandbox.write("plan.md", "# Plan");
    await chmod(path, 0o000);
    await expect(readPlanFile(path)).rejects.toMatchObject(code("file-system", { code: "EACCES" }));
  });
});

describe("replacing a file", () => {
  test("follows a link, keeps the mode, leaves nothing beside it", async () => {
    await using sandbox = await createSandbox();
    const path = await sandbox.write("real/plan.md", "old");
    await chmod(path, 0o640);
    const alias = join(sandbox.directory, "alias.md");
    await symlink("real/plan.md", alias);
    const { hash } = await readPlanFile(alias);
    await replaceFile(alias, { text: "new", expectedHash: hash });
    expect(await readFile(path, "utf8")).toBe("new");
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect((await lstat(alias)).isSymbolicLink()).toBe(true);
    expect(await readdir(join(sandbox.directory, "real"))).toEqual(["plan.md"]);
  });

  test("a file that changed since it was read, or went away, stays as it is", async () => {
    await using sandbox = await createSandbox();
    const path = await sandbox.write("plan.md", "old");
    const { hash } = await readPlanFile(path);
    await writeFile(path, "edited by a person");
    await expect(replaceFile(path, { text: "new", expectedHash: hash })).rejects.toMatchObject(code("plan-changed"));
    expect(await readFile(path, "utf8")).toBe("edited by a person");
    await expect(replaceFile(`${path}.gone`, { text: "new", expectedHash: hash })).rejects.toMatchObject(
      code("plan-changed"),
    );
    expect(await readdir(sandbox.directory)).toEqual(["home", "plan.md"]);
  });

  test("any text comes back byte for byte", async () => {
    await using sandbox = await createSandbox();
    const path = await sandbox.write("plan.md", "start");
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", minLength: 1 }), async (noise) => {
        const text = `\uFEFF#${noise.replaceAll("\0", "").toWellFormed()}\r\n `;
        await replaceFile(path, { text, expectedHash: (await readPlanFile(path)).hash });
        expect((await readPlanFile(path)).text).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  test.skipIf(isRoot)("a read-only file and a read-only folder are faults", async () => {
    await using sandbox = await createSandbox();
    const path = await sandbox.write("folder/plan.md", "old");
    const { hash } = await readPlanFile(path);
    await chmod(path, 0o444);
    await expect(replaceFile(path, { text: "new", expectedHash: hash })).rejects.toMatchObject(code("file-system"));
    await chmod(path, 0o644);
    await chmod(join(path, ".."), 0o500);
    await expect(replaceFile(path, { text: "new", expectedHash: hash })).rejects.toMatchObject(code("file-system"));
    await chmod(join(path, ".."), 0o700);
  });
});

describe("paths", () => {
  test("what lies there is told without following links", async () => {
    await using sandbox = await createSandbox();
    const at = (name: string): string => join(sandbox.directory, name);
    await sandbox.write("full/file", "x");
    await mkdir(at("bare"));
    await symlink("nowhere", at("link"));
    execFileSync("mkfifo", [at("pipe")]);
    const names = ["full", "full/file", "bare", "link", "pipe", "none", "full/file/below"];
    expect(await Promise.all(names.map((name) => pathKind(at(name))))).toEqual([
      "directory",
      "file",
      "empty-directory",
      "symlink",
      "other",
      "absent",
      "absent",
    ]);
  });

  test("links of the part that exists are resolved", async () => {
    await using sandbox = await createSandbox();
    const { directory } = sandbox;
    await mkdir(join(directory, "real"));
    await symlink("real", join(directory, "alias"));
    expect(await nearestRealPath(join(directory, "alias", "new", "deep"))).toBe(join(directory, "real", "new", "deep"));
    expect(await nearestRealPath("/no-such-folder-at-all/x")).toBe("/no-such-folder-at-all/x");
    expect(await diskAt(join(directory, "not", "there"))).toEqual({
      id: (await stat(directory)).dev,
      freeBytes: expect.any(Number) as number,
    });
  });

  test("a tree is removed in the background, read-only folders too, links not followed", async () => {
    await using sandbox = await createSandbox();
    const { directory } = sandbox;
    const kept = await sandbox.write("kept/file", "x");
    const inside = await sandbox.write("trash/deep/file", "x");
    await symlink(join(directory, "kept"), join(directory, "trash", "link"));
    await link(kept, join(directory, "trash", "hard"));
    await chmod(join(inside, ".."), 0o500);
    removeInBackground(join(directory, "trash"));
    await until("the removal", async () => (await pathKind(join(directory, "trash"))) === "absent");
    expect(await readFile(kept, "utf8")).toBe("x");
  });
});
