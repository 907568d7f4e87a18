// Applies what `doctor` may mend. Each part looks again at what it rests on, and does nothing where that changed meanwhile.
import { basename, join } from "node:path";
import type { Diagnosis, Mend } from "../core/diagnosis.ts";
import { mendCommonDirFile } from "../git/damage.ts";
import { readLockFile, listLockOwners } from "../git/lock-files.ts";
import {
  dropGoneRegistration,
  dropHalfMade,
  registerAgain,
  repairWorktree,
  restoreRegistration,
  saveStaged,
} from "../git/mend.ts";
import { mendPackedRefs } from "../git/packed-refs.ts";
import { mendHead, mendIndex } from "../git/worktree-files.ts";
import { reachOf } from "../git/reach.ts";
import { listGitAtWork } from "../git/git-processes.ts";
import { backupRef, deleteBranch, deleteRef, resolveRef, updateRef } from "../git/refs.ts";
import { moveToTrash } from "../git/removal.ts";
import { withRepositoryLock } from "../host/lock.ts";
import { salvageStore } from "../host/store-health.ts";
import { sweep } from "../host/trash.ts";
import { setTimeout as wait } from "node:timers/promises";
import type { Ambient } from "./ambient.ts";
import type { Project } from "./project.ts";

export interface MendPlace {
  readonly ambient: Ambient;
  readonly commonDir: string;
  /** Absent while git cannot be asked. */
  readonly project?: Project | undefined;
  /** Recovers what is half-done in the work on a plan; whether it was free to. */
  readonly recover: (plan: string) => Promise<boolean>;
}

/** A git that locks a file without keeping it open is not seen; locks younger than this, in milliseconds, are waited for. */
const youngMs = 2000;

/** What became of what was moved, a line each; undefined where nothing was mended. */
export type Mended = readonly string[] | undefined;

/** Mends it; undefined where it must not be mended, or not any more. Faults: those of git and of the file system. */
export async function applyMend(place: MendPlace, { mend, plan, stage }: Diagnosis): Promise<Mended> {
  if (mend === undefined) return undefined;
  if (mend.kind === "recover") return plan !== undefined && (await place.recover(plan)) ? [] : undefined;
  const directory = join(place.commonDir, "stagetree");
  if (mend.kind === "move-own-lock") {
    // Not under the lock, which may be this one.
    await moveToTrash(mend.path, {
      trash: join(directory, "trash", `${place.ambient.token()}-${basename(mend.path)}`),
    });
    return [inTrash];
  }
  return withRepositoryLock(directory, () => applyUnderLock(place, { mend, names: { plan, stage } }));
}

interface Names {
  readonly plan: string | undefined;
  readonly stage: string | undefined;
}

type Locked = Exclude<Mend, { readonly kind: "recover" | "move-own-lock" }>;

async function applyUnderLock(
  place: MendPlace,
  { mend, names }: { readonly mend: Locked; readonly names: Names },
): Promise<Mended> {
  const { ambient, commonDir, project } = place;
  const repository = { commonDir };
  const directory = join(commonDir, "stagetree");
  const trash = join(directory, "trash", ambient.token());
  switch (mend.kind) {
    case "write-commondir":
      if (!(await isIdle(commonDir))) return undefined;
      await mendCommonDirFile(repository, { admin: mend.admin, trash });
      return [];
    case "mend-packed-refs": {
      if (!(await isIdle(commonDir))) return undefined;
      const completed = await mendPackedRefs(repository, `${trash}-packed-refs`);
      return completed === undefined
        ? undefined
        : [inTrash, ...completed.map((ref) => `${ref} is there again, by its log`)];
    }
    case "drop-half-made":
      if (!(await isIdle(commonDir))) return undefined;
      return (await dropHalfMade(repository, { admin: mend.admin, path: mend.path, trash })) ? [inTrash] : undefined;
    case "move-lock":
      return moveLock(place, { mend, trash: `${trash}-${basename(mend.path)}` });
    case "salvage-store": {
      const { kept, events } = salvageStore(directory, { suffix: stampOf(ambient) });
      return [`${events} events were read from it; it is kept as ${kept}`];
    }
    case "sweep":
      await sweep(mend.path);
      return [];
    case "move-logs":
      await moveToTrash(mend.path, { trash: `${trash}.logs` });
      return [inTrash];
    default:
      return project === undefined ? undefined : applyWithGit(place, { mend, names, project, trash });
  }
}

const inTrash = "what was there lies in the trash for a day";
const registrationInTrash = "its registration lies in the trash for two weeks, in case the folder comes back";

type WithGit = Extract<
  Locked,
  {
    readonly kind:
      | "repair-worktree"
      | "write-head"
      | "new-index"
      | "restore-registration"
      | "drop-registration"
      | "register-again"
      | "save-commit"
      | "delete-ref";
  }
>;

async function applyWithGit(
  { ambient }: MendPlace,
  {
    mend,
    names,
    project,
    trash,
  }: { readonly mend: WithGit; readonly names: Names; readonly project: Project; readonly trash: string },
): Promise<Mended> {
  const { repository } = project;
  /** Keeps `oid` under a ref of ours, where no other ref holds it. */
  const save = async (oid: string): Promise<readonly string[]> => {
    if ((await reachOf(repository, oid)) !== "loose") return [];
    const ref = backupRef({ plan: names.plan ?? "doctor", stage: names.stage ?? "doctor", at: ambient.now() });
    await updateRef(repository, { ref, to: oid });
    return [`${oid} is saved as ${ref}`];
  };
  switch (mend.kind) {
    case "write-head":
      return (await isIdle(repository.commonDir)) && (await mendHead(repository, mend)) ? [] : undefined;
    case "new-index":
      if (!(await isIdle(repository.commonDir))) return undefined;
      return (await mendIndex(repository, { ...mend, trash: `${trash}-index` })) ? [inTrash] : undefined;
    case "repair-worktree":
      return (await repairWorktree(repository, mend)) ? [] : undefined;
    case "restore-registration":
      return (await restoreRegistration(repository, mend)) ? [] : undefined;
    case "register-again": {
      const token = `stagetree:${ambient.token()}:creating`;
      return (await registerAgain(repository, { ...mend, token })) ? [] : undefined;
    }
    case "drop-registration": {
      const { admin, head } = mend;
      const tip = head ?? (await headOf(project, admin));
      const message = "Staged in a worktree whose folder was deleted";
      const staged = tip === undefined ? undefined : await saveStaged(repository, { admin, head: tip, message });
      const saved = staged ?? head;
      const notes = saved === undefined ? [] : await save(saved);
      return (await dropGoneRegistration(repository, mend)) ? [...notes, registrationInTrash] : undefined;
    }
    case "save-commit":
      return save(mend.oid);
    case "delete-ref": {
      const { ref, from } = mend;
      if ((await resolveRef(repository, ref)) !== from) return undefined;
      const branch = /^refs\/heads\/(.+)$/u.exec(ref)?.[1];
      const base = /^refs\/stagetree\/base\/(.+)$/u.exec(ref)?.[1];
      const backup =
        base === undefined
          ? backupRef({ plan: "doctor", stage: branch ?? ref, at: ambient.now() })
          : `refs/stagetree/backup/${base}/${stampOf(ambient)}`;
      if (mend.backup) await updateRef(repository, { ref: backup, to: from });
      await (branch === undefined ? deleteRef(repository, { ref, from }) : deleteBranch(repository, { branch, from }));
      return mend.backup ? [`it is saved as ${backup}`] : [];
    }
  }
}

/** The commit of the branch that a registration has checked out. */
async function headOf({ repository }: Project, admin: string): Promise<string | undefined> {
  const { code, stdout } = await repository.git.read(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], {
    cwd: repository.commonDir,
    env: { GIT_DIR: admin },
    allowExit: [1, 128],
  });
  return code === 0 ? stdout.trim() : undefined;
}

async function moveLock(
  { commonDir, ambient }: MendPlace,
  { mend, trash }: { readonly mend: Extract<Mend, { kind: "move-lock" }>; readonly trash: string },
): Promise<Mended> {
  const young = mend.since + youngMs - ambient.now();
  if (young > 0) await wait(Math.min(young, youngMs));
  const lock = await readLockFile(mend.path);
  if (lock === undefined || lock.identity !== mend.identity) return undefined;
  const { pids, certain, openers } = await listLockOwners({ commonDir }, [lock]);
  if (!certain || pids.length > 0 || (openers.get(lock.path) ?? []).length > 0) return undefined;
  await moveToTrash(lock.path, { trash });
  return [inTrash];
}

async function isIdle(commonDir: string): Promise<boolean> {
  const { pids, certain } = await listGitAtWork({ commonDir });
  return certain && pids.length === 0;
}

const stampOf = (ambient: Ambient): string => new Date(ambient.now()).toISOString().replaceAll(/[-:.]/gu, "");
