// The block we keep in the repository's exclude file.
import { chmod, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { addPatterns, ensureExcluded } from "../../src/git/exclude.ts";
import { openRepository, type Repository } from "../../src/git/repository.ts";
import { createSandbox, type Sandbox } from "../sandbox.ts";

let sandbox: Sandbox;
let repo: string;
let file: string;
let repository: Repository;
beforeEach(async () => {
  sandbox = await createSandbox();
  repo = await sandbox.repository({ files: { a: "a\n" } });
  file = join(repo, ".git", "info", "exclude");
  repository = await openRepository({ directory: repo, environment: sandbox.environment });
});
afterEach(() => sandbox.remove());

test("what we place in any worktree is invisible to git status", async () => {
  const tree = join(sandbox.directory, "tree");
  await sandbox.git(["worktree", "add", "-q", tree, "-b", "side"], repo);
  await ensureExcluded(repository, ["/.claude/plans/CURRENT_STAGE.md", "/ünï/"]);
  for (const path of [repo, tree]) {
    await sandbox.write(join(path, ".claude/plans/CURRENT_STAGE.md"), "x");
    await sandbox.write(join(path, "ünï/x"), "x");
    expect(await sandbox.git(["status", "--porcelain"], path)).toBe("");
  }
});

test("every other byte stays, whatever it is", async () => {
  const before = Buffer.from([0xef, 0xbb, 0xbf, 0x23, 0xff, 0xfe, 0x0d, 0x0a, 0x61, 0x20, 0x20, 0x0a, 0x62]);
  await writeFile(file, before);
  await ensureExcluded(repository, ["one"]);
  const after = await readFile(file);
  expect(after.subarray(0, before.length)).toEqual(before);
  await ensureExcluded(repository, ["one", "two"]);
  expect((await readFile(file)).subarray(0, before.length)).toEqual(before);
  expect((await readFile(file, "latin1")).slice(before.length)).toBe(
    "\n# stagetree: begin (this block is kept by stagetree)\none\ntwo\n# stagetree: end\n",
  );
});

test("the second time nothing is written", async () => {
  await ensureExcluded(repository, ["one", "two"]);
  const before = await stat(file, { bigint: true });
  await ensureExcluded(repository, ["two"]);
  await ensureExcluded(repository, []);
  const after = await stat(file, { bigint: true });
  expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
});

test("a missing file or folder is made, its rights and a link are kept", async () => {
  await rm(join(repo, ".git", "info"), { recursive: true });
  await ensureExcluded(repository, ["one"]);
  expect(await readFile(file, "utf8")).toContain("\none\n");
  await chmod(file, 0o600);
  await ensureExcluded(repository, ["two"]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const shared = await sandbox.write("shared-exclude", "mine\n");
  await rm(file);
  await symlink(shared, file);
  await ensureExcluded(repository, ["three"]);
  expect(await sandbox.read("shared-exclude")).toContain("mine\n# stagetree: begin");
});

test("text around the block is never changed", () => {
  const line = fc.constantFrom(
    "a",
    "# stagetree: end",
    "# stagetree: begin",
    " # stagetree: end",
    "",
    "x\r",
    "# stagetree: end x",
  );
  const text = fc.array(line).map((lines) => lines.join("\n"));
  const patterns = fc.array(fc.constantFrom("one", "two", "/three/"), { minLength: 1 });
  fc.assert(
    fc.property(text, patterns, patterns, (before, first, second) => {
      const once = addPatterns(before, first);
      expect(once.startsWith(before)).toBe(true);
      const twice = addPatterns(once, second);
      expect(twice.startsWith(before)).toBe(true);
      const lines = twice.slice(before.length).split("\n");
      for (const pattern of [...first, ...second]) expect(lines.filter((found) => found === pattern)).toHaveLength(1);
      expect(addPatterns(twice, first)).toBe(twice);
    }),
  );
});
