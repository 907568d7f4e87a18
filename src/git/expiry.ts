// Settings of git that let its clean-up delete at once what worktrees may still need.
import type { InRepository } from "./git.ts";

export interface Setting {
  readonly key: string;
  readonly value: string;
  /** As git names it: local, global, system, worktree or command. */
  readonly scope: string;
}

/** Settings with an expiry that leaves no time to notice a loss. Throws Fault `git-failed`. */
export async function listHastySettings(repository: InRepository): Promise<readonly Setting[]> {
  const found: Setting[] = [];
  for (const key of ["gc.pruneExpire", "gc.worktreePruneExpire"]) {
    const { code, stdout } = await repository.git.read(["config", "--show-scope", "--null", "--get", key], {
      allowExit: [1],
    });
    const [scope = "", value = ""] = stdout.split("\0");
    if (code === 0 && isHasty(value)) found.push({ key, value, scope });
  }
  return found;
}

/** `now`, `all` and what reads as less than a day (git's approxidate takes dots and blanks between the words). */
export const isHasty = (value: string): boolean =>
  /^\s*(?:now|all|0|today|\d+[\s.]*(?:seconds?|minutes?|hours?)(?:[\s.]*ago)?|0[\s.].*)\s*$/iu.test(value);
