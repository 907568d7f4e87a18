// The bytes of an index as git writes it: where its entries lie, and where the times of a file go.
// Format: https://git-scm.com/docs/index-format
import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";

/** Where the fields lie in an entry, in bytes from its beginning. */
const entryLayout = { mode: 24, owner: 28, object: 40 } as const;

/** The kinds of entries that are files or links. */
export const entryModes = { file: 0o100644, program: 0o100755, link: 0o120000 } as const;

export interface PlainIndex {
  readonly bytes: Buffer;
  /** Bytes of an object id: 20, or 32 with SHA-256. */
  readonly hashBytes: number;
  /** Where each entry begins. */
  readonly entries: Uint32Array;
}

const headerBytes = 12;
/** What an index may hold beside its entries: trees that are known already, and where things lie. */
const plainExtensions: ReadonlySet<string> = new Set(["TREE", "EOIE", "IEOT"]);

/**
 * Reads an index that says nothing but which files and links there are; undefined where it says more (submodules, sparse
 * folders, conflicts, marks such as skip-worktree, a split index, a file watcher's or an untracked cache), is of a version
 * that packs its names, or is no whole index.
 */
export function parsePlainIndex(bytes: Buffer, { hashBytes }: { readonly hashBytes: number }): PlainIndex | undefined {
  const end = bytes.length - hashBytes;
  if (end < headerBytes || bytes.toString("latin1", 0, 4) !== "DIRC") return undefined;
  const version = bytes.readUInt32BE(4);
  if (version !== 2 && version !== 3) return undefined;
  const count = bytes.readUInt32BE(8);
  const entries = new Uint32Array(count);
  let at = headerBytes;
  for (let index = 0; index < count; index += 1) {
    const nameAt = nameOffset(at, hashBytes);
    if (nameAt >= end || !isPlainEntry(bytes, { at, hashBytes })) return undefined;
    const nameEnd = bytes.indexOf(0, nameAt);
    if (nameEnd === -1 || nameEnd >= end) return undefined;
    entries[index] = at;
    // Up to eight zeros end an entry, so that the next one begins at a multiple of eight from here.
    at += (nameEnd - at + 8) & ~7;
  }
  while (at < end) {
    if (at + 8 > end || !plainExtensions.has(bytes.toString("latin1", at, at + 4))) return undefined;
    at += 8 + bytes.readUInt32BE(at + 4);
  }
  return at === end && isSealed(bytes, hashBytes) ? { bytes, hashBytes, entries } : undefined;
}

/** Of an entry that has no further flags, as all in a plain index. */
const nameOffset = (at: number, hashBytes: number): number => at + entryLayout.object + hashBytes + 2;

function isPlainEntry(bytes: Buffer, { at, hashBytes }: Place): boolean {
  const mode = entryMode(bytes, at);
  const flags = bytes.readUInt16BE(at + entryLayout.object + hashBytes);
  // All but the length of the name: assume-unchanged, further flags, the side of a conflict.
  if ((flags & 0xf000) !== 0) return false;
  return mode === entryModes.file || mode === entryModes.program || mode === entryModes.link;
}

const checksum = (bytes: Buffer, hashBytes: number): Buffer =>
  createHash(hashBytes === 20 ? "sha1" : "sha256")
    .update(bytes.subarray(0, bytes.length - hashBytes))
    .digest();

/** With `index.skipHash` git leaves zeros. */
const isUnhashed = (bytes: Buffer, hashBytes: number): boolean =>
  bytes.subarray(-hashBytes).every((byte) => byte === 0);

const isSealed = (bytes: Buffer, hashBytes: number): boolean =>
  isUnhashed(bytes, hashBytes) || checksum(bytes, hashBytes).equals(bytes.subarray(-hashBytes));

/** Writes the checksum anew after entries were changed; one that git left out stays out. */
export function sealIndex(bytes: Buffer, { hashBytes }: { readonly hashBytes: number }): void {
  if (!isUnhashed(bytes, hashBytes)) checksum(bytes, hashBytes).copy(bytes, bytes.length - hashBytes);
}

interface Place {
  /** Where the entry begins. */
  readonly at: number;
  readonly hashBytes: number;
}

/** The name of an entry, one character for each byte. */
export function entryName(bytes: Buffer, { at, hashBytes }: Place): string {
  const begin = nameOffset(at, hashBytes);
  return bytes.toString("latin1", begin, bytes.indexOf(0, begin));
}

/** The object id of an entry, in hexadecimal. */
export const entryObject = (bytes: Buffer, { at, hashBytes }: Place): string =>
  bytes.toString("hex", at + entryLayout.object, at + entryLayout.object + hashBytes);

/** One of `entryModes`. */
export const entryMode = (bytes: Buffer, at: number): number => bytes.readUInt32BE(at + entryLayout.mode);

const second = 1_000_000_000n;

/** Puts what git remembers of a file into its entry; `time` is when it was changed, in whole seconds. As git's `fill_stat_data`. */
export function putStat(
  index: DataView,
  { at, stat, time }: { readonly at: number; readonly stat: BigIntStats; readonly time: number },
): void {
  // Larger numbers lose what is above 32 bits, as in git.
  index.setUint32(at, Number(stat.ctimeNs / second));
  index.setUint32(at + 4, Number(stat.ctimeNs % second));
  index.setUint32(at + 8, time);
  index.setUint32(at + 12, 0);
  index.setUint32(at + 16, Number(stat.dev));
  index.setUint32(at + 20, Number(stat.ino));
  index.setUint32(at + entryLayout.owner, Number(stat.uid));
  index.setUint32(at + entryLayout.owner + 4, Number(stat.gid));
  index.setUint32(at + entryLayout.owner + 8, Number(stat.size));
}
