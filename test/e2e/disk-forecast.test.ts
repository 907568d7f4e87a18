// A disk that is too small for what is asked: seen before anything is made, and said in numbers.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig, planText, type Rig } from "../rig.ts";
import { imageOf } from "./repository-image.ts";

const large = { "README.md": "hello\n", "data/large.bin": "0123456789abcde\n".repeat(125_000) };
const four = [{ id: "a" }, { id: "b" }, { id: "c" }, { id: "d", needs: ["a", "b", "c"] }];

/** Worktrees of 2 MB each, on a disk of `size`; undefined where nothing can be mounted. */
async function withSmallDisk(size: string): Promise<(Rig & { readonly trees: string }) | undefined> {
  const rig = await createRig(large);
  const trees = join(rig.root, "../trees");
  await mkdir(trees);
  if (spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "none", trees], { stdio: "ignore" }).status !== 0) {
    await rig[Symbol.asyncDispose]();
    return undefined;
  }
  await writeFile(join(rig.root, "plan.md"), planText(four));
  const dispose = async (): Promise<void> => {
    spawnSync("umount", ["--lazy", trees], { stdio: "ignore" });
    await rig[Symbol.asyncDispose]();
  };
  return { ...rig, trees, [Symbol.asyncDispose]: dispose };
}

const agent = 'echo "$STAGETREE_STAGE" > "$STAGETREE_STAGE.txt" && git add -A && git commit -qm "$STAGETREE_STAGE"';

describe("a disk without room for all the worktrees", () => {
  test.for([
    ["setup", ["setup", "plan.md"], 3, "2 would fit", "6.0 MB"],
    ["its dry run", ["setup", "plan.md", "--dry-run"], 3, "2 would fit", "6.0 MB"],
    ["run, which will need one more later", ["run", "plan.md", "--agent", agent], 4, "2 would fit", "8.0 MB"],
  ] as const)(
    "is refused by %s with what is needed and what is there, and nothing is made",
    async ([, args, count, fit, needed], context) => {
      await using rig = await withSmallDisk("5m");
      if (rig === undefined) return context.skip("nothing can be mounted here");
      const before = await imageOf(rig);
      const ended = await rig.call(args);
      const said = ended.stderr.replaceAll(/\s+/gu, " ");
      expect([ended.code, ended.stdout], said).toEqual([5, ""]);
      expect(said).toContain(`no room for ${count} worktrees: their files take ${needed}`);
      expect(said).toContain(`the disk of ${rig.trees}/a has 5.2 MB left. Nothing was made.`);
      expect(said).toContain(fit);
      expect(await imageOf(rig)).toEqual(before);
      expect(readdirSync(rig.trees)).toEqual([]);
    },
  );

  test("takes as many as fit, and then says that none fits any more", async (context) => {
    await using rig = await withSmallDisk("5m");
    if (rig === undefined) return context.skip("nothing can be mounted here");
    expect((await rig.call(["setup", "plan.md", "a", "b"])).code).toBe(0);
    const ended = await rig.call(["setup", "plan.md", "c"]);
    expect(ended.code).toBe(5);
    expect(ended.stderr).toMatch(/no room for 1 worktree: its files take 2\.0 MB, and the/u);
    expect(ended.stderr).toContain("Make room on that disk");
    expect(ended.stderr).not.toContain("would fit");
    expect((await rig.call(["setup", "plan.md", "a", "b"])).code).toBe(0);
    expect(readdirSync(rig.trees).toSorted()).toEqual(["a", "b"]);
  });
});

test("a disk with room enough is not spoken of, whatever else lies in the way of a forecast", async () => {
  await using rig = await createRig(large);
  const remote = join(rig.sandbox.directory, "remote.git");
  await writeFile(join(rig.root, "plan.md"), planText(four));
  await rig.git(["add", "--all"]);
  await rig.git(["commit", "--quiet", "-m", "plan"]);
  await rig.git(["clone", "--quiet", "--bare", rig.root, remote]);
  await rig.git(["config", "uploadpack.allowFilter", "true"], remote);
  const partial = join(rig.sandbox.directory, "partial");
  await rig.git(["clone", "--quiet", "--filter=blob:none", "--sparse", `file://${remote}`, partial]);
  for (const cwd of [rig.root, partial]) {
    const text = planText(four).replaceAll("../trees", `../trees-${cwd === partial ? "partial" : "whole"}`);
    await writeFile(join(cwd, "plan.md"), text);
    const ended = await rig.call(["setup", "plan.md", "--dry-run"], { cwd });
    expect([ended.code, ended.stderr]).toEqual([0, ""]);
  }
  // Nothing was fetched to find out how large it is.
  const missing = await rig.git(["rev-list", "--objects", "--missing=print", "HEAD"], partial);
  expect(missing).toMatch(/^\?[0-9a-f]{40}$/mu);
});
