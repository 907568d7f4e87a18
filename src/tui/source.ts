// What the terminal UI sees of the application, and what it may ask of it.
import type { PlanNews } from "../core/answers.ts";
import type { Plan, StageId } from "../core/plan.ts";
import type { PlanState } from "../core/state.ts";
import type { StageView } from "../core/view.ts";

/** Something a person asks for; each is also a command line, see `commandFor`. No stage means the whole plan. */
export type TuiAction =
  | { readonly kind: "setup"; readonly stage?: StageId }
  | { readonly kind: "verify"; readonly stage?: StageId }
  | { readonly kind: "run"; readonly stage?: StageId }
  | { readonly kind: "stop" }
  | { readonly kind: "approve"; readonly stage: StageId; readonly check?: string }
  | { readonly kind: "refresh" };

/** A run or verify that goes on now. */
export interface LiveRun {
  readonly command: "run" | "verify";
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Whether it goes on in this process, so that leaving ends it. */
  readonly ours: boolean;
}

export interface TuiSource {
  /** May change when the file is edited. */
  readonly plan: () => Plan;
  readonly views: () => readonly StageView[];
  readonly state: () => PlanState;
  /** What changed in the plan since work last started, and whether it can be read now. */
  readonly news: () => PlanNews;
  readonly run: () => LiveRun | undefined;
  /** Calls `listener` after anything changed, as often as it likes; the answer ends it. */
  subscribe(listener: () => void): () => void;
  /** The last `bytes` bytes of a log file, raw; empty where there is no such file yet. */
  readTail(path: string, bytes: number): Promise<string>;
  /** Does it and says, in one or more lines, what came of it. */
  act(action: TuiAction): Promise<{ readonly ok: boolean; readonly message: string }>;
  /** The exact command line that does the same. */
  commandFor(action: TuiAction): string;
  /** Milliseconds since the epoch. */
  now(): number;
}
