// A worktree that is saved, removed and brought back is what it was: bytes, index, modes, links.
import { chmod, mkdir, readdir, readFile, readlink, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import type { Repository } from "../../src/git/repository.ts";
import { openRepository } from "../../src/git/repository.ts";
import { removeWorktree } from "../../src/git/removal.ts";
import { restoreImage } from "../../src/git/restore-image.ts";
import { updateRef } from "../../src/git/refs.ts";
import { isSameManifest, readImage, readManifest, saveImage } from "../../src/git/worktree-image.ts";
import { unlockWorktree } from "../../src/git/worktrees.ts";
import { createSandbox, type Sandbox } from "../sandbox.ts";

interface Made extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly root: string;
  readonly repository: Repository;
  readonly path: string;
  readonly git: (...args: readonly string[]) => Promise<string>;
}

async function makeWorktree(files: Readonly<Record<string, string>> = {}): Promise<Made> {
  const sandbox = await createSandbox();
  const root = await sandbox.repository({
    files: { "a.txt": "one\ntwo\n", "b.txt": "b\n", "deep/c.txt": "c\n", ".gitignore": ".env\nlocal/\n", ...files },
  });
  const path = join(sandbox.directory, "tree");
  await sandbox.git(["worktree", "add", "--quiet", "-b", "work", path], root);
  const repository = await openRepository({ directory: root, environment: sandbox.environment });
  return {
    sandbox,
    root,
    repository,
    path,
    git: (...args) => sandbox.git(args, path),
    [Symbol.asyncDispose]: () => sandbox.remove(),
  };
}

/** Every file with its bytes and mode, and all that git says of the worktree. */
async function seen({ path, git }: Made): Promise<unknown> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map(async (entry) => {
      const at = join(entry.parentPath, entry.name);
      const name = relative(path, at);
      if (name === ".git") return name;
      if (entry.isSymbolicLink()) return `${name} -> ${await readlink(at)}`;
      return `${name} ${((await stat(at)).mode & 0o777).toString(8)} ${await readFile(at, "base64")}`;
    });
  return {
    files: (await Promise.all(files)).toSorted(),
    status: await git("status", "--porcelain=v2", "--ignored", "--branch"),
    staged: await git("diff", "--cached", "--binary"),
    unstaged: await git("diff", "--binary"),
    index: await git("ls-files", "--stage", "-v"),
    unmerged: await git("ls-files", "--unmerged"),
    head: await git("log", "--oneline", "-g", "HEAD"),
  };
}

/** Saves it, takes it away, lets git forget what no ref holds, and brings it back. */
async function thereAndBack(made: Made, names: readonly string[]): Promise<void> {
  const { repository, path, sandbox } = made;
  const { commit, manifest } = await saveImage(repository, { path, names, copies: [] });
  await updateRef(repository, { ref: "refs/kept", to: commit });
  const { trash } = await removeWorktree(repository, { path, trash: join(sandbox.directory, "trash") });
  await rm(trash ?? "", { recursive: true });
  await rm(join(made.root, ".git/stagetree"), { recursive: true, force: true });
  await sandbox.git(["gc", "--quiet", "--prune=now"], made.root);
  await restoreImage(repository, { path, image: "refs/kept", token: "stagetree:t:creating" });
  await unlockWorktree(repository, { path });
  expect(isSameManifest(await readManifest(repository, { path, names, copies: [] }), manifest)).toBe(true);
}

const bytes = Buffer.from([0, 255, 13, 10, 200, 10, 13]);

describe("a worktree from its image", () => {
  test("staged, unstaged, untracked, ignored, deleted, renamed, links, modes and names of any kind", async () => {
    await using made = await makeWorktree();
    const { path, git } = made;
    await writeFile(join(path, "a.txt"), "one\nstaged\n");
    await git("add", "a.txt");
    await writeFile(join(path, "a.txt"), "one\nstaged\nunstaged\n");
    await git("rm", "--quiet", "b.txt");
    await rm(join(path, "deep/c.txt"));
    await mkdir(join(path, "new/er"), { recursive: true });
    await writeFile(join(path, "new/er/raw.bin"), bytes);
    await writeFile(join(path, ".env"), "KEY=1\r\n", { mode: 0o600 });
    await chmod(join(path, ".env"), 0o600);
    await mkdir(join(path, "local"));
    await writeFile(join(path, "local/db"), bytes);
    await symlink("../away", join(path, "link"));
    await writeFile(join(path, "run.sh"), "true\n");
    await chmod(join(path, "run.sh"), 0o755);
    await git("add", "run.sh");
    await writeFile(join(path, "meant.txt"), "meant\n");
    await git("add", "--intent-to-add", "meant.txt");
    const odd = 'od"d \\ \t\u0001 ä\n.txt';
    await writeFile(join(path, odd), "odd\n");
    const before = await seen(made);
    const names = ["a.txt", "b.txt", "deep/c.txt", "new/", ".env", "local/", "link", "run.sh", "meant.txt", odd];
    await thereAndBack(made, names);
    expect(await seen(made)).toEqual(before);
  });

  test("bytes that filters and line endings would change", async () => {
    await using made = await makeWorktree({ ".gitattributes": "*.txt text eol=lf\n*.up filter=up\n" });
    const { path, git } = made;
    await git("config", "filter.up.clean", "tr a-z A-Z");
    await git("config", "filter.up.smudge", "tr A-Z a-z");
    await writeFile(join(path, "crlf.txt"), "one\r\ntwo\r\n");
    await writeFile(join(path, "Mixed.up"), "MiXed\n");
    const before = await seen(made);
    await thereAndBack(made, ["crlf.txt", "Mixed.up"]);
    expect(await seen(made)).toEqual(before);
  });

  test("files that git was told to overlook, with their flags", async () => {
    await using made = await makeWorktree();
    const { path, git } = made;
    await git("update-index", "--assume-unchanged", "a.txt");
    await git("update-index", "--skip-worktree", "b.txt");
    await git("update-index", "--skip-worktree", "deep/c.txt");
    await writeFile(join(path, "a.txt"), "hidden\n");
    await writeFile(join(path, "b.txt"), "hidden too\n");
    await rm(join(path, "deep"), { recursive: true });
    const before = await seen(made);
    await thereAndBack(made, ["a.txt", "b.txt"]);
    expect(await seen(made)).toEqual(before);
  });

  test("a conflict that is not resolved, with all its sides", async () => {
    await using made = await makeWorktree();
    const { path, git } = made;
    await writeFile(join(path, "a.txt"), "one\nmine\n");
    await git("stash", "--quiet");
    await writeFile(join(path, "a.txt"), "one\ntheirs\n");
    await git("commit", "--quiet", "--all", "-m", "theirs");
    await expect(git("stash", "pop")).rejects.toThrow();
    await git("stash", "drop", "--quiet");
    const before = await seen(made);
    expect(before).toMatchObject({ unmerged: expect.stringContaining("a.txt") as string });
    await thereAndBack(made, ["a.txt"]);
    expect(await seen(made)).toEqual(before);
  });

  test("a sparse checkout stays one", async () => {
    await using made = await makeWorktree({ "other/d.txt": "d\n" });
    const { git } = made;
    await git("sparse-checkout", "set", "deep");
    const before = await seen(made);
    await thereAndBack(made, []);
    expect(await seen(made)).toEqual(before);
    expect(await git("sparse-checkout", "list")).toBe("deep");
  });

  test("a file where a folder was, and a folder where a file was", async () => {
    await using made = await makeWorktree();
    const { path } = made;
    await rm(join(path, "deep"), { recursive: true });
    await writeFile(join(path, "deep"), "a file\n");
    await rm(join(path, "b.txt"));
    await mkdir(join(path, "b.txt"));
    await writeFile(join(path, "b.txt/inside"), "inside\n");
    const before = await seen(made);
    await thereAndBack(made, ["deep", "deep/c.txt", "b.txt", "b.txt/inside"]);
    expect(await seen(made)).toEqual(before);
  });

  test("many files, and one that is larger than what is read at once", async () => {
    await using made = await makeWorktree();
    const { path } = made;
    await mkdir(join(path, "many"));
    await Promise.all(
      Array.from({ length: 300 }, (_, n) => writeFile(join(path, `many/${n}`), `file ${n}\n`.repeat(n))),
    );
    await writeFile(join(path, "large"), "x");
    await truncate(join(path, "large"), 40 * 1024 * 1024);
    const before = await seen(made);
    await thereAndBack(made, ["many/", "large"]);
    expect(await seen(made)).toEqual(before);
  });

  test("another content is another manifest; what is gone is said", async () => {
    await using made = await makeWorktree();
    const { repository, path, git } = made;
    const manifest = (names: readonly string[]) => readManifest(repository, { path, names, copies: [] });
    const first = await manifest([]);
    await writeFile(join(path, "a.txt"), "other\n");
    const second = await manifest(["a.txt"]);
    expect(isSameManifest(first, second)).toBe(false);
    await git("add", "a.txt");
    expect(isSameManifest(second, await manifest(["a.txt"]))).toBe(false);
    expect(await readImage(repository, "refs/none")).toBeUndefined();
  });
});
