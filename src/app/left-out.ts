// What a worker should know of a worktree that does not hold everything the repository tracks, in words.
import { Fault } from "../core/fault.ts";
import { list } from "../core/clean-plan.ts";
import { shellWord } from "../core/shell.ts";
import { type LeftOut, listLeftOut } from "../git/left-out.ts";
import type { Project } from "./project.ts";

/** One sentence each, with the command that fills the gap; none where git does not answer. */
export async function describeLeftOut({ repository }: Project, path: string): Promise<readonly string[]> {
  const found = await listLeftOut(repository, { path }).catch((error: unknown): LeftOut => {
    if (!(error instanceof Fault)) throw error;
    return { submodules: [], pointers: [], sparse: false };
  });
  const { submodules, pointers, sparse } = found;
  const git = `git -C ${shellWord(path)}`;
  const one = (names: readonly string[], single: string, several: string): string =>
    names.length === 1 ? single : several;
  return [
    ...(submodules.length === 0
      ? []
      : [
          `${one(submodules, "a submodule is", "submodules are")} empty in it: ${list(submodules)}; to fill ${one(submodules, "it", "them")}: ${git} submodule update --init`,
        ]),
    ...(pointers.length === 0
      ? []
      : [
          `${one(pointers, "a large file is only a pointer", "large files are only pointers")} in it: ${list(pointers)}; to fetch ${one(pointers, "it", "them")}: ${git} lfs pull`,
        ]),
    ...(sparse ? [`it is a sparse checkout, as the main worktree is; what is in it: ${git} sparse-checkout list`] : []),
  ];
}
