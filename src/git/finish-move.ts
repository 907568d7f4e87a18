// Finishes the move of a worktree that was interrupted half-way, and saves what nobody has a copy of.
import { join } from "node:path";
import type { Oid } from "../core/event.ts";
import { listChangedPaths } from "./changed-paths.ts";
import { statOf } from "./disk.ts";
import type { InRepository } from "./git.ts";
import { copyIndex } from "./index-copy.ts";
import { updateRefs } from "./refs.ts";
import { withScratch } from "./scratch.ts";
import { snapshotCommit } from "./tree.ts";

export interface HalfMoved {
  /** Absolute. */
  readonly path: string;
  readonly from: Oid;
  readonly to: Oid;
  /** Where content is saved that is neither the one nor the other: written since, or cut off in the middle of a file. */
  readonly saveTo: string;
}

export type FinishedMove =
  /** `saved`: these files held something else, which lies under the ref now. */
  | { readonly kind: "finished"; readonly saved: readonly string[] }
  /** Something was staged there since; nothing was touched. */
  | { readonly kind: "left" };

/**
 * Brings the files at `path` to `to`, after a move from `from` that was killed at any point; doing it again is nothing. git
 * writes the index last, so its files are all there where the index holds `to`. Only files that differ between the two
 * commits are touched. The caller holds the repository lock. Throws Faults `git-failed`, `file-system`.
 */
export async function finishMove(repository: InRepository, half: HalfMoved): Promise<FinishedMove> {
  const { path, from, to, saveTo } = half;
  if (await indexHolds(repository, { path, commit: to })) return { kind: "finished", saved: [] };
  if (!(await indexHolds(repository, { path, commit: from }))) return { kind: "left" };
  const strange = await listStrange(repository, half);
  if (strange.length > 0) {
    const message = `Saved before an interrupted move of ${path} was finished`;
    const saved = await snapshotCommit(repository, { path, message, ignored: strange });
    await updateRefs(repository, [{ ref: saveTo, to: saved }]);
  }
  await repository.git.write(["read-tree", "--reset", "-u", from, to], { cwd: path });
  return { kind: "finished", saved: strange };
}

async function indexHolds(
  repository: InRepository,
  { path, commit }: { readonly path: string; readonly commit: Oid },
): Promise<boolean> {
  const args = ["diff-index", "--cached", "--quiet", commit, "--"];
  return (await repository.git.read(args, { cwd: path, allowExit: [1] })).code === 0;
}

/** Of the files that differ between the commits: those that are there and hold neither the old content nor the new. */
async function listStrange(repository: InRepository, { path, from, to }: HalfMoved): Promise<readonly string[]> {
  const { all: differing } = await listChangedPaths(repository, { from, to });
  return withScratch(repository, async (folder) => {
    const old = await copyIndex({ path, folder });
    const fresh = { GIT_INDEX_FILE: join(folder, "fresh") };
    await repository.git.write(["read-tree", to], { cwd: path, env: fresh });
    const [isOld, isNew] = [
      await matching(repository, { path, names: differing, env: old }),
      await matching(repository, { path, names: differing, env: fresh }),
    ];
    const found: string[] = [];
    for (const name of differing) {
      if (isOld.has(name) || isNew.has(name)) continue;
      const kind = await statOf(join(path, name));
      if (kind !== undefined && !kind.isDirectory()) found.push(name);
    }
    return found;
  });
}

/** Those of `names` that are in the index, and in the worktree as the index has them. */
async function matching(
  repository: InRepository,
  {
    path,
    names,
    env,
  }: { readonly path: string; readonly names: readonly string[]; readonly env: Readonly<Record<string, string>> },
): Promise<ReadonlySet<string>> {
  await repository.git.write(["update-index", "-q", "--refresh"], { cwd: path, env, allowExit: [1] });
  const [indexed, changed] = await Promise.all(
    [["ls-files"], ["diff-files", "--name-only"]].map(async (args) => {
      const { stdout } = await repository.git.read([...args, "-z"], { cwd: path, env });
      return new Set(stdout.split("\0"));
    }),
  );
  return new Set(names.filter((name) => indexed?.has(name) === true && changed?.has(name) !== true));
}
