// Merges two commits in memory, with the same result on every machine.
import type { Oid } from "../core/event.ts";
import type { InRepository } from "./git.ts";

export type Merge =
  | { readonly kind: "tree"; readonly tree: Oid }
  | { readonly kind: "conflict"; readonly files: readonly string[] };

/** How renames are followed decides what conflicts, so it is not left to the settings of the machine. */
const fixedMerge = [
  "merge.renames=true",
  "merge.renameLimit=7000",
  "merge.directoryRenames=conflict",
  "core.attributesFile=/dev/null",
].flatMap((setting) => ["-c", setting]);

/**
 * The tree of a merge, or the files that conflict. Neither the user's settings nor the files of any worktree have a say:
 * a merge driver that a checked-out `.gitattributes` names could drop one side. Touches no worktree, index or ref. `env` can
 * send the objects elsewhere. Throws Fault `git-failed`, also for commits without a common history.
 */
export async function mergeTree(
  repository: InRepository,
  {
    ours,
    theirs,
    env = {},
  }: { readonly ours: Oid; readonly theirs: Oid; readonly env?: Readonly<Record<string, string>> },
): Promise<Merge> {
  const { commonDir } = repository;
  const args = [...fixedMerge, "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours, theirs];
  const { code, stdout } = await repository.git.write(args, {
    // Attributes are looked for in the worktree, and the git directory has none.
    cwd: commonDir,
    env: { GIT_DIR: commonDir, GIT_WORK_TREE: commonDir, ...env },
    allowExit: [1],
  });
  const [tree = "", ...files] = stdout.split("\0").filter((part) => part !== "");
  return code === 0 ? { kind: "tree", tree: tree.trim() } : { kind: "conflict", files: [...new Set(files)] };
}
