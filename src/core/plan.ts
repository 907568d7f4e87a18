// The plan as data: what every format is read into, and what everything else is computed from.

export type StageId = string;

/** What a plan file can say about a stage. What is really so is derived in `view.ts`. */
export type StageStatus = "not-started" | "in-progress" | "complete" | "blocked" | "skipped";

/**
 * `auto`: checks decide. `human-verify`: a person approves as well. `decision`: a person decides something, which may need no
 * commit. `gate`: checks only, no commit of its own; what comes after it waits until it is green.
 */
export type StageKind = "auto" | "human-verify" | "decision" | "gate";

/** Whether a stage is to leave a commit of its own; a gate and a decision may well leave none. */
export const hasOwnWork = ({ kind }: { readonly kind: StageKind }): boolean =>
  kind === "auto" || kind === "human-verify";

/** Half-open range in the text of the plan, in UTF-16 code units; a byte order mark is not counted. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

interface CheckBase {
  /** Stable over edits elsewhere in the plan: derived from kind and text, see `fingerprint.ts`. */
  readonly id: string;
  /** The item as a person reads it, Markdown kept. */
  readonly text: string;
  readonly range: Range;
}

export interface CommandCheck extends CheckBase {
  readonly kind: "command";
  /** Run by `sh -c` in the worktree. */
  readonly command: string;
  /** "Run `a` or `b`": used in this order where the earlier ones do not exist in the worktree. */
  readonly alternatives: readonly string[];
  readonly timeoutMs?: number;
  readonly retries?: number;
  readonly env: Readonly<Record<string, string>>;
  /** Relative to the worktree. */
  readonly cwd?: string;
}

export interface ManualCheck extends CheckBase {
  readonly kind: "manual";
  /** Why it is not run, for `check` and `why`: "holds a placeholder", "not plainly a command", … */
  readonly reason: string;
}

export type Check = CommandCheck | ManualCheck;

export interface StageFiles {
  readonly create: readonly string[];
  readonly modify: readonly string[];
  readonly delete: readonly string[];
}

/** An order that is wished for but not needed: "loosely depends on". Shown, never waited for. */
export interface SoftNeed {
  /** As written. */
  readonly text: string;
  /** The stage it speaks of, where it is one of this plan. */
  readonly id?: StageId;
}

export interface Stage {
  readonly id: StageId;
  readonly name: string;
  readonly kind: StageKind;
  readonly branch: string;
  /** As written in the plan, placeholders filled in; relative to the main worktree. */
  readonly worktree: string;
  /** A hint at first sight, see `declarations.ts`. */
  readonly status: StageStatus;
  readonly needs: readonly StageId[];
  /** Prerequisites outside the plan, as written. */
  readonly external: readonly string[];
  readonly soft?: readonly SoftNeed[];
  readonly checks: readonly Check[];
  /** The commands of this stage may run side by side. */
  readonly parallel: boolean;
  readonly files: StageFiles;
  /** A command, or the name of a profile in the configuration. */
  readonly agent?: string;
  /** Message for a commit of what the agent left uncommitted. */
  readonly commit?: string;
  /** The part of the plan that tells a worker what to build, as Markdown. */
  readonly brief: string;
  /** 1-based line of the stage in its file. */
  readonly line: number;
  /** The file the stage stands in, absolute, where that is not the plan's own. */
  readonly path?: string;
  /** The wave or phase it is part of, as shown. */
  readonly group?: string;
  /** What else the plan says of it: `model`, `agent` and `skill` (told to the agent), `priority`, `size`, … */
  readonly labels?: Readonly<Record<string, string>>;
  /** Names that the plan does not write: they follow from the ids. */
  readonly derived?: readonly ("branch" | "worktree")[];
  /** Set where another stage had the id before: 2, 3, …; such as its branch has at the end, where that is derived. */
  readonly generation?: number;
  /** Boxes ticked in the plan, where the format has boxes for a stage. */
  readonly progress?: { readonly done: number; readonly total: number };
}

/** A rule of the plan for when work on a stage stops although its commands passed. */
export interface StopCondition {
  /** `hard`: the stage waits for a person. `soft`: the stage is skipped. Either way the others go on. */
  readonly level: "hard" | "soft";
  /** As written. */
  readonly text: string;
  readonly trigger: StopTrigger;
}

export type StopTrigger =
  /** The work touches a file that one of these patterns names. */
  | { readonly kind: "paths"; readonly globs: readonly string[] }
  /** The work is larger than this, against the base: files changed, lines added and removed. */
  | { readonly kind: "diff"; readonly files?: number; readonly lines?: number }
  /** A check is red, also after `fix` was run once. */
  | { readonly kind: "checks"; readonly fix?: string }
  /** The work cannot be merged. */
  | { readonly kind: "conflict" }
  /** Nothing that can be seen from here: shown to the person and the agent. */
  | { readonly kind: "judgement" };

/** What a wave waits for: what the plan declares, or all of the wave before. */
export const waveModes = ["declared", "barrier"] as const;

export interface PlanClosed {
  /** The end of a sentence that starts with the plan: "is superseded", "lies in completed/". */
  readonly why: string;
  /** The plan that took its place, absolute. */
  readonly newer?: string;
}

export interface Plan {
  readonly id: string;
  readonly title: string;
  readonly format: string;
  /** Absolute. */
  readonly path: string;
  readonly status: string;
  /** Why it is not to be worked on, where more than its status says so. */
  readonly closed?: PlanClosed;
  /** The branch that stages without needs start from, where the plan names one. */
  readonly base?: string;
  /** What `base` is to be made from while it does not exist yet, where the plan says so. */
  readonly baseFrom?: string;
  readonly stages: readonly Stage[];
  /** In the order in which they are tried. */
  readonly stops?: readonly StopCondition[];
}
