// The work of a stage as a patch, on real git: all of it, and nothing runs that a repository or its settings name.
import { existsSync } from "node:fs";
import { chmod, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readPatch, readWorktreePatch } from "../../src/git/diff.ts";
import { openRepository } from "../../src/git/repository.ts";
import { readDiff } from "../../src/tui/detail/diff-files.ts";
import { createSandbox } from "../sandbox.ts";

const long = Array.from({ length: 30 }, (_, index) => `line ${index}\n`).join("");
const most = 1_000_000;

async function repositoryWith(files: Readonly<Record<string, string>>) {
  const sandbox = await createSandbox();
  const root = await sandbox.repository({ files });
  const repository = await openRepository({ directory: root, environment: sandbox.environment });
  const base = await sandbox.git(["rev-parse", "HEAD"], root);
  const read = async (options = { most }) =>
    readDiff(await readWorktreePatch(repository, { path: root, base, ...options })).files;
  return { sandbox, root, repository, base, read, [Symbol.asyncDispose]: () => sandbox.remove() };
}

const of = (path: string, remarks: readonly string[], [added, removed]: readonly [number, number]) => ({
  path,
  remarks,
  added,
  removed,
});

test("committed, staged, changed, untracked and removed files, each once; ignored ones not; the index stays", async () => {
  await using made = await repositoryWith({ "a.txt": "one\n", "gone.txt": "x\ny\n", ".gitignore": "*.log\n" });
  const { root, sandbox } = made;
  await sandbox.commit(root, { "a.txt": "one\ntwo\n", "gone.txt": undefined });
  await sandbox.write(join(root, "a.txt"), "one\ntwo\nthree\n");
  await sandbox.write(join(root, "staged.txt"), "s\n");
  await sandbox.git(["add", "staged.txt"], root);
  await sandbox.write(join(root, "new/ü b\tc.txt"), "n\n");
  await sandbox.write(join(root, "noise.log"), "n\n");
  await sandbox.write(join(root, "picture"), new Uint8Array([0, 1, 2, 0]));
  const before = await sandbox.git(["status", "--porcelain"], root);
  expect(await made.read()).toEqual([
    of("a.txt", [], [2, 0]),
    of("gone.txt", ["deleted"], [0, 2]),
    of(String.raw`new/ü b\tc.txt`, ["new"], [1, 0]),
    of("picture", ["new", "binary"], [0, 0]),
    of("staged.txt", ["new"], [1, 0]),
  ]);
  expect(await sandbox.git(["status", "--porcelain"], root)).toBe(before);
});

test("renames, modes, links and a submodule are told as what they are", async () => {
  await using made = await repositoryWith({ "old.txt": long, "run.sh": "x\n" });
  const { root, sandbox } = made;
  const other = await sandbox.repository({ name: "other", files: { "b.txt": "b\n" } });
  await sandbox.git(["submodule", "--quiet", "add", other, "lib"], root);
  await rename(join(root, "old.txt"), join(root, "new name.txt"));
  await chmod(join(root, "run.sh"), 0o755);
  await symlink("run.sh", join(root, "link"));
  expect(await made.read()).toEqual([
    of(".gitmodules", ["new"], [3, 0]),
    of("lib", ["new", "submodule"], [1, 0]),
    of("link", ["new", "symbolic link"], [1, 0]),
    { ...of("new name.txt", ["renamed"], [0, 0]), from: "old.txt" },
    of("run.sh", ["mode 100644 to 100755"], [0, 0]),
  ]);
});

test("no program runs that attributes and settings name, and they hide nothing", async () => {
  await using made = await repositoryWith({ "a.bin": "one\n", "b.txt": "one\n" });
  const { root, sandbox } = made;
  const trace = join(sandbox.directory, "ran");
  const program = await sandbox.write("program", `#!/bin/sh\necho "$0" >> '${trace}'\ncat "$1" 2>/dev/null\n`);
  await chmod(program, 0o755);
  for (const [key, value] of [
    ["diff.external", program],
    ["diff.mine.command", program],
    ["diff.mine.textconv", program],
    ["core.pager", program],
    ["core.fsmonitor", program],
    ["diff.noprefix", "true"],
    ["diff.renames", "false"],
    ["diff.ignoreSubmodules", "all"],
    ["color.ui", "always"],
  ] as const) {
    await sandbox.git(["config", key, value], root);
  }
  await sandbox.commit(root, { ".gitattributes": "*.bin diff=mine\n*.txt -diff\n" });
  await sandbox.write(join(root, "a.bin"), "two\n");
  await sandbox.write(join(root, "b.txt"), "two\n");
  for (const hook of ["post-checkout", "post-index-change", "reference-transaction"]) {
    await sandbox.write(join(root, ".git/hooks", hook), `#!/bin/sh\necho ${hook} >> '${trace}'\n`);
    await chmod(join(root, ".git/hooks", hook), 0o755);
  }
  // What git ran for the test itself.
  await rm(trace, { force: true });
  const { isCut, patch } = await readWorktreePatch(made.repository, { path: root, base: made.base, most });
  expect(existsSync(trace)).toBe(false);
  expect(isCut).toBe(false);
  expect(patch).not.toContain("\u001B");
  expect(readDiff({ patch, isCut }).files).toEqual([
    of(".gitattributes", ["new"], [2, 0]),
    of("a.bin", [], [1, 1]),
    of("b.txt", [], [1, 1]),
  ]);
});

test("a patch that is too long is cut behind a line, and git does not go on", async () => {
  await using made = await repositoryWith({ "a.txt": "a\n" });
  const { root, sandbox, repository, base } = made;
  for (let index = 0; index < 40; index += 1) await sandbox.write(join(root, `f${index}.txt`), long.repeat(20));
  const { patch, isCut } = await readWorktreePatch(repository, { path: root, base, most: 20_000 });
  expect(isCut).toBe(true);
  expect(patch.length).toBeLessThanOrEqual(20_000);
  expect(patch.length).toBeGreaterThan(15_000);
  expect(patch.endsWith("\n")).toBe(true);
});

test("one file that is larger than the patch may be is told to differ", async () => {
  await using made = await repositoryWith({ "a.txt": "a\n" });
  await made.sandbox.write(join(made.root, "large.txt"), "x".repeat(30_000));
  await made.sandbox.write(join(made.root, "z.txt"), "z\n");
  expect(await made.read({ most: 20_000 })).toEqual([
    of("large.txt", ["new", "binary"], [0, 0]),
    of("z.txt", ["new"], [1, 0]),
  ]);
});

test("a branch without a worktree", async () => {
  await using made = await repositoryWith({ "a.txt": "a\n" });
  const head = await made.sandbox.commit(made.root, { "a.txt": "b\n" });
  const { patch } = await readPatch(made.repository, { base: made.base, to: head, most });
  expect(patch).toContain("-a\n+b\n");
  expect(await readPatch(made.repository, { base: head, to: head, most })).toEqual({ patch: "", isCut: false });
});
