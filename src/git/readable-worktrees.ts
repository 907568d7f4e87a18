// Worktrees for commands that only read: where one damaged registration makes git's own list fail, plain files tell of the rest.
import { basename, dirname, join } from "node:path";
import { isFault } from "../core/fault.ts";
import { findPoison, readRegistrationHealth, type RegistrationHealth } from "./damage.ts";
import { readText, statOf } from "./disk.ts";
import type { InRepository } from "./git.ts";
import { branchOf } from "./loose-refs.ts";
import { listWorktrees, type Worktree } from "./worktrees.ts";

export interface ReadableWorktrees {
  readonly worktrees: readonly Worktree[];
  /** The file that makes git fail, absolute. */
  readonly damage?: string;
}

/**
 * As `listWorktrees`; where git fails on an empty `commondir`, what the registrations say themselves, without the commits
 * that are checked out. Nothing may be changed on what it says. Throws Fault `git-failed` where git fails for another reason.
 */
export async function listReadableWorktrees(repository: InRepository): Promise<ReadableWorktrees> {
  try {
    return { worktrees: await listWorktrees(repository) };
  } catch (error) {
    if (!isFault(error, "git-failed")) throw error;
    const poison = await findPoison(repository);
    if (poison === undefined) throw error;
    const linked = await Promise.all((await readRegistrationHealth(repository)).map(toWorktree));
    return {
      worktrees: [await readMain(repository), ...linked.filter((one) => one !== undefined)],
      damage: join(poison.admin, "commondir"),
    };
  }
}

async function readMain(repository: InRepository): Promise<Worktree> {
  const { commonDir } = repository;
  const isInside = basename(commonDir) === ".git";
  return {
    path: isInside ? dirname(commonDir) : commonDir,
    bare: !isInside,
    main: true,
    ...(await readHead(commonDir)),
  };
}

async function toWorktree(registration: RegistrationHealth): Promise<Worktree | undefined> {
  const { admin, worktree, locked, commonDirFile } = registration;
  if (worktree === undefined) return undefined;
  const isThere = (await statOf(join(worktree, ".git"))) !== undefined;
  return {
    path: worktree,
    bare: false,
    main: false,
    ...(await readHead(admin)),
    ...(locked === undefined ? {} : { locked }),
    ...(isThere ? {} : { prunable: "its folder is gone" }),
    ...(commonDirFile === "good" ? {} : { broken: `${join(admin, "commondir")} is damaged` }),
  };
}

async function readHead(gitDir: string): Promise<Pick<Worktree, "branch" | "detached">> {
  const text = (await readText(join(gitDir, "HEAD")))?.trim() ?? "";
  const branch = branchOf(text);
  return branch === undefined ? { detached: true } : { detached: false, branch };
}
