// Loads `node:sqlite` without its warning and turns its errors into faults.
import type * as sqlite from "node:sqlite";
import { closeSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { Fault } from "../core/fault.ts";
import { makeFolder } from "./folder.ts";

/**
 * The built-in module, loaded at the first call: a command that needs no store does not pay for it. Node 22 announces it
 * as experimental on stderr when it is loaded; that one warning is dropped, every other passes.
 */
export function loadSqlite(): typeof sqlite {
  const own = Object.getOwnPropertyDescriptor(process, "emitWarning");
  const original: typeof process.emitWarning = process.emitWarning.bind(process);
  const filtered = (warning: string | Error, ...rest: unknown[]): void => {
    if (String(warning).includes("SQLite is an experimental feature")) return;
    Reflect.apply(original, process, [warning, ...rest]);
  };
  Object.defineProperty(process, "emitWarning", { configurable: true, writable: true, value: filtered });
  try {
    return process.getBuiltinModule("node:sqlite");
  } finally {
    if (own === undefined) Reflect.deleteProperty(process, "emitWarning");
    else Object.defineProperty(process, "emitWarning", own);
  }
}

/** SQLite's primary result codes that we tell apart, see https://sqlite.org/rescode.html. */
export const sqliteCode = {
  busy: 5,
  readonly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

/** The primary result code of an error that SQLite raised; undefined for any other error. */
export function sqliteCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return undefined;
  return error.errcode & 0xff;
}

/** No room for the shared memory of a write-ahead log (SQLITE_IOERR_SHMSIZE): SQLite calls a full disk broken there. */
const noRoomForLog = 4874;

const systemCodes: ReadonlyMap<number, string> = new Map([
  [sqliteCode.busy, "EBUSY"],
  [sqliteCode.readonly, "EROFS"],
  [sqliteCode.ioError, "EIO"],
  [sqliteCode.corrupt, "CORRUPT"],
  [sqliteCode.full, "ENOSPC"],
  [sqliteCode.cannotOpen, "EACCES"],
  [sqliteCode.notADatabase, "CORRUPT"],
]);

/** The `file-system` fault for an error of SQLite or of the file system; any other error as it is. */
export function storageFault(error: unknown, place: { readonly action: string; readonly path: string }): unknown {
  if (error instanceof Fault) return error;
  const code = sqliteCodeOf(error);
  if (code !== undefined) {
    if (error instanceof Error && "errcode" in error && error.errcode === noRoomForLog) {
      return new Fault("file-system", { ...place, code: "ENOSPC" }, { cause: error });
    }
    return new Fault("file-system", { ...place, code: systemCodes.get(code) ?? `SQLITE_${code}` }, { cause: error });
  }
  if (error instanceof Error && "code" in error && typeof error.code === "string" && /^E[A-Z]+$/u.test(error.code)) {
    return new Fault("file-system", { ...place, code: error.code }, { cause: error });
  }
  return error;
}

/**
 * Opens a database file, made with mode 0600 in a folder of mode 0700 where it is missing. An existing file is not
 * touched outside of SQLite: closing any descriptor of it would drop the POSIX locks this process holds on it
 * (https://sqlite.org/howtocorrupt.html, 2.2).
 */
export function openPrivateDatabase(path: string, options: { readonly timeoutMs: number }): sqlite.DatabaseSync {
  makeFolder(dirname(path), { mode: 0o700 });
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const { DatabaseSync: Database } = loadSqlite();
  return new Database(path, { timeout: options.timeoutMs });
}
