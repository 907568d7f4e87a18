// Decides what `clean` may remove, from facts alone. Dirty and unmerged are two kinds of loss and need two consents; each
// consent first saves what it gives up.
import type { CleanEntry } from "./answers.ts";
import type { Oid } from "./event.ts";
import type { StageId } from "./plan.ts";
import type { Step } from "./steps.ts";

export interface CleanFacts {
  readonly stage: StageId;
  readonly path: string;
  readonly branch: string;
  readonly worktree: "ours" | "absent" | { readonly foreign: string };
  /** Tip of the branch, or HEAD of the worktree where that is detached. */
  readonly head?: Oid;
  readonly branchExists: boolean;
  /** How the target holds it, in words. */
  readonly mergedBy?: string;
  readonly target: string;
  readonly modified: readonly string[];
  readonly untracked: readonly string[];
  /** Ignored files that no tool can make again. */
  readonly precious: readonly string[];
  /** Changed files that git was told to overlook (assume-unchanged, skip-worktree). */
  readonly hidden: readonly string[];
  /** Commits on a detached HEAD that no branch holds. */
  readonly detachedCommits: boolean;
  readonly operation?: string;
  readonly locked?: string;
  readonly submodules: readonly string[];
  readonly nested: readonly string[];
  /** The command was called from inside it. */
  readonly current: boolean;
  /** Process ids with their working directory inside. */
  readonly processes: readonly number[];
  /** Checked out in another worktree too, or the branch that others are merged into. */
  readonly branchInUse?: string;
}

export interface Consent {
  readonly discardChanges: boolean;
  readonly deleteUnmerged: boolean;
}

export interface CleanPlan {
  readonly entry: CleanEntry;
  readonly steps: readonly Step[];
  /** It was kept because something would be lost. */
  readonly loss: boolean;
  /** Ignored files that the snapshot has to hold as well. */
  readonly saveIgnored: readonly string[];
}

const list = (names: readonly string[]): string =>
  names.length <= 3 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;

/** Steps that remove one stage's worktree and branch, or why they stay. `backup` is where the head is saved first. */
export function planClean(facts: CleanFacts, options: Consent & { readonly backup: string }): CleanPlan {
  const entry = { stage: facts.stage, path: facts.path, branch: facts.branch };
  const keep = (reason: string, loss = false): CleanPlan => ({
    entry: { ...entry, outcome: "kept", reason },
    steps: [],
    loss,
    saveIgnored: [],
  });
  const obstacle = obstacleOf(facts);
  if (obstacle !== undefined) return keep(obstacle);
  if (facts.worktree !== "ours" && facts.branchInUse !== undefined) return keep(facts.branchInUse);

  const changes = [...facts.modified, ...facts.untracked, ...facts.hidden];
  const losses = [...changes, ...facts.precious];
  if (losses.length > 0 && !options.discardChanges) {
    return keep(`${describeLosses(facts)}; save it, or give it up with --discard-changes`, true);
  }
  if (facts.detachedCommits && !options.deleteUnmerged) {
    return keep("its HEAD is detached and holds commits that no branch has; --delete-unmerged gives them up", true);
  }
  if (facts.branchExists && facts.mergedBy === undefined && !options.deleteUnmerged) {
    return keep(`${facts.branch} is not merged into ${facts.target}; --delete-unmerged gives it up`, true);
  }
  const steps: Step[] = [];
  if (facts.head !== undefined) {
    const snapshot = losses.length > 0;
    steps.push({ kind: "backup", stage: facts.stage, ref: options.backup, head: facts.head, snapshot });
  }
  if (facts.worktree === "ours") steps.push({ kind: "remove-worktree", stage: facts.stage, path: facts.path });
  if (facts.branchExists && facts.head !== undefined && facts.branchInUse === undefined) {
    steps.push({ kind: "delete-branch", stage: facts.stage, branch: facts.branch, head: facts.head });
  }
  const reason = facts.mergedBy ?? (facts.branchExists ? "not merged, given up as asked" : "no branch");
  return { entry: { ...entry, outcome: "removed", reason }, steps, loss: false, saveIgnored: facts.precious };
}

/** What forbids removal whatever a person consents to. */
function obstacleOf(facts: CleanFacts): string | undefined {
  if (typeof facts.worktree === "object") return facts.worktree.foreign;
  if (facts.worktree === "ours" && facts.head === undefined) {
    return `its branch ${facts.branch} has no commit, so there is nothing that a saved copy could be put back on`;
  }
  if (facts.current) return "you are inside it; call clean from another folder";
  if (facts.locked !== undefined) {
    return `it is locked${facts.locked === "" ? "" : ` (${facts.locked})`}; git worktree unlock frees it`;
  }
  if (facts.operation !== undefined) return `a ${facts.operation} is in progress in it; finish or abort that first`;
  if (facts.processes.length > 0) return `process ${facts.processes.join(", ")} works inside it`;
  if (facts.nested.length > 0) return `another repository or worktree lies inside it: ${list(facts.nested)}`;
  if (facts.submodules.length > 0) {
    return `it has initialised submodules (${list(facts.submodules)}), whose commits cannot be judged from here`;
  }
  return undefined;
}

function describeLosses(facts: CleanFacts): string {
  const parts: string[] = [];
  if (facts.modified.length > 0) parts.push(`uncommitted changes in ${list(facts.modified)}`);
  if (facts.untracked.length > 0) parts.push(`untracked ${list(facts.untracked)}`);
  if (facts.hidden.length > 0) parts.push(`changes hidden from git status in ${list(facts.hidden)}`);
  if (facts.precious.length > 0) parts.push(`ignored files that nothing makes again: ${list(facts.precious)}`);
  return `it holds ${parts.join(", ")}`;
}
