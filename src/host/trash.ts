// The trash: what was renamed away before it is deleted, and stays there where the process that would have deleted it died.
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { removeInBackground } from "./files.ts";

export interface Trash {
  /** Absolute. */
  readonly path: string;
  /** When it came there, in milliseconds since the epoch. */
  readonly since: number;
  /** A repository of its own lies in it: it may be the only copy. */
  readonly holdsRepository: boolean;
}

/** How our trash is called where it had to stay on the disk of the worktree. */
const besideName = /^\.stagetree-trash-/u;

const dayMs = 24 * 60 * 60 * 1000;

/** Registrations are small, and bring back a worktree that was not deleted but only away. */
const keptMs = (path: string): number => (path.endsWith(".registration") ? 14 * dayMs : dayMs);

/** What is in the trash for longer than it is kept there; `beside` are folders that worktrees lie in. */
export async function listTrash(options: {
  /** Our folder in the common git directory. */
  readonly directory: string;
  readonly beside: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}): Promise<readonly Trash[]> {
  const folder = join(options.directory, "trash");
  const own = (await namesIn(folder)).map((name) => join(folder, name));
  const others = await Promise.all(
    options.beside.map(async (place) =>
      (await namesIn(place)).filter((name) => besideName.test(name)).map((name) => join(place, name)),
    ),
  );
  const found: Trash[] = [];
  for (const path of new Set([...own, ...others.flat()])) {
    const since = (await stat(path).catch(() => undefined))?.mtimeMs;
    if (since === undefined || since >= options.now - keptMs(path)) continue;
    found.push({ path, since, holdsRepository: await holdsRepository(path) });
  }
  return found;
}

const namesIn = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);

/** A `.git` that is a folder, at any depth; of a registration the repositories of its submodules. Links are not followed. */
async function holdsRepository(path: string): Promise<boolean> {
  const open = [path];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isDirectory()) continue;
      if (entry.name === ".git" || (entry.name === "modules" && folder === path && path.endsWith(".registration"))) {
        return true;
      }
      open.push(join(folder, entry.name));
    }
  }
  return false;
}

/** Deletes what lies at `path`, links as links; what resists goes on in the background. */
export async function sweep(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    removeInBackground(path);
  }
}
