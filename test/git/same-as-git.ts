// What a worktree holds, compared byte for byte with one of the same commit that git itself wrote.
import { chmod, lstat, mkdir, readdir, readFile, readlink, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { expect } from "vitest";
import { createBranch } from "../../src/git/refs.ts";
import { openRepository, type Repository } from "../../src/git/repository.ts";
import type { FillAnswer, FillTask } from "../../src/git/fill-worker.ts";
import { fillScript, lostFill, openSiblingCopy } from "../../src/git/sibling-copy.ts";
import { openThreads } from "../../src/host/threads.ts";
import { addWorktree, checkoutWorktree, listWorktrees, unlockWorktree } from "../../src/git/worktrees.ts";
import { createSandbox, type Sandbox } from "../sandbox.ts";

const token = "stagetree:test:creating";
const never = new AbortController().signal;

/** Every file, folder and link below `root` with its kind, its mode and its bytes, except `.git`. Names are bytes. */
export async function imageOf(root: string): Promise<Readonly<Record<string, string>>> {
  const image: Record<string, string> = {};
  const walk = async (folder: Buffer, name: string): Promise<void> => {
    for (const entry of await readdir(folder, { encoding: "buffer" })) {
      const shown = `${name}/${entry.toString("latin1")}`;
      if (shown === "/.git") continue;
      const path = Buffer.concat([folder, Buffer.from("/"), entry]);
      const found = await lstat(path);
      const mode = found.mode.toString(8);
      if (found.isDirectory()) {
        image[shown] = mode;
        await walk(path, shown);
      } else if (found.isSymbolicLink()) image[shown] = `${mode} -> ${await readlink(path, "latin1")}`;
      else image[shown] = `${mode} ${await readFile(path, "latin1")}`;
    }
  };
  await walk(Buffer.from(root), "");
  return image;
}

export interface Compared {
  /** Whether the copy was enough, and git did not have to write anything. */
  readonly wasCopied: boolean;
  /** Absolute path of the worktree. */
  readonly path: string;
}

export interface Place {
  readonly sandbox: Sandbox;
  /** Absolute. */
  readonly repo: string;
  readonly repository: Repository;
}

/** Makes worktree `name` as `setup` does, another one by git alone, and expects them to be the same to the byte. */
export async function makeLikeGit(
  { sandbox, repo, repository }: Place,
  options: { readonly name: string; readonly prepare?: (path: string) => Promise<unknown> },
): Promise<Compared> {
  const { name, prepare } = options;
  const path = join(sandbox.directory, name);
  const byGit = join(sandbox.directory, `${name}.git-alone`);
  const commit = await sandbox.git(["rev-parse", "HEAD"], repo);
  const siblings = openSiblingCopy(repository, {
    worktrees: await listWorktrees(repository),
    pool: openThreads<FillTask, FillAnswer>({ script: fillScript(), most: 2, lost: lostFill }),
    leastFiles: 1,
  });
  let wasCopied = false;
  try {
    await createBranch(repository, { branch: name, at: commit });
    await addWorktree(repository, { path, branch: name, reason: token });
    await prepare?.(path);
    const fill = async (admin: string): Promise<boolean> =>
      (wasCopied = await siblings.copyInto({ path, admin, commit }, { signal: never }));
    await checkoutWorktree(repository, { path, fill });
    await unlockWorktree(repository, { path, reason: token });
  } finally {
    await siblings.close();
  }
  await sandbox.git(["worktree", "add", "--quiet", "--detach", "--no-checkout", byGit, commit], repo);
  await prepare?.(byGit);
  await sandbox.git(["reset", "--hard", "--quiet"], byGit);
  expect(await imageOf(path)).toEqual(await imageOf(byGit));
  for (const ask of [
    ["status", "--porcelain"],
    ["status", "--porcelain", "--ignored", "--untracked-files=all"],
    ["ls-files", "--stage", "-v", "-z"],
    ["write-tree"],
  ]) {
    expect(await sandbox.git(ask, path), ask.join(" ")).toBe(await sandbox.git(ask, byGit));
  }
  return { wasCopied, path };
}

const part = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("a", "b", "src", "lib.ts", "README", "x y") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "-n",
      "ä",
      "a\u0308",
      "日本",
      "🌳",
      "q'uo\"te",
      "tab\there",
      "line\nbreak",
      ".hidden",
      "*",
      "a\\b",
    ),
  },
  {
    weight: 1,
    arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 8 }).map((text) => text.replaceAll(/[/\0]/gu, "_")),
  },
);
const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
const largeFile = Buffer.from("large file ".repeat(300_000));
const content = fc.oneof(
  fc.constantFrom("", "\n", "text\n", "with\r\nreturns\r\n", "$Id$\n", "\0binary\0"),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.integer({ min: 0, max: 3_000_000 }).map((size) => largeFile.subarray(0, size)),
);
const entry = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("file"), name, content, program: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("link"), name, to: fc.constantFrom("a", "../a", "/nowhere", "ä/b", ".") }),
  },
);
/** Changes to the main worktree after the commit, by the number of the entry. */
const change = fc.record({ entry: fc.nat({ max: 30 }), to: fc.constantFrom("edit", "remove", "chmod", "same-size") });

async function writeTree(root: string, entries: readonly Entry[]): Promise<readonly string[]> {
  const written: string[] = [];
  for (const one of entries) {
    const path = join(root, one.name);
    // Two names may want to be file and folder at once, or `.git`, or `..`; the first one has it.
    if (one.name.split("/").some((part) => /^\.{1,2}$|^\.git$/iu.test(part))) continue;
    try {
      await mkdir(dirname(path), { recursive: true });
      if (one.kind === "link") await symlink(one.to, path);
      else await writeFile(path, one.content, { flag: "wx", mode: one.program ? 0o755 : 0o644 });
      written.push(path);
    } catch {
      // It is there already.
    }
  }
  return written;
}

type Entry = typeof entry extends fc.Arbitrary<infer T> ? T : never;

async function disturb(path: string, to: "edit" | "remove" | "chmod" | "same-size"): Promise<void> {
  const found = await lstat(path);
  if (to === "remove") await rm(path);
  else if (!found.isFile()) return;
  else if (to === "edit") await writeFile(path, "changed by somebody\n");
  else if (to === "chmod") await chmod(path, 0o600);
  else {
    // git's own look at the times does not see this one.
    await writeFile(path, Buffer.alloc(found.size, "x"));
    await utimes(path, found.atime, found.mtime);
  }
}

/** A tree of any files, copied from a main worktree that some of them were changed in: the same as what git writes. */
export const anyTreeIsTheSame = fc.asyncProperty(
  fc.array(entry, { minLength: 1, maxLength: 25 }),
  fc.array(change, { maxLength: 4 }),
  async (entries, changes) => {
    await using sandbox = await createSandbox();
    const repo = await sandbox.repository({ files: { first: "first\n" } });
    const written = await writeTree(repo, entries);
    await sandbox.git(["add", "--all", "--force"], repo);
    await sandbox.git(["commit", "--quiet", "--allow-empty", "-m", "tree"], repo);
    for (const { entry: index, to } of changes) {
      const path = written[index % Math.max(1, written.length)];
      if (path !== undefined) await disturb(path, to).catch(() => undefined);
    }
    const repository = await openRepository({ directory: repo, environment: sandbox.environment });
    const { wasCopied } = await makeLikeGit({ sandbox, repo, repository }, { name: "copied" });
    expect(wasCopied).toBe(true);
  },
);
