// Where the logs of commands lie, and how their ends are read without reading them whole.
import { closeSync, createReadStream, fstatSync, openSync, readSync } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { TextDecoder } from "node:util";
import { makeFolder } from "./folder.ts";
import { safeName } from "./safe-name.ts";

export interface LogPlace {
  /** Our folder in the common git directory. */
  readonly directory: string;
  readonly plan: string;
  readonly stage: string;
  readonly attempt: number;
  readonly name: string;
}

/** Absolute path of a log; different places never share one, whatever their ids hold. */
export function logPath({ directory, plan, stage, attempt, name }: LogPlace): string {
  return join(directory, "logs", safeName(plan), safeName(stage), `${attempt}-${safeName(name)}.log`);
}

/** The same, with its folder made (mode 0700). */
export async function prepareLogFolder(place: LogPlace): Promise<string> {
  const path = logPath(place);
  makeFolder(dirname(path), { mode: 0o700 });
  return path;
}

export interface LogFolder {
  /** Absolute. */
  readonly path: string;
  /** The names of plan and stage in it, as `safeName` writes them. */
  readonly plan: string;
  readonly stage: string;
}

/** The folders with logs, one for each stage that ever ran something. */
export async function listLogFolders(directory: string): Promise<readonly LogFolder[]> {
  const found: LogFolder[] = [];
  for (const plan of await foldersIn(join(directory, "logs"))) {
    for (const stage of await foldersIn(join(directory, "logs", plan))) {
      found.push({ path: join(directory, "logs", plan, stage), plan, stage });
    }
  }
  return found;
}

const foldersIn = async (path: string): Promise<readonly string[]> =>
  (await readdir(path, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

/** The last `bytes` of the file as text; a character cut at the front is left out. A missing file is empty. */
export async function readTail(path: string, { bytes }: { readonly bytes: number }): Promise<string> {
  const file = await open(path, "r").catch(() => undefined);
  if (file === undefined) return "";
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - bytes);
    const buffer = Buffer.alloc(Math.min(size, bytes));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
    return buffer.subarray(start === 0 ? 0 : firstWholeCharacter(buffer), bytesRead).toString("utf8");
  } finally {
    await file.close();
  }
}

/** Bytes of a file: `from` counts from its end where that is negative. Of a missing file there are none. */
export async function readPart(
  path: string,
  { from, bytes }: { readonly from: number; readonly bytes: number },
): Promise<{ readonly size: number; readonly from: number; readonly bytes: Uint8Array }> {
  const file = await open(path, "r").catch(() => undefined);
  if (file === undefined) return { size: 0, from: 0, bytes: new Uint8Array() };
  try {
    const { size } = await file.stat();
    const start = Math.min(size, from < 0 ? Math.max(0, size + from) : from);
    const buffer = new Uint8Array(Math.max(0, Math.min(bytes, size - start)));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
    return { size, from: start, bytes: buffer.subarray(0, bytesRead) };
  } finally {
    await file.close();
  }
}

/** UTF-8 marks every byte but the first of a character with the bits 10; a character has at most four. */
function firstWholeCharacter(buffer: Buffer): number {
  for (let at = 0; at < 3; at += 1) {
    if (((buffer[at] ?? 0) & 0xc0) !== 0x80) return at;
  }
  return 3;
}

/** More than this is never searched for line ends, in bytes: a log may hold no line end at all. */
const searchedBytes = 1024 * 1024;

/** The last `lines` lines of the file without their line ends; of very long lines, only the last megabyte. */
export async function tailLines(path: string, { lines }: { readonly lines: number }): Promise<readonly string[]> {
  if (lines <= 0) return [];
  for (let bytes = Math.min(lines * 200 + 4096, searchedBytes); ; bytes = Math.min(bytes * 4, searchedBytes)) {
    const text = await readTail(path, { bytes });
    const found = text.replace(/\r?\n$/u, "").split(/\r?\n/u);
    const isWhole = Buffer.byteLength(text) < bytes - 4;
    // The first of them may have lost its beginning.
    if (isWhole || found.length > lines || bytes >= searchedBytes) return text === "" ? [] : found.slice(-lines);
  }
}

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** From the first byte rather than from what is written from now on. */
  readonly fromStart: boolean;
}

const lookMs = 100;

/**
 * What is written to the file, as it comes, until the signal fires. A missing file is waited for; one that shrank is read
 * from its start again. Looks at the size ten times a second: a command can write far faster than anybody reads.
 */
export async function* followLog(path: string, { signal, fromStart }: FollowOptions): AsyncIterable<string> {
  let decoder = new TextDecoder();
  let offset = fromStart ? 0 : ((await sizeOf(path)) ?? 0);
  while (!signal.aborted) {
    const size = await sizeOf(path);
    if (size !== undefined && size < offset) {
      offset = 0;
      decoder = new TextDecoder();
    }
    if (size === undefined || size === offset) {
      await delay(lookMs, undefined, { signal }).catch(() => undefined);
      continue;
    }
    for await (const chunk of createReadStream(path, { start: offset, end: size - 1 })) {
      if (!(chunk instanceof Buffer)) continue;
      offset += chunk.length;
      const text = decoder.decode(chunk, { stream: true });
      if (text !== "") yield text;
      if (signal.aborted) return;
    }
  }
}

const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    (found) => found.size,
    () => undefined,
  );

/** The whole file in pieces that end between characters; nothing where there is no file. */
export async function* readLog(path: string): AsyncIterable<string> {
  if ((await sizeOf(path)) === undefined) return;
  const decoder = new TextDecoder();
  for await (const chunk of createReadStream(path)) {
    if (chunk instanceof Buffer) yield decoder.decode(chunk, { stream: true });
  }
}

/** As `readTail`, for a view that draws now and must not wait. */
export function readTailSync(path: string, { bytes }: { readonly bytes: number }): string {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return "";
  }
  try {
    const { size } = fstatSync(file);
    const start = Math.max(0, size - bytes);
    const buffer = Buffer.alloc(Math.min(size, bytes));
    const read = readSync(file, buffer, 0, buffer.length, start);
    return buffer.subarray(start === 0 ? 0 : firstWholeCharacter(buffer), read).toString("utf8");
  } finally {
    closeSync(file);
  }
}
