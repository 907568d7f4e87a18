// Branches, refs, logs and worktrees of ours that no plan and no record knows, with what holds their commits.
import type { OrphanFacts } from "../core/doctor-left.ts";
import type { Plan } from "../core/plan.ts";
import { holderOf, isBranchOfOurs } from "../git/reach.ts";
import { listRefs, refComponent } from "../git/refs.ts";
import { listWorktrees } from "../git/worktrees.ts";
import { pathKind } from "../host/files.ts";
import { listLogFolders } from "../host/logs.ts";
import { safeName } from "../host/safe-name.ts";
import { knownBranches, knownStages, type Records } from "./doctor-known.ts";
import type { KnownPlace } from "./doctor-repository.ts";
import type { Project } from "./project.ts";
import { livePlanLink } from "./stage-files.ts";

const basePrefix = "refs/stagetree/base/";
const backupPrefix = "refs/stagetree/backup/";

/** Asks git; the records are those of a sound store. Faults: those of git. */
export async function readOrphanFacts(
  project: Project,
  given: { readonly records: Records; readonly plans: readonly Plan[]; readonly known: readonly KnownPlace[] },
): Promise<OrphanFacts> {
  const { repository, directory } = project;
  const { records, plans, known } = given;
  const [refs, worktrees] = await Promise.all([
    listRefs(repository, ["refs/heads", "refs/stagetree/base", "refs/stagetree/backup"]),
    listWorktrees(repository),
  ]);
  const taken = knownBranches(records, plans);
  const stages = knownStages(records, plans);
  const live = new Set<string>();
  const plansInRefs = new Set<string>();
  const folders = new Set<string>();
  for (const [plan, { live: names, ever }] of stages) {
    plansInRefs.add(refComponent(plan));
    for (const name of names) live.add(`${refComponent(plan)}/${refComponent(name)}`);
    for (const id of ever) folders.add(`${safeName(plan)}/${safeName(id)}`);
  }
  const branches: OrphanFacts["branches"][number][] = [];
  const bases: OrphanFacts["bases"][number][] = [];
  const backups: OrphanFacts["backups"][number][] = [];
  const heldBy = async (ref: string, oid: string): Promise<{ readonly heldBy?: string }> => {
    const holder = await holderOf(repository, { oid, ref });
    return holder === undefined ? {} : { heldBy: holder };
  };
  for (const [ref, { oid }] of refs) {
    if (ref.startsWith(basePrefix)) {
      if (!live.has(ref.slice(basePrefix.length))) bases.push({ ref, oid, ...(await heldBy(ref, oid)) });
    } else if (ref.startsWith(backupPrefix)) {
      const [plan = ""] = ref.slice(backupPrefix.length).split("/");
      if (!plansInRefs.has(plan)) backups.push({ ref, oid, ...(await heldBy(ref, oid)) });
    } else {
      const branch = ref.slice("refs/heads/".length);
      if (taken.has(branch) || !(await isBranchOfOurs(repository, branch))) continue;
      const worktree = worktrees.find((one) => one.branch === branch)?.path;
      branches.push({
        branch,
        head: oid,
        ...(worktree === undefined ? {} : { worktree }),
        ...(await heldBy(ref, oid)),
      });
    }
  }
  const orphanTrees: OrphanFacts["worktrees"][number][] = [];
  const owned = new Set(branches.map(({ branch }) => branch));
  for (const { path, branch, main } of worktrees) {
    if (main || known.some((place) => place.path === path)) continue;
    if (branch !== undefined && (taken.has(branch) || owned.has(branch))) continue;
    if ((await pathKind(livePlanLink(path))) !== "symlink") continue;
    orphanTrees.push({ path, ...(branch === undefined ? {} : { branch }) });
  }
  const logs = (await listLogFolders(directory))
    .filter(({ plan, stage }) => !folders.has(`${plan}/${stage}`))
    .map(({ path }) => path);
  return { branches, bases, backups, logs, worktrees: orphanTrees };
}
