// Worktrees whose files come from another worktree: the same as git's to the byte, and git's own wherever that is in doubt.
import { chmod, mkdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openRepository } from "../../src/git/repository.ts";
import type { FillAnswer, FillTask } from "../../src/git/fill-worker.ts";
import { fillScript, lostFill, openSiblingCopy } from "../../src/git/sibling-copy.ts";
import { openThreads } from "../../src/host/threads.ts";
import { addWorktree, listWorktrees } from "../../src/git/worktrees.ts";
import { createSandbox, type Files } from "../sandbox.ts";
import { anyTreeIsTheSame, makeLikeGit, type Place } from "./same-as-git.ts";

let place: Place;
beforeEach(async () => {
  const sandbox = await createSandbox();
  const files = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`src/folder${n % 3}/file${n}.txt`, `${n}\n`]));
  const repo = await sandbox.repository({ files: { ...files, "big.bin": "large ".repeat(400_000) } });
  place = { sandbox, repo, repository: await openRepository({ directory: repo, environment: sandbox.environment }) };
});
afterEach(() => place.sandbox.remove());

const git = (...args: readonly string[]): Promise<string> => place.sandbox.git(args, place.repo);
const commit = (files: Files): Promise<string> => place.sandbox.commit(place.repo, files);

test(
  "any tree, and any change beside it: files, modes, links and what git says are the same",
  { timeout: 120_000 },
  () => fc.assert(anyTreeIsTheSame, { numRuns: 15 }),
);

test("programs, links, odd names, empty files and large ones come along, and git need not look into any file again", async () => {
  const { repo, sandbox } = place;
  await writeFile(join(repo, "run.sh"), "#!/bin/sh\n", { mode: 0o755 });
  await symlink("src/folder0", join(repo, "link"));
  await writeFile(Buffer.concat([Buffer.from(`${repo}/latin`), Buffer.from([0xe4, 0xff])]), "no UTF-8\n");
  await commit({ empty: "", "a/b/c/d/e": "deep\n", "naïve 日本\n.txt": "odd\n" });
  const { wasCopied, path } = await makeLikeGit(place, { name: "copied" });
  expect(wasCopied).toBe(true);
  // Told from the times in the index alone: files are older than it, and have the times that it knows.
  const debug = await sandbox.git(["ls-files", "--debug"], path);
  const times = [...debug.matchAll(/mtime: (\d+):/gu)].map(([, seconds]) => Number(seconds));
  expect(times).toHaveLength(19);
  expect(Math.max(...times)).toBeLessThan(Date.now() / 1000 - 1);
  await expect(sandbox.git(["diff-files", "--quiet"], path)).resolves.toBe("");
});

test("a repository with SHA-256", async () => {
  const { sandbox } = place;
  const repo = join(sandbox.directory, "sha256");
  await sandbox.git(["init", "--quiet", "--object-format=sha256", repo]);
  await sandbox.commit(repo, { a: "a\n", "b/c": "c\n" });
  const repository = await openRepository({ directory: repo, environment: sandbox.environment });
  expect((await makeLikeGit({ sandbox, repo, repository }, { name: "copied" })).wasCopied).toBe(true);
});

describe("what another worktree holds", () => {
  test("may differ in a few files: these come from git, also where git's own look at the times sees nothing", async () => {
    const { repo } = place;
    const path = join(repo, "src/folder0/file0.txt");
    const time = new Date("2020-01-01");
    await utimes(path, time, time);
    await git("status");
    await writeFile(path, "x\n");
    await utimes(path, time, time);
    await rm(join(repo, "src/folder1/file1.txt"));
    await writeFile(join(repo, "big.bin"), "small now");
    await chmod(join(repo, "src/folder2/file2.txt"), 0o755);
    expect((await makeLikeGit(place, { name: "copied" })).wasCopied).toBe(true);
  });

  test("may have a large file of the same size and other bytes, and a pipe or a folder where a file was", async () => {
    const { repo, sandbox } = place;
    await writeFile(join(repo, "big.bin"), "LARGE ".repeat(400_000));
    await rm(join(repo, "src/folder0/file0.txt"));
    await mkdir(join(repo, "src/folder0/file0.txt"));
    await rm(join(repo, "src/folder0/file3.txt"));
    await symlink("/dev/zero", join(repo, "src/folder0/file3.txt"));
    await rm(join(repo, "src/folder1"), { recursive: true });
    await symlink("folder0", join(repo, "src/folder1"));
    await writeFile(join(sandbox.directory, "outside"), "6\n");
    await rm(join(repo, "src/folder0/file6.txt"));
    await symlink(join(sandbox.directory, "outside"), join(repo, "src/folder0/file6.txt"));
    expect((await makeLikeGit(place, { name: "copied" })).wasCopied).toBe(true);
  });

  test("may be marked assume-unchanged or skip-worktree: the new worktree has neither the marks nor the changes", async () => {
    await git("update-index", "--assume-unchanged", "src/folder0/file0.txt");
    await git("update-index", "--skip-worktree", "src/folder0/file3.txt");
    await writeFile(join(place.repo, "src/folder0/file0.txt"), "hidden\n");
    await rm(join(place.repo, "src/folder0/file3.txt"));
    expect((await makeLikeGit(place, { name: "copied" })).wasCopied).toBe(true);
  });

  test("is left to git where many files were changed", async () => {
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`many/${n}`, `${n}\n`]));
    await commit(many);
    for (const name of Object.keys(many)) await writeFile(join(place.repo, name), "changed\n");
    expect((await makeLikeGit(place, { name: "copied" })).wasCopied).toBe(false);
  });

  test("is left to git where those with the commit have no files yet, or are being made", async () => {
    const { repo, repository, sandbox } = place;
    await git("checkout", "--quiet", "--detach");
    await commit({ more: "more\n" });
    await git("branch", "--quiet", "half", "HEAD");
    await addWorktree(repository, { path: join(sandbox.directory, "half"), branch: "half", reason: "stagetree:x" });
    const next = await sandbox.git(["rev-parse", "HEAD"], repo);
    await git("checkout", "--quiet", "main");
    await git("worktree", "add", "--quiet", "--no-checkout", "--detach", join(sandbox.directory, "other"), next);
    const siblings = openSiblingCopy(repository, {
      worktrees: await listWorktrees(repository),
      pool: openThreads<FillTask, FillAnswer>({ script: fillScript(), most: 1, lost: lostFill }),
      leastFiles: 1,
    });
    const path = join(sandbox.directory, "half");
    const admin = join(repo, ".git/worktrees/half");
    expect(await siblings.copyInto({ path, admin, commit: next }, { signal: new AbortController().signal })).toBe(
      false,
    );
    await siblings.close();
  });
});

interface Unsafe {
  readonly name: string;
  readonly files?: Files;
  readonly config?: readonly (readonly [key: string, value: string])[];
  /** In the main worktree, after the commit. */
  readonly prepare?: () => Promise<unknown>;
  /** In each of the two new worktrees, before anything is checked out. */
  readonly inside?: (path: string) => Promise<unknown>;
}

const text = "one\ntwo\n";
const attributes = (line: string): Files => ({ ".gitattributes": `${line}\n`, "a.txt": text });

const unsafe: readonly Unsafe[] = [
  {
    name: "a smudge filter",
    files: attributes("*.txt filter=shout"),
    config: [
      ["filter.shout.clean", "tr A-Z a-z"],
      ["filter.shout.smudge", "tr a-z A-Z"],
    ],
  },
  { name: "attributes of large files", files: attributes("*.bin filter=lfs diff=lfs merge=lfs -text") },
  {
    name: "a filter that only a nested folder has",
    files: { "deep/er/.gitattributes": "* filter=x\n", "deep/er/a": text },
  },
  { name: "ident", files: { ".gitattributes": "*.txt ident\n", "a.txt": "$Id$\n" } },
  { name: "eol=crlf", files: attributes("*.txt eol=crlf") },
  { name: "text", files: attributes("*.txt text") },
  { name: "text=auto", files: attributes("* text=auto") },
  { name: "crlf", files: attributes("*.txt crlf") },
  {
    name: "another encoding",
    files: { ".gitattributes": "*.wide text working-tree-encoding=UTF-16LE\n", "a.wide": "o\0n\0e\0\n\0" },
  },
  {
    name: "a macro that names one of them",
    files: { ".gitattributes": "[attr]odd ident\n*.txt odd\n", "a.txt": "$Id$\n" },
  },
  { name: "core.autocrlf", files: { "a.txt": text }, config: [["core.autocrlf", "true"]] },
  { name: "core.autocrlf=input", config: [["core.autocrlf", "input"]] },
  { name: "core.eol", config: [["core.eol", "crlf"]] },
  { name: "core.symlinks", config: [["core.symlinks", "false"]] },
  { name: "a packed index", config: [["index.version", "4"]] },
  { name: "a split index", config: [["core.splitIndex", "true"]] },
  { name: "an untracked cache", config: [["core.untrackedCache", "true"]] },
  { name: "a file watcher", config: [["core.fsmonitor", "/bin/true"]] },
  { name: "settings for many files", config: [["feature.manyFiles", "true"]] },
  {
    name: "attributes of this repository alone",
    prepare: async () => {
      await mkdir(join(place.repo, ".git/info"), { recursive: true });
      await writeFile(join(place.repo, ".git/info/attributes"), "*.txt eol=crlf\n");
    },
  },
  {
    name: "attributes of the user",
    prepare: () => place.sandbox.write("home/config/git/attributes", "*.txt ident\n"),
  },
  {
    name: "a submodule",
    prepare: async () => {
      const other = await place.sandbox.repository({ name: "other", files: { o: "o\n" } });
      await git("submodule", "--quiet", "add", other, "sub");
      await git("commit", "--quiet", "-m", "submodule");
    },
  },
  {
    name: "a sparse checkout",
    prepare: () => git("sparse-checkout", "set", "src/folder0"),
    inside: (path) => place.sandbox.git(["sparse-checkout", "set", "--no-cone", "/src/folder0/"], path),
  },
  {
    name: "names that differ in letter case alone, where that does not count",
    files: { "src/Readme": "one\n", "src/README": "two\n" },
    config: [["core.ignoreCase", "true"]],
  },
  {
    name: "folders whose accents are written in two ways, where that does not count",
    files: { "\u00e4/one": "one\n", "a\u0308/two": "two\n" },
    config: [["core.ignoreCase", "true"]],
  },
  {
    name: "settings of the worktree's own",
    prepare: () => git("config", "extensions.worktreeConfig", "true"),
    inside: (path) => place.sandbox.git(["config", "--worktree", "core.eol", "crlf"], path),
  },
];

describe("git writes all of it with", () => {
  test.for(unsafe.map((one) => [one.name, one] as const))("%s", async ([, { files, config = [], prepare, inside }]) => {
    if (files !== undefined) await commit(files);
    for (const [key, value] of config) await git("config", key, value);
    await prepare?.();
    const { wasCopied } = await makeLikeGit(place, {
      name: "copied",
      ...(inside === undefined ? {} : { prepare: inside }),
    });
    expect(wasCopied).toBe(false);
  });

  test("nothing of the sort: the case for the others to differ from", async () => {
    await commit({ ".gitattributes": "*.bin binary\n*.md -text diff=markdown\n*.txt linguist-generated\n" });
    expect((await makeLikeGit(place, { name: "copied" })).wasCopied).toBe(true);
  });
});

test("who waits for it can give up: no thread writes any more by then", async () => {
  const { repository, repo, sandbox } = place;
  await git("branch", "side");
  const path = join(sandbox.directory, "side");
  await addWorktree(repository, { path, branch: "side", reason: "stagetree:x" });
  const siblings = openSiblingCopy(repository, {
    worktrees: await listWorktrees(repository),
    pool: openThreads<FillTask, FillAnswer>({ script: fillScript(), most: 2, lost: lostFill }),
    leastFiles: 1,
  });
  const given = { path, admin: join(repo, ".git/worktrees/side"), commit: await git("rev-parse", "HEAD") };
  await expect(siblings.copyInto(given, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: "interrupted",
  });
  await siblings.close();
});
