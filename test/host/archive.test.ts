// An archive gives back each byte, mode, link and time through the system's own tar, whatever the names.
import { execFileSync } from "node:child_process";
import { chmod, lstat, mkdir, readFile, readdir, readlink, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { changedSince, emptyFolders, writeArchive } from "../../src/host/archive.ts";
import { hashContents } from "../../src/host/content-hash.ts";
import { createSandbox } from "../sandbox.ts";

const names = [
  "plain",
  "-dash",
  "with space",
  "quo'te\"",
  "new\nline",
  "ünï",
  `${"long/".repeat(40)}name`,
  "x".repeat(200),
];

test("what tar unpacks is what was there", async () => {
  await using sandbox = await createSandbox();
  const root = join(sandbox.directory, "root");
  for (const [index, name] of names.entries()) {
    const bytes = Buffer.from(Array.from({ length: index * 300 + 5 }, (_, at) => (at * 7) % 256));
    await sandbox.write(join(root, name), bytes);
    await utimes(join(root, name), 1_000_000_000, 1_000_000_000.25);
  }
  await chmod(join(root, "plain"), 0o600);
  await chmod(join(root, "-dash"), 0o751);
  await symlink("../somewhere/else", join(root, "link"));
  await symlink("y".repeat(150), join(root, "long link"));
  await mkdir(join(root, "empty/inner"), { recursive: true });
  await sandbox.write(join(root, "folder/one"), "1");
  const target = join(sandbox.directory, "files.tar");
  const all = [...names, "link", "long link", "empty/", "folder/", "not there"];
  const stamps = await writeArchive(target, { root, names: all });
  const out = join(sandbox.directory, "out");
  await mkdir(out);
  execFileSync("tar", ["-xpf", target, "-C", out]);
  expect(await hashContents(out, all)).toEqual(await hashContents(root, all));
  for (const name of names) {
    expect(await readFile(join(out, name)), name).toEqual(await readFile(join(root, name)));
    expect((await lstat(join(out, name))).mtimeMs, name).toBe(1_000_000_000_250);
  }
  expect(((await lstat(join(out, "plain"))).mode & 0o777).toString(8)).toBe("600");
  expect(await readlink(join(out, "long link"))).toBe("y".repeat(150));
  expect(await readdir(join(out, "empty/inner"))).toEqual([]);

  expect(await changedSince(root, stamps)).toEqual([]);
  await writeFile(join(root, "plain"), "other");
  await symlink("x", join(root, "since"));
  expect(await changedSince(root, stamps)).toEqual(["plain"]);
  expect(await emptyFolders(root, { skip: (folder) => folder === "folder/" })).toEqual(["empty/inner/"]);
});
