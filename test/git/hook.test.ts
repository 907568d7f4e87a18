// Called from a hook, git has told us its own repository, index and author; the user's commit must not notice us.
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSandbox, type Sandbox } from "../sandbox.ts";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await createSandbox();
});
afterEach(() => sandbox.remove());

const source = (name: string): string => JSON.stringify(new URL(`../../src/git/${name}.ts`, import.meta.url).href);

/** A hook that makes a worktree in `repo`, reads its content and writes down where it did so. */
const plantHook = async (
  hooks: string,
  { target, name }: { readonly target: string; readonly name: string },
): Promise<void> => {
  const script = await sandbox.write(
    "hook.ts",
    `import { writeFileSync } from "node:fs";
     const { openRepository, headCommit } = await import(${source("repository")});
     const { createBranch } = await import(${source("refs")});
     const { addWorktree, checkoutWorktree } = await import(${source("worktrees")});
     const { readContent } = await import(${source("tree")});
     const repository = await openRepository({ directory: ${JSON.stringify(target)}, environment: process.env });
     const path = ${JSON.stringify(join(sandbox.directory, "made"))};
     await createBranch(repository, { branch: "made", at: await headCommit(repository) });
     await addWorktree(repository, { path, branch: "made", reason: "stagetree:x" });
     await checkoutWorktree(repository, { path });
     const { clean } = await readContent(repository, { path });
     writeFileSync(${JSON.stringify(join(sandbox.directory, "report"))}, JSON.stringify({ main: repository.mainWorktree, clean, dir: process.env.GIT_DIR ?? "", index: process.env.GIT_INDEX_FILE ?? "" }));`,
  );
  await chmod(await sandbox.write(join(hooks, name), `#!/bin/sh\nexec '${process.execPath}' '${script}'\n`), 0o755);
};
const report = async (): Promise<unknown> => JSON.parse(await sandbox.read("report"));

test("of the repository it works in, in the middle of a partial commit", async () => {
  const repo = await sandbox.repository({ files: { a: "a", b: "b" } });
  await plantHook(join(repo, ".git", "hooks"), { target: repo, name: "pre-commit" });
  await sandbox.write(join(repo, "a"), "changed");
  await sandbox.write(join(repo, "b"), "not this one");
  await sandbox.git(["commit", "-q", "-m", "only a", "--", "a"], repo);
  expect(await report()).toMatchObject({ main: repo, clean: true, index: expect.stringContaining("next-index") });
  expect(await sandbox.git(["show", "--name-only", "--format=", "HEAD"], repo)).toBe("a");
  expect(await sandbox.git(["status", "--porcelain"], repo)).toBe(" M b");
  expect(await sandbox.git(["ls-files"], join(sandbox.directory, "made"))).toBe("a\nb");
});

test("of another repository's linked worktree, which names its own git directory", async () => {
  const repo = await sandbox.repository({ files: { a: "a" } });
  const other = await sandbox.repository({ name: "other", files: { x: "x" } });
  const linked = join(sandbox.directory, "linked");
  await sandbox.git(["worktree", "add", "-q", linked, "-b", "side"], other);
  await plantHook(join(other, ".git", "hooks"), { target: repo, name: "pre-commit" });
  await sandbox.commit(linked, { y: "y" });
  expect(await report()).toMatchObject({ main: repo, clean: true, dir: expect.stringContaining("worktrees/linked") });
  expect(await sandbox.git(["ls-tree", "--name-only", "HEAD"], linked)).toBe("x\ny");
  expect(await sandbox.git(["branch", "--format=%(refname:short)"], other)).toBe("main\nside");
});
