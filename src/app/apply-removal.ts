// Carries out the planned removal of one stage: saved, then moved to the trash, then taken out of git.
import { join } from "node:path";
import type { Change } from "../core/change.ts";
import type { CleanOutcome } from "../core/clean-outcome.ts";
import { type CleanFacts, type CleanPlan, lossesOf } from "../core/clean-plan.ts";
import type { Oid } from "../core/event.ts";
import { Fault } from "../core/fault.ts";
import { shellWord } from "../core/shell.ts";
import { deleteBranch, type RefChange, undoRef, updateRefs } from "../git/refs.ts";
import { putBack, removeWorktree } from "../git/removal.ts";
import { archiveName } from "../git/tree.ts";
import { saveImage } from "../git/worktree-image.ts";
import { changedSince, type Stamps } from "../host/archive.ts";
import type { Operation } from "./operation.ts";
import { baseRefOf } from "./recover.ts";
import { saveLosses } from "./save-losses.ts";
import type { Session } from "./session.ts";

/**
 * The entry of what was done. The caller holds the repository lock and has just read the facts. Faults: refused where
 * something is written into the worktree meanwhile (then it is where it was), and those of git and the disk.
 */
export async function applyRemoval(
  session: Session,
  given: {
    readonly planned: CleanPlan;
    readonly facts: CleanFacts;
    readonly operation: Operation;
    /** The worktree as it is; saved here where that is absent. */
    readonly saved?: Oid;
    /** Takes the path of what is in the trash and can be deleted. */
    readonly discard: (path: string) => void;
  },
): Promise<CleanOutcome> {
  const { repository, directory, ambient } = session.project;
  const { planned, facts: found } = given;
  const { entry, steps } = planned;
  const { stage, path, branch } = entry;
  const { facts } = session.view(stage);
  const trash = join(directory, "trash", ambient.token());
  const unmerged = facts.mergedBy === undefined && facts.branch.ahead > 0 ? { unmerged: true as const } : {};
  const branchDeleted = steps.some((step) => step.kind === "delete-branch");
  let restore = "";
  let moved: string | undefined;
  let stamps: Stamps = new Map();
  const backups: RefChange[] = [];
  const saves = steps.filter((step) => step.kind === "backup");
  for (const { head, ref, snapshot } of saves) {
    const message = `Saved before ${stage} was removed`;
    const saved = snapshot ? await saveLosses(session.project, { facts: found, message }) : undefined;
    if (saved !== undefined) stamps = saved.stamps;
    backups.push({ ref, to: saved?.commit ?? head });
  }
  const last = saves.at(-1);
  if (last !== undefined) {
    const { head, ref } = last;
    restore = restoreCommand(session, {
      planned,
      facts: found,
      ...(last.snapshot ? { snapshot: ref, hasFiles: stamps.size > 0 } : {}),
    });
    const { changes, images } = await saveForUndo(session, given);
    const refs = backups.map((backup) => backup.ref);
    const started = { type: "removal-started", stage, path, branch, head, trash, backups: refs, restore } as const;
    const events = [{ ...started, ...unmerged }];
    await given.operation.intend({ stages: [stage], changes, refs: images, events });
    await updateRefs(repository, backups);
  }
  for (const step of steps) {
    switch (step.kind) {
      case "remove-worktree":
        moved = await takeAway(session, { path, trash, stamps });
        break;
      case "delete-branch":
        await deleteBranch(repository, {
          branch,
          from: step.head,
          also: facts.base === undefined ? [] : [{ ref: baseRefOf(session, stage), from: facts.base }],
        });
        break;
      default:
        break;
    }
  }
  const merged =
    facts.mergedBy !== undefined && facts.branch.head !== undefined
      ? [{ type: "stage-merged", stage, commit: facts.branch.head, proof: facts.mergedBy } as const]
      : [];
  session.emit(...merged, { type: "removal-finished", stage, path, branch, branchDeleted, restore, ...unmerged });
  if (moved !== undefined) given.discard(moved);
  return { ...entry, branchDeleted, restore };
}

/** Saves the worktree as it is, index and all; the commit is on no ref yet. Faults: git-failed, file-system. */
export async function saveTree({ project }: Session, facts: CleanFacts): Promise<Oid> {
  const { path, copies } = facts;
  return (await saveImage(project.repository, { path, names: lossesOf(facts), copies })).commit;
}

/** What there is to take back, and the refs that it takes. */
async function saveForUndo(
  session: Session,
  given: {
    readonly planned: CleanPlan;
    readonly facts: CleanFacts;
    readonly operation: Operation;
    readonly saved?: Oid;
  },
): Promise<{ readonly changes: readonly Change[]; readonly images: readonly RefChange[] }> {
  const { planned, facts: found, operation, saved } = given;
  const { stage, path, branch } = planned.entry;
  const { id: plan } = session.plan;
  const { base } = session.view(stage).facts;
  const changes: Change[] = [];
  const images: RefChange[] = [];
  if (planned.steps.some(({ kind }) => kind === "remove-worktree")) {
    const image = undoRef({ plan, operation: operation.id, name: stage });
    images.push({ ref: image, to: saved ?? (await saveTree(session, found)) });
    const detached = found.detached ? { detached: true as const } : {};
    changes.push({ kind: "worktree", stage, path, branch, was: "removed", head: found.head ?? "", image, ...detached });
  }
  for (const step of planned.steps) {
    if (step.kind !== "delete-branch") continue;
    changes.push({ kind: "ref", stage, ref: `refs/heads/${branch}`, before: step.head });
    if (base !== undefined) changes.push({ kind: "ref", stage, ref: baseRefOf(session, stage), before: base });
  }
  return { changes, images };
}

/** Where the folder lies now. What was written into it after it was saved is seen there, where no path leads any more. */
async function takeAway(
  session: Session,
  { path, trash, stamps }: { readonly path: string; readonly trash: string; readonly stamps: Stamps },
): Promise<string | undefined> {
  const { repository } = session.project;
  const removal = await removeWorktree(repository, { path, trash });
  const changed = removal.trash === undefined ? [] : await changedSince(removal.trash, stamps);
  if (changed.length === 0) return removal.trash;
  await putBack(removal, { path });
  throw new Fault("refused", {
    what: `remove the worktree ${path}`,
    why: `${changed.join(", ")} was written to while it was being saved, so it was put back`,
    now: "Wait until nothing writes there, then run the same command again.",
  });
}

/** One line for a shell that has git and, where changes were saved, tar. */
function restoreCommand(
  session: Session,
  options: {
    readonly planned: CleanPlan;
    readonly facts: CleanFacts;
    readonly snapshot?: string;
    readonly hasFiles?: boolean;
  },
): string {
  const { planned, facts, snapshot } = options;
  const { stage, branch, path } = planned.entry;
  const head = facts.head ?? "";
  const inMain = `git -C ${shellWord(session.project.repository.mainWorktree)}`;
  const inTree = `git -C ${shellWord(path)}`;
  const deleted = planned.steps.find((step) => step.kind === "delete-branch");
  const base = session.view(stage).facts.base;
  const commands: string[] = [];
  if (deleted !== undefined && (facts.detached || facts.worktree !== "ours")) {
    commands.push(`${inMain} branch --no-track ${shellWord(branch)} ${deleted.head}`);
  }
  if (facts.worktree === "ours") {
    const at = facts.detached
      ? `--detach ${shellWord(path)} ${head}`
      : deleted === undefined
        ? `${shellWord(path)} ${shellWord(branch)}`
        : `--no-track -b ${shellWord(branch)} ${shellWord(path)} ${head}`;
    commands.push(`${inMain} worktree add ${at}`);
  }
  if (deleted !== undefined && base !== undefined) {
    commands.push(`${inMain} update-ref ${shellWord(baseRefOf(session, stage))} ${base}`);
  }
  if (snapshot !== undefined) {
    // The snapshot first, for what was deleted; then the bytes, which git's filters would change; then what was staged.
    commands.push(`${inTree} read-tree --reset -u ${shellWord(snapshot)}`);
    if (options.hasFiles === true) {
      const archive = shellWord(`${snapshot}^3:${archiveName}`);
      commands.push(`${inTree} cat-file blob ${archive} | tar -xpf - -C ${shellWord(path)}`);
    }
    commands.push(`${inTree} read-tree ${shellWord(`${snapshot}^2`)}`);
  }
  const submodules = facts.submodules.map((one) => shellWord(one.path));
  if (submodules.length > 0) {
    commands.push(`${inTree} submodule update --init --recursive -- ${submodules.join(" ")}`);
  }
  return commands.join(" && ");
}
