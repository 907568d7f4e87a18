// The work of a stage as a patch: what it adds to its base, uncommitted and untracked files included.
import { join } from "node:path";
import type { Oid } from "../core/event.ts";
import type { InRepository } from "./git.ts";
import { withContent } from "./tree.ts";

export interface Patch {
  /** As git prints it, without colours, whole lines. */
  readonly patch: string;
  /** There was more. */
  readonly isCut: boolean;
}

export interface PatchOptions {
  readonly base: Oid;
  /** Bytes of the patch, at most. */
  readonly most: number;
}

/**
 * What the worktree at `path` (absolute) holds now against `base`. Runs no program that settings or attributes name to show a
 * difference, and neither has a say in what is shown. Changes no index, ref or object. Throws Faults `git-failed`, `file-system`.
 */
export const readWorktreePatch = (
  repository: InRepository,
  { path, ...options }: PatchOptions & { readonly path: string },
): Promise<Patch> =>
  withContent(repository, { path }, ({ tree }, env) => readPatch(repository, { ...options, to: tree, env }));

/** What the commit or tree `to` holds against `base`; `env` as `withContent` gives it. Throws Fault `git-failed`. */
export async function readPatch(
  repository: InRepository,
  { base, to, most, env = {} }: PatchOptions & { readonly to: Oid; readonly env?: Readonly<Record<string, string>> },
): Promise<Patch> {
  const { commonDir, git } = repository;
  // Attributes are looked for in the worktree and in the index: the git directory has none, and this file is not there.
  const place = {
    GIT_DIR: commonDir,
    GIT_WORK_TREE: commonDir,
    GIT_INDEX_FILE: join(commonDir, "stagetree", "no-index"),
  };
  const args = [...settings(most), "diff-tree", ...shape, base, to, "--"];
  const { stdout, isCut = false } = await git.read(args, { cwd: commonDir, env: { ...place, ...env }, most });
  return { patch: isCut ? stdout.slice(0, stdout.lastIndexOf("\n") + 1) : stdout, isCut };
}

/** A file that is larger than the whole patch may be is told to differ, as a binary one is. */
const settings = (most: number): readonly string[] =>
  [
    "core.attributesFile=/dev/null",
    "core.quotePath=false",
    "diff.suppressBlankEmpty=false",
    `core.bigFileThreshold=${most}`,
  ].flatMap((setting) => ["-c", setting]);

const shape = [
  "-r",
  "--patch",
  "--unified=3",
  "--find-renames",
  "-l2000",
  "--no-ext-diff",
  "--no-textconv",
  "--no-color",
  "--src-prefix=a/",
  "--dst-prefix=b/",
  "--submodule=short",
  "--ignore-submodules=none",
];
