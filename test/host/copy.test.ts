// Copying ignored files: what is copied, and all the ways out that are closed.
import { chmod, lstat, mkdir, readdir, readFile, readlink, stat, symlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { copyIgnored, expandPatterns } from "../../src/host/copy.ts";
import { createSandbox, type Sandbox } from "../sandbox.ts";

const places = (sandbox: Sandbox): { from: string; to: string } => ({
  from: join(sandbox.directory, "from"),
  to: join(sandbox.directory, "to"),
});

/** So many more files of a byte each, in `from/more`. */
async function addMore(sandbox: Sandbox, more: number): Promise<void> {
  for (let index = 0; index < more; index += 1) await sandbox.write(`from/more/${index}`, "x");
}

describe.each([
  ["a few", 0],
  ["many, in threads", 300],
])("copying %s", (_, more) => {
  test("files and trees arrive with their modes, times and links", async () => {
    await using sandbox = await createSandbox();
    const { from, to } = places(sandbox);
    await mkdir(to);
    await addMore(sandbox, more);
    await sandbox.write("from/.env", "KEY=1");
    await sandbox.write("from/deps/bin/tool", "#!/bin/sh\n");
    await sandbox.write("from/deps/read-only/file", "x");
    await chmod(join(from, "deps/bin/tool"), 0o755);
    await utimes(join(from, "deps/bin/tool"), 1000, 2000);
    await symlink("bin/tool", join(from, "deps/link"));
    await symlink("/nowhere/at/all", join(from, "deps/dangling"));
    await chmod(join(from, "deps/read-only"), 0o555);
    const copied = await copyIgnored({ from, to, paths: [".env", "deps/", "more", "not-there"] });
    expect(copied).toEqual({ files: 5 + more, bytes: 16 + more });
    const names = await readdir(to, { recursive: true });
    expect(names.filter((name) => name.startsWith("more/"))).toHaveLength(more);
    expect(await readFile(join(to, ".env"), "utf8")).toBe("KEY=1");
    const tool = await stat(join(to, "deps/bin/tool"));
    expect([tool.mode & 0o777, tool.mtimeMs]).toEqual([0o755, 2_000_000]);
    expect(await readlink(join(to, "deps/link"))).toBe("bin/tool");
    expect(await readlink(join(to, "deps/dangling"))).toBe("/nowhere/at/all");
    expect((await stat(join(to, "deps/read-only"))).mode & 0o777).toBe(0o555);
    for (const root of [from, to]) await chmod(join(root, "deps/read-only"), 0o755);
  });

  test("nothing that exists is overwritten, and a second time changes nothing", async () => {
    await using sandbox = await createSandbox();
    const { from, to } = places(sandbox);
    await sandbox.write("from/a/theirs", "from");
    await sandbox.write("from/a/new", "from");
    await sandbox.write("to/a/theirs", "to");
    await sandbox.write("from/b/inner", "from");
    await sandbox.write("to/b", "a file where a folder is wanted");
    await addMore(sandbox, more);
    const paths = ["a", "b", "more"];
    expect(await copyIgnored({ from, to, paths })).toEqual({ files: 1 + more, bytes: 4 + more });
    expect(await readFile(join(to, "a/theirs"), "utf8")).toBe("to");
    expect(await copyIgnored({ from, to, paths })).toEqual({ files: 0, bytes: 0 });
  });

  test("an interruption stops it", async () => {
    await using sandbox = await createSandbox();
    const { from, to } = places(sandbox);
    await sandbox.write("from/a", "x");
    await addMore(sandbox, more);
    await mkdir(to);
    const copying = copyIgnored({ from, to, paths: ["a", "more"], signal: AbortSignal.abort() });
    await expect(copying).rejects.toMatchObject({ code: "interrupted" });
    await expect(lstat(join(to, "a"))).rejects.toThrow("ENOENT");
  });

  test.runIf(process.getuid?.() !== 0)("a file that nobody may read is named", async () => {
    await using sandbox = await createSandbox();
    const { from, to } = places(sandbox);
    await sandbox.write("from/a", "x");
    await chmod(join(from, "a"), 0);
    await addMore(sandbox, more);
    await mkdir(to);
    const facts = { path: join(to, "a"), code: "EACCES" };
    await expect(copyIgnored({ from, to, paths: ["a", "more"] })).rejects.toMatchObject({ code: "file-system", facts });
  });
});

describe("copying", () => {
  test("a link is no way out of either side", async () => {
    await using sandbox = await createSandbox();
    const { from, to } = places(sandbox);
    const outside = await sandbox.write("outside/secret", "x");
    await sandbox.write("from/folder/file", "x");
    await sandbox.write("to/kept", "");
    await symlink(join(outside, ".."), join(to, "folder"));
    await symlink(join(outside, ".."), join(from, "way"));
    expect(await copyIgnored({ from, to, paths: ["folder", "folder/file", "way/secret"] })).toEqual({
      files: 0,
      bytes: 0,
    });
    expect(await readdir(join(outside, ".."))).toEqual(["secret"]);
    expect(await readdir(to)).toEqual(["folder", "kept"]);
  });

  test("a target inside the source does not copy itself", async () => {
    await using sandbox = await createSandbox();
    const { from } = places(sandbox);
    const to = join(from, ".worktrees", "one");
    await sandbox.write("from/.worktrees/one/own", "x");
    await sandbox.write("from/.worktrees/notes", "x");
    await copyIgnored({ from, to, paths: [".worktrees"] });
    expect(await readdir(to, { recursive: true })).toEqual([".worktrees", "own", ".worktrees/notes"]);
  });

  test("paths that lead out, or into git's own folder, are refused", async () => {
    await using sandbox = await createSandbox();
    const { from, to } = places(sandbox);
    for (const path of ["../x", "a/../../x", ".git/hooks", "", "./"]) {
      await expect(copyIgnored({ from, to, paths: [path] })).rejects.toMatchObject({ code: "config-invalid" });
      await expect(expandPatterns({ root: from, patterns: [path] })).rejects.toMatchObject({ code: "config-invalid" });
    }
  });
});

test("patterns name existing files and folders, links as themselves, other repositories never", async () => {
  await using sandbox = await createSandbox();
  const root = join(sandbox.directory, "root");
  const paths = `.env .env.local app.env a/.env a/b/.env a/b/c.txt node_modules/pkg/.env deps/one/x deps/two/x .git/config
    nested/.git nested/.env`;
  for (const path of paths.split(/\s+/u)) await sandbox.write(`root/${path}`, "x");
  await symlink(join(root, "a"), join(root, "linked"));
  const found = (...patterns: string[]): Promise<readonly string[]> => expandPatterns({ root, patterns });
  expect(await found(".env", "/a/", "gone", ".env/below")).toEqual([".env", "a"]);
  expect(await found("node_modules", "node_modules/pkg")).toEqual(["node_modules", "node_modules/pkg"]);
  expect(await found(".env*", "*.env")).toEqual([".env", ".env.local", "app.env"]);
  expect(await found("**/.env")).toEqual([".env", "a/.env", "a/b/.env"]);
  expect(await found("a/**/c.txt", "a/?/c.*")).toEqual(["a/b/c.txt"]);
  expect(await found("deps/*/x")).toEqual(["deps/one/x", "deps/two/x"]);
  expect(await found("*")).toEqual([".env", ".env.local", "a", "app.env", "deps", "linked", "nested", "node_modules"]);
  expect(await found("linked/.env", "linked/*")).toEqual([]);
});
