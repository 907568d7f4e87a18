// Everything in a worktree that no commit holds, saved as one commit: the bytes of its files, its index with what is staged,
// and its registration. What comes back from it is the worktree as it was, not only its content.
import { createHash } from "node:crypto";
import { readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import type { Oid } from "../core/event.ts";
import { writeCommit } from "./commit-object.ts";
import { onDisk, statOf } from "./disk.ts";
import type { InRepository } from "./git.ts";
import { gitDirOf } from "./registration.ts";
import { withScratch } from "./scratch.ts";

/** A file that differs from HEAD, or that HEAD does not have. */
export interface SavedFile {
  /** Relative to the worktree. */
  readonly path: string;
  /** Permission bits; absent for a symbolic link, whose blob is where it leads. */
  readonly mode?: number;
  readonly size: number;
  readonly oid: Oid;
}

/** What has to be equal for two images to be the same worktree. */
export interface Manifest {
  readonly head: Oid;
  readonly files: readonly SavedFile[];
  /** Files of HEAD that are not there. */
  readonly deleted: readonly string[];
  /** Ignored files and folders that are the same in the main worktree: only named here. */
  readonly copies: readonly string[];
  /** Hash of all entries of the index and of their flags. */
  readonly index: string;
}

export interface ImageOptions {
  /** Absolute. */
  readonly path: string;
  /** Files, and folders with a slash at their end, that HEAD does not have as they are here. */
  readonly names: readonly string[];
  /** As in the manifest. */
  readonly copies: readonly string[];
}

/** What the registration holds that belongs to its place, or to a moment. */
const notKept = new Set(["commondir", "gitdir", "locked", "index.lock", "HEAD.lock"]);
const notKeptFolders = new Set(["modules"]);

/** A stored image: the tree of the commit is `manifest`, `admin/…`, `files/<n>` and `staged/<n>`. */
export interface Image {
  readonly commit: Oid;
  readonly manifest: Manifest;
}

/**
 * Saves the worktree and returns the commit, which is on no ref yet. No index, file or HEAD changes. Bytes are taken as they
 * lie on the disk: no filter and no line ending is applied. Faults: git-failed, file-system.
 */
export async function saveImage(repository: InRepository, options: ImageOptions): Promise<Image> {
  const { path } = options;
  const gitDir = (await gitDirOf(path)) ?? join(path, ".git");
  const manifest = await readManifest(repository, options);
  const admin = await listAdmin(gitDir);
  const adminOids = await hashFiles(
    repository,
    admin.map((name) => join(gitDir, name)),
  );
  const staged = await listStaged(repository, path);
  const text = await hashText(repository, JSON.stringify(manifest));
  const entries = [
    `100644 ${text}\tmanifest`,
    ...admin.map((name, index) => `100644 ${adminOids[index] ?? ""}\tadmin/${name}`),
    ...manifest.files.map(({ oid }, index) => `100644 ${oid}\tfiles/${index}`),
    ...staged.map((oid, index) => `100644 ${oid}\tstaged/${index}`),
  ];
  const tree = await writeTree(repository, entries);
  const message = `Everything in ${path} that was not committed`;
  const commit = await writeCommit(repository, { tree, parents: [manifest.head], message });
  return { commit, manifest };
}

/** What an image of the worktree would say. Blobs are written, nothing else changes. */
export async function readManifest(repository: InRepository, { path, names, copies }: ImageOptions): Promise<Manifest> {
  const paths = [...new Set((await Promise.all(names.map((name) => expand(path, name)))).flat())].toSorted();
  const found = await Promise.all(paths.map(async (name) => ({ name, stat: await statOf(join(path, name)) })));
  const regular = found.filter(({ stat }) => stat?.isFile() === true);
  const oids = await hashFiles(
    repository,
    regular.map(({ name }) => join(path, name)),
  );
  const files: SavedFile[] = regular.map(({ name, stat }, index) => ({
    path: name,
    mode: Number(stat?.mode ?? 0o644) & 0o7777,
    size: Number(stat?.size ?? 0),
    oid: oids[index] ?? "",
  }));
  for (const { name, stat } of found) {
    if (stat?.isSymbolicLink() !== true) continue;
    const target = await readlink(join(path, name));
    files.push({ path: name, size: Buffer.byteLength(target), oid: await hashText(repository, target) });
  }
  const [head, entries, flags] = await Promise.all([
    repository.git.read(["rev-parse", "--verify", "--end-of-options", "HEAD^{commit}"], { cwd: path }),
    repository.git.read(["ls-files", "--stage", "-z"], { cwd: path }),
    repository.git.read(["ls-files", "-v", "-z"], { cwd: path }),
  ]);
  const sparse = flags.stdout
    .split("\0")
    .filter((entry) => entry.startsWith("S "))
    .map((entry) => entry.slice(2));
  const hidden = await Promise.all(
    sparse
      .filter((name) => !paths.includes(name))
      .map(async (name) => ((await statOf(join(path, name))) ? [] : [name])),
  );
  const gone = found.filter(({ stat }) => stat === undefined || stat.isDirectory()).map(({ name }) => name);
  return {
    head: head.stdout.trim(),
    files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    deleted: [...gone, ...hidden.flat()].toSorted(),
    copies: copies.toSorted(),
    index: createHash("sha256").update(entries.stdout).update("\0").update(flags.stdout).digest("hex"),
  };
}

export const isSameManifest = (a: Manifest, b: Manifest): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What the commit `image` (or a ref to it) says; undefined where it is gone. Fault: git-failed. */
export async function readImage(repository: InRepository, image: string): Promise<Manifest | undefined> {
  const { code, stdout } = await repository.git.read(["cat-file", "blob", `${image}:manifest`], { allowExit: [128] });
  if (code !== 0) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- we wrote it ourselves
  return JSON.parse(stdout) as Manifest;
}

async function expand(root: string, name: string): Promise<readonly string[]> {
  if (!name.endsWith("/")) return [name];
  const folder = join(root, name);
  const entries = await onDisk(readdir(folder, { withFileTypes: true }), { action: "read", path: folder });
  const below = entries.map((entry) => expand(root, `${name}${entry.name}${entry.isDirectory() ? "/" : ""}`));
  return (await Promise.all(below)).flat();
}

async function listAdmin(gitDir: string, inside = ""): Promise<readonly string[]> {
  const folder = join(gitDir, inside);
  const entries = await onDisk(readdir(folder, { withFileTypes: true }), { action: "read", path: folder });
  const below = entries.map((entry): Promise<readonly string[]> => {
    const name = `${inside}${entry.name}`;
    if (entry.isDirectory()) {
      return notKeptFolders.has(name) ? Promise.resolve([]) : listAdmin(gitDir, `${name}/`);
    }
    return Promise.resolve(entry.isFile() && !notKept.has(name) && !name.endsWith(".lock") ? [name] : []);
  });
  return (await Promise.all(below)).flat();
}

/** Blobs that only the index has, so that git keeps them. */
async function listStaged(repository: InRepository, path: string): Promise<readonly Oid[]> {
  const [differing, unmerged] = await Promise.all([
    repository.git.read(["diff-index", "--cached", "--raw", "--no-abbrev", "--no-renames", "-z", "HEAD"], {
      cwd: path,
    }),
    repository.git.read(["ls-files", "--unmerged", "-z"], { cwd: path }),
  ]);
  const staged = [...differing.stdout.matchAll(/:\d{6} (\d{6}) [0-9a-f]+ ([0-9a-f]+) [A-Z]/gu)].map(
    ([, mode = "", oid = ""]) => ({ mode, oid }),
  );
  const conflicted = [...unmerged.stdout.matchAll(/(?:^|\0)(\d{6}) ([0-9a-f]+) [123]\t/gu)].map(
    ([, mode = "", oid = ""]) => ({ mode, oid }),
  );
  const blobs = [...staged, ...conflicted].filter(({ mode, oid }) => mode !== "160000" && !/^0+$/u.test(oid));
  return [...new Set(blobs.map(({ oid }) => oid))];
}

/** Writes the files' bytes, unfiltered, as blobs. */
async function hashFiles(repository: InRepository, paths: readonly string[]): Promise<readonly Oid[]> {
  if (paths.length === 0) return [];
  const input = paths.map((path) => `${quoteAsC(path)}\n`).join("");
  const { stdout } = await repository.git.write(["hash-object", "-w", "--no-filters", "--stdin-paths"], { input });
  return stdout.split("\n").filter((oid) => oid !== "");
}

/** A path in quotes is read by git as a C string. */
const quoteAsC = (path: string): string =>
  // oxlint-disable-next-line no-control-regex -- these are what has to be escaped
  `"${path.replaceAll(/["\\\u0000-\u001f\u007f]/gu, (found) => `\\${found.charCodeAt(0).toString(8).padStart(3, "0")}`)}"`;

async function hashText(repository: InRepository, input: string): Promise<Oid> {
  const { stdout } = await repository.git.write(["hash-object", "-w", "--stdin", "--no-filters"], { input });
  return stdout.trim();
}

const writeTree = (repository: InRepository, entries: readonly string[]): Promise<Oid> =>
  withScratch(repository, async (folder) => {
    const env = { GIT_INDEX_FILE: join(folder, "index") };
    const input = entries.map((entry) => `${entry}\0`).join("");
    await repository.git.write(["update-index", "-z", "--index-info"], { env, input });
    return (await repository.git.write(["write-tree", "--missing-ok"], { env })).stdout.trim();
  });
