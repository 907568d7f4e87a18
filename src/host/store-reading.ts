// Opens the store for a reader that may write nothing, not even the shared memory file of a write-ahead log.
import type { DatabaseSync } from "node:sqlite";
import { accessSync, constants, copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { loadSqlite, sqliteCode, sqliteCodeOf } from "./sqlite.ts";

interface Opened {
  readonly database: DatabaseSync;
  readonly close: () => void;
}

/**
 * A read-only connection to the database at `path`, which must exist. In a folder that cannot be written, SQLite reads a
 * write-ahead log only where its shared memory file is already there (https://sqlite.org/wal.html, read-only databases):
 * without a log the file is opened as unchanging, with one a private copy is read. So it is on a full disk.
 */
export function openForReading(path: string): Opened {
  const { DatabaseSync: Database } = loadSqlite();
  const shared = isWritable(dirname(path)) && isWritable(path) ? openShared(path) : undefined;
  if (shared !== undefined) return { database: shared, close: () => shared.close() };
  const log = `${path}-wal`;
  if (!existsSync(log) || statSync(log).size === 0) {
    const url = pathToFileURL(path);
    url.search = "?immutable=1";
    const database = new Database(url, { readOnly: true });
    return { database, close: () => database.close() };
  }
  const folder = mkdtempSync(join(tmpdir(), "stagetree-read-"));
  const copy = join(folder, "events.db");
  copyFileSync(path, copy);
  copyFileSync(log, `${copy}-wal`);
  const database = new Database(copy);
  return {
    database,
    close: () => {
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Undefined on a full disk, where SQLite cannot make the shared memory file that readers of a write-ahead log need. */
function openShared(path: string): DatabaseSync | undefined {
  const { DatabaseSync: Database } = loadSqlite();
  const database = new Database(path, { readOnly: true, timeout: 10_000 });
  try {
    database.prepare("PRAGMA user_version").get();
    return database;
  } catch (error) {
    database.close();
    if (sqliteCodeOf(error) === sqliteCode.ioError) return undefined;
    if (sqliteCodeOf(error) !== sqliteCode.readonly) throw error;
    finishRecovery(path);
    return new Database(path, { readOnly: true, timeout: 10_000 });
  }
}

/**
 * A process that was killed while it made the store leaves a journal that only a writer can roll back
 * (https://sqlite.org/rescode.html, SQLITE_READONLY_ROLLBACK). Opening it for writing does that, and nothing else.
 */
function finishRecovery(path: string): void {
  const { DatabaseSync: Database } = loadSqlite();
  const database = new Database(path, { timeout: 10_000 });
  try {
    database.prepare("PRAGMA user_version").get();
  } finally {
    database.close();
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
