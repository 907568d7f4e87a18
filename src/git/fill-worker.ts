// One thread that writes files of a worktree: what another worktree holds, where its bytes are those of the index.
import { createHash, hash } from "node:crypto";
import {
  type BigIntStats,
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  futimesSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readlinkSync,
  readSync,
  rmSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import { parentPort } from "node:worker_threads";
import { entryMode, entryModes, entryName, entryObject, putStat } from "./plain-index.ts";

/** Entries of one index, written from one worktree into another. */
export interface FillTask {
  /** The index, shared: the stat data of each file that is written goes right into it. */
  readonly index: SharedArrayBuffer;
  readonly hashBytes: number;
  /** Where the entries begin. */
  readonly entries: Uint32Array;
  /** What the index is made of: tasks with the same text have the same entries. */
  readonly tree: string;
  /** Absolute. */
  readonly from: string;
  readonly to: string;
  /** Bytes that come from elsewhere, by object id in hexadecimal. */
  readonly given?: ReadonlyMap<string, Uint8Array>;
  /** Make the folders of these entries, and nothing else. */
  readonly folders?: true;
  /** The time that all files get, in seconds since the epoch. */
  readonly time: number;
}

export interface FillAnswer {
  /** Entries that the other worktree does not hold as they are in the index. They were not written. */
  readonly missing: readonly number[];
  /** Why the rest was not written either. */
  readonly problem?: string;
}

/** A file of more bytes is copied by the operating system, which shares its blocks where the file system can. */
const largeFile = 1024 * 1024;
/** So many bytes of files that were read are kept for the next worktree. */
const mostKept = 64 * 1024 * 1024;
/** Room for the words that git puts before a file when it hashes it: its kind and its size. */
const headroom = 32;

/** Nothing is waited for and no link is followed, whatever lies there. */
const readFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

function listen(port: NonNullable<typeof parentPort>): void {
  const buffer = Buffer.allocUnsafe(headroom + largeFile + 1);
  const known = new Map<number, Known>();
  let tree = "";
  let keptBytes = 0;

  port.on("message", (task: FillTask) => {
    const missing: number[] = [];
    let answer: FillAnswer = { missing };
    try {
      if (task.folders === true) makeFolders(task);
      else fill(task, missing);
    } catch (error) {
      answer = { missing, problem: error instanceof Error ? error.message : String(error) };
    }
    port.postMessage(answer);
  });

  function fill({ index, hashBytes, entries, from, to, given, time, ...task }: FillTask, missing: number[]): void {
    if (task.tree !== tree) {
      known.clear();
      keptBytes = 0;
      tree = task.tree;
    }
    const bytes = Buffer.from(index);
    const view = new DataView(index);
    for (const at of entries) {
      const entry = known.get(at) ?? learn(bytes, { at, hashBytes });
      const wanted = { entry, target: pathOf(to, entry.name), time };
      const content = given?.get(entry.object) ?? entry.content ?? readContent(entry, from);
      const stat =
        content === "large"
          ? copyLarge(pathOf(from, entry.name), wanted)
          : content === undefined
            ? undefined
            : writeContent(content, wanted);
      if (stat === undefined) missing.push(at);
      else putStat(view, { at, stat, time });
    }
  }

  function learn(bytes: Buffer, place: { readonly at: number; readonly hashBytes: number }): Known {
    const name = nameOf(entryName(bytes, place));
    const entry: Known = { name, object: entryObject(bytes, place), mode: entryMode(bytes, place.at) };
    known.set(place.at, entry);
    return entry;
  }

  /** Proven by its object id, and valid until the next call; undefined where there is something else. */
  function readContent(entry: Known, from: string): Buffer | "large" | undefined {
    const { object, mode } = entry;
    try {
      const source = pathOf(from, entry.name);
      const size = mode === entryModes.link ? readLink(source) : readFile(source);
      if (size === undefined) return "large";
      const header = `blob ${size}\0`;
      const begin = headroom - header.length;
      buffer.write(header, begin, "latin1");
      const found = hash(algorithmOf(object), buffer.subarray(begin, headroom + size));
      if (found !== object) return undefined;
      const content = buffer.subarray(headroom, headroom + size);
      if (keptBytes + size > mostKept) return content;
      keptBytes += size;
      return (entry.content = Buffer.from(content));
    } catch {
      return undefined;
    }
  }

  function readLink(source: Path): number {
    return readlinkSync(source, { encoding: "buffer" }).copy(buffer, headroom);
  }

  /** The size; undefined for a large file. */
  function readFile(source: Path): number | undefined {
    const file = openSync(source, readFlags);
    try {
      let size = 0;
      for (;;) {
        const read = readSync(file, buffer, headroom + size, largeFile + 1 - size, null);
        size += read;
        if (read === 0) return size;
        if (size > largeFile && fstatSync(file).isFile()) return undefined;
        if (size > largeFile) throw new Error("not a file, and without an end");
      }
    } finally {
      closeSync(file);
    }
  }
}

/** Names are bytes: only those that mean the same as text are given as text, which is faster. */
type Path = string | Buffer;

/** An entry of the index. */
interface Known {
  readonly name: Path;
  /** The object id that the bytes have to have. */
  readonly object: string;
  readonly mode: number;
  /** What was read and proven. */
  content?: Buffer;
}

interface Wanted {
  readonly entry: Known;
  readonly target: Path;
  readonly time: number;
}

const nameOf = (name: string): Path => (/[\u0080-\u00ff]/u.test(name) ? Buffer.from(name, "latin1") : name);

const pathOf = (folder: string, name: Path): Path =>
  typeof name === "string" ? `${folder}/${name}` : Buffer.concat([Buffer.from(`${folder}/`), name]);

/** What the umask takes away goes off this, as git has it. */
const permissions = (mode: number): number => (mode === entryModes.program ? 0o777 : 0o666);

const algorithmOf = (object: string): string => (object.length === 40 ? "sha1" : "sha256");

/** Each is made here and nowhere else: one that is there already, whatever it is, is a reason to stop. */
function makeFolders({ index, hashBytes, entries, to }: FillTask): void {
  const bytes = Buffer.from(index);
  const made = new Set<string>();
  const make = (folder: string): void => {
    if (made.has(folder)) return;
    const parent = folder.lastIndexOf("/");
    if (parent !== -1) make(folder.slice(0, parent));
    mkdirSync(pathOf(to, nameOf(folder)));
    made.add(folder);
  };
  for (const at of entries) {
    const name = entryName(bytes, { at, hashBytes });
    const end = name.lastIndexOf("/");
    if (end !== -1) make(name.slice(0, end));
  }
}

/** Nothing that is there is written over, and no link is followed. */
function writeContent(content: Uint8Array, { entry: { mode }, target, time }: Wanted): BigIntStats {
  if (mode === entryModes.link) {
    symlinkSync(Buffer.from(content), target);
    lutimesSync(target, time, time);
    return lstatSync(target, { bigint: true });
  }
  const file = openSync(target, "wx", permissions(mode));
  try {
    for (let written = 0; written < content.length;) written += writeSync(file, content, written);
    futimesSync(file, time, time);
    return fstatSync(file, { bigint: true });
  } finally {
    closeSync(file);
  }
}

/** The copy is what is hashed, since nobody else writes into it. Undefined where it is not what is wanted; then it is gone. */
function copyLarge(source: Path, { entry, target, time }: Wanted): BigIntStats | undefined {
  const { object, mode } = entry;
  copyFileSync(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  chmodSync(target, permissions(mode) & ~process.umask());
  const file = openSync(target, constants.O_RDONLY);
  try {
    const digest = createHash(algorithmOf(object)).update(`blob ${fstatSync(file).size}\0`);
    const piece = Buffer.allocUnsafe(largeFile);
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece))
      digest.update(piece.subarray(0, read));
    if (digest.digest("hex") !== object) {
      rmSync(target);
      return undefined;
    }
    futimesSync(file, time, time);
    return fstatSync(file, { bigint: true });
  } finally {
    closeSync(file);
  }
}

if (parentPort !== null) listen(parentPort);
