// Reads the file that is the index of a worktree without starting git: which files it names, and how they were when it last saw
// them. As git's documentation gives the format (gitformat-index); whatever is not in the plain form is left to git.
import { createHash } from "node:crypto";
import type { Oid } from "../core/event.ts";

/** What git remembers of a file; the numbers as they stand in the index, each of 32 bits. */
export interface IndexFileEntry {
  readonly name: string;
  readonly mode: number;
  readonly ctimeS: number;
  readonly ctimeNs: number;
  readonly mtimeS: number;
  readonly mtimeNs: number;
  readonly ino: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Nothing special is said of it: no conflict, no mark, not merely announced. */
  readonly isPlain: boolean;
  /** git was told to overlook it: assume-unchanged, skip-worktree. */
  readonly isMarked: boolean;
}

export interface IndexFile {
  readonly entries: readonly IndexFileEntry[];
  /** The tree that all entries come to, where git noted it. */
  readonly tree?: Oid;
}

const headerBytes = 12;
const statBytes = 40;
/** Where the mode of an entry lies, and that of a submodule. */
const modeAt = 24;
const link = 0o160_000;
/** The length of a name that does not fit into its flags. */
const longName = 0xfff;

/** How many entries an index has, by its own word. */
export const countEntries = ({ bytes }: { readonly bytes: Buffer }): number =>
  bytes.length < headerBytes ? 0 : bytes.readUInt32BE(8);

/**
 * Whether surely nothing is marked, in conflict or a submodule, told without reading the names, which takes a tenth of the time;
 * false also where only `parseIndexFile`, or git, can tell.
 */
export function holdsOnlyFiles({ bytes }: { readonly bytes: Buffer }): boolean {
  const oidBytes = sumBytes(bytes);
  if (oidBytes === undefined || bytes.toString("latin1", 0, 4) !== "DIRC" || bytes.readUInt32BE(4) !== 2) return false;
  const end = bytes.length - oidBytes;
  let at = headerBytes;
  for (let left = bytes.readUInt32BE(8); left > 0; left -= 1) {
    const flagsAt = at + statBytes + oidBytes;
    if (flagsAt + 2 > end) return false;
    const flags = bytes.readUInt16BE(flagsAt);
    const nameBytes = flags & longName;
    // A longer name, or a mark, a side of a conflict, an entry of a later version.
    if (nameBytes === longName || (flags & 0xf000) !== 0 || bytes.readUInt32BE(at + modeAt) === link) return false;
    at += Math.ceil((flagsAt + 2 - at + nameBytes + 1) / 8) * 8;
  }
  return readExtensions(bytes, { at, end, oidBytes, entries: [] }) !== undefined;
}

/** What the bytes say; undefined for a form that this does not read: split, sparse, damaged, without its sum, of a later version. */
export function parseIndexFile(bytes: Buffer): IndexFile | undefined {
  const oidBytes = sumBytes(bytes);
  if (oidBytes === undefined || bytes.toString("latin1", 0, 4) !== "DIRC") return undefined;
  const end = bytes.length - oidBytes;
  const version = bytes.readUInt32BE(4);
  const count = bytes.readUInt32BE(8);
  if (version < 2 || version > 4) return undefined;
  const entries: IndexFileEntry[] = [];
  let at = headerBytes;
  let before: Buffer = Buffer.alloc(0);
  for (let index = 0; index < count; index += 1) {
    const start = at;
    const flagsAt = start + statBytes + oidBytes;
    if (flagsAt + 4 > end) return undefined;
    const flags = bytes.readUInt16BE(flagsAt);
    const isExtended = (flags & 0x4000) !== 0;
    if (isExtended && version === 2) return undefined;
    at = flagsAt + (isExtended ? 4 : 2);
    let shared = 0;
    if (version === 4) {
      const cut = readOffset(bytes, at);
      if (cut === undefined || cut.value > before.length) return undefined;
      shared = before.length - cut.value;
      at = cut.next;
    }
    const nameEnd = bytes.indexOf(0, at);
    if (nameEnd === -1 || nameEnd >= end) return undefined;
    const rest = bytes.subarray(at, nameEnd);
    const whole = shared === 0 ? rest : Buffer.concat([before.subarray(0, shared), rest]);
    const name = whole.toString("utf8");
    // A name that is no text cannot be looked for under it.
    if (name.includes("\uFFFD")) return undefined;
    before = whole;
    at = version === 4 ? nameEnd + 1 : start + Math.ceil((nameEnd + 1 - start) / 8) * 8;
    const extended = isExtended ? bytes.readUInt16BE(flagsAt + 2) : 0;
    const field = (place: number): number => bytes.readUInt32BE(start + 4 * place);
    entries.push({
      name,
      ctimeS: field(0),
      ctimeNs: field(1),
      mtimeS: field(2),
      mtimeNs: field(3),
      ino: field(5),
      mode: field(6),
      uid: field(7),
      gid: field(8),
      size: field(9),
      isPlain: (flags & 0xb000) === 0 && extended === 0,
      isMarked: (flags & 0x8000) !== 0 || (extended & 0x4000) !== 0,
    });
  }
  return readExtensions(bytes, { at, end, oidBytes, entries });
}

/** The index ends with the sum of all before it, made as the names of objects are: that tells how long those are, too. */
function sumBytes(bytes: Buffer): number | undefined {
  const isSummed = (algorithm: string, length: number): boolean =>
    bytes.length > headerBytes + length &&
    createHash(algorithm).update(bytes.subarray(0, -length)).digest().equals(bytes.subarray(-length));
  return isSummed("sha1", 20) ? 20 : isSummed("sha256", 32) ? 32 : undefined;
}

function readExtensions(
  bytes: Buffer,
  {
    at: start,
    end,
    oidBytes,
    entries,
  }: {
    readonly at: number;
    readonly end: number;
    readonly oidBytes: number;
    readonly entries: readonly IndexFileEntry[];
  },
): IndexFile | undefined {
  let tree: Oid | undefined;
  let at = start;
  while (at + 8 <= end) {
    const name = bytes.toString("latin1", at, at + 4);
    const from = at + 8;
    at = from + bytes.readUInt32BE(at + 4);
    // In small letters: without it the entries are not to be understood.
    if (at > end || !/^[A-Z]/u.test(name)) return undefined;
    if (name === "TREE") tree = rootTree(bytes.subarray(from, at), { count: entries.length, oidBytes });
  }
  return at === end ? { entries, ...(tree === undefined ? {} : { tree }) } : undefined;
}

/** The first record is that of the root: an empty path, how many entries it covers (-1: not known), its subtrees, its name. */
function rootTree(
  bytes: Buffer,
  { count, oidBytes }: { readonly count: number; readonly oidBytes: number },
): Oid | undefined {
  const line = bytes.indexOf(10);
  if (line === -1 || bytes.length < line + 1 + oidBytes) return undefined;
  const covered = /^\0(\d+) \d+$/u.exec(bytes.toString("latin1", 0, line))?.[1];
  return Number(covered) === count ? bytes.toString("hex", line + 1, line + 1 + oidBytes) : undefined;
}

/** A number as packs and the index's version 4 write it: seven bits a byte, each further byte counts one more. */
function readOffset(bytes: Buffer, from: number): { readonly value: number; readonly next: number } | undefined {
  let at = from;
  let byte = bytes[at];
  if (byte === undefined) return undefined;
  let value = byte & 0x7f;
  while ((byte & 0x80) !== 0) {
    at += 1;
    byte = bytes[at];
    if (byte === undefined || value > 0xff_ff_ff) return undefined;
    value = (value + 1) * 128 + (byte & 0x7f);
  }
  return { value, next: at + 1 };
}
