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

/** What the names of the registration's files start with in the tree of an image. */
export const adminPrefix = "admin:";

/**
 * A stored image: its message is a line for people and the manifest, its tree holds `admin:<path>`, `file:<n>` and
 * `staged:<n>`; paths are escaped, since one flat tree takes one call of git.
 */
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
  const { manifest, unmerged } = await readContents(repository, options);
  const admin = await listAdmin(gitDir);
  const adminOids = await hashFiles(
    repository,
    admin.map((name) => join(gitDir, name)),
  );
  // What is staged differs from HEAD, and is named for that.
  const staged = options.names.length === 0 ? [] : await listStaged(repository, path);
  const entries = [
    ...admin.map((name, index) => `100644 blob ${adminOids[index] ?? ""}\t${adminPrefix}${encodeURIComponent(name)}`),
    ...manifest.files.map(({ oid }, index) => `100644 blob ${oid}\tfile:${index}`),
    ...new Set([...staged, ...unmerged].map((oid) => `100644 blob ${oid}\tstaged:${oid}`)),
  ];
  const input = entries.map((entry) => `${entry}\0`).join("");
  const tree = (await repository.git.write(["mktree", "-z", "--missing"], { input })).stdout.trim();
  const message = `Everything in a worktree that was not committed\n\n${JSON.stringify(manifest)}`;
  const commit = await writeCommit(repository, { tree, parents: [manifest.head], message });
  return { commit, manifest };
}

/** What an image of the worktree would say. Blobs are written, nothing else changes. */
export const readManifest = async (repository: InRepository, options: ImageOptions): Promise<Manifest> =>
  (await readContents(repository, options)).manifest;

async function readContents(
  repository: InRepository,
  { path, names, copies }: ImageOptions,
): Promise<{ readonly manifest: Manifest; readonly unmerged: readonly Oid[] }> {
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
  const [head, index] = await Promise.all([
    repository.git.read(["rev-parse", "--verify", "--end-of-options", "HEAD^{commit}"], { cwd: path }),
    repository.git.read(["ls-files", "--stage", "-v", "-z"], { cwd: path }),
  ]);
  // Such as "S 100644 <oid> 0<tab>path": the flag, the side of a conflict, the path.
  const entries = [...index.stdout.matchAll(/(\S) (\d{6}) ([0-9a-f]+) (\d)\t([^\0]*)\0/gu)];
  const named = new Set(paths);
  const sparse = entries.flatMap(([, flag, , , , name = ""]) => (flag === "S" && !named.has(name) ? [name] : []));
  const hidden = await Promise.all(sparse.map(async (name) => ((await statOf(join(path, name))) ? [] : [name])));
  const gone = found.filter(({ stat }) => stat === undefined || stat.isDirectory()).map(({ name }) => name);
  const unmerged = entries.flatMap(([, , mode, oid = "", side]) => (side === "0" || mode === "160000" ? [] : [oid]));
  const manifest: Manifest = {
    head: head.stdout.trim(),
    files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    deleted: [...gone, ...hidden.flat()].toSorted(),
    copies: copies.toSorted(),
    index: createHash("sha256").update(index.stdout).digest("hex"),
  };
  return { manifest, unmerged };
}

export const isSameManifest = (a: Manifest, b: Manifest): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What the commit `image` (or a ref to it) says; undefined where it is gone. Fault: git-failed. */
export async function readImage(repository: InRepository, image: string): Promise<Manifest | undefined> {
  const { code, stdout } = await repository.git.read(["cat-file", "commit", image], { allowExit: [128] });
  const json = /^\{.*\}$/mu.exec(stdout)?.[0];
  if (code !== 0 || json === undefined) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- we wrote it ourselves
  return JSON.parse(json) as Manifest;
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
  const args = ["diff-index", "--cached", "--raw", "--no-abbrev", "--no-renames", "-z", "HEAD"];
  const { stdout } = await repository.git.read(args, { cwd: path });
  const staged = [...stdout.matchAll(/:\d{6} (\d{6}) [0-9a-f]+ ([0-9a-f]+) [A-Z]/gu)];
  return staged.flatMap(([, mode, oid = ""]) => (mode === "160000" || /^0+$/u.test(oid) ? [] : [oid]));
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
