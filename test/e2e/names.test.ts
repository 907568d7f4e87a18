// Names that two file systems read differently, that nest, or that a shell would run: refused with their place, or only names.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig, planText } from "../rig.ts";
import { expectRefused } from "./repository-image.ts";

interface Named {
  readonly branch?: string;
  readonly worktree_path?: string;
}

const plan = (...named: readonly Named[]): string =>
  planText(named.map((one, index) => ({ id: `s${index}`, validate: "true", ...one })));
const branches = (...names: readonly string[]): string => plan(...names.map((branch) => ({ branch })));
const paths = (...names: readonly string[]): string => plan(...names.map((worktree_path) => ({ worktree_path })));

const composed = "caf\u00E9";
const decomposed = "cafe\u0301";

describe.concurrent("two stages cannot have", () => {
  test.each([
    ["branches that differ in letter case", branches("feature/Api", "feature/api"), "branch.collides"],
    [
      "branches that differ in the case of a folder",
      branches("Feature/a", "feature/b/c", "FEATURE/A"),
      "branch.collides",
    ],
    ["branches that fold together", branches("x/stra\u00DFe", "x/STRASSE"), "branch.collides"],
    ["branches that differ in Unicode form", branches(`x/${composed}`, `x/${decomposed}`), "branch.collides"],
    ["a branch and one below it", branches("a", "a/b"), "branch.collides"],
    ["a branch below one of another case", branches("a/b", "A"), "branch.collides"],
    ["the same branch", branches("a", "a"), "branch.duplicate"],
    ["worktrees that differ in letter case", paths("../trees/Api", "../trees/api"), "path.duplicate"],
    ["worktrees that differ in Unicode form", paths(`../t/${composed}`, `../t/${decomposed}`), "path.duplicate"],
    ["the same worktree by two ways", paths("../trees/a", "../trees/./x/../a/"), "path.duplicate"],
    ["a worktree inside another", paths("../trees/a", "../trees/a/b"), "path.nests"],
    ["a worktree inside one of another case", paths("../trees/a/b", "../Trees/A"), "path.nests"],
  ])("%s", async (_, text, rule) => {
    await using rig = await createRig();
    await writeFile(join(rig.root, "plan.md"), text);
    const { findings } = await rig.json<{
      findings: { rule: string; severity: string; line: number; column: number }[];
    }>(["check", "plan.md"], { code: 3 });
    const errors = findings.filter(({ severity }) => severity === "error");
    expect(errors.map((finding) => finding.rule)).toEqual([rule]);
    for (const { line, column } of errors) expect(text.split("\n")[line - 1]?.slice(column - 1)).toMatch(/^"/u);
    await expectRefused(rig, ["setup", "plan.md"], { code: 3, says: [rule] });
  });
});

describe.concurrent("a stage cannot have", () => {
  test.each([
    ["a branch that looks like an option", branches("--upload-pack=touch canary"), "branch.invalid"],
    ["a branch with a newline", branches("a\nb"), "branch.invalid"],
    ["a branch with a space", branches("a b"), "branch.invalid"],
    ["a branch of git's own", branches("HEAD"), "branch.invalid"],
    ["a worktree with a newline", paths("../trees/a\nb"), "path.escapes"],
    ["a worktree with an escape", paths("../trees/\u001B[31m"), "path.escapes"],
    ["a worktree in a .git of any case", paths("sub/.GIT/a"), "path.escapes"],
    ["the main worktree", paths("."), "path.nests"],
    ["a folder around the repository", paths("../.."), "path.escapes"],
  ])("%s", async (_, text, rule) => {
    await using rig = await createRig();
    await writeFile(join(rig.root, "plan.md"), text);
    await expectRefused(rig, ["setup", "plan.md"], { code: 3, says: [rule] });
    expect(existsSync(join(rig.root, "canary"))).toBe(false);
  });
});

test.concurrent.each([
  ["../trees/with space"],
  [`../trees/it's "quoted"`],
  ["../trees/-leading-dash"],
  ["../trees/--force"],
  ["../trees/$(touch canary)"],
  ["../trees/`touch canary`;&|*?"],
  ["../trees/🚲 ünï 漢"],
  [`../trees/${decomposed}`],
])("a worktree at %j is made, worked in, cleaned and brought back", async (worktree_path) => {
  await using rig = await createRig();
  const branch = `topic/${worktree_path.slice("../trees/".length).replaceAll(/[^a-z]/gu, "")}🚲'$x;`;
  await writeFile(
    join(rig.root, "plan.md"),
    planText([{ id: "one", worktree_path, branch, validate: 'test -f "$PWD/made"' }]),
  );
  const place = join(rig.root, worktree_path);
  const { stages } = await rig.json<{ stages: unknown[] }>(["setup", "plan.md"]);
  expect(stages).toMatchObject([{ outcome: "created", worktree: place, branch }]);
  expect((await rig.call(["path", "plan.md", "one"])).stdout).toBe(`${place}\n`);
  await rig.sandbox.commit(place, { made: "x\n" });
  await rig.call(["trust", "plan.md"]);
  expect((await rig.call(["verify", "plan.md"])).code).toBe(0);
  const { worktrees } = await rig.json<{ worktrees: { restore: string }[] }>(["clean", "plan.md", "--delete-unmerged"]);
  expect(existsSync(place)).toBe(false);
  execFileSync("/bin/sh", ["-ec", worktrees[0]?.restore ?? "false"], { env: rig.sandbox.environment, stdio: "pipe" });
  expect(readdirSync(place)).toContain("made");
  expect((await rig.call(["undo", "plan.md", "--list"])).code).toBe(0);
  for (const folder of [rig.root, place, rig.sandbox.directory]) expect(readdirSync(folder)).not.toContain("canary");
});

test.concurrent("a branch that the repository has already above or below it: that stage fails in git's words, the other is made", async () => {
  await using rig = await createRig();
  await writeFile(join(rig.root, "plan.md"), planText([{ id: "one" }, { id: "two", branch: "other/two" }]));
  for (const taken of ["feature", "feature/one/deeper"]) {
    await rig.git(["branch", taken]);
    const before = await rig.git(["for-each-ref", "refs/heads/feature", "refs/stagetree/base/sample/one"]);
    const { stages } = await rig.json<{ stages: { id: string; outcome: string; reason?: string }[] }>(
      ["setup", "plan.md"],
      { code: 1 },
    );
    expect(stages[0]).toMatchObject({
      outcome: "failed",
      reason: expect.stringContaining(`'refs/heads/${taken}' exists`) as string,
    });
    expect(["created", "exists"]).toContain(stages[1]?.outcome);
    expect(await rig.git(["for-each-ref", "refs/heads/feature", "refs/stagetree/base/sample/one"])).toBe(before);
    expect(readdirSync(join(rig.root, "../trees"))).toEqual(["two"]);
    await rig.git(["branch", "--quiet", "--delete", "--force", taken]);
  }
  expect((await rig.call(["setup", "plan.md"])).code).toBe(0);
});
