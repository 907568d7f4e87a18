// The durable record of what happened, and the letter box of a run: one SQLite database under the common git directory.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { canBeSeenAgain } from "../core/durability.ts";
import type { Event, Recorded } from "../core/event.ts";
import { Fault } from "../core/fault.ts";
import type { Intent } from "../core/intent.ts";
import { openPrivateDatabase, sqliteCode, sqliteCodeOf, storageFault } from "./sqlite.ts";
import { openForReading } from "./store-reading.ts";

export interface Store {
  /** Makes the events durable, all or none, and returns them as they lie in the store. Fault: file-system. */
  append(plan: string, events: readonly Event[], options?: { readonly run?: string }): readonly Recorded[];
  /**
   * The events of a plan in order; with `after`, those with a greater `seq`; with `holding`, those whose JSON holds one of
   * these texts, which is far cheaper than to read all and to pick. Fault: file-system.
   */
  read(plan: string, options?: { readonly after?: number; readonly holding?: readonly string[] }): readonly Recorded[];
  /** Ids of the plans that have events. */
  plans(): readonly string[];
  /** Another number whenever this or another process wrote since the last call; costs microseconds. */
  version(): number;
  /** Leaves a letter for the run of the plan. Fault: file-system. */
  sendIntent(plan: string, intent: Intent): void;
  /** The letters for the plan in the order they were sent; each is given out once. */
  takeIntents(plan: string): readonly Intent[];
  close(): void;
}

export interface StoreOptions {
  /** Our folder in the common git directory. */
  readonly directory: string;
  /** Nothing is written or created; a missing store is an empty one, and one that appears later is found. */
  readonly readonly?: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export const schemaVersion = 1;
export const schema = `
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    plan TEXT NOT NULL,
    run TEXT,
    event TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_of_plan ON events (plan, seq);
  CREATE TABLE intents (id INTEGER PRIMARY KEY AUTOINCREMENT, plan TEXT NOT NULL, intent TEXT NOT NULL) STRICT;
  PRAGMA user_version = ${schemaVersion};
`;

/** Another process holds the write lock for one transaction, well under a millisecond; only a stopped one makes us wait. */
const busyMs = 10_000;

/** The path of the database in our folder. */
export const storePath = (directory: string): string => join(directory, "events.db");

/**
 * Opens the store. What `append` returned survives `kill -9`, and a power cut unless it `canBeSeenAgain` and nothing else came
 * after it: a write-ahead log, which is brought to the disk (`synchronous=FULL`) by every other event, with all before it.
 * Fault: file-system, with code `CORRUPT` for a damaged file and `NEWER` for one that a later version wrote.
 */
export function openStore(options: StoreOptions): Store {
  const path = storePath(options.directory);
  const guarded = <T>(action: string, body: () => T): T => {
    try {
      return body();
    } catch (error) {
      throw storageFault(error, { action, path });
    }
  };
  let opened: Opened | undefined;
  const database = (): Opened | undefined => {
    if (opened !== undefined) return opened;
    if (options.readonly !== true) opened = openForWriting(path);
    else if (existsSync(path)) opened = openForReading(path);
    if (opened !== undefined && readVersion(opened.database, path) === 0) {
      opened.close();
      opened = undefined;
    }
    return opened;
  };
  const forWriting = (): DatabaseSync => {
    const found = options.readonly === true ? undefined : database()?.database;
    if (found === undefined) throw new Fault("file-system", { action: "write to", path, code: "EROFS" });
    return found;
  };
  let version = 0;
  let lastSeen: unknown;
  guarded("open", database);

  return {
    append: (plan, events, given = {}) =>
      guarded("write to", () => {
        const to = forWriting();
        const insert = (): readonly Recorded[] => insertEvents(to, { plan, events, at: options.now(), run: given.run });
        const canWait = opened?.isLogged === true && events.every(canBeSeenAgain);
        const recorded = canWait ? withoutSync(to, insert) : insert();
        version += 1;
        return recorded;
      }),
    read: (plan, given = {}) =>
      guarded("read", () => {
        const found = database()?.database;
        return found === undefined ? [] : selectEvents(found, { plan, ...given, path });
      }),
    plans: () =>
      guarded("read", () => {
        const rows = database()?.database.prepare("SELECT DISTINCT plan FROM events ORDER BY plan").all() ?? [];
        return rows.map((row) => String(row["plan"]));
      }),
    version: () =>
      guarded("read", () => {
        const found = database()?.database;
        const seen = found && prepared(found, "PRAGMA data_version").get()?.["data_version"];
        if (seen !== lastSeen) version += 1;
        lastSeen = seen;
        return version;
      }),
    sendIntent: (plan, intent) =>
      guarded("write to", () => {
        forWriting().prepare("INSERT INTO intents (plan, intent) VALUES (?, ?)").run(plan, JSON.stringify(intent));
        version += 1;
      }),
    takeIntents: (plan) => guarded("write to", () => takeIntents(forWriting(), { plan, path })),
    close: () => {
      opened?.close();
      opened = undefined;
    },
  };
}

interface Opened {
  readonly database: DatabaseSync;
  readonly close: () => void;
  /** What is written goes to a write-ahead log, which not every file system allows. */
  readonly isLogged?: boolean;
}

function openForWriting(path: string): Opened {
  const database = openPrivateDatabase(path, { timeoutMs: busyMs });
  try {
    useWriteAheadLog(database);
    database.exec("PRAGMA synchronous = FULL");
    if (readVersion(database, path) < schemaVersion) {
      transact(database, () => {
        if (readVersion(database, path) < schemaVersion) database.exec(schema);
      });
    }
  } catch (error) {
    database.close();
    throw error;
  }
  return { database, close: () => database.close(), isLogged: hasWriteAheadLog(database) };
}

/** Only of a write-ahead log is what is written before still whole after a power cut that came too early for this. */
function withoutSync<T>(database: DatabaseSync, body: () => T): T {
  prepared(database, "PRAGMA synchronous = NORMAL").run();
  try {
    return body();
  } finally {
    prepared(database, "PRAGMA synchronous = FULL").run();
  }
}

const hasWriteAheadLog = (database: DatabaseSync): boolean =>
  database.prepare("PRAGMA journal_mode").get()?.["journal_mode"] === "wal";

/**
 * Two processes that open a new store at once: the change of journal mode needs the file for itself, and SQLite answers
 * "busy" there without waiting out its own timeout. So it is tried again, and not at all where it was done before.
 */
function useWriteAheadLog(database: DatabaseSync): void {
  const deadline = performance.now() + busyMs;
  for (;;) {
    try {
      if (hasWriteAheadLog(database)) return;
      database.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      if (sqliteCodeOf(error) !== sqliteCode.busy || performance.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** 0 for an empty file. Fault: file-system with code `NEWER`. */
function readVersion(database: DatabaseSync, path: string): number {
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
  if (version > schemaVersion) throw new Fault("file-system", { action: "read", path, code: "NEWER" });
  return version;
}

function transact<T>(database: DatabaseSync, body: () => T): T {
  prepared(database, "BEGIN IMMEDIATE").run();
  try {
    const result = body();
    prepared(database, "COMMIT").run();
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

const statements = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

/** What is said thousands of times is read by SQLite once. */
function prepared(database: DatabaseSync, sql: string): StatementSync {
  const known = statements.get(database) ?? new Map<string, StatementSync>();
  statements.set(database, known);
  const statement = known.get(sql) ?? database.prepare(sql);
  known.set(sql, statement);
  return statement;
}

interface Insert {
  readonly plan: string;
  readonly events: readonly Event[];
  readonly at: number;
  readonly run: string | undefined;
}

function insertEvents(database: DatabaseSync, { plan, events, at, run }: Insert): readonly Recorded[] {
  if (events.length === 0) return [];
  const insert = prepared(database, "INSERT INTO events (at, plan, run, event) VALUES (?, ?, ?, ?)");
  return transact(database, () =>
    events.map((event) => {
      const { lastInsertRowid } = insert.run(at, plan, run ?? null, JSON.stringify(event));
      return { seq: Number(lastInsertRowid), at, plan, ...(run === undefined ? {} : { run }), event };
    }),
  );
}

interface Select {
  readonly plan: string;
  readonly after?: number;
  readonly holding?: readonly string[];
  readonly path: string;
}

function selectEvents(database: DatabaseSync, { plan, after = 0, holding = [], path }: Select): readonly Recorded[] {
  const held = holding.length === 0 ? "" : ` AND (${holding.map(() => "instr(event, ?) > 0").join(" OR ")})`;
  const select = prepared(
    database,
    `SELECT seq, at, run, event FROM events WHERE plan = ? AND seq > ?${held} ORDER BY seq`,
  );
  return select.all(plan, after, ...holding).map((row) => {
    const run = row["run"];
    return {
      seq: Number(row["seq"]),
      at: Number(row["at"]),
      plan,
      ...(typeof run === "string" ? { run } : {}),
      event: undamaged(path, (): Event => JSON.parse(String(row["event"]))),
    };
  });
}

function takeIntents(
  database: DatabaseSync,
  { plan, path }: { readonly plan: string; readonly path: string },
): readonly Intent[] {
  const select = prepared(database, "SELECT id, intent FROM intents WHERE plan = ? ORDER BY id");
  // Looked at often and nearly always empty: only a letter is worth the write lock.
  if (select.get(plan) === undefined) return [];
  return transact(database, () => {
    const rows = select.all(plan);
    database.prepare("DELETE FROM intents WHERE plan = ?").run(plan);
    return rows.map((row) => undamaged(path, (): Intent => JSON.parse(String(row["intent"]))));
  });
}

/** What we stored ourselves is JSON of our own shape; only damage makes it anything else. */
function undamaged<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Fault("file-system", { action: "read", path, code: "CORRUPT" }, { cause: error });
  }
}
