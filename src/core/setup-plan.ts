// Assembles the steps that give a stage its branch and worktree. Pure: facts in, steps or a reason out.
import type { SetupEntry } from "./answers.ts";
import type { Oid } from "./event.ts";
import type { Stage, StageId } from "./plan.ts";
import type { Step } from "./steps.ts";
import type { StageView } from "./view.ts";

export type BaseResult =
  | {
      readonly kind: "commit";
      readonly oid: Oid;
      readonly parents: readonly Oid[];
      /** Where the work of each need ends that it holds. */
      readonly needs?: Readonly<Record<StageId, Oid>>;
    }
  | { readonly kind: "conflict"; readonly between: readonly [string, string]; readonly files: readonly string[] };

/** What was found for one stage before anything is changed. */
export interface SetupFacts {
  /** Absolute, real path of where the worktree shall be. */
  readonly path: string;
  /** Why nothing may be made at that path: it escapes, nests, is inside `.git`, … */
  readonly pathProblem?: string;
  /** `problem` is the end of a sentence that starts with the path. */
  readonly found: { readonly kind: "ours" | "absent" } | { readonly kind: "foreign"; readonly problem: string };
  /** Where the branch is checked out, when that is somewhere else. */
  readonly checkedOutAt?: string;
  readonly branchHead?: Oid;
  /** How an existing branch stands to the computed base. */
  readonly branchHolds?: "base" | "behind-base" | "diverged";
  readonly base: BaseResult;
  readonly baseRef: string;
  readonly recordedBase?: Oid;
}

export interface SetupOptions {
  readonly copy: readonly string[];
  readonly command?: string;
}

export interface SetupPlan {
  readonly entry: SetupEntry;
  readonly steps: readonly Step[];
  /** Recorded as the base of the stage. */
  readonly base?: Oid;
  readonly parents: readonly Oid[];
  readonly needs?: Readonly<Record<StageId, Oid>>;
  /** An existing branch without work of its own is moved up to the base, from this commit. */
  readonly forwardFrom?: Oid;
  readonly conflict?: { readonly between: readonly [string, string]; readonly files: readonly string[] };
}

/** Steps for one stage, or the reason why there are none. */
export function planSetup(view: StageView, facts: SetupFacts, options: SetupOptions): SetupPlan {
  const { stage } = view;
  const entry = { id: stage.id, branch: stage.branch, worktree: facts.path };
  const nothing = (outcome: SetupEntry["outcome"], reason?: string): SetupPlan => ({
    entry: { ...entry, outcome, ...(reason === undefined ? {} : { reason }) },
    steps: [],
    parents: [],
  });
  if (facts.found.kind === "ours") {
    const base = facts.recordedBase;
    return { ...nothing("exists"), entry: { ...entry, outcome: "exists", ...(base === undefined ? {} : { base }) } };
  }
  if (facts.pathProblem !== undefined) return nothing("failed", facts.pathProblem);
  if (facts.found.kind === "foreign") return nothing("failed", `${facts.path} ${facts.found.problem}`);
  if (facts.checkedOutAt !== undefined) {
    return nothing("failed", `its branch ${stage.branch} is checked out at ${facts.checkedOutAt}`);
  }
  if (facts.base.kind === "conflict") {
    const [one, other] = facts.base.between;
    const what = `${one} and ${other} cannot be merged: both change ${facts.base.files.join(", ")}`;
    return nothing("blocked", `${what}; change one of them, or merge them by hand on a branch ${stage.branch}`);
  }
  if (facts.branchHolds === "diverged") {
    const why = `its branch ${stage.branch} exists and does not hold all the commits it has to start from`;
    const how = facts.recordedBase === undefined ? "" : ", move it there with --refresh";
    return nothing("blocked", `${why}; rebase it onto ${facts.base.oid.slice(0, 12)}${how}, or rename it`);
  }
  const { oid, parents, needs } = facts.base;
  const base = facts.branchHolds === "base" ? (facts.recordedBase ?? oid) : oid;
  return {
    entry: { ...entry, outcome: "created", base },
    steps: createSteps(stage, facts, { ...options, base, parents }),
    base,
    parents,
    ...(needs === undefined ? {} : { needs }),
    ...(facts.branchHolds === "behind-base" && facts.branchHead !== undefined ? { forwardFrom: facts.branchHead } : {}),
  };
}

function createSteps(
  stage: Stage,
  facts: SetupFacts,
  options: SetupOptions & { readonly base: Oid; readonly parents: readonly Oid[] },
): readonly Step[] {
  const { path } = facts;
  const steps: Step[] = [];
  if (facts.branchHolds !== "base") {
    steps.push({ kind: "create-branch", stage: stage.id, branch: stage.branch, at: options.base });
  }
  steps.push(
    { kind: "record-base", stage: stage.id, ref: facts.baseRef, at: options.base },
    { kind: "add-worktree", stage: stage.id, path, branch: stage.branch },
    { kind: "checkout", stage: stage.id, path },
  );
  if (options.copy.length > 0) steps.push({ kind: "copy-ignored", stage: stage.id, path, patterns: options.copy });
  steps.push({ kind: "link-plan", stage: stage.id, path });
  if (options.command !== undefined) {
    steps.push({ kind: "run-setup", stage: stage.id, path, command: options.command });
  }
  return steps;
}
