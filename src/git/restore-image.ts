// Brings a worktree back from its image: registered, filled, and then made what it was byte for byte.
import { chmod, mkdir, rename, rmdir, symlink, unlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Fault } from "../core/fault.ts";
import { isInside, onDisk, statOf } from "./disk.ts";
import type { InRepository } from "./git.ts";
import { gitDirOf } from "./registration.ts";
import { adminPrefix, type Manifest, readImage, type SavedFile } from "./worktree-image.ts";
import { addWorktree, checkoutWorktree } from "./worktrees.ts";

export interface Restore {
  /** Absolute; nothing lies there. */
  readonly path: string;
  /** Commit of the image, or a ref to it. */
  readonly image: string;
  /** Reason of git's lock on the worktree, which stays locked: the caller unlocks it once all is done. */
  readonly token: string;
}

/** Bytes of files that are read at once; a larger one is read by itself. */
const chunkBytes = 32 * 1024 * 1024;

/**
 * What was saved of the worktree, once it is back but for the `copies`. The caller holds the repository lock. Faults:
 * git-failed, file-system, refused.
 */
export async function restoreImage(repository: InRepository, restore: Restore): Promise<Manifest> {
  const { path, image, token } = restore;
  const manifest = await readImage(repository, image);
  if (manifest === undefined) {
    throw new Fault("refused", { what: `bring back ${path}`, why: `what was saved of it (${image}) is gone`, now: "" });
  }
  // Which branch it was on, if any, is in its HEAD, which comes with the registration.
  await addWorktree(repository, { path, branch: manifest.head, reason: token });
  const gitDir = await gitDirOf(path);
  if (gitDir === undefined)
    throw new Fault("file-system", { action: "open", path: join(path, ".git"), code: "ENOENT" });
  const admin = await listAdmin(repository, image);
  // First what decides which files are checked out at all.
  const early = admin.filter(({ name }) => name === "config.worktree" || name.startsWith("info/"));
  await writeBlobs(
    repository,
    early.map((entry) => ({ ...entry, target: join(gitDir, entry.name) })),
  );
  await checkoutWorktree(repository, { path });
  await removeDeleted(path, manifest.deleted);
  await writeFiles(repository, { path, files: manifest.files });
  const late = admin.filter((entry) => !early.includes(entry));
  await writeBlobs(
    repository,
    late.map((entry) => ({ ...entry, target: join(gitDir, entry.name) })),
  );
  // The index knows the files by their times, which are new.
  await repository.git.write(["update-index", "-q", "--refresh"], { cwd: path, allowExit: [1] });
  return manifest;
}

interface Blob {
  readonly oid: string;
  readonly size: number;
  /** Absolute. */
  readonly target: string;
  readonly mode?: number;
}

async function listAdmin(
  repository: InRepository,
  image: string,
): Promise<readonly { readonly name: string; readonly oid: string; readonly size: number }[]> {
  const { stdout } = await repository.git.read(["ls-tree", "-z", "--long", image]);
  return [...stdout.matchAll(/\d{6} blob ([0-9a-f]+) +(\d+)\t([^\0]*)\0/gu)].flatMap(([, oid = "", size, name = ""]) =>
    name.startsWith(adminPrefix)
      ? [{ name: decodeURIComponent(name.slice(adminPrefix.length)), oid, size: Number(size) }]
      : [],
  );
}

async function removeDeleted(root: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const path = join(root, name);
    const found = await statOf(path);
    if (found === undefined || found.isDirectory()) continue;
    await onDisk(unlink(path), { action: "remove", path });
    for (let folder = dirname(path); folder !== root && isInside(folder, root); folder = dirname(folder)) {
      if (
        !(await rmdir(folder).then(
          () => true,
          () => false,
        ))
      )
        break;
    }
  }
}

async function writeFiles(
  repository: InRepository,
  { path, files }: { readonly path: string; readonly files: Manifest["files"] },
): Promise<void> {
  const place = ({ path: name, ...rest }: SavedFile): Blob => ({ ...rest, target: join(path, name) });
  await writeBlobs(
    repository,
    files.map(place).filter(({ mode }) => mode !== undefined),
  );
  for (const link of files.filter(({ mode }) => mode === undefined)) {
    const [{ bytes } = { bytes: Buffer.alloc(0) }] = await readBlobs(repository, [place(link)]);
    const target = join(path, link.path);
    await clearWay(target);
    await onDisk(symlink(bytes, target), { action: "create", path: target });
  }
}

async function writeBlobs(repository: InRepository, blobs: readonly Blob[]): Promise<void> {
  for (const chunk of chunks(blobs)) {
    for (const { target, mode, bytes } of await readBlobs(repository, chunk)) {
      await clearWay(target);
      const beside = join(dirname(target), `.${basename(target)}.stagetree`);
      // Never readable by more people than it was, not for a moment.
      await onDisk(writeFile(beside, bytes, { mode: 0o600 }), { action: "write", path: target });
      await onDisk(chmod(beside, mode ?? 0o644), { action: "write", path: target });
      await onDisk(rename(beside, target), { action: "write", path: target });
    }
  }
}

/** A link is no place to write through; an empty folder is no file. */
async function clearWay(target: string): Promise<void> {
  await onDisk(mkdir(dirname(target), { recursive: true }), { action: "create", path: dirname(target) });
  const found = await statOf(target);
  if (found === undefined) return;
  await onDisk(found.isDirectory() ? rmdir(target) : unlink(target), { action: "remove", path: target });
}

function chunks(blobs: readonly Blob[]): readonly (readonly Blob[])[] {
  const result: Blob[][] = [];
  let room = 0;
  for (const blob of blobs) {
    const last = result.at(-1);
    if (last !== undefined && blob.size <= room) last.push(blob);
    else {
      result.push([blob]);
      room = chunkBytes;
    }
    room -= blob.size;
  }
  return result;
}

/** `git cat-file --batch` answers with a line of facts, the bytes, and a line break. */
async function readBlobs<T extends Blob>(
  repository: InRepository,
  blobs: readonly T[],
): Promise<readonly (T & { readonly bytes: Buffer })[]> {
  if (blobs.length === 0) return [];
  const input = blobs.map(({ oid }) => `${oid}\n`).join("");
  const { stdout } = await repository.git.read(["cat-file", "--batch"], { input, bytes: true });
  let at = 0;
  return blobs.map((blob) => {
    const end = stdout.indexOf("\n", at);
    const [oid = "", kind = "", size = "0"] = stdout.slice(at, end).split(" ");
    if (oid !== blob.oid || kind !== "blob") {
      throw new Fault("git-failed", { args: ["cat-file", "--batch"], code: 0, stderr: `${blob.oid} is gone` });
    }
    const start = end + 1;
    at = start + Number(size) + 1;
    return { ...blob, bytes: Buffer.from(stdout.slice(start, at - 1), "latin1") };
  });
}
