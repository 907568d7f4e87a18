// Saves what a worktree holds and no commit does, before it goes: a snapshot that people can read, and the bytes themselves.
import { join } from "node:path";
import type { CleanFacts } from "../core/clean-plan.ts";
import type { Oid } from "../core/event.ts";
import { withScratch } from "../git/scratch.ts";
import { snapshotCommit } from "../git/tree.ts";
import { emptyFolders, type Stamps, writeArchive } from "../host/archive.ts";
import { isRegenerable } from "./precious.ts";
import type { Project } from "./project.ts";

export interface Saved {
  readonly commit: Oid;
  /** The files as they were when they were read. */
  readonly stamps: Stamps;
}

/** Reads the worktree and changes nothing in it. Faults: refused where a file is being written to; git-failed, file-system. */
export async function saveLosses(
  { repository }: Project,
  { facts, message }: { readonly facts: CleanFacts; readonly message: string },
): Promise<Saved> {
  const { path, modified, untracked, hidden, precious } = facts;
  const links = new Set(facts.submodules.map((one) => one.path));
  const changed = [...modified, ...untracked, ...hidden].filter((name) => !links.has(name));
  return withScratch(repository, async (folder) => {
    const archive = join(folder, "files.tar");
    const skip = (name: string): boolean => isRegenerable(name) || links.has(name.slice(0, -1));
    const names = [...changed, ...precious, ...(await emptyFolders(path, { skip }))];
    const stamps = await writeArchive(archive, { root: path, names });
    const commit = await snapshotCommit(repository, { path, message, ignored: precious, archive });
    return { commit, stamps };
  });
}
