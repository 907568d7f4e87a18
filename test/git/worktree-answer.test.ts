// What is remembered of a worktree is what git says of it, whatever was done to it meanwhile.
import { appendFile, mkdir, rm, symlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { countDirty } from "../../src/git/inspect.ts";
import { openRepository } from "../../src/git/repository.ts";
import { readContent } from "../../src/git/tree.ts";
import { recallWorktree } from "../../src/git/worktree-answer.ts";
import { createSandbox, type Sandbox } from "../sandbox.ts";
import { until } from "../rig.ts";

const files = {
  ".gitignore": "*.log\n/build/\n",
  "a.txt": "1\n",
  "folder/b.txt": "2\n",
  "folder/deep/c.txt": "3\n",
  "marked.txt": "4\n",
};

/** A worktree of which everything is known, and the two ways to ask. */
async function knownWorktree() {
  const sandbox = await createSandbox();
  const root = await sandbox.repository({ files });
  const tree = join(sandbox.directory, "tree");
  await sandbox.git(["worktree", "add", "--quiet", "-b", "work", tree], root);
  for (const folder of ["build/deep", "empty/deep"]) await mkdir(join(tree, folder), { recursive: true });
  await sandbox.write(join(tree, "empty/.gitignore"), ".gitignore\n*.tmp\n");
  await sandbox.git(["update-index", "--assume-unchanged", "marked.txt"], tree);
  const repository = await openRepository({ directory: tree, environment: sandbox.environment });
  const { known: _, ...forgetful } = repository;
  const ask = async (from: typeof forgetful) => ({
    content: await readContent(from, { path: tree }),
    dirty: await countDirty(from, { path: tree }),
  });
  const isKnown = () => recallWorktree(repository, { path: tree }) !== undefined;
  await until(async () => {
    await ask(repository);
    return isKnown() || undefined;
  }, "the worktree to be known");
  return { sandbox, root, tree, isKnown, remembered: () => ask(repository), asked: () => ask(forgetful) };
}

type Made = Awaited<ReturnType<typeof knownWorktree>>;
const inTree =
  (...args: readonly string[]) =>
  ({ sandbox, tree }: Made) =>
    sandbox.git(args, tree);
const writing =
  (name: string, text = "new\n") =>
  ({ sandbox, tree }: Made) =>
    sandbox.write(join(tree, name), text);

test.each<[what: string, act: (made: Made) => Promise<unknown>]>([
  [
    "a file with the old size and time",
    async (made) => {
      await writing("a.txt", "9\n")(made);
      await utimes(join(made.tree, "a.txt"), 1, 1);
    },
  ],
  ["a file deep inside", writing("folder/deep/c.txt")],
  ["a file that is gone", ({ tree }) => rm(join(tree, "folder/b.txt"))],
  ["a new file", writing("new.txt")],
  ["a new file in a folder without any", writing("empty/deep/new.txt")],
  ["a new file in a new folder", writing("x/y/new.txt")],
  ["a file that git was told to overlook", writing("marked.txt")],
  ["a file that is marked now", inTree("update-index", "--skip-worktree", "a.txt")],
  [
    "patterns that show what was ignored",
    async (made) => {
      await writing("build/out.txt")(made);
      await writing(".gitignore", "*.log\n")(made);
    },
  ],
  [
    "patterns that are ignored themselves",
    async (made) => {
      await writing("empty/x.tmp")(made);
      await made.remembered();
      await writing("empty/.gitignore", ".gitignore\n")(made);
    },
  ],
  [
    "patterns of the repository",
    async (made) => {
      await writing("new.txt")(made);
      await appendFile(join(made.root, ".git/info/exclude"), "new.txt\n");
    },
  ],
  [
    "what is staged",
    async (made) => {
      await writing("a.txt")(made);
      await inTree("add", "a.txt")(made);
    },
  ],
  ["a commit", inTree("commit", "--quiet", "--allow-empty", "-m", "x")],
  ["another branch", inTree("checkout", "--quiet", "-b", "other")],
  ["no branch", inTree("checkout", "--quiet", "--detach")],
  [
    "its branch, moved from elsewhere",
    async ({ sandbox, root }) => {
      await sandbox.commit(root, { "a.txt": "2\n" });
      await sandbox.git(["update-ref", "refs/heads/work", "main"], root);
    },
  ],
  [
    "its branch, packed and moved",
    async ({ sandbox, root }) => {
      await sandbox.commit(root, { "a.txt": "2\n" });
      await sandbox.git(["pack-refs", "--all"], root);
      await sandbox.git(["update-ref", "refs/heads/work", "main"], root);
    },
  ],
  [
    "a link in the place of a folder",
    async ({ tree }) => {
      await rm(join(tree, "folder"), { recursive: true });
      await symlink("build", join(tree, "folder"));
    },
  ],
  [
    "a repository inside",
    async (made) => {
      await made.sandbox.git(["init", "--quiet", join(made.tree, "inside")]);
      await made.sandbox.commit(join(made.tree, "inside"), { "z.txt": "1\n" });
    },
  ],
])("%s", async (_, act) => {
  const made = await knownWorktree();
  await using _sandbox: Sandbox = made.sandbox;
  expect(await made.remembered()).toEqual(await made.asked());
  await act(made);
  expect(made.isKnown()).toBe(false);
  expect(await made.remembered()).toEqual(await made.asked());
});

test("what is ignored may come and go", async () => {
  const made = await knownWorktree();
  await using _ = made.sandbox;
  await writing("build/deep/out.txt")(made);
  expect(made.isKnown()).toBe(true);
});

test("of a worktree with a submodule nothing is kept", async () => {
  const made = await knownWorktree();
  await using _ = made.sandbox;
  const other = await made.sandbox.repository({ name: "other", files: { "x.txt": "1\n" } });
  await inTree("submodule", "add", "--quiet", other, "sub")(made);
  await inTree("commit", "--quiet", "-m", "x")(made);
  await made.remembered();
  expect(made.isKnown()).toBe(false);
  await writing("sub/x.txt")(made);
  expect(await made.remembered()).toEqual(await made.asked());
});
