// What the work changes against its base, on real git: all of it, whatever settings and attributes say.
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openRepository } from "../../src/git/repository.ts";
import { listTouched, parseNumstat, workStart } from "../../src/git/touched.ts";
import { createSandbox } from "../sandbox.ts";

const long = Array.from({ length: 30 }, (_, index) => `line ${index}\n`).join("");

async function repositoryWith(files: Readonly<Record<string, string>>) {
  const sandbox = await createSandbox();
  const root = await sandbox.repository({ files });
  const repository = await openRepository({ directory: root, environment: sandbox.environment });
  const base = await sandbox.git(["rev-parse", "HEAD"], root);
  return { sandbox, root, repository, base, [Symbol.asyncDispose]: () => sandbox.remove() };
}

test("committed, staged, changed, untracked and removed files, each once; ignored ones not", async () => {
  await using made = await repositoryWith({ "a.txt": "one\n", "gone.txt": "x\ny\n", ".gitignore": "*.log\n" });
  const { root, repository, base, sandbox } = made;
  await sandbox.commit(root, { "a.txt": "one\ntwo\n", "gone.txt": undefined });
  await sandbox.write(join(root, "a.txt"), "one\ntwo\nthree\n");
  await sandbox.write(join(root, "new/ü b\tc.txt"), "n\n");
  await sandbox.write(join(root, "noise.log"), "n\n");
  await sandbox.write(join(root, "picture"), new Uint8Array([0, 1, 2, 0]));
  const before = await sandbox.git(["status", "--porcelain"], root);
  const touched = await listTouched(repository, { path: root, base });
  expect(touched.toSorted((x, y) => (x.path < y.path ? -1 : 1))).toEqual([
    { path: "a.txt", lines: 2 },
    { path: "gone.txt", lines: 2 },
    { path: "new/ü b\tc.txt", lines: 1 },
    { path: "picture", lines: 0 },
  ]);
  expect(await sandbox.git(["status", "--porcelain"], root)).toBe(before);
});

test("a renamed file is one file with two names", async () => {
  await using made = await repositoryWith({ "migrations/1.sql": long });
  await rename(join(made.root, "migrations"), join(made.root, "db"));
  expect(await listTouched(made.repository, { path: made.root, base: made.base })).toEqual([
    { path: "db/1.sql", from: "migrations/1.sql", lines: 0 },
  ]);
});

test("attributes of the work and settings of the user hide nothing", async () => {
  await using made = await repositoryWith({ "a.txt": long });
  await made.sandbox.git(["config", "diff.renames", "false"], made.root);
  await made.sandbox.git(["config", "diff.external", "false"], made.root);
  await made.sandbox.commit(made.root, { ".gitattributes": "* -diff\n", "a.txt": `${long}more\n` });
  await writeFile(join(made.root, "b.txt"), "b\n");
  expect(await listTouched(made.repository, { path: made.root, base: made.base })).toEqual([
    { path: ".gitattributes", lines: 1 },
    { path: "a.txt", lines: 1 },
    { path: "b.txt", lines: 1 },
  ]);
});

test("what came in from the target by a merge is not the work", async () => {
  await using made = await repositoryWith({ "a.txt": "a\n" });
  const { root, repository, base, sandbox } = made;
  await sandbox.git(["checkout", "--quiet", "-b", "work"], root);
  await sandbox.commit(root, { "mine.txt": "m\n" });
  await sandbox.git(["checkout", "--quiet", "main"], root);
  const target = await sandbox.commit(root, { "theirs.txt": "t\n" });
  await sandbox.git(["checkout", "--quiet", "work"], root);
  const apart = await sandbox.git(["rev-parse", "HEAD"], root);
  expect(await workStart(repository, { head: apart, target, base })).toBe(base);
  await sandbox.git(["merge", "--quiet", "--no-edit", "main"], root);
  const head = await sandbox.git(["rev-parse", "HEAD"], root);
  expect(await workStart(repository, { head, target, base })).toBe(target);
  expect(await listTouched(repository, { path: root, base: target })).toEqual([{ path: "mine.txt", lines: 1 }]);
  expect(await workStart(repository, { head: apart, target })).toBe(base);
  // A stage on top of others starts from a commit that the target has not got.
  expect(await workStart(repository, { head, target: base, base: apart })).toBe(apart);
});

test("output of git that is cut or odd is read as far as it goes", () => {
  expect(parseNumstat("")).toEqual([]);
  expect(parseNumstat("1\t2\ta\0-\t-\tb\0")).toEqual([
    { path: "a", lines: 3 },
    { path: "b", lines: 0 },
  ]);
  expect(parseNumstat("1\t0\t\0old\0new\0")).toEqual([{ path: "new", from: "old", lines: 1 }]);
});
