// Remembers which commands a person approved: in the user's own state folder, never in the repository, where an agent
// could write it.
import { createHash } from "node:crypto";
import { chmod, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../core/fault.ts";
import { makeFolder } from "./folder.ts";

export interface TrustRecord {
  /** Real path of the common git directory. */
  readonly repository: string;
  readonly plan: string;
  /** SHA-256 of the surface as it was approved. */
  readonly hash: string;
  /** One key for each approved entry. */
  readonly commands: readonly string[];
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface TrustPlace {
  /** See `stateDirectory`; absent where the environment names no home. */
  readonly directory: string | undefined;
  readonly repository: string;
  readonly plan: string;
}

/** The user's state folder for us (XDG base directories); undefined without a home that is an absolute path. */
export function stateDirectory(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const state = environment["XDG_STATE_HOME"];
  if (state !== undefined && state.startsWith("/")) return join(state, "stagetree");
  const home = environment["HOME"];
  return home === undefined || !home.startsWith("/") ? undefined : join(home, ".local", "state", "stagetree");
}

const fileOf = (directory: string, { repository, plan }: TrustPlace): string => {
  const name = createHash("sha256")
    .update(JSON.stringify([repository, plan]))
    .digest("hex");
  return join(directory, "trust", `${name}.json`);
};

/** What was approved for this plan in this repository; undefined where nothing was, or where it cannot be read. */
export async function readTrust(place: TrustPlace): Promise<TrustRecord | undefined> {
  if (place.directory === undefined) return undefined;
  const text = await readFile(fileOf(place.directory, place), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const record: unknown = JSON.parse(text);
    return isRecord(record) && record.repository === place.repository && record.plan === place.plan
      ? record
      : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces what was approved. Fault: file-system, also where the environment names no home. */
export async function writeTrust(place: TrustPlace, record: TrustRecord): Promise<void> {
  if (place.directory === undefined) {
    throw new Fault("file-system", {
      action: "remember the approval in",
      path: "$XDG_STATE_HOME (set it, or HOME)",
      code: "ENOENT",
    });
  }
  const path = fileOf(place.directory, place);
  const draft = `${path}.${record.at}`;
  try {
    makeFolder(join(place.directory, "trust"), { mode: 0o700 });
    await writeFile(draft, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600, flush: true });
    await chmod(draft, 0o600);
    await rename(draft, path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "EIO";
    throw new Fault("file-system", { action: "remember the approval in", path, code }, { cause: error });
  }
}

function isRecord(value: unknown): value is TrustRecord {
  return (
    typeof value === "object" &&
    value !== null &&
    "repository" in value &&
    "plan" in value &&
    "commands" in value &&
    Array.isArray(value.commands) &&
    value.commands.every((command) => typeof command === "string")
  );
}
