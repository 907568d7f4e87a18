// The index as our own reader and as git sees it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { countEntries, holdsOnlyFiles, parseIndexFile } from "../../src/git/index-file.ts";
import { createSandbox } from "../sandbox.ts";

const files = {
  "a.txt": "1\n",
  "folder/b.txt": "2\n",
  "folder/deep/ü ö.txt": "3\n",
  [`${"x".repeat(200)}/${"y".repeat(200)}`]: "4\n",
};

test.each([2, 3, 4])("version %i: names, sizes, marks and the tree", async (version) => {
  await using sandbox = await createSandbox();
  const root = await sandbox.repository({ files });
  const git = (...args: readonly string[]) => sandbox.git(args, root);
  const read = async () => parseIndexFile(await readFile(join(root, ".git/index")));
  await git("update-index", `--index-version=${version}`);
  expect((await read())?.tree).toBe(await git("rev-parse", "HEAD^{tree}"));
  await git("update-index", "--assume-unchanged", "a.txt");
  if (version > 2) await git("update-index", "--skip-worktree", "folder/b.txt");
  const index = await read();
  const names = (await git("-c", "core.quotePath=false", "ls-files", "-z")).split("\0").filter((name) => name !== "");
  expect(index?.entries.map(({ name }) => name)).toEqual(names);
  expect(index?.entries.map(({ size }) => size)).toEqual(names.map(() => 2));
  const marked = version > 2 ? ["a.txt", "folder/b.txt"] : ["a.txt"];
  expect(index?.entries.flatMap(({ name, isMarked }) => (isMarked ? [name] : []))).toEqual(marked);
  await sandbox.write(join(root, "new.txt"), "5\n");
  await git("add", "--intent-to-add", "new.txt");
  expect((await read())?.entries.find(({ name }) => name === "new.txt")?.isPlain).toBe(false);
  expect((await read())?.tree).toBeUndefined();
});

test.each(["--assume-unchanged", "--skip-worktree"])("a mark is not overlooked in the short look: %s", async (mark) => {
  await using sandbox = await createSandbox();
  const root = await sandbox.repository({ files });
  const read = async () => ({ bytes: await readFile(join(root, ".git/index")) });
  expect(countEntries(await read())).toBe(Object.keys(files).length);
  expect(holdsOnlyFiles(await read())).toBe(true);
  await sandbox.git(["update-index", mark, "folder/b.txt"], root);
  expect(holdsOnlyFiles(await read())).toBe(false);
});

test("a submodule and a conflict are not overlooked in the short look", async () => {
  await using sandbox = await createSandbox();
  const root = await sandbox.repository({ files });
  const inner = await sandbox.repository({ name: "inner", files });
  const read = async () => ({ bytes: await readFile(join(root, ".git/index")) });
  const git = (...args: readonly string[]) => sandbox.git(args, root);
  await git("update-index", "--add", "--cacheinfo", `160000,${await sandbox.git(["rev-parse", "HEAD"], inner)},sub`);
  expect(holdsOnlyFiles(await read())).toBe(false);
  await git("reset", "--quiet");
  expect(holdsOnlyFiles(await read())).toBe(true);
  await git("checkout", "--quiet", "-b", "other");
  await sandbox.commit(root, { "a.txt": "other\n" });
  await git("checkout", "--quiet", "main");
  await sandbox.commit(root, { "a.txt": "main\n" });
  await expect(git("merge", "other")).rejects.toThrow();
  expect(holdsOnlyFiles(await read())).toBe(false);
});

test("the short look leaves to others what is split, damaged, of a later version or has names beyond measure", async () => {
  await using sandbox = await createSandbox();
  const long = Array.from({ length: 17 }, () => "n".repeat(250)).join("/");
  const root = await sandbox.repository({ files });
  const read = async () => ({ bytes: await readFile(join(root, ".git/index")) });
  const { bytes } = await read();
  for (const length of [0, 4, 11, 40, bytes.length - 1]) {
    expect(holdsOnlyFiles({ bytes: bytes.subarray(0, length) })).toBe(false);
  }
  await sandbox.git(["update-index", "--index-version=4"], root);
  expect(holdsOnlyFiles(await read())).toBe(false);
  await sandbox.git(["update-index", "--index-version=2"], root);
  await sandbox.git(["update-index", "--split-index"], root);
  expect(holdsOnlyFiles(await read())).toBe(false);
  await sandbox.git(["update-index", "--no-split-index"], root);
  expect(holdsOnlyFiles(await read())).toBe(true);
  const blob = await sandbox.git(["hash-object", "-w", join(root, "a.txt")], root);
  await sandbox.git(["update-index", "--add", "--cacheinfo", `100644,${blob},${long}`], root);
  expect(holdsOnlyFiles(await read())).toBe(false);
});

test("what is not in the plain form is left to git", async () => {
  await using sandbox = await createSandbox();
  const root = await sandbox.repository({ files });
  const path = join(root, ".git/index");
  const whole = await readFile(path);
  for (const length of [0, 4, 11, 40, whole.length - 1]) {
    expect(parseIndexFile(whole.subarray(0, length))).toBeUndefined();
  }
  const damaged = Buffer.from(whole);
  damaged[20] = (damaged[20] ?? 0) ^ 1;
  expect(parseIndexFile(damaged)).toBeUndefined();
  await sandbox.git(["update-index", "--split-index"], root);
  expect(parseIndexFile(await readFile(path))).toBeUndefined();
});
