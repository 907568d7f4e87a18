// Files of a folder in one tar archive, byte for byte: what git's own filters and modes would change on the way stays as it is.
import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, lstat, open, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../core/fault.ts";
import { fileFault } from "./files.ts";

/** By path relative to the archived folder: which file it was and when it was last written. */
export type Stamps = ReadonlyMap<string, string>;

const block = 512;
const chunk = 256 * 1024;

/**
 * Writes the archive `target` of what `names` (relative to `root`; a folder ends with a slash and is taken whole) are:
 * files, links and folders with their modes, owners and times, links as links. What is no file, link or folder holds no
 * bytes and is left out, and so is what is not there. In the pax format, which any `tar` reads.
 * Faults: refused where a file changes while it is read; file-system.
 */
export async function writeArchive(
  target: string,
  { root, names }: { readonly root: string; readonly names: readonly string[] },
): Promise<Stamps> {
  const stamps = new Map<string, string>();
  const archive = await open(target, "wx", 0o600).catch((error: unknown) => {
    throw fileFault(error, { action: "write", path: target });
  });
  try {
    const pending = [...new Set(names)].toReversed();
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      const path = join(root, name);
      try {
        const found = await lstat(path, { bigint: true });
        stamps.set(name, stampOf(found));
        if (found.isSymbolicLink()) await archive.write(headerOf(name, { found, link: await readlink(path) }));
        else if (found.isFile()) await addFile(archive, { name, path });
        else if (found.isDirectory()) {
          await archive.write(headerOf(name, { found }));
          const inside = await readdir(path, { withFileTypes: true });
          pending.push(...inside.map((entry) => `${withSlash(name)}${entry.name}${entry.isDirectory() ? "/" : ""}`));
        } else stamps.delete(name);
      } catch (error) {
        if (isGone(error)) continue;
        throw fileFault(error, { action: "read", path });
      }
    }
    // Two empty blocks are the end.
    await archive.write(Buffer.alloc(2 * block));
  } finally {
    await archive.close();
  }
  return stamps;
}

/** Which of the stamped files below `root` are others than they were, or are not there. */
export async function changedSince(root: string, stamps: Stamps): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const [name, stamp] of stamps) {
    const found = await lstat(join(root, name), { bigint: true }).catch(() => undefined);
    if (found === undefined || stampOf(found) !== stamp) changed.push(name);
  }
  return changed;
}

/** Folders below `root` with nothing in them, each with a slash at its end; what `skip` is true for is not looked into. */
export async function emptyFolders(
  root: string,
  { skip }: { readonly skip: (folder: string) => boolean },
): Promise<readonly string[]> {
  const empty: string[] = [];
  const pending = [""];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    if (entries.length === 0 && folder !== "") empty.push(folder);
    for (const entry of entries) {
      const name = `${folder}${entry.name}/`;
      if (entry.isDirectory() && entry.name !== ".git" && !skip(name)) pending.push(name);
    }
  }
  return empty;
}

/** The read that follows must give what the header says, so the file is opened once and not through a link. */
async function addFile(
  archive: FileHandle,
  { name, path }: { readonly name: string; readonly path: string },
): Promise<void> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const found = await file.stat({ bigint: true });
    await archive.write(headerOf(name, { found }));
    const size = Number(found.size);
    const buffer = Buffer.alloc(Math.min(chunk, Math.max(size, 1)));
    let read = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) break;
      read += bytesRead;
      if (read > size) break;
      await archive.write(buffer.subarray(0, bytesRead));
    }
    const after = await file.stat({ bigint: true });
    if (read !== size || stampOf(after) !== stampOf(found)) {
      throw new Fault("refused", {
        what: `Could not save ${path}`,
        why: `${name} is being written to`,
        now: "Wait until nothing writes there, then run the same command again.",
      });
    }
    await archive.write(Buffer.alloc(padding(size)));
  } finally {
    await file.close();
  }
}

const padding = (size: number): number => (block - (size % block)) % block;

/** A folder's own times move as its entries do; only that it is there counts. */
const stampOf = (found: BigIntStats): string =>
  found.isDirectory() ? "folder" : `${found.ino}:${found.size}:${found.mtimeNs}:${found.mode}`;

const withSlash = (name: string): string => (name.endsWith("/") ? name : `${name}/`);

const isGone = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");

/** Header blocks of one entry: the true values as pax records (POSIX pax, "ustar interchange"), then what fits in ustar. */
function headerOf(name: string, { found, link }: { readonly found: BigIntStats; readonly link?: string }): Buffer {
  const kind = link === undefined ? (found.isDirectory() ? "5" : "0") : "2";
  const size = kind === "0" ? found.size : 0n;
  // In front of every name, so that none can be read as an option or as a path from the root.
  const path = `./${kind === "5" ? withSlash(name) : name}`;
  const records = [
    record("path", path),
    ...(link === undefined ? [] : [record("linkpath", link)]),
    record("size", `${size}`),
    record("uid", `${found.uid}`),
    record("gid", `${found.gid}`),
    record("mtime", `${found.mtimeNs / 1_000_000_000n}.${`${found.mtimeNs % 1_000_000_000n}`.padStart(9, "0")}`),
  ];
  const extended = Buffer.concat(records);
  const mode = Number(found.mode) & 0o7777;
  return Buffer.concat([
    ustar({ path: "./PaxHeaders", kind: "x", size: extended.length, mode: 0o644, mtime: 0 }),
    extended,
    Buffer.alloc(padding(extended.length)),
    ustar({
      path,
      kind,
      size: Number(size),
      mode,
      mtime: Number(found.mtimeNs / 1_000_000_000n),
      ...(link === undefined ? {} : { link }),
    }),
  ]);
}

/** `<length> <key>=<value>\n`, the length counting its own digits. */
function record(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`, "utf8");
  let length = rest.length + 1;
  while (`${length}`.length + rest.length !== length) length = `${length}`.length + rest.length;
  return Buffer.concat([Buffer.from(`${length}`), rest]);
}

function ustar(entry: {
  readonly path: string;
  readonly kind: string;
  readonly size: number;
  readonly mode: number;
  readonly mtime: number;
  readonly link?: string;
}): Buffer {
  const header = Buffer.alloc(block);
  const text = (value: string, at: number, room: number): void => {
    Buffer.from(value, "utf8").copy(header, at, 0, room);
  };
  // What has no room is told by its pax record.
  const octal = (value: number, at: number, room: number): void => {
    const digits = Math.max(0, value).toString(8);
    text(digits.length < room ? digits.padStart(room - 1, "0") : "0".repeat(room - 1), at, room - 1);
  };
  text(entry.path, 0, 100);
  octal(entry.mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(entry.size, 124, 12);
  octal(entry.mtime, 136, 12);
  header.fill(" ", 148, 156);
  text(entry.kind, 156, 1);
  text(entry.link ?? "", 157, 100);
  text("ustar\u000000", 257, 8);
  const sum = header.reduce((total, byte) => total + byte, 0);
  text(`${sum.toString(8).padStart(6, "0")}\u0000 `, 148, 8);
  return header;
}
