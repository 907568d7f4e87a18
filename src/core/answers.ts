// The documents that commands print with `--json`. Scripts rely on them: fields are added, never renamed.
import type { Counts } from "./event.ts";
import type { Severity } from "./finding.ts";
import type { ShapeChanges } from "./plan-changes.ts";
import type { StageId, StageKind, StageStatus } from "./plan.ts";
import type { StaleBase } from "./stale-base.ts";
import type { BaselineAnswer, BreachAnswer } from "./view-answers.ts";
import type { CheckState, StageState } from "./view.ts";

export interface PlanName {
  readonly id: string;
  readonly title: string;
  readonly format: string;
  readonly path: string;
}

export interface CheckAnswer {
  readonly schema: 1;
  readonly plan?: PlanName;
  readonly findings: readonly {
    readonly rule: string;
    readonly severity: Severity;
    readonly message: string;
    readonly line: number;
    readonly column: number;
    /** The file, where it is not the plan's first one. */
    readonly path?: string;
    readonly suggestion?: string;
  }[];
}

export interface ShowAnswer {
  readonly schema: 1;
  readonly plan: PlanName & { readonly status: string; readonly base?: string };
  readonly stages: readonly {
    readonly id: StageId;
    readonly name: string;
    readonly kind: StageKind;
    readonly branch: string;
    readonly worktree: string;
    readonly status: StageStatus;
    readonly needs: readonly StageId[];
    readonly external: readonly string[];
    readonly checks: readonly {
      readonly kind: "command" | "manual";
      readonly text: string;
      readonly command?: string;
      readonly reason?: string;
    }[];
    readonly files: {
      readonly create: readonly string[];
      readonly modify: readonly string[];
      readonly delete: readonly string[];
    };
    readonly line: number;
    /** The file the line is in, where it is not the plan's own. */
    readonly path?: string;
    /** The wave or phase it is part of. */
    readonly group?: string;
    /** What is wished for but not waited for. */
    readonly soft?: readonly { readonly text: string; readonly id?: StageId }[];
    readonly labels?: Readonly<Record<string, string>>;
    /** Boxes ticked in the plan. */
    readonly progress?: { readonly done: number; readonly total: number };
  }[];
}

/** A task as one of the files of a milestone plan has it. */
export interface ReviewedTask {
  readonly id: string;
  /** As written. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly line: number;
}

/** PLAN and TASKS of a milestone plan, compared. */
export interface ReviewAnswer {
  readonly schema: 1;
  readonly plan: PlanName;
  /** The files, absolute; absent where there is none. */
  readonly files: { readonly plan?: string; readonly tasks?: string; readonly spec?: string };
  readonly counts: {
    /** Tasks of PLAN, and of TASKS. */
    readonly plan: number;
    readonly tasks: number;
    readonly exact: number;
    readonly caseOnly: number;
    readonly renamed: number;
    readonly extra: number;
    readonly missing: number;
  };
  /** Those of the two files that are there and hold no tasks. */
  readonly noTasks: readonly ("plan" | "tasks")[];
  /** In the order of PLAN; what only TASKS has comes last. */
  readonly tasks: readonly {
    /** `case-only`: but for letter case, emoji and marks. `extra`: in PLAN only. `missing`: in TASKS only. */
    readonly grade: "exact" | "case-only" | "renamed" | "extra" | "missing";
    readonly plan?: ReviewedTask;
    readonly tasks?: ReviewedTask;
    /** What to write on that line, whole, so that the names agree. */
    readonly rename?: { readonly path: string; readonly line: number; readonly text: string };
  }[];
  /** What the plan itself says is to be true in the end. */
  readonly criteria: readonly { readonly text: string; readonly path: string; readonly line: number }[];
  /** What `check` finds in the plan: cycles, unknown ids and the rest. */
  readonly findings: { readonly errors: number; readonly warnings: number };
}

export interface ConvertAnswer {
  readonly schema: 1;
  readonly plan: PlanName;
  readonly dryRun?: true;
  /** It was written before, and is what would be written now. */
  readonly exists?: true;
  /** The new file, absolute. */
  readonly path: string;
  /** What it could not hold, one sentence each. */
  readonly lost: readonly string[];
}

export interface SetupEntry {
  readonly id: StageId;
  /** `refreshed`, `refused` (work would be lost): with `--refresh`. */
  readonly outcome: "created" | "exists" | "waiting" | "blocked" | "failed" | "refreshed" | "refused";
  readonly branch: string;
  /** Absolute. */
  readonly worktree: string;
  readonly base?: string;
  readonly reason?: string;
  /** What git tracks and the worktree does not hold, one sentence each: empty submodules, pointers to large files. */
  readonly notes?: readonly string[];
  /** Commits of its own that were moved onto the base, and those left out because they would change nothing there. */
  readonly own?: number;
  readonly dropped?: number;
  /** The shell command that takes it back. */
  readonly restore?: string;
}

export interface SetupAnswer {
  readonly schema: 1;
  readonly plan: PlanName;
  readonly dryRun?: true;
  /** With `--dry-run`: what would be done, one sentence a step. */
  readonly steps?: readonly string[];
  readonly stages: readonly SetupEntry[];
}

export interface StatusEntry {
  readonly id: StageId;
  readonly name: string;
  readonly state: StageState;
  readonly ready: boolean;
  /** The next move is a person's: work to do, a check to approve, a stop to look at. */
  readonly waitsForPerson: boolean;
  /** The stop condition of the plan that holds it. */
  readonly stop?: { readonly level: "hard" | "soft"; readonly condition: string; readonly reason: string };
  readonly breach?: BreachAnswer;
  readonly proof?: "proven" | "declared";
  readonly reason?: string;
  readonly waitingFor: readonly StageId[];
  readonly external: readonly string[];
  /** Needs became other commits after it started; `stagetree setup --refresh` moves it onto them. */
  readonly staleBase?: StaleBase & { readonly reason: string };
  /** Ids of the stages that build on it. */
  readonly neededBy: readonly StageId[];
  readonly branch: {
    readonly name: string;
    readonly exists: boolean;
    readonly ahead: number;
    readonly behind: number;
    readonly head?: string;
  };
  readonly worktree: {
    readonly path: string;
    readonly exists: boolean;
    readonly dirty: boolean;
    readonly problem?: string;
  };
  readonly checks: readonly {
    readonly id: string;
    readonly text: string;
    readonly kind: "command" | "manual";
    readonly state: CheckState;
    readonly commit?: string;
    readonly durationMs?: number;
    /** What it came to on the base of the stage, where that was asked for. */
    readonly baseline?: BaselineAnswer;
  }[];
}

/** What is other in the plan than when a run, a set-up or a verification last started on it. */
export interface PlanChanges extends ShapeChanges {
  readonly since: string;
}

/** What there is to say of a plan besides its stages; each part is absent where there is none. */
export interface PlanNews {
  readonly changes?: PlanChanges;
  readonly left?: readonly LeftWork[];
  /** Why a plan that is watched cannot be read as it is now, as the end of a sentence; what is shown is how it was before. */
  readonly problem?: string;
}

/** Work that lies under names which the plan does not have. */
export interface LeftWork {
  readonly stage: StageId;
  /** Name of the stage. */
  readonly name: string;
  /** The stage was taken out, another one has its id now, or the plan names another branch for it. */
  readonly why: "removed" | "replaced" | "moved";
  /** A run works on it at this moment. */
  readonly busy: boolean;
  /** Present while it exists. */
  readonly branch?: string;
  /** Absolute; present while there is a worktree. */
  readonly worktree?: string;
}

export interface StatusAnswer extends PlanNews {
  readonly schema: 1;
  readonly plan: PlanName & {
    readonly status: string;
    readonly base?: string;
    readonly live: boolean;
    /** Why nothing starts from it, as the end of a sentence that starts with the plan. */
    readonly closed?: string;
  };
  /** The run that goes on now, if any. */
  readonly run?: {
    readonly id: string;
    readonly command: "run" | "verify";
    readonly pid: number;
    readonly since: string;
  };
  readonly stages: readonly StatusEntry[];
}

/** One fact of `why`, with the facts it rests on. */
export interface Fact {
  readonly holds: boolean;
  readonly text: string;
  readonly because?: readonly Fact[];
}

export interface WhyAnswer {
  readonly schema: 1;
  readonly plan: PlanName;
  readonly stage: StageId;
  readonly state: StageState;
  readonly ready: Fact;
  readonly complete: Fact;
  readonly removable: Fact;
  /** How its base is stale, and what of its own stands on it; one sentence. */
  readonly stale?: string;
  /** What changed about it in the plan since work last started, one sentence each. */
  readonly changed?: readonly string[];
  /** The next command to type, whole. */
  readonly next: string;
}

/** What became of each stage a `run` or `verify` was asked for. */
export interface RunEntry {
  readonly id: StageId;
  readonly result: "done" | "failed" | "skipped" | "waiting";
  readonly state: StageState;
  readonly reason?: string;
  /** What a person has to type or do now, where it waits for one. */
  readonly now?: string;
  readonly breach?: BreachAnswer;
  readonly commit?: string;
  readonly durationMs: number;
  readonly checks: readonly {
    readonly text: string;
    readonly kind: "command" | "manual";
    readonly state: CheckState;
    readonly log?: string;
    readonly baseline?: BaselineAnswer;
  }[];
}

export interface RunAnswer {
  readonly schema: 1;
  readonly plan: PlanName;
  readonly run: string;
  readonly result: "done" | "failed" | "person-needed" | "interrupted";
  readonly counts: Counts;
  readonly stages: readonly RunEntry[];
}

export interface LsAnswer {
  readonly schema: 1;
  readonly plans: readonly (PlanName & {
    readonly stages: number;
    readonly complete: number;
    readonly problem?: string;
    /** Why nothing starts from it, as the end of a sentence that starts with the plan. */
    readonly closed?: string;
  })[];
}
