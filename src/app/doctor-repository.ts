// What plain files tell `doctor` of a repository, before git is asked anything.
import { dirname, join } from "node:path";
import type { RepositoryFacts } from "../core/doctor.ts";
import type { RegistrationFacts } from "../core/doctor-registration.ts";
import type { StageId } from "../core/plan.ts";
import { type Claim, listClaims } from "../git/claims.ts";
import { type RegistrationHealth, readRegistrationHealth } from "../git/damage.ts";
import { canonicalPath, isInside } from "../git/disk.ts";
import { findBrokenRefLines } from "../git/packed-refs.ts";
import { isIndexDamaged, lastCheckout } from "../git/worktree-files.ts";
import { listLockFiles, listLockOwners } from "../git/lock-files.ts";
import { findForgotten, holdsNoFiles } from "../git/mend.ts";
import { readOwnership } from "../git/registration.ts";
import { readGitVersion } from "../git/version.ts";
import { pathKind } from "../host/files.ts";
import { listDamagedLocks, listRunHolders } from "../host/lock.ts";
import { checkStore } from "../host/store-health.ts";
import { listTrash } from "../host/trash.ts";
import type { Ambient } from "./ambient.ts";

/** A place that the record, or a plan, knows as the worktree of a stage. */
export interface KnownPlace {
  /** Canonical. */
  readonly path: string;
  readonly plan: string;
  readonly stage: StageId;
  readonly branch: string;
  /** A set-up of it never ended, and its plan is here. */
  readonly isHalf: boolean;
}

export interface RepositoryPlace {
  readonly ambient: Ambient;
  readonly commonDir: string;
  readonly known: readonly KnownPlace[];
}

export async function readRepositoryFacts(place: RepositoryPlace): Promise<Omit<RepositoryFacts, "settings">> {
  const { ambient, commonDir, known } = place;
  const directory = join(commonDir, "stagetree");
  const git = await readGitVersion({ directory: commonDir, environment: ambient.environment });
  const health = await readRegistrationHealth({ commonDir });
  const around = [...health.flatMap(({ worktree }) => worktree ?? []), ...known.map(({ path }) => path)].map((path) =>
    dirname(path),
  );
  const places = [...new Set([dirname(dirname(commonDir)), ...around])];
  const claims = await listOwnClaims({ commonDir }, { places, health });
  const registrations: RegistrationFacts[] = [];
  for (const one of health) registrations.push(await readRegistrationFacts(one, { ...place, claims }));
  const admins = new Set(health.map(({ admin }) => admin));
  const strays: RepositoryFacts["strays"][number][] = [];
  for (const claim of claims) {
    if (admins.has(claim.admin)) continue;
    const forgotten = await findForgotten({ commonDir }, claim);
    const owner = known.find(({ path }) => path === claim.folder);
    strays.push({
      ...claim,
      ...(forgotten === undefined ? {} : { forgotten }),
      ...(owner === undefined ? {} : { owner: { plan: owner.plan, stage: owner.stage } }),
    });
  }
  const locks = await listLockFiles({ commonDir });
  const { openers, ...gitAtWork } = await listLockOwners({ commonDir }, locks);
  const store = checkStore(directory);
  const damagedLocks = listDamagedLocks(directory);
  const now = ambient.now();
  return {
    now,
    git,
    registrations,
    brokenRefs: await findBrokenRefLines({ commonDir }),
    strays,
    locks: locks.map((lock) => {
      const holders = openers.get(lock.path) ?? [];
      return { ...lock, owners: holders.length > 0 ? holders : gitAtWork.pids, certain: gitAtWork.certain };
    }),
    gitAtWork,
    trash: await listTrash({ directory, beside: places, now }),
    store: {
      ...store,
      damagedLocks,
      runs: store.state === "damaged" && damagedLocks.length === 0 ? listRunHolders(directory) : [],
    },
  };
}

/** Looked for farther away where a worktree is not in its place. */
async function listOwnClaims(
  repository: { readonly commonDir: string },
  { places, health }: { readonly places: readonly string[]; readonly health: readonly RegistrationHealth[] },
): Promise<readonly Claim[]> {
  const near = await listClaims(repository, { places, levels: 0 });
  const isInPlace = ({ admin, worktree }: RegistrationHealth): boolean =>
    worktree === undefined || near.some((claim) => claim.admin === admin);
  const claims = health.every(isInPlace) ? near : await listClaims(repository, { places, levels: 2 });
  return claims.filter(({ folder }) => !/\/\.stagetree-trash-[^/]*$/u.test(folder));
}

async function readRegistrationFacts(
  health: RegistrationHealth,
  { commonDir, known, claims }: RepositoryPlace & { readonly claims: readonly Claim[] },
): Promise<RegistrationFacts> {
  const { admin, worktree, ...rest } = health;
  const owner = known.find(({ path }) => path === worktree);
  const claimants = claims
    .filter((claim) => claim.admin === admin && claim.folder !== worktree)
    .map(({ folder }) => folder);
  const checkedOut = rest.head === "good" ? undefined : await lastCheckout(admin);
  return {
    admin,
    ...rest,
    ...(checkedOut === undefined ? {} : { lastCheckout: checkedOut }),
    isIndexDamaged: await isIndexDamaged(admin),
    ...(worktree === undefined
      ? { place: "gone" }
      : { worktree, ...(await readPlace(worktree, { commonDir, admin })) }),
    isBare: worktree === undefined || (await holdsNoFiles({ commonDir }, worktree)),
    claimants,
    isRecordedHalf: owner?.isHalf === true,
    ...(owner === undefined ? {} : { owner: { plan: owner.plan, stage: owner.stage }, ownBranch: owner.branch }),
  };
}

async function readPlace(
  path: string,
  { commonDir, admin }: { readonly commonDir: string; readonly admin: string },
): Promise<Pick<RegistrationFacts, "place" | "problem">> {
  const kind = await pathKind(path);
  // The empty folder that a disk is mounted on stays when the disk goes.
  if (kind === "empty-directory") return { place: "away" };
  if (kind === "absent") return { place: (await mayBeAway(path, commonDir)) ? "away" : "gone" };
  if (kind !== "directory")
    return { place: "other", problem: `a ${kind === "symlink" ? "symbolic link" : "file"} lies there` };
  const ownership = await readOwnership({ commonDir }, { path });
  if (ownership.kind === "not-ours") return { place: "other", problem: `${path} ${ownership.problem}` };
  return ownership.registration.admin === admin
    ? { place: "ours" }
    : { place: "other", problem: "another worktree lies there" };
}

/** The folder that it lay in is absent too, or is empty and not beside the repository: a disk may be missing. */
async function mayBeAway(path: string, commonDir: string): Promise<boolean> {
  const parent = dirname(path);
  const kind = await pathKind(parent);
  if (kind === "absent") return true;
  const beside = await canonicalPath(dirname(dirname(commonDir)));
  return kind === "empty-directory" && !isInside(await canonicalPath(parent), beside);
}
