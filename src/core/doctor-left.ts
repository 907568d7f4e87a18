// Branches, refs and logs of ours that belong to no stage any more, from facts alone.
import { type Diagnosis, fixCommand } from "./diagnosis.ts";
import type { Oid } from "./event.ts";
import { shellWord } from "./shell.ts";

export interface OrphanFacts {
  /** Branches that we made, of no stage that a plan or the record has. */
  readonly branches: readonly {
    readonly branch: string;
    readonly head: Oid;
    /** Another ref that holds all of it. */
    readonly heldBy?: string;
    /** The worktree that it is checked out in. */
    readonly worktree?: string;
  }[];
  /** Recorded bases of such stages. */
  readonly bases: readonly { readonly ref: string; readonly oid: Oid; readonly heldBy?: string }[];
  /** Backups for plans that neither the disk nor the record knows. */
  readonly backups: readonly { readonly ref: string; readonly oid: Oid; readonly heldBy?: string }[];
  /** Folders of logs. */
  readonly logs: readonly string[];
  /** Worktrees that hold our files and are known to no plan and no record. */
  readonly worktrees: readonly { readonly path: string; readonly branch?: string }[];
}

const heldEvidence = (heldBy: string | undefined): string =>
  heldBy === undefined ? "no other ref holds its commits" : `${heldBy} holds all of it`;

export function diagnoseOrphans(facts: OrphanFacts): readonly Diagnosis[] {
  return [
    ...facts.worktrees.map(({ path, branch }): Diagnosis => ({
      rule: "worktree.no-stage",
      severity: "warning",
      message: `The worktree ${path} was made for a stage, and no plan and no record knows it.`,
      evidence: ["it links to a live plan", branch === undefined ? "it is on no branch" : `it is on ${branch}`],
      command: `git worktree remove ${shellWord(path)}`,
    })),
    ...facts.branches.flatMap((branch) => diagnoseBranch(branch)),
    ...facts.bases.map(({ ref, oid, heldBy }): Diagnosis => ({
      rule: "ref.orphan-base",
      severity: "warning",
      message: `${ref} records the base of a stage that neither a plan nor the record has.`,
      evidence: [`it is at ${oid}`, heldEvidence(heldBy)],
      command: `git update-ref -d ${shellWord(ref)} ${oid}`,
      mend: { kind: "delete-ref", ref, from: oid, backup: heldBy === undefined },
    })),
    ...facts.backups.map(({ ref, oid, heldBy }): Diagnosis => ({
      rule: "ref.orphan-backup",
      severity: "info",
      message: `${ref} is a backup for a plan that is not found here; it keeps its commits alive.`,
      evidence: [`it is at ${oid}`, heldEvidence(heldBy)],
      command: `git update-ref -d ${shellWord(ref)} ${oid}`,
    })),
    ...facts.logs.map((path): Diagnosis => ({
      rule: "logs.no-stage",
      severity: "info",
      message: `${path} holds the logs of a stage that neither a plan nor the record has.`,
      evidence: [path],
      command: fixCommand,
      mend: { kind: "move-logs", path },
    })),
  ];
}

function diagnoseBranch({ branch, head, heldBy, worktree }: OrphanFacts["branches"][number]): readonly Diagnosis[] {
  const evidence = ["its reflog begins with an entry of stagetree", `it is at ${head}`, heldEvidence(heldBy)];
  const common = {
    rule: "branch.orphan",
    severity: "warning" as const,
    message: `stagetree made the branch ${branch} for a stage that neither a plan nor the record has.`,
  };
  if (worktree !== undefined) {
    const seen = [...evidence, `it is checked out at ${worktree}`];
    const command = `git worktree remove ${shellWord(worktree)} && git branch -d ${shellWord(branch)}`;
    return [{ ...common, evidence: seen, command }];
  }
  const command = `git branch -d ${shellWord(branch)}`;
  if (heldBy === undefined) return [{ ...common, evidence, command }];
  return [
    {
      ...common,
      evidence,
      command,
      mend: { kind: "delete-ref", ref: `refs/heads/${branch}`, from: head, backup: true },
    },
  ];
}
