// Submodules, large files and sparse checkouts: what a worktree does not hold is said, what would be lost stays, the rest goes.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig, planText, type Rig } from "../rig.ts";

interface Made {
  readonly outcome: string;
  readonly reason?: string;
  readonly notes?: readonly string[];
}

const planned = (rig: Rig, checks: unknown = "true"): Promise<void> =>
  writeFile(join(rig.root, "plan.md"), planText([{ id: "one", validate: checks }]));
const treeOf = (rig: Rig): string => join(rig.root, "../trees/one");

/** `setup`, twice: the second time says the same of the worktree. */
async function setUp(rig: Rig): Promise<Made> {
  const [first] = (await rig.json<{ stages: Made[] }>(["setup", "plan.md"])).stages;
  const [again] = (await rig.json<{ stages: Made[] }>(["setup", "plan.md"])).stages;
  expect([first?.outcome, again?.outcome]).toEqual(["created", "exists"]);
  expect(again?.notes).toEqual(first?.notes);
  return first ?? { outcome: "none" };
}

const worktreeOf = async (rig: Rig): Promise<unknown> =>
  (await rig.json<{ stages: { worktree: unknown }[] }>(["status", "plan.md"])).stages[0]?.worktree;

async function expectRemoved(rig: Rig): Promise<void> {
  const { worktrees } = await rig.json<{ worktrees: { restore: string }[] }>(["clean", "plan.md"]);
  expect(worktrees).toMatchObject([{ outcome: "removed" }]);
  expect(existsSync(treeOf(rig))).toBe(false);
  execFileSync("/bin/sh", ["-ec", worktrees[0]?.restore ?? "false"], { env: rig.sandbox.environment, stdio: "pipe" });
  expect(existsSync(treeOf(rig))).toBe(true);
}

async function expectKept(rig: Rig, reason: RegExp): Promise<void> {
  const args = ["clean", "plan.md", "--discard-changes", "--delete-unmerged"];
  const { worktrees } = await rig.json<{ worktrees: unknown[] }>(args);
  expect(worktrees).toMatchObject([{ outcome: "kept", reason: expect.stringMatching(reason) as string }]);
}

describe("a submodule that the base has", () => {
  async function rigWithSubmodule(): Promise<{ readonly rig: Rig; readonly inside: string }> {
    const rig = await createRig();
    const library = await rig.sandbox.repository({ name: "library", files: { "lib.txt": "lib\n" } });
    await rig.git(["submodule", "--quiet", "add", library, "vendor/lib"]);
    await rig.git(["commit", "--quiet", "-m", "library"]);
    await planned(rig, "test -f vendor/lib/lib.txt");
    return { rig, inside: join(treeOf(rig), "vendor/lib") };
  }
  const fill = (rig: Rig): Promise<string> => rig.git(["submodule", "--quiet", "update", "--init"], treeOf(rig));

  test("is empty at first, with the command that fills it; the check that needs it is red until then", async () => {
    const { rig, inside } = await rigWithSubmodule();
    await using _ = rig;
    const { notes = [] } = await setUp(rig);
    expect(notes).toEqual([expect.stringMatching(/^a submodule is empty in it: vendor\/lib; to fill it: git -C /u)]);
    expect(await worktreeOf(rig)).toMatchObject({ exists: true, dirty: false });
    expect((await rig.call(["setup", "plan.md"])).stdout).toMatch(/one: a submodule is empty in it: vendor\/lib/u);
    await rig.call(["trust", "plan.md"]);
    expect((await rig.call(["verify", "plan.md", "--allow-empty"])).code).toBe(1);
    const command = notes[0]?.split("to fill it: ")[1] ?? "false";
    execFileSync("/bin/sh", ["-ec", command], { env: rig.sandbox.environment, stdio: "pipe" });
    expect(readdirSync(inside)).toContain("lib.txt");
    const [filled] = (await rig.json<{ stages: Made[] }>(["setup", "plan.md"])).stages;
    expect(filled).not.toHaveProperty("notes");
    expect((await rig.call(["verify", "plan.md", "--allow-empty"])).code).toBe(0);
  });

  test("never filled: the worktree goes", async () => {
    const { rig } = await rigWithSubmodule();
    await using _ = rig;
    await setUp(rig);
    await expectRemoved(rig);
  });

  test("initialised and clean, its HEAD detached as git leaves it: the worktree goes, and comes back", async () => {
    const { rig } = await rigWithSubmodule();
    await using _ = rig;
    await setUp(rig);
    await fill(rig);
    expect(await worktreeOf(rig)).toMatchObject({ exists: true, dirty: false });
    await expectRemoved(rig);
  });

  test("initialised and dirty: status says so, and the worktree stays", async () => {
    const { rig, inside } = await rigWithSubmodule();
    await using _ = rig;
    await setUp(rig);
    await fill(rig);
    await writeFile(join(inside, "lib.txt"), "changed\n");
    expect(await worktreeOf(rig)).toMatchObject({ exists: true, dirty: true });
    await expectKept(rig, /its submodule vendor\/lib holds uncommitted changes in lib\.txt/u);
    await rig.git(["commit", "--quiet", "--all", "-m", "only here"], inside);
    await expectKept(rig, /its submodule vendor\/lib holds commits that no remote has/u);
    expect(readFileSync(join(inside, "lib.txt"), "utf8")).toBe("changed\n");
  });
});

describe("files of a large-file store", () => {
  const attributes = { ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n" };
  const pointer =
    "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";

  test("without the store they are pointers, and said to be; the worktree is clean and goes", async () => {
    await using rig = await createRig({
      ...attributes,
      "big.bin": pointer,
      "deep/huge.bin": pointer,
      "own.bin": "own\n",
    });
    await planned(rig);
    const { notes } = await setUp(rig);
    expect(notes).toEqual([
      expect.stringMatching(/^large files are only pointers in it: big\.bin, deep\/huge\.bin; .* lfs pull$/u),
    ]);
    expect(readFileSync(join(treeOf(rig), "big.bin"), "utf8")).toBe(pointer);
    expect(await worktreeOf(rig)).toMatchObject({ exists: true, dirty: false });
    await expectRemoved(rig);
  });

  test("a store that is required and missing: the set-up fails with git's words, and nothing is half-made", async () => {
    await using rig = await createRig({ ...attributes, "big.bin": pointer });
    await planned(rig);
    for (const [key, value] of [
      ["smudge", "no-such-store smudge -- %f"],
      ["clean", "no-such-store clean -- %f"],
      ["required", "true"],
    ] as const)
      await rig.git(["config", `filter.lfs.${key}`, value]);
    const before = await rig.git(["for-each-ref"]);
    const { stages } = await rig.json<{ stages: Made[] }>(["setup", "plan.md"], { code: 1 });
    expect(stages).toMatchObject([
      { outcome: "failed", reason: expect.stringContaining("big.bin: smudge filter lfs failed") as string },
    ]);
    expect(await rig.git(["for-each-ref"])).toBe(before);
    expect(await rig.git(["worktree", "list"])).not.toContain("trees/one");
    expect(existsSync(treeOf(rig))).toBe(false);
    const status = await rig.json<{ stages: { state: string }[] }>(["status", "plan.md"]);
    expect(status.stages).toMatchObject([{ state: "failed", reason: stages[0]?.reason }]);
  });

  test("a store that works: the files are there, nothing is dirty, and what was changed in one stays", async () => {
    await using rig = await createRig();
    const store = await rig.sandbox.write(
      "bin/store",
      '#!/bin/sh\nif [ "$1" = smudge ]; then sed "s/^pointer /content /"; else sed "s/^content /pointer /"; fi\n',
    );
    await chmod(store, 0o755);
    for (const way of ["smudge", "clean"]) await rig.git(["config", `filter.lfs.${way}`, `${store} ${way}`]);
    await rig.git(["config", "filter.lfs.required", "true"]);
    await rig.sandbox.commit(rig.root, { ...attributes, "big.bin": "content 1\n" });
    expect(await rig.git(["show", "main:big.bin"])).toBe("pointer 1");
    await planned(rig);
    expect(await setUp(rig)).not.toHaveProperty("notes");
    const file = join(treeOf(rig), "big.bin");
    expect(readFileSync(file, "utf8")).toBe("content 1\n");
    expect(await worktreeOf(rig)).toMatchObject({ exists: true, dirty: false });
    await writeFile(file, "content 2\n");
    expect(await worktreeOf(rig)).toMatchObject({ exists: true, dirty: true });
    const { worktrees } = await rig.json<{ worktrees: unknown[] }>(["clean", "plan.md"], { code: 4 });
    expect(worktrees).toMatchObject([{ outcome: "kept", reason: expect.stringContaining("big.bin") as string }]);
    await writeFile(file, "content 1\n");
    await expectRemoved(rig);
    expect(readFileSync(file, "utf8")).toBe("content 1\n");
  });
});

describe("a sparse checkout", () => {
  test("of the main worktree is that of the stages, is said, and what it leaves out is no change", async () => {
    await using rig = await createRig({ "in/a": "a\n", "out/b": "b\n" });
    await rig.git(["sparse-checkout", "set", "in"]);
    await planned(rig, "test -f in/a && test ! -e out");
    const { notes } = await setUp(rig);
    expect(notes).toEqual([expect.stringContaining("it is a sparse checkout, as the main worktree is")]);
    expect(readdirSync(treeOf(rig))).not.toContain("out");
    expect(await worktreeOf(rig)).toMatchObject({ exists: true, dirty: false });
    await rig.call(["trust", "plan.md"]);
    await rig.sandbox.write(join(treeOf(rig), "in/new"), "n\n");
    await rig.git(["add", "in/new"], treeOf(rig));
    await rig.git(["commit", "--quiet", "-m", "work"], treeOf(rig));
    expect((await rig.call(["verify", "plan.md"])).code).toBe(0);
    expect(await rig.git(["ls-tree", "-r", "--name-only", "feature/one"])).toContain("out/b");
    await rig.git(["merge", "--quiet", "--ff-only", "feature/one"]);
    await expectRemoved(rig);
    expect(readdirSync(join(rig.root))).not.toContain("out");
  });
});
