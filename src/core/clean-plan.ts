// Decides what `clean` may remove, from facts alone. Dirty and unmerged are two kinds of loss and need two consents; each
// consent first saves what it gives up.
import type { CleanOutcome } from "./clean-outcome.ts";
import type { Oid } from "./event.ts";
import type { StageId } from "./plan.ts";
import type { Step } from "./steps.ts";

export interface CleanFacts {
  readonly stage: StageId;
  readonly path: string;
  readonly branch: string;
  readonly worktree: "ours" | "absent" | { readonly foreign: string };
  /** HEAD of the worktree; tip of the branch where there is none. */
  readonly head?: Oid;
  /** Tip of the branch, where HEAD is detached and somewhere else. */
  readonly branchHead?: Oid;
  /** Folder of git's registration, which points at the worktree as the worktree points at it. */
  readonly registration?: string;
  readonly branchExists: boolean;
  /** How the target holds it, in words. */
  readonly mergedBy?: string;
  readonly target: string;
  readonly modified: readonly string[];
  readonly untracked: readonly string[];
  /** Ignored files that no tool can make again. */
  readonly precious: readonly string[];
  /** Ignored files that the main worktree has as well. */
  readonly copies: readonly string[];
  /** Changed files that git was told to overlook (assume-unchanged, skip-worktree). */
  readonly hidden: readonly string[];
  /** Files that it was told to overlook, changed or not. */
  readonly marked: number;
  readonly detached: boolean;
  /** Commits on a detached HEAD that no branch holds. */
  readonly detachedCommits: boolean;
  /** What git is in the middle of in it, or with its branch in the main worktree. */
  readonly operation?: string;
  readonly locked?: string;
  /** Those that are initialised. */
  readonly submodules: readonly SubmoduleFacts[];
  readonly nested: readonly string[];
  /** The command was called from inside it. */
  readonly current: boolean;
  /** Process ids with their working directory inside; absent where the system does not tell. */
  readonly processes?: readonly number[];
  /** Why the branch stays: it is checked out elsewhere, the default branch, or the one that others are merged into. */
  readonly branchInUse?: string;
  /** What lies in the files that would be lost, by path; where someone asked for it. */
  readonly contents?: Readonly<Record<string, string>>;
}

/** Everything that lies in the worktree alone. */
export const lossesOf = ({
  modified,
  untracked,
  hidden,
  precious,
}: Pick<CleanFacts, "modified" | "untracked" | "hidden" | "precious">): readonly string[] => [
  ...modified,
  ...untracked,
  ...hidden,
  ...precious,
];

export interface SubmoduleFacts {
  readonly path: string;
  /** What would be lost with it, in words; none where it is clean and each of its commits is on a remote. */
  readonly problems: readonly string[];
}

export interface Consent {
  readonly discardChanges: boolean;
  readonly deleteUnmerged: boolean;
}

export interface CleanPlan {
  readonly entry: CleanOutcome;
  readonly steps: readonly Step[];
  /** It was kept because something would be lost. */
  readonly loss: boolean;
  /** Ignored files that the snapshot has to hold as well. */
  readonly saveIgnored: readonly string[];
}

export const list = (names: readonly string[]): string =>
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

  const losses = lossesOf(facts);
  if (losses.length > 0 && !options.discardChanges) {
    return keep(`${describeLosses(facts)}; commit or save that first`, true);
  }
  if (facts.detachedCommits && !options.deleteUnmerged) {
    return keep("its HEAD is detached and holds commits that no branch has; make a branch for them first", true);
  }
  if (facts.branchExists && facts.mergedBy === undefined && !options.deleteUnmerged) {
    return keep(`${facts.branch} is not merged into ${facts.target}; merge it first`, true);
  }
  const { stage, head } = facts;
  const branchHead = facts.branchHead ?? head;
  const steps: Step[] = [];
  if (facts.branchHead !== undefined && facts.branchExists) {
    steps.push({
      kind: "backup",
      stage,
      ref: `${options.backup}-branch`,
      head: facts.branchHead,
      snapshot: false,
    });
  }
  if (head !== undefined) {
    steps.push({ kind: "backup", stage, ref: options.backup, head, snapshot: losses.length > 0 });
  }
  if (facts.worktree === "ours") steps.push({ kind: "remove-worktree", stage, path: facts.path });
  if (facts.branchExists && branchHead !== undefined && facts.branchInUse === undefined) {
    steps.push({ kind: "delete-branch", stage, branch: facts.branch, head: branchHead });
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
  if (facts.operation !== undefined) return `a ${facts.operation} is in progress; finish or abort that first`;
  const { processes = [] } = facts;
  if (processes.length > 0) return `process ${processes.join(", ")} works inside it`;
  if (facts.nested.length > 0) return `another repository or worktree lies inside it: ${list(facts.nested)}`;
  const lossy = facts.submodules.find(({ problems }) => problems.length > 0);
  return lossy && `its submodule ${lossy.path} ${lossy.problems.join(", ")}; save that in the submodule first`;
}

function describeLosses(facts: CleanFacts): string {
  const parts: string[] = [];
  if (facts.modified.length > 0) parts.push(`uncommitted changes in ${list(facts.modified)}`);
  if (facts.untracked.length > 0) parts.push(`untracked ${list(facts.untracked)}`);
  if (facts.hidden.length > 0) parts.push(`changes hidden from git status in ${list(facts.hidden)}`);
  if (facts.precious.length > 0) parts.push(`ignored files that nothing makes again: ${list(facts.precious)}`);
  return `it holds ${parts.join(", ")}`;
}
