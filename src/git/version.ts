// Which git there is, asked in a way that works with any git and in any folder.
import { Fault } from "../core/fault.ts";
import { type Git, openGit } from "./git.ts";

/** `merge-tree --write-tree` came with it. */
export const neededGit = "2.38";

export interface GitVersion {
  /** As `git --version` says it, such as "2.39.5"; absent where there is no git. */
  readonly found?: string;
  readonly isEnough: boolean;
  readonly needed: string;
}

/** The version of the git on the PATH. */
export async function readGitVersion(options: Parameters<typeof openGit>[0]): Promise<GitVersion> {
  try {
    return await askVersion(openGit(options));
  } catch (error) {
    if (error instanceof Fault && error.code === "git-missing") return { isEnough: false, needed: neededGit };
    throw error;
  }
}

/** Throws Fault `git-missing`. */
export async function askVersion(git: Git): Promise<Required<GitVersion>> {
  const { stdout } = await git.read(["--version"], { plain: true });
  const [, major = "0", minor = "0"] = /git version (\d+)\.(\d+)/.exec(stdout) ?? [];
  const [neededMajor = 0, neededMinor = 0] = neededGit.split(".").map(Number);
  const isEnough = Number(major) > neededMajor || (Number(major) === neededMajor && Number(minor) >= neededMinor);
  return { found: stdout.replace(/^git version /, "").trim(), isEnough, needed: neededGit };
}
