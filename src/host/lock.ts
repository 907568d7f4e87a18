// The two locks: one per repository, held for milliseconds around git's racy commands, and one per plan, held for a run.
// A lock is an open `BEGIN EXCLUSIVE` on a small SQLite file: the kernel frees it when its holder dies, however it dies,
// and nobody takes it from a holder that is merely stopped.
import type { DatabaseSync } from "node:sqlite";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Fault } from "../core/fault.ts";
import { readStartTime } from "./processes.ts";
import { safeName } from "./safe-name.ts";
import { loadSqlite, openPrivateDatabase, sqliteCode, sqliteCodeOf, storageFault } from "./sqlite.ts";

/** The tail of the queue of each lock file. The one mutable thing at module level: a queue per process is its purpose. */
const queues = new Map<string, Promise<unknown>>();

export interface RepositoryLockOptions {
  /** Milliseconds to wait for other processes; a minute where absent. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs `action` while no other caller, in this process or another, runs one for the same directory. Callers of one process
 * queue up in order; other processes are polled with a growing pause. It is not re-entrant.
 * Faults: lock-timeout, interrupted (the signal fired while waiting), file-system.
 */
export async function withRepositoryLock<T>(
  directory: string,
  action: () => Promise<T>,
  options: RepositoryLockOptions = {},
): Promise<T> {
  const path = join(directory, "repo.lock");
  const before = queues.get(path) ?? Promise.resolve();
  const turn = Promise.withResolvers<void>();
  const tail = before.then(() => turn.promise);
  queues.set(path, tail);
  try {
    await before;
    const lock = await acquire(path, options);
    try {
      return await action();
    } finally {
      lock.close();
    }
  } finally {
    turn.resolve();
    if (queues.get(path) === tail) queues.delete(path);
  }
}

async function acquire(path: string, options: RepositoryLockOptions): Promise<DatabaseSync> {
  const started = performance.now();
  const timeoutMs = options.timeoutMs ?? 60_000;
  for (let pause = 1; ; pause = Math.min(pause * 1.5, 25)) {
    if (options.signal?.aborted === true) throw new Fault("interrupted", {});
    const lock = tryLock(path, { timeoutMs: 0 });
    if (lock !== undefined) return lock;
    const waitedMs = Math.round(performance.now() - started);
    if (waitedMs >= timeoutMs) throw new Fault("lock-timeout", { path, waitedMs });
    await delay(pause, undefined, options.signal === undefined ? {} : { signal: options.signal }).catch(
      () => undefined,
    );
  }
}

/** The open transaction that is the lock; undefined when somebody else has it. Closing the database gives it back. */
function tryLock(path: string, options: { readonly timeoutMs: number }): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = openPrivateDatabase(path, options);
    database.exec("BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database?.close();
    if (sqliteCodeOf(error) === sqliteCode.busy) return undefined;
    throw storageFault(error, { action: "lock", path });
  }
}

export interface RunHolder {
  readonly pid?: number;
  /** Milliseconds since the epoch. */
  readonly since?: number;
  /** The files of its plan, which it may write to; absolute. */
  readonly files?: readonly string[];
}

/** The lock, or who has it. */
export type RunLock = { release(): void } | { readonly heldBy: RunHolder };

export interface RunLockOptions {
  readonly directory: string;
  readonly plan: string;
  readonly now: () => number;
  /** The files of the plan, absolute. */
  readonly files?: readonly string[];
}

/** Long enough to outlast a reader that looks at the lock; a holder keeps it for the length of a run. */
const readerMs = 50;

/** Takes the lock of a plan, or tells who has it. It is free at once when the holder dies. Fault: file-system. */
export function acquireRunLock(options: RunLockOptions): RunLock {
  const { lock: path, holder } = runLockPaths(options);
  const lock = tryLock(path, { timeoutMs: readerMs });
  if (lock === undefined) return { heldBy: awaitHolderFile(holder) };
  const identity = { pid: process.pid, since: options.now(), start: readStartTime(process.pid), files: options.files };
  try {
    writeFileSync(holder, `${JSON.stringify(identity)}\n`, { mode: 0o600 });
  } catch (error) {
    lock.close();
    throw storageFault(error, { action: "write", path: holder });
  }
  let held = true;
  const release = (): void => {
    if (!held) return;
    held = false;
    process.off("exit", release);
    // Before the lock is given back: afterwards the file may be the next holder's.
    rmSync(holder, { force: true });
    lock.close();
  };
  // Also keeps the lock alive: a database that nobody refers to is closed by the garbage collector.
  process.on("exit", release);
  return { release };
}

/**
 * Who holds the lock of a plan now; undefined when nobody does. A reader takes SQLite's shared lock for an instant, which
 * an acquirer waits out, and creates nothing, so that it also works on a read-only disk.
 */
export function readRunHolder(options: { readonly directory: string; readonly plan: string }): RunHolder | undefined {
  return readHolder(runLockPaths(options));
}

/** As `readRunHolder`, for who is told once: one that has only just taken the lock is waited for until it said who it is. */
export function identifyRunHolder(options: {
  readonly directory: string;
  readonly plan: string;
}): RunHolder | undefined {
  const found = readRunHolder(options);
  return found === undefined ? undefined : awaitHolderFile(runLockPaths(options).holder);
}

/** Milliseconds in which a holder that lives has said who it is, and between two looks. */
const identifyMs = 500;
const identifyLookMs = 5;

/**
 * Who takes the lock says who it is a moment later; until then there is nothing to read, or what one that was killed left.
 * Where its process cannot be seen from here, what is read last is told.
 */
function awaitHolderFile(path: string): RunHolder {
  const end = performance.now() + identifyMs;
  for (;;) {
    const { start, ...found } = readIdentity(path);
    const isItself = found.pid !== undefined && readStartTime(found.pid) === start;
    if (isItself || performance.now() > end) return found;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, identifyLookMs);
  }
}

function readHolder({ lock: path, holder }: { readonly lock: string; readonly holder: string }): RunHolder | undefined {
  if (!existsSync(path)) return undefined;
  const { DatabaseSync: Database } = loadSqlite();
  let database: DatabaseSync | undefined;
  try {
    database = new Database(path, { readOnly: true, timeout: 0 });
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
    return undefined;
  } catch (error) {
    if (sqliteCodeOf(error) === sqliteCode.busy) return readHolderFile(holder);
    throw storageFault(error, { action: "read", path });
  } finally {
    database?.close();
  }
}

/** Who holds the lock of any plan now. As `readRunHolder`, where nobody knows the plans. */
export function listRunHolders(directory: string): readonly RunHolder[] {
  const names = existsSync(directory) ? readdirSync(directory) : [];
  return names.flatMap((name) => {
    const lock = /^(run-.+)\.lock$/u.exec(name)?.[1];
    if (lock === undefined) return [];
    const base = join(directory, lock);
    const holder = readHolder({ lock: `${base}.lock`, holder: `${base}.holder.json` });
    return holder === undefined ? [] : [holder];
  });
}

/** Lock files that are no databases any more: nobody can take them. Absolute paths. Not to be called by who holds one. */
export function listDamagedLocks(directory: string): readonly string[] {
  const names = existsSync(directory) ? readdirSync(directory) : [];
  return names
    .filter((name) => name === "repo.lock" || /^run-.+\.lock$/u.test(name))
    .map((name) => join(directory, name))
    .filter((path) => {
      const begin = readFileSync(path).subarray(0, sqliteHeader.length).toString("latin1");
      return begin !== "" && begin !== sqliteHeader;
    });
}

const sqliteHeader = "SQLite format 3\0";

/** Beside the lock, not in it: opening and closing the lock file itself would drop this process's own lock on it. */
function runLockPaths(options: { readonly directory: string; readonly plan: string }): {
  lock: string;
  holder: string;
} {
  const base = join(options.directory, `run-${safeName(options.plan)}`);
  return { lock: `${base}.lock`, holder: `${base}.holder.json` };
}

function readHolderFile(path: string): RunHolder {
  const { start: _start, ...holder } = readIdentity(path);
  return holder;
}

/** `start` tells one life of a pid from the next. */
function readIdentity(path: string): RunHolder & { readonly start?: string } {
  try {
    const found: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof found !== "object" || found === null) return {};
    const pid = "pid" in found && typeof found.pid === "number" ? { pid: found.pid } : {};
    const since = "since" in found && typeof found.since === "number" ? { since: found.since } : {};
    const files =
      "files" in found && Array.isArray(found.files)
        ? { files: found.files.filter((one): one is string => typeof one === "string") }
        : {};
    const start = "start" in found && typeof found.start === "string" ? { start: found.start } : {};
    return { ...pid, ...since, ...files, ...start };
  } catch {
    // Between taking the lock and writing the file, or in a folder of another user.
    return {};
  }
}
