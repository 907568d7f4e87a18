// The main worktree is never a stage's: no plan and no path on the command line makes `clean` or `setup` touch it.
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRig, planText } from "../rig.ts";
import { expectRefused, imageOf } from "./repository-image.ts";

const consents = ["--discard-changes", "--delete-unmerged"];

test("named by its path it is refused, whatever is consented to", async () => {
  await using rig = await createRig({ "README.md": "hello\n", "docs/x": "x\n" });
  await symlink(rig.root, join(rig.sandbox.directory, "link"));
  for (const path of [rig.root, "./", `../${rig.root.split("/").at(-1) ?? ""}`, join(rig.sandbox.directory, "link")]) {
    await expectRefused(rig, ["clean", path, ...consents], { code: 4, says: ["it is the main worktree"] });
  }
  await expectRefused(rig, ["clean", "../", "--json"], {
    code: 4,
    cwd: join(rig.root, "docs"),
    says: ["main worktree"],
  });
});

test("a plan that names it, by its absolute path or through a link, gets nothing of it; its branch stays, too", async () => {
  await using rig = await createRig();
  await symlink(rig.root, join(rig.sandbox.directory, "link"));
  const stages = [
    { id: "absolute", worktree_path: rig.root, branch: "main" },
    { id: "linked", worktree_path: "../link", branch: "feature/linked" },
    { id: "below", worktree_path: "../link/below", branch: "feature/below" },
  ];
  await writeFile(join(rig.root, "plan.md"), planText(stages));
  await writeFile(join(rig.root, "loose.txt"), "mine\n");
  const before = await imageOf(rig);
  for (const args of [
    ["setup", "plan.md", "absolute", "linked"],
    ["clean", "plan.md", ...consents],
    ["run", "plan.md", "absolute", "linked", "--agent", "touch canary"],
  ]) {
    const ended = await rig.call(args);
    expect(ended.code, ended.stdout + ended.stderr).not.toBe(70);
    expect(ended.stdout).not.toMatch(/\b(?:created|removed, with)\b/u);
  }
  expect(await imageOf(rig)).toEqual(before);
});
