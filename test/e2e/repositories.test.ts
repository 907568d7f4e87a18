// Repositories of other kinds than the usual one, and odd surroundings: everything works there as well, or one sentence says why not.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type CallOptions, createRig, planText, type Rig } from "../rig.ts";
import { plain } from "./repository-image.ts";

const text = planText([
  { id: "one", name: "Öl für Stufe 1" },
  { id: "two", needs: ["one"] },
]);
const agent = 'echo "$STAGETREE_STAGE" > "$STAGETREE_STAGE.txt"; git add -A; git commit -qm "$STAGETREE_STAGE"';

/** From the first worktree to the last, and back and forth; git finds no fault afterwards. */
async function expectWholeLife(rig: Rig, options: CallOptions = {}): Promise<void> {
  const { cwd = rig.root } = options;
  const done = async (...args: readonly string[]): Promise<void> => {
    const ended = await rig.call(args, options);
    expect(ended.code, `${args.join(" ")}: ${ended.stdout}${ended.stderr}`).toBe(0);
  };
  await done("setup", "plan.md");
  await done("run", "plan.md", "--retries", "0", "--agent", agent);
  await done("undo", "plan.md");
  await done("redo", "plan.md");
  await done("doctor");
  const status = await rig.json<{ stages: { name: string; state: string }[] }>(["status", "plan.md"], options);
  expect(status.stages.map(({ state }) => state)).toEqual(["complete", "complete"]);
  expect(status.stages[0]?.name).toBe("Öl für Stufe 1");
  const tip = await rig.git(["rev-parse", "feature/two"], cwd);
  await done("clean", "plan.md", "--delete-unmerged");
  expect(await rig.git(["branch", "--list", "feature/*"], cwd)).toBe("");
  await done("undo", "plan.md");
  expect(await rig.git(["rev-parse", "feature/two"], cwd)).toBe(tip);
  expect(await rig.git(["fsck"], cwd)).toBe("");
}

const rigWith = async (): Promise<Rig> => createRig({ "README.md": "hello\n", "plan.md": text });

describe.concurrent("a whole life in a repository", () => {
  test("with settings of its own for each worktree, and relative paths between them", async () => {
    await using rig = await rigWith();
    await rig.git(["config", "extensions.worktreeConfig", "true"]);
    await rig.git(["config", "--worktree", "core.sparseCheckout", "false"]);
    await rig.git(["config", "worktree.useRelativePaths", "true"]);
    await expectWholeLife(rig);
  });

  test.each([["--object-format=sha256"], ["--ref-format=reftable"]])("made with %s", async (option) => {
    await using rig = await rigWith();
    const cwd = join(rig.sandbox.directory, "other");
    await mkdir(cwd);
    const made = spawnSync("git", ["init", "--quiet", option], { cwd, env: rig.sandbox.environment });
    // This git may not know it.
    if (made.status !== 0) return;
    await rig.sandbox.commit(cwd, { "plan.md": text });
    await expectWholeLife(rig, { cwd });
  });

  test("whose hooks and file watcher only the user's own git runs", async () => {
    await using rig = await rigWith();
    const [hooks, log] = [join(rig.sandbox.directory, "hooks"), join(rig.sandbox.directory, "ran")];
    for (const name of ["post-checkout", "post-merge", "reference-transaction", "post-index-change", "watcher"]) {
      await rig.sandbox.write(join(hooks, name), `#!/bin/sh\necho ${name} >> "${log}"\n`);
      await chmod(join(hooks, name), 0o755);
    }
    await rig.git(["config", "core.hooksPath", hooks]);
    await rig.git(["config", "core.fsmonitor", join(hooks, "watcher")]);
    for (const args of [["setup"], ["status"], ["clean", "--delete-unmerged"], ["undo"], ["redo"], ["doctor"]]) {
      expect((await rig.call([args[0] ?? "", "plan.md", ...args.slice(1)])).code, args[0]).toBe(0);
    }
    expect(existsSync(log)).toBe(false);
  });

  test.each([
    ["shallow", ["--depth", "1"]],
    ["partial", ["--filter=blob:none"]],
  ])("that is a %s clone", async (name, flags) => {
    await using rig = await rigWith();
    await rig.sandbox.commit(rig.root, { "more.txt": "more\n" });
    await rig.git(["config", "uploadpack.allowFilter", "true"]);
    const cwd = join(rig.sandbox.directory, name);
    await rig.git(["clone", "--quiet", ...flags, `file://${rig.root}`, cwd], rig.sandbox.directory);
    await expectWholeLife(rig, { cwd });
  });

  test("that is bare, with all its worktrees beside it", async () => {
    await using rig = await rigWith();
    const [bare, cwd] = [join(rig.sandbox.directory, "bare.git"), join(rig.sandbox.directory, "work")];
    await rig.git(["clone", "--quiet", "--bare", rig.root, bare], rig.sandbox.directory);
    await rig.git(["worktree", "add", "--quiet", cwd, "main"], bare);
    await expectWholeLife(rig, { cwd });
  });

  test("with a detached HEAD", async () => {
    await using rig = await rigWith();
    await rig.git(["checkout", "--quiet", "--detach"]);
    const head = await rig.git(["rev-parse", "HEAD"]);
    await expectWholeLife(rig);
    expect(await rig.git(["rev-parse", "HEAD"])).toBe(head);
  });

  test("in the C locale, without a folder for temporary files, HOME or any XDG folder", async () => {
    await using rig = await rigWith();
    const env = { LANG: "C", LC_ALL: "C", TMPDIR: join(rig.sandbox.directory, "gone"), HOME: undefined };
    const xdg = { XDG_CONFIG_HOME: undefined, XDG_STATE_HOME: undefined, XDG_CACHE_HOME: undefined };
    await expectWholeLife(rig, { env: { ...env, ...xdg } });
  });

  test("with everything in the environment that a hook of another repository leaves there", async () => {
    await using rig = await rigWith();
    const other = await rig.sandbox.repository({ name: "other", files: { "a.txt": "a\n" } });
    const before = await rig.git(["for-each-ref"], other);
    const env = {
      GIT_DIR: join(other, ".git"),
      GIT_WORK_TREE: other,
      GIT_INDEX_FILE: join(other, ".git/index.lock"),
      GIT_OBJECT_DIRECTORY: join(other, ".git/objects"),
      GIT_ALTERNATE_OBJECT_DIRECTORIES: join(other, ".git/objects"),
      GIT_COMMON_DIR: join(other, ".git"),
      GIT_PREFIX: "deep/",
      GIT_NAMESPACE: "other",
      GIT_CONFIG_PARAMETERS: "'core.bare'='true'",
      GIT_QUARANTINE_PATH: join(other, ".git/objects/quarantine"),
    };
    await expectWholeLife(rig, { env });
    expect(await rig.git(["for-each-ref"], other)).toBe(before);
    expect(await rig.git(["status", "--porcelain"], other)).toBe("");
  });

  test("from a hook after a merge, and from one in a linked worktree", async () => {
    await using rig = await rigWith();
    const log = join(rig.sandbox.directory, "hook.log");
    const program = join(import.meta.dirname, "../../bin/stagetree.js");
    const hook = join(rig.root, ".git/hooks/post-merge");
    await rig.sandbox.write(
      hook,
      `#!/bin/sh\n{ "${process.execPath}" "${program}" setup plan.md && echo good; } >> "${log}" 2>&1\n`,
    );
    await chmod(hook, 0o755);
    await rig.git(["checkout", "--quiet", "-b", "side"]);
    await rig.sandbox.commit(rig.root, { "side.txt": "side\n" });
    await rig.git(["checkout", "--quiet", "main"]);
    await rig.git(["merge", "--quiet", "side"]);
    expect(readFileSync(log, "utf8")).toMatch(/good\n$/u);
    const tree = join(rig.root, "../trees/one");
    expect(await rig.git(["status", "--porcelain", "--branch"], tree)).toBe("## feature/one");
    await rig.git(
      ["merge", "--quiet", "--no-ff", "-m", "again", await rig.sandbox.commit(rig.root, { "b.txt": "b\n" })],
      tree,
    );
    expect(readFileSync(log, "utf8").match(/good/gu)).toHaveLength(2);
    expect(await rig.git(["fsck"])).toBe("");
  });
});

test("someone else's repository is told as such, with the setting that allows it, and nothing is written", async (context) => {
  if (process.getuid?.() !== 0) return context.skip("only root can give a folder away");
  await using rig = await rigWith();
  spawnSync("chown", ["-R", "65534", rig.root]);
  for (const args of [["ls"], ["status", "plan.md"], ["setup", "plan.md"], ["clean", "plan.md"], ["doctor"]]) {
    const ended = await rig.call(args);
    expect([ended.code, ended.stdout], args[0]).toEqual([5, ""]);
    expect(plain(ended.stderr), args[0]).toMatch(/someone else owns it.*git config --global --add safe\.directory/u);
  }
  expect(existsSync(join(rig.root, ".git/stagetree"))).toBe(false);
});

test("a disk that fills up in the middle of clean, undo, a completion and doctor --fix loses nothing", async (context) => {
  await using rig = await rigWith();
  const disk = join(rig.sandbox.directory, "small");
  await mkdir(disk);
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=3000k", "none", disk], { stdio: "ignore" }).status !== 0) {
    return context.skip("nothing can be mounted here");
  }
  try {
    const cwd = join(disk, "repo");
    await rig.git(["clone", "--quiet", rig.root, cwd]);
    const filler = join(disk, "filler");
    const fill = (): void => void spawnSync("sh", ["-c", `dd if=/dev/zero of=${filler} bs=4k 2>/dev/null`]);
    const empty = (): Promise<void> => rm(filler, { force: true });
    expect((await rig.call(["setup", "plan.md"], { cwd })).code).toBe(0);
    const tree = join(disk, "trees/one");
    await rig.sandbox.commit(tree, { "work.txt": "work\n".repeat(500) });
    await writeFile(join(tree, "dirty.txt"), "dirty\n".repeat(500));
    const tip = await rig.git(["rev-parse", "feature/one"], cwd);
    const steps = [
      ["clean", "plan.md", "--discard-changes", "--delete-unmerged"],
      ["undo", "plan.md"],
      ["redo", "plan.md"],
      ["undo", "plan.md"],
      ["mark", "plan.md", "one", "complete"],
      ["doctor", "--fix"],
    ];
    for (const args of steps) {
      fill();
      const full = await rig.call(args, { cwd });
      if (full.code !== 0) expect(plain(full.stdout + full.stderr), args.join(" ")).toMatch(/full|space/iu);
      expect(full.stderr, args.join(" ")).not.toContain("This is a bug");
      await empty();
      // With room again the same command does it, or has nothing left to do.
      const again = await rig.call(args, { cwd });
      if (full.code !== 0) expect(again.code, `${args.join(" ")}: ${again.stdout}${again.stderr}`).toBe(0);
      expect(await rig.git(["fsck"], cwd), args.join(" ")).not.toMatch(/missing|broken|corrupt|error/u);
      expect(await rig.git(["cat-file", "-t", tip], cwd)).toBe("commit");
    }
    const held = await rig.git(["log", "--all", "--format=%H"], cwd);
    expect(held).toContain(tip);
    expect(readFileSync(join(cwd, "plan.md"), "utf8")).toContain("Öl für Stufe 1");
  } finally {
    spawnSync("umount", ["--lazy", disk], { stdio: "ignore" });
  }
});
