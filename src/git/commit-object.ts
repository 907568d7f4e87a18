// Commits that we make ourselves, without a worktree: signed with our own name, so that they need no user settings.
import type { Oid } from "../core/event.ts";
import type { InRepository } from "./git.ts";

/**
 * Writes a commit and returns its id; no ref, index or file changes. With `date` (seconds since the epoch) the same
 * arguments give the same id everywhere. Throws Fault `git-failed`.
 */
export async function writeCommit(
  repository: InRepository,
  commit: {
    readonly tree: Oid;
    readonly parents: readonly Oid[];
    readonly message: string;
    readonly date?: number;
    /** Where the object goes, when not into the repository. */
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<Oid> {
  const { tree, parents, message, date, env = {} } = commit;
  const at = `@${date} +0000`;
  const dates = date === undefined ? {} : { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at };
  const { stdout } = await repository.git.write(["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent])], {
    input: `${message}\n`,
    env: {
      GIT_AUTHOR_NAME: "stagetree",
      GIT_AUTHOR_EMAIL: "stagetree@localhost",
      GIT_COMMITTER_NAME: "stagetree",
      GIT_COMMITTER_EMAIL: "stagetree@localhost",
      ...dates,
      ...env,
    },
  });
  return stdout.trim();
}
