// Whether the store can be read to its end; and a damaged one read as far as it goes, into a new one.
import { existsSync, renameSync, rmSync } from "node:fs";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { Fault } from "../core/fault.ts";
import { loadSqlite, openPrivateDatabase, storageFault } from "./sqlite.ts";
import { openForReading } from "./store-reading.ts";
import { schema, schemaVersion, storePath } from "./store.ts";

export interface StoreHealth {
  readonly path: string;
  /** `newer`: a later version wrote it. `unreadable`: the system does not let us. */
  readonly state: "absent" | "sound" | "damaged" | "newer" | "unreadable";
  /** What SQLite or the system said. */
  readonly detail?: string;
}

/** Reads all of the store of our folder `directory` and changes nothing. */
export function checkStore(directory: string): StoreHealth {
  const path = storePath(directory);
  if (!existsSync(path)) return { path, state: "absent" };
  try {
    const opened = openForReading(path);
    try {
      return { path, ...judge(opened.database) };
    } finally {
      opened.close();
    }
  } catch (error) {
    const fault = storageFault(error, { action: "read", path });
    if (!(fault instanceof Fault)) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    return { path, state: isDamage(fault) ? "damaged" : "unreadable", detail };
  }
}

const isDamage = (fault: Fault): boolean =>
  "code" in fault.facts && ["CORRUPT", "SQLITE_1"].includes(fault.facts.code.toString());

function judge(database: DatabaseSync): Pick<StoreHealth, "state" | "detail"> {
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
  if (version > schemaVersion) return { state: "newer", detail: `its version is ${version}` };
  const said = String(Object.values(database.prepare("PRAGMA quick_check(1)").get() ?? {})[0] ?? "");
  if (said !== "ok") return { state: "damaged", detail: said.replaceAll(/\s+/gu, " ") };
  if (version === 0) return { state: "sound" };
  let bad = 0;
  for (const row of database.prepare("SELECT event FROM events").iterate()) if (!isJson(row["event"])) bad += 1;
  return bad === 0 ? { state: "sound" } : { state: "damaged", detail: `${bad} of its events cannot be read` };
}

function isJson(text: unknown): boolean {
  try {
    const read: unknown = JSON.parse(String(text));
    return typeof read === "object" && read !== null && "type" in read;
  } catch {
    return false;
  }
}

export interface Salvage {
  /** Where the damaged database lies now. */
  readonly kept: string;
  /** Events that could be read. */
  readonly events: number;
}

/**
 * Puts a new store in the place of the damaged one, with every event that can be read; the damaged one stays beside it
 * under the name `kept` (`suffix` tells it from others). The caller sees to it that no run goes on. Fault: file-system.
 */
export function salvageStore(directory: string, { suffix }: { readonly suffix: string }): Salvage {
  const path = storePath(directory);
  const fresh = `${path}.${suffix}.new`;
  const kept = `${path}.${suffix}.damaged`;
  try {
    rmSync(fresh, { force: true });
    const target = openPrivateDatabase(fresh, { timeoutMs: 0 });
    let events = 0;
    try {
      target.exec(schema);
      for (const table of tablesOf(target)) {
        const rows = readableRows(path, table).filter(({ event }) => event === undefined || isJson(event));
        insertRows(target, { table, rows });
        if (table.name === "events") events = rows.length;
      }
    } finally {
      target.close();
    }
    // The log belongs to its database by name.
    for (const end of ["-wal", "-shm"]) if (existsSync(path + end)) renameSync(path + end, kept + end);
    renameSync(path, kept);
    renameSync(fresh, path);
    return { kept, events };
  } catch (error) {
    throw storageFault(error, { action: "mend", path });
  }
}

type Row = Readonly<Record<string, SQLInputValue>>;

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
}

function tablesOf(database: DatabaseSync): readonly Table[] {
  const named = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all();
  return named.map((row) => {
    const name = String(row["name"]);
    const columns = database.prepare(`PRAGMA table_info(${name})`).all();
    return { name, columns: columns.map((column) => String(column["name"])) };
  });
}

function insertRows(
  database: DatabaseSync,
  { table, rows }: { readonly table: Table; readonly rows: readonly Row[] },
): void {
  const places = table.columns.map(() => "?").join(", ");
  const insert = database.prepare(
    `INSERT OR IGNORE INTO ${table.name} (${table.columns.join(", ")}) VALUES (${places})`,
  );
  database.exec("BEGIN");
  for (const row of rows) insert.run(...table.columns.map((column) => row[column] ?? null));
  database.exec("COMMIT");
}

/** Rows in order until the damage, then in the other order until the damage. */
function readableRows(path: string, { name, columns }: Table): readonly Row[] {
  const { DatabaseSync: Database } = loadSqlite();
  const rows = new Map<number, Row>();
  let database: DatabaseSync | undefined;
  try {
    database = new Database(path);
    for (const order of ["ASC", "DESC"]) {
      const text = `SELECT rowid AS row_number, ${columns.join(", ")} FROM ${name} NOT INDEXED ORDER BY rowid ${order}`;
      try {
        for (const row of database.prepare(text).iterate()) rows.set(Number(row["row_number"]), row);
      } catch {
        // As far as it goes.
      }
    }
  } catch {
    // Not even its first page: nothing can be read.
  } finally {
    database?.close();
  }
  return [...rows.entries()].toSorted(([a], [b]) => a - b).map(([, row]) => row);
}
