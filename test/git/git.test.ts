// Running git: exact output, true exit codes, a clean environment, clear faults.
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openGit } from "../../src/git/git.ts";
import { createSandbox, type Sandbox } from "../sandbox.ts";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await createSandbox();
});
afterEach(() => sandbox.remove());

const gitIn = (directory: string, environment: Readonly<Record<string, string | undefined>> = sandbox.environment) =>
  openGit({ directory, environment });

describe("output", () => {
  test("keeps NUL bytes, leading spaces and the last newline", async () => {
    const repo = await sandbox.repository({ files: { "  a b.txt ": "one", "ünï\nline.txt": "two" } });
    const { code, stdout } = await gitIn(repo).read(["ls-files", "-z"]);
    expect(code).toBe(0);
    expect(stdout).toBe("  a b.txt \0ünï\nline.txt\0");
    expect((await gitIn(repo).read(["rev-parse", "--abbrev-ref", "HEAD"])).stdout).toBe("main\n");
  });

  test("is whole when it is larger than a pipe", async () => {
    const names = Array.from({ length: 4000 }, (_, index) => [`folder/${String(index).padStart(60, "x")}`, "x"]);
    const repo = await sandbox.repository({ files: Object.fromEntries(names) });
    const { stdout } = await gitIn(repo).read(["ls-files", "--stage"]);
    expect(stdout.split("\n")).toHaveLength(4001);
  });

  test("of standard error is kept apart from that of standard output", async () => {
    const repo = await sandbox.repository({ files: { a: "a" } });
    const result = await gitIn(repo).read(["rev-parse", "HEAD", "nowhere"], { allowExit: [128] });
    expect(result.code).toBe(128);
    expect(result.stdout).toMatch(/^[0-9a-f]{40}\nnowhere\n$/);
    expect(result.stderr).toContain("unknown revision");
  });

  test("comes from standard input where a call gives one", async () => {
    const repo = await sandbox.repository();
    const { stdout } = await gitIn(repo).write(["hash-object", "--stdin"], { input: "hello\n" });
    expect(stdout).toBe("ce013625030ba8dba906f756967f9e9ca394464a\n");
  });

  test("of many calls at once is not mixed up", async () => {
    const repo = await sandbox.repository();
    const git = gitIn(repo);
    const texts = Array.from({ length: 40 }, (_, index) => `text ${index}`);
    const ids = await Promise.all(texts.map((input) => git.read(["hash-object", "--stdin"], { input })));
    const one = await Promise.all(
      texts.map((text) => sandbox.write(`f/${text}`, text).then((path) => sandbox.git(["hash-object", path], repo))),
    );
    expect(ids.map(({ stdout }) => stdout.trim())).toEqual(one);
  });
});

describe("failure", () => {
  test("is an exit code that the call did not allow, with git's words", async () => {
    const repo = await sandbox.repository();
    await expect(gitIn(repo).read(["rev-parse", "--verify", "nope"])).rejects.toMatchObject({
      code: "git-failed",
      facts: { args: ["rev-parse", "--verify", "nope"], code: 128, stderr: "fatal: Needed a single revision" },
    });
  });

  test("is silent exit code 1 too", async () => {
    const repo = await sandbox.repository({ files: { a: "a" } });
    await expect(gitIn(repo).read(["symbolic-ref", "--quiet", "refs/nope"])).rejects.toMatchObject({
      facts: { code: 1, stderr: "" },
    });
  });

  test("names a missing git", async () => {
    const repo = await sandbox.repository();
    const environment = { ...sandbox.environment, PATH: join(sandbox.directory, "nothing here") };
    await expect(gitIn(repo, environment).read(["--version"])).rejects.toMatchObject({ code: "git-missing" });
  });

  test("names a directory that is gone, not git", async () => {
    const gone = join(sandbox.directory, "gone");
    await expect(gitIn(gone).read(["--version"])).rejects.toMatchObject({ code: "file-system", facts: { path: gone } });
  });
});

describe("the environment", () => {
  test("of a hook does not reach git", async () => {
    const repo = await sandbox.repository({ files: { a: "a" } });
    const other = await sandbox.repository({ name: "other", files: { b: "b" } });
    const environment = {
      ...sandbox.environment,
      GIT_DIR: join(other, ".git"),
      GIT_WORK_TREE: other,
      GIT_INDEX_FILE: join(other, ".git", "index"),
      GIT_PREFIX: "x/",
      GIT_EDITOR: ":",
      GIT_AUTHOR_NAME: "Somebody Else",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "core.abbrev",
      GIT_CONFIG_VALUE_0: "4",
      GIT_TRACE: "1",
      GIT_EXTERNAL_DIFF: "false",
      EDITOR: "vi",
      PAGER: "less",
    };
    const git = gitIn(repo, environment);
    const { stdout, stderr } = await git.read(["ls-files"]);
    expect(stdout).toBe("a\n");
    expect(stderr).toBe("");
    expect((await git.read(["rev-parse", "--short", "HEAD"])).stdout.trim()).toHaveLength(7);
    await sandbox.git(["config", "alias.printenv", "!env"], repo);
    const seen = await git.read(["printenv"]);
    const names = seen.stdout.split("\n").map((line) => line.split("=")[0]);
    expect(names).not.toContain("GIT_AUTHOR_NAME");
    expect(names).not.toContain("GIT_TRACE");
    expect(seen.stdout).toContain("GIT_OPTIONAL_LOCKS=0\n");
    expect(seen.stdout).toContain("GIT_TERMINAL_PROMPT=0\n");
    expect(seen.stdout).toContain("LC_ALL=C\n");
  });
});

const plantHook = async (repo: string, name: string, body: string): Promise<void> => {
  const hook = await sandbox.write(join(repo, ".git", "hooks", name), `#!/bin/sh\n${body}\n`);
  await chmod(hook, 0o755);
};

describe("hooks and watchers", () => {
  test("named by the repository do not run for our own calls", async () => {
    const repo = await sandbox.repository({ files: { a: "a" } });
    await sandbox.write("repo/a", "changed");
    const mark = join(sandbox.directory, "ran");
    await plantHook(repo, "reference-transaction", `echo hook >> '${mark}'`);
    const watcher = await sandbox.write("watcher", `#!/bin/sh\necho watcher >> '${mark}'\n`);
    await chmod(watcher, 0o755);
    await sandbox.git(["config", "core.fsmonitor", watcher], repo);
    const git = gitIn(repo);
    await git.write(["update-ref", "refs/heads/new", "HEAD"]);
    await git.read(["status", "--porcelain"]);
    await expect(sandbox.read(mark)).rejects.toThrow("ENOENT");
    await git.write(["update-ref", "refs/heads/newer", "HEAD"], { hooks: true });
    expect(await sandbox.read(mark)).toContain("hook");
  });

  test("that leave a child behind do not hold the call", async () => {
    const repo = await sandbox.repository({ files: { a: "a" } });
    const pidFile = join(sandbox.directory, "pid");
    await plantHook(repo, "pre-commit", `sleep 300 & echo $! > '${pidFile}'`);
    await gitIn(repo).write(["commit", "--quiet", "--allow-empty", "--message=x"], { hooks: true });
    const pid = Number(await sandbox.read(pidFile));
    expect(() => process.kill(pid, 0)).not.toThrow();
    process.kill(pid);
  });
});

test("works when the directory of this process was removed", async () => {
  const repo = await sandbox.repository({ files: { a: "a" } });
  const gone = join(sandbox.directory, "gone");
  await mkdir(gone);
  const script = join(sandbox.directory, "script.ts");
  const source = new URL("../../src/git/git.ts", import.meta.url).href;
  await writeFile(
    script,
    `import { rmdirSync } from "node:fs";
     rmdirSync(${JSON.stringify(gone)});
     const { openGit } = await import(${JSON.stringify(source)});
     const git = openGit({ directory: ${JSON.stringify(repo)}, environment: process.env });
     console.log((await git.read(["ls-files"])).stdout);`,
  );
  const { execFile } = await import("node:child_process");
  const { promisify } = await import("node:util");
  const { stdout } = await promisify(execFile)(process.execPath, [script], { cwd: gone, env: sandbox.environment });
  expect(stdout.trim()).toBe("a");
  await rm(script);
});
