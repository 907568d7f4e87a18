// The link to the plan and the brief in a worktree: there, unseen by git, and never written where they do not belong.
import { lstat, mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeProject, outcomes, setUp } from "./made-project.ts";

const link = ".claude/plans/CURRENT_STAGE.md";
const brief = ".claude/plans/STAGE.md";

describe("in a new worktree", () => {
  test("the live plan and the brief can be read, and git sees neither", async () => {
    await using made = await makeProject({ stages: [{ id: "one", validate: "npm test" }] });
    await setUp(await made.open());
    const tree = made.tree("one");
    expect(await readlink(join(tree, link))).toBe(made.plan);
    expect(await readFile(join(tree, brief), "utf8")).toContain("- `npm test` exits with 0");
    expect(await made.git(["status", "--porcelain", "--untracked-files=all"], tree)).toBe("");
    expect(await made.git(["add", "--all", "--dry-run"], tree)).toBe("");
    await writeFile(made.plan, `${await readFile(made.plan, "utf8")}\nlater\n`);
    expect(await readFile(join(tree, link), "utf8")).toContain("later");
  });

  test("the exclude file keeps what people wrote there, and is written once", async () => {
    await using made = await makeProject();
    const exclude = join(made.root, ".git/info/exclude");
    await writeFile(exclude, "# mine\n*.log");
    await setUp(await made.open());
    const text = await readFile(exclude, "utf8");
    expect(text.startsWith("# mine\n*.log\n")).toBe(true);
    await setUp(await made.open());
    expect(await readFile(exclude, "utf8")).toBe(text);
  });
});

describe("brought up to date", () => {
  test("a brief and a link that fell behind, also where they were tampered with", async () => {
    await using made = await makeProject();
    await setUp(await made.open());
    const tree = made.tree("one");
    const outside = await made.sandbox.write("outside.txt", "not ours");
    await rm(join(tree, brief));
    await symlink(outside, join(tree, brief));
    await rm(join(tree, link));
    await symlink("/nowhere", join(tree, link));
    await setUp(await made.open());
    expect((await lstat(join(tree, brief))).isFile()).toBe(true);
    expect(await readlink(join(tree, link))).toBe(made.plan);
    expect(await readFile(outside, "utf8")).toBe("not ours");
  });

  test("not a file or folder that someone put in their place", async () => {
    await using made = await makeProject();
    await setUp(await made.open());
    const tree = made.tree("one");
    await rm(join(tree, link));
    await writeFile(join(tree, link), "my own");
    await rm(join(tree, brief));
    await mkdir(join(tree, brief));
    expect(outcomes(await setUp(await made.open()))).toEqual(["one exists"]);
    expect(await readFile(join(tree, link), "utf8")).toBe("my own");
    expect((await lstat(join(tree, brief))).isDirectory()).toBe(true);
  });
});

describe("a repository that has something there itself", () => {
  test("files that it tracks stay as they are", async () => {
    await using made = await makeProject({ files: { [brief]: "tracked\n", [link]: "tracked, too\n" } });
    await setUp(await made.open());
    const tree = made.tree("one");
    expect(await readFile(join(tree, brief), "utf8")).toBe("tracked\n");
    expect(await readFile(join(tree, link), "utf8")).toBe("tracked, too\n");
    expect(await made.git(["status", "--porcelain"], tree)).toBe("");
  });

  test.each([".claude", ".claude/plans"])("%s that is a link out of the worktree is not followed", async (folder) => {
    await using made = await makeProject();
    const outside = join(made.sandbox.directory, "outside");
    await mkdir(join(outside, "plans"), { recursive: true });
    if (folder.includes("/")) await mkdir(join(made.root, ".claude"));
    await symlink(outside, join(made.root, folder));
    await made.sandbox.commit(made.root, { "x.txt": "x" });
    expect(outcomes(await setUp(await made.open()))).toEqual(["one created"]);
    expect(await readdir(outside, { recursive: true })).toEqual(["plans"]);
  });

  test(".claude that is a file stays one", async () => {
    await using made = await makeProject({ files: { ".claude": "a file\n" } });
    expect(outcomes(await setUp(await made.open()))).toEqual(["one created"]);
    expect(await readFile(join(made.tree("one"), ".claude"), "utf8")).toBe("a file\n");
  });
});
