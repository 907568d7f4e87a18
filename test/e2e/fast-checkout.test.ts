// `setup` in a repository of many files: from the sibling that has them, or, where a person says so, from git alone.
import { chmod, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { imageOf } from "../git/same-as-git.ts";
import { createRig, planText, type Rig } from "../rig.ts";

const many = Object.fromEntries(
  Array.from({ length: 1200 }, (_, n) => [`src/folder${n % 40}/file${n}.txt`, `line of file ${n}\n`.repeat(20)]),
);

let rig: Rig;
let calls: string;
beforeEach(async () => {
  rig = await createRig(many);
  const { sandbox } = rig;
  calls = join(sandbox.directory, "calls");
  const script = `#!/bin/sh\necho "$*" >> '${calls}'\nPATH=\${PATH#*:}\nexec git "$@"\n`;
  await chmod(await sandbox.write("counting/git", script), 0o755);
  await sandbox.commit(rig.root, { "plan.md": planText([{ id: "one" }, { id: "two" }, { id: "three" }]) });
});
afterEach(() => rig.sandbox.remove());

/** How many worktrees git wrote. */
async function checkouts(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> {
  await writeFile(calls, "");
  const { directory, environment } = rig.sandbox;
  const path = [join(directory, "counting"), environment["PATH"]].join(delimiter);
  const ended = await rig.call(args, { env: { PATH: path, ...env } });
  expect(ended.code, ended.stderr).toBe(0);
  return (await readFile(calls, "utf8")).split("\n").filter((line) => line.includes("reset --hard")).length;
}

test("git writes none of three worktrees, and each is what git would have written", { timeout: 60_000 }, async () => {
  // What the plan's own statuses change in it comes from git.
  await writeFile(join(rig.root, "src/folder1/file1.txt"), "not committed\n");
  expect(await checkouts(["setup", "plan.md", "--all"])).toBe(0);
  const alone = join(rig.sandbox.directory, "alone");
  await rig.git(["worktree", "add", "--quiet", "--detach", alone, "feature/one"]);
  const wanted = await imageOf(alone);
  for (const id of ["one", "two", "three"]) {
    const path = join(rig.sandbox.directory, "trees", id);
    const { "/.claude": _, ...image } = await imageOf(path);
    const own = Object.entries(image).filter(([name]) => !name.startsWith("/.claude/"));
    expect(Object.fromEntries(own)).toEqual(wanted);
    expect(await rig.git(["status", "--porcelain", "--untracked-files=all"], path)).toBe("");
    expect(await rig.git(["ls-files", "--stage"], path)).toBe(await rig.git(["ls-files", "--stage"], alone));
  }
  await rig.git(["fsck", "--strict", "--no-dangling"]);
});

test("a flag, a key of the configuration and a variable leave all of it to git", { timeout: 60_000 }, async () => {
  const { root, sandbox } = rig;
  for (const plan of ["b", "c"]) {
    const stages = ["one", "two", "three"].map((id) => ({ id: `${plan}-${id}` }));
    await writeFile(join(root, `${plan}.md`), planText(stages, { plan_id: plan }));
  }
  expect(await checkouts(["setup", "plan.md", "--all", "--no-fast-checkout"])).toBe(3);
  expect(await checkouts(["setup", "b.md", "--all"], { STAGETREE_FAST_CHECKOUT: "0" })).toBe(3);
  await sandbox.write(join(root, "stagetree.config.json"), '{ "fastCheckout": false }\n');
  expect(await checkouts(["setup", "c.md", "--all"])).toBe(3);
});

test("one worktree alone is written by git, which is as fast", { timeout: 60_000 }, async () => {
  expect(await checkouts(["setup", "plan.md", "one"])).toBe(1);
});
