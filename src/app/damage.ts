// Says what is damaged where git fails, from plain files.
import { Fault } from "../core/fault.ts";
import { findCommonDir, findPoison, readRegistrationHealth } from "../git/damage.ts";
import { findBrokenRefLines } from "../git/packed-refs.ts";
import { gitDirOf } from "../git/registration.ts";
import { nearestRealPath } from "../host/files.ts";
import { dirname, join } from "node:path";
import type { Ambient } from "./ambient.ts";

/** What makes git fail in the whole repository; undefined where nothing does. */
export async function findDamage(commonDir: string): Promise<Fault<"repository-damaged"> | undefined> {
  const poison = await findPoison({ commonDir });
  if (poison === undefined) return findPackedDamage(commonDir);
  return new Fault("repository-damaged", { path: join(poison.admin, "commondir"), problem: "is empty" });
}

async function findPackedDamage(commonDir: string): Promise<Fault<"repository-damaged"> | undefined> {
  const [broken] = await findBrokenRefLines({ commonDir });
  if (broken === undefined) return undefined;
  return new Fault("repository-damaged", {
    path: broken.path,
    problem: `has a line that is none, line ${broken.line}`,
  });
}

/** The damage that explains a failure of git in the current folder; undefined where there is none. */
export async function damageBehind(error: Fault, ambient: Ambient): Promise<Fault | undefined> {
  const commonDir = await findCommonDir(ambient.cwd);
  if (commonDir === undefined) return undefined;
  const poisoned = error.code === "git-failed" ? await findDamage(commonDir) : undefined;
  return poisoned ?? damageHere(commonDir, ambient);
}

/** The worktree that the command was called in does not know its repository, or its branch. */
async function damageHere(commonDir: string, { cwd }: Ambient): Promise<Fault<"repository-damaged"> | undefined> {
  for (let folder = await nearestRealPath(cwd); dirname(folder) !== folder; folder = dirname(folder)) {
    const gitDir = await gitDirOf(folder);
    if (gitDir === undefined) continue;
    if (gitDir === commonDir || dirname(dirname(gitDir)) !== commonDir) return undefined;
    const found = (await readRegistrationHealth({ commonDir })).find(({ admin }) => admin === gitDir);
    if (found === undefined) return new Fault("repository-damaged", { path: gitDir, problem: "is gone" });
    if (found.commonDirFile !== "good") {
      return new Fault("repository-damaged", {
        path: join(gitDir, "commondir"),
        problem: "does not name the repository",
      });
    }
    return found.head === "good"
      ? undefined
      : new Fault("repository-damaged", { path: join(gitDir, "HEAD"), problem: "names no commit and no branch" });
  }
  return undefined;
}
