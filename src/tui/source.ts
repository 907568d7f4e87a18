// What the terminal UI sees of the application, and what it may ask of it.
import type { PlanNews, WhyAnswer } from "../core/answers.ts";
import type { CleanAnswer } from "../core/clean-answers.ts";
import type { DeclaredState } from "../core/event.ts";
import type { HistoryEntry } from "../core/history-entry.ts";
import type { Plan, StageId } from "../core/plan.ts";
import type { PlanState } from "../core/state.ts";
import type { Timeline } from "../core/timeline.ts";
import type { TrustEntry } from "../core/trust.ts";
import type { UndoListAnswer } from "../core/undo-answers.ts";
import type { StageView } from "../core/view.ts";

/** Something a person asks for; each is also a command line, see `commandFor`. No stage means the whole plan. */
export type TuiAction =
  | { readonly kind: "setup"; readonly stage?: StageId }
  | { readonly kind: "verify"; readonly stage?: StageId; readonly check?: string }
  | { readonly kind: "run"; readonly stage?: StageId }
  | { readonly kind: "stop"; readonly stage?: StageId }
  | { readonly kind: "approve"; readonly stage: StageId; readonly check?: string }
  | { readonly kind: "mark"; readonly stage: StageId; readonly state: DeclaredState }
  /** Exactly the commands that were shown, by the hash of all of them. */
  | { readonly kind: "trust"; readonly hash: string }
  /** Exactly what was shown, by its digest. */
  | { readonly kind: "clean"; readonly digest: string }
  | { readonly kind: "undo" | "redo" }
  /** Hands the terminal over, and takes it back. */
  | { readonly kind: "open"; readonly stage: StageId; readonly what: Opened }
  | { readonly kind: "switch"; readonly plan: string }
  | { readonly kind: "refresh" };

/** What works on worktrees and branches: one of these at a time, and leaving ends it. */
export const changesWorktrees = ({ kind }: TuiAction): boolean =>
  ["setup", "run", "verify", "clean", "undo", "redo"].includes(kind);

/** A shell, the person's editor or agent in the worktree of a stage; the last log in a pager. */
export type Opened = "shell" | "editor" | "agent" | "log";

/** A run or verify that goes on now. */
export interface LiveRun {
  readonly command: "run" | "verify";
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Whether it goes on in this process, so that leaving ends it. */
  readonly ours: boolean;
}

/** Something to read that is not in the snapshot, because it costs a question to git or to the disk. */
export type DocRequest =
  | { readonly kind: "diff" | "why" | "history"; readonly stage: StageId }
  | { readonly kind: "trust" | "undo" | "plans" | "conflicts" }
  | {
      readonly kind: "clean";
      readonly stage?: StageId;
      readonly discardChanges: boolean;
      readonly deleteUnmerged: boolean;
    };

export type Doc =
  /** What the branch, and what is not committed yet, adds to the base: the patch as git prints it, without colours. */
  | { readonly kind: "diff"; readonly patch: string; readonly isCut: boolean }
  | { readonly kind: "why"; readonly answer: WhyAnswer }
  /** Newest first. */
  | { readonly kind: "history"; readonly entries: readonly HistoryEntry[] }
  | {
      readonly kind: "trust";
      readonly surface: readonly TrustEntry[];
      readonly missing: readonly TrustEntry[];
      readonly hash: string;
    }
  | { readonly kind: "undo"; readonly answer: UndoListAnswer }
  | { readonly kind: "plans"; readonly plans: readonly PlanEntry[] }
  /** `left`: pairs of stages that nobody looked at, since there are too many. */
  | { readonly kind: "conflicts"; readonly conflicts: readonly ForeseenConflict[]; readonly left?: number }
  | { readonly kind: "clean"; readonly answer: CleanAnswer };

export interface PlanEntry {
  readonly path: string;
  readonly title: string;
  readonly stages: number;
  readonly complete: number;
}

/** Two stages whose branches cannot be merged as they are now. */
export interface ForeseenConflict {
  readonly stages: readonly [StageId, StageId];
  readonly files: readonly string[];
}

/** A part of a log file. */
export interface LogChunk {
  /** Size of the whole file in bytes, 0 where there is none yet. */
  readonly size: number;
  /** Byte offset of the first byte of `bytes`. */
  readonly from: number;
  readonly bytes: Uint8Array;
}

export interface TuiSource {
  /** May change when the file is edited. */
  readonly plan: () => Plan;
  /** Git has not answered yet: of the views only the stages count, and nothing can be read or done. */
  readonly isLooking: () => boolean;
  readonly views: () => readonly StageView[];
  readonly state: () => PlanState;
  /** What changed in the plan since work last started, and whether it can be read now. */
  readonly news: () => PlanNews;
  readonly run: () => LiveRun | undefined;
  /** Of the last run; the same object as long as nothing came. */
  readonly timeline: () => Timeline | undefined;
  /** How many stages a run of this plan works on at once, where nothing else was asked for. */
  readonly jobs: () => number;
  /** Whether an agent is there for the stages that name none. */
  readonly hasAgent: () => boolean;
  /** Calls `listener` after anything changed, as often as it likes; the answer ends it. */
  subscribe(listener: () => void): () => void;
  /** A line of a log without the values of secrets. */
  readonly redact: (text: string) => string;
  /** At most `bytes` bytes of a log file from byte `from` on (counted from its end where that is negative), raw. */
  readLog(path: string, part: { readonly from: number; readonly bytes: number }): Promise<LogChunk>;
  /** Reads something; rejects with a Fault where that cannot be. */
  read(request: DocRequest): Promise<Doc>;
  /** Does it and says, in one or more lines, what came of it. */
  act(action: TuiAction): Promise<{ readonly ok: boolean; readonly message: string }>;
  /** The exact command line that does the same. */
  commandFor(action: TuiAction): string;
  /** Milliseconds since the epoch. */
  now(): number;
}
