// Moving a worktree's branch to another commit, files and all.
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import type { Oid } from "../core/event.ts";
import { Fault } from "../core/fault.ts";
import { type ChangedPaths, listChangedPaths } from "./changed-paths.ts";
import { errnoOf, onDisk } from "./disk.ts";
import type { GitResult, InRepository } from "./git.ts";
import { type RefChange, updateRefs } from "./refs.ts";

export interface Move {
  /** Absolute. */
  readonly path: string;
  readonly from: Oid;
  readonly to: Oid;
  /** The branch that is checked out there, from the one commit to the other, and whatever has to move with it. */
  readonly refs: readonly RefChange[];
}

/**
 * Moves refs and the clean worktree at `path` from one commit to another. The caller holds the repository lock. Throws Fault
 * `refused` where one of the refs is elsewhere by now, or a file that is not tracked lies in the way; then everything is where
 * it was. Throws Fault `git-failed` where files could not be written: then `finishMove` finishes it, once they can.
 */
export async function moveWorktree(repository: InRepository, move: Move): Promise<void> {
  const { path, from, to, refs } = move;
  const changed = await listChangedPaths(repository, move);
  const obstacle = await findObstacle(repository, { path, changed });
  if (obstacle !== undefined) throw refuse(move, obstacle);
  await updateRefs(repository, refs);
  // A merge of two trees keeps what is not in either, and refuses to overwrite it.
  const args = ["read-tree", "-m", "-u", from, to];
  const read = await repository.git.write(args, { cwd: path, allowExit: [128] });
  if (read.code === 0) return;
  if (!isRefusal(read)) throw new Fault("git-failed", { args, code: read.code, stderr: read.stderr.trimEnd() });
  await updateRefs(repository, refs.map(reverse));
  throw refuse(move, read.stderr.trim().replace(/^(?:error|fatal): /, ""));
}

const refuse = ({ path, to }: Move, why: string): Fault =>
  new Fault("refused", {
    what: `move ${path} to ${to.slice(0, 12)}`,
    why,
    now: `Look into ${path}, then run the command again.`,
  });

/** It looks at all files before it writes the first. */
const isRefusal = ({ stderr }: GitResult): boolean =>
  /not uptodate|overwritten by|would lose untracked|index\.lock/i.test(stderr);

export const reverse = ({ ref, from, to }: RefChange): RefChange => ({
  ref,
  ...(to === undefined ? {} : { from: to }),
  ...(from === undefined ? {} : { to: from }),
});

/**
 * What no commit holds and the move would write over, as a sentence; undefined where there is none. git itself overwrites
 * ignored files without a word. Throws Faults `git-failed`, `file-system`.
 */
export async function findObstacle(
  repository: InRepository,
  { path, changed }: { readonly path: string; readonly changed: ChangedPaths },
): Promise<string | undefined> {
  const gone = new Set(changed.gone);
  for (const name of changed.added) {
    const found = await inTheWay(repository, { path, name, gone });
    if (found !== undefined) return `${found} is not tracked and would be overwritten`;
  }
  return undefined;
}

async function inTheWay(
  repository: InRepository,
  { path, name, gone }: { readonly path: string; readonly name: string; readonly gone: ReadonlySet<string> },
): Promise<string | undefined> {
  const parts = name.split("/");
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const part = parts.slice(0, depth).join("/");
    const kind = await kindOf(join(path, part));
    if (kind === "absent") return undefined;
    if (kind === "folder" && depth < parts.length) continue;
    // A tracked file gives way to a folder of its name.
    if (kind === "file") return gone.has(part) ? undefined : part;
    return firstUntracked(repository, { path, folder: part });
  }
  return undefined;
}

async function firstUntracked(
  repository: InRepository,
  { path, folder }: { readonly path: string; readonly folder: string },
): Promise<string | undefined> {
  const args = ["--literal-pathspecs", "ls-files", "--others", "-z", "--", folder];
  const { stdout } = await repository.git.read(args, { cwd: path });
  return stdout.split("\0").find((name) => name !== "");
}

async function kindOf(path: string): Promise<"absent" | "file" | "folder"> {
  try {
    return (await lstat(path)).isDirectory() ? "folder" : "file";
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return "absent";
    return onDisk(Promise.reject(error), { action: "read", path });
  }
}
