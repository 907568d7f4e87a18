// A folder for what one call needs and nobody keeps: a copy of an index, objects that must not reach the repository.
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isFault } from "../core/fault.ts";
import { makePrivateFolder, namesIn, onDisk } from "./disk.ts";
import type { InRepository } from "./git.ts";

/** A call that lasts longer than this is dead; its folder is swept. */
const staleMs = 24 * 60 * 60 * 1000;

/** Runs `work` with the absolute path of a fresh folder and removes the folder afterwards. Throws Fault `file-system`. */
export async function withScratch<T>(
  repository: Pick<InRepository, "commonDir">,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const parent = await scratchParent(repository);
  const folder = await onDisk(mkdtemp(join(parent, "s-")), { action: "create", path: parent });
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 2 }).catch(() => undefined);
  }
}

/** Beside the repository's own objects; in a repository that is read-only, the system's temporary folder. */
async function scratchParent(repository: Pick<InRepository, "commonDir">): Promise<string> {
  const parent = join(repository.commonDir, "stagetree", "scratch");
  try {
    await makePrivateFolder(parent);
  } catch (error) {
    if (isFault(error, "file-system")) return tmpdir();
    throw error;
  }
  await sweep(parent);
  return parent;
}

/** Folders of killed processes. */
async function sweep(parent: string): Promise<void> {
  const names = await namesIn(parent);
  await Promise.all(
    names.map(async (name) => {
      const path = join(parent, name);
      const found = await stat(path).catch(() => undefined);
      if (found === undefined || Date.now() - found.mtimeMs < staleMs) return;
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
    }),
  );
}

/**
 * Runs `work` with an environment in which git writes new objects into a scratch folder and still reads the repository's
 * own: what is only looked at leaves no object behind. Throws Fault `file-system`.
 */
export async function withScratchObjects<T>(
  repository: Pick<InRepository, "commonDir">,
  work: (scratch: {
    readonly folder: string;
    readonly env: Readonly<Record<string, string>>;
    /** The other way round: git writes into the repository and reads what is in the scratch folder as well. */
    readonly beside: Readonly<Record<string, string>>;
  }) => Promise<T>,
): Promise<T> {
  return withScratch(repository, async (folder) => {
    const objects = join(folder, "objects");
    await makePrivateFolder(objects);
    const env = {
      GIT_OBJECT_DIRECTORY: objects,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: quoteForGit(join(repository.commonDir, "objects")),
    };
    return work({ folder, env, beside: { GIT_ALTERNATE_OBJECT_DIRECTORIES: quoteForGit(objects) } });
  });
}

/** The list of alternates is split at colons; git reads a quoted entry as one path. */
const quoteForGit = (path: string): string => `"${path.replace(/["\\]/g, String.raw`\$&`)}"`;
