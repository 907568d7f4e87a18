// What the work of a stage changes against its base: each file with its names and its lines.
import { join } from "node:path";
import type { Oid } from "../core/event.ts";
import type { TouchedFile } from "../core/stops.ts";
import type { InRepository } from "./git.ts";
import { isAncestor } from "./refs.ts";
import { withContent } from "./tree.ts";

/**
 * The files that differ between `base` and what the worktree at `path` (absolute) holds now, uncommitted and untracked ones
 * included. A renamed file is one entry with both names. Neither the user's settings nor a `.gitattributes` of the work have
 * a say, so that nothing is hidden by them. Throws Faults `git-failed`, `file-system`.
 */
export function listTouched(
  repository: InRepository,
  { path, base }: { readonly path: string; readonly base: Oid },
): Promise<readonly TouchedFile[]> {
  const { commonDir } = repository;
  // Attributes are looked for in the worktree and in the index: the git directory has none, and this file is not there.
  const noIndex = join(commonDir, "stagetree", "no-index");
  return withContent(repository, { path }, async ({ tree }, env) => {
    const { stdout } = await repository.git.read(
      [...plain, "diff-tree", "-r", "--numstat", "-z", "-M", "-l2000", "--no-ext-diff", "--no-textconv", base, tree],
      { cwd: commonDir, env: { GIT_DIR: commonDir, GIT_WORK_TREE: commonDir, GIT_INDEX_FILE: noIndex, ...env } },
    );
    return parseNumstat(stdout);
  });
}

const plain = ["-c", "core.attributesFile=/dev/null", "-c", "diff.renames=true"];

/** Reads `git diff --numstat -z`: "added TAB removed TAB path NUL", and for a rename an empty path and then both names. */
export function parseNumstat(output: string): readonly TouchedFile[] {
  const parts = output.split("\0");
  const files: TouchedFile[] = [];
  for (let at = 0; at < parts.length; at += 1) {
    const [added = "", removed = "", ...rest] = (parts[at] ?? "").split("\t");
    if (rest.length === 0) continue;
    const lines = numberIn(added) + numberIn(removed);
    const path = rest.join("\t");
    if (path !== "") files.push({ path, lines });
    else {
      files.push({ path: parts[at + 2] ?? "", from: parts[at + 1] ?? "", lines });
      at += 2;
    }
  }
  return files;
}

/** A file without lines, such as a picture, has a dash. */
const numberIn = (text: string): number => (/^\d+$/.test(text) ? Number(text) : 0);

/**
 * The commit that the work is measured against: `base`, or where the branch took in more of the target since, what it has of
 * that. Throws Fault `git-failed`.
 */
export async function workStart(
  repository: InRepository,
  { head, target, base }: { readonly head: Oid; readonly target: Oid; readonly base?: Oid },
): Promise<Oid> {
  const { stdout } = await repository.git.read(["merge-base", head, target], { allowExit: [1] });
  const shared = stdout.trim();
  if (base === undefined) return shared === "" ? target : shared;
  if (shared === "" || !(await isAncestor(repository, { ancestor: base, of: shared }))) return base;
  return shared;
}
