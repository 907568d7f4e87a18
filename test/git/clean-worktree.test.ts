// Where our own look says that a worktree is clean, git says so, word for word; whatever is done to it, it says nothing.
import { appendFile, chmod, mkdir, readFile, rm, symlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cleanStatus, parseIndexBytes, readIndexBytes } from "../../src/git/clean-worktree.ts";
import { listRefs } from "../../src/git/refs.ts";
import { ensureExcluded } from "../../src/git/exclude.ts";
import { openRepository } from "../../src/git/repository.ts";
import { createSandbox, type Sandbox } from "../sandbox.ts";
import { until } from "../rig.ts";

const files = { ".gitignore": "*.log\n", "a.txt": "1\n", "folder/b.txt": "2\n" };
const own = "/.claude/plans/STAGE.md";

/** A worktree as a set-up leaves it, with our stage files. */
async function cleanWorktree() {
  const sandbox = await createSandbox();
  const root = await sandbox.repository({ files });
  const tree = join(sandbox.directory, "tree");
  await sandbox.git(["worktree", "add", "--quiet", "-b", "work", tree], root);
  const repository = await openRepository({ directory: tree, environment: sandbox.environment });
  await ensureExcluded(repository, ["/.claude/plans/CURRENT_STAGE.md", own]);
  await sandbox.write(join(tree, own), "brief\n");
  const gitDir = join(root, ".git/worktrees/tree");
  const look = async () => {
    await listRefs(repository, ["refs/heads"]);
    const bytes = readIndexBytes(join(gitDir, "index"));
    const index = bytes === undefined ? undefined : parseIndexBytes(bytes);
    const head = await readFile(join(gitDir, "HEAD"), "utf8");
    return index === undefined ? undefined : cleanStatus(repository, { path: tree, head, index })?.status;
  };
  // Until the index is younger than the files.
  await until(async () => {
    await utimes(join(tree, "a.txt"), 1, 1);
    await sandbox.git(["update-index", "--refresh", "-q"], tree);
    return (await look()) !== undefined || undefined;
  }, "the worktree to be clean");
  return { sandbox, root, tree, look };
}

type Made = Awaited<ReturnType<typeof cleanWorktree>>;
const writing =
  (name: string, text = "new\n") =>
  ({ sandbox, tree }: Made) =>
    sandbox.write(join(tree, name), text);
const inTree =
  (...args: readonly string[]) =>
  ({ sandbox, tree }: Made) =>
    sandbox.git(args, tree);

test("it says what git says", async () => {
  const { sandbox, tree, look } = await cleanWorktree();
  await using _ = sandbox;
  const args = ["status", "--porcelain=v2", "-z", "--branch", "--untracked-files=all"];
  expect(await look()).toBe(await sandbox.git(args, tree));
});

test.each<[what: string, act: (made: Made) => Promise<unknown>]>([
  [
    "other content of the same size, with the old time",
    async (made) => {
      await writing("a.txt", "9\n")(made);
      await utimes(join(made.tree, "a.txt"), 1, 1);
    },
  ],
  ["other rights", ({ tree }) => chmod(join(tree, "a.txt"), 0o755)],
  ["a file that is gone", ({ tree }) => rm(join(tree, "folder/b.txt"))],
  [
    "a link in place of a file",
    async ({ tree }) => {
      await rm(join(tree, "a.txt"));
      await symlink("folder/b.txt", join(tree, "a.txt"));
    },
  ],
  ["a new file", writing("new.txt")],
  ["a new file deep inside", writing("folder/x/new.txt")],
  ["a file that may be ignored", writing("noise.log")],
  ["a file beside ours", writing(".claude/plans/mine.md")],
  ["a new folder", ({ tree }) => mkdir(join(tree, "empty"))],
  [
    "something staged",
    async (made) => {
      await writing("a.txt", "3\n")(made);
      await inTree("add", "a.txt")(made);
    },
  ],
  ["a mark", inTree("update-index", "--assume-unchanged", "a.txt")],
  [
    "an announced file",
    async (made) => {
      await writing("new.txt")(made);
      await inTree("add", "--intent-to-add", "new.txt")(made);
    },
  ],
  [
    "a branch that was moved from elsewhere",
    async ({ sandbox, root }) => {
      await sandbox.commit(root, { "a.txt": "2\n" });
      await sandbox.git(["update-ref", "refs/heads/work", "main"], root);
    },
  ],
  ["no branch", inTree("checkout", "--quiet", "--detach")],
  ["our files shown again", ({ root }) => appendFile(join(root, ".git/info/exclude"), `!${own}\n`)],
  [
    "our files shown again, by a commit",
    async ({ sandbox, tree }) => {
      await sandbox.commit(tree, { ".claude/.gitignore": "!plans/\n" });
      await sandbox.git(["status"], tree);
    },
  ],
])("it says nothing: %s", async (_, act) => {
  const made = await cleanWorktree();
  await using _sandbox: Sandbox = made.sandbox;
  await act(made);
  expect(await made.look()).toBeUndefined();
});
