// The contract of a reporter: who tells of a run while it goes on.
import type { RunAnswer } from "../core/answers.ts";
import type { Recorded } from "../core/event.ts";
import type { Plan } from "../core/plan.ts";
import type { PlanState } from "../core/state.ts";
import type { Style } from "./style.ts";

export interface Reporter {
  /** Called after the event is durable, with the state that holds it. */
  readonly event: (recorded: Recorded, state: PlanState) => void;
  /** The last word; called once, and never after `close`. */
  readonly end: (answer: RunAnswer) => void;
  /** Gives the terminal back as it was, whatever happened; may be called at any time, and again. */
  readonly close: () => void;
}

export interface ReporterOptions {
  /** Where the answer goes; the text holds its own line breaks. */
  readonly write: (text: string) => void;
  readonly style: Style;
  readonly plan: Plan;
  /** How the plan is named in the commands that are shown; its path where absent, which always works. */
  readonly planWord?: string;
  /** The last part of a log file as text; empty where it cannot be read. */
  readonly readTail: (path: string) => string;
  /** What a failed command may have missed, from the end of what it said; absent where nothing comes to mind. */
  readonly explain?: (tail: string) => string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** When what is told of began, in milliseconds since the epoch; now where absent. */
  readonly startedAt?: number;
  /** Size of the terminal at this moment. */
  readonly size: () => { readonly columns: number; readonly rows: number };
  /** Calls `tick` every `ms` milliseconds until the returned function is called; the process's own timer where absent. */
  readonly startTicks?: (ms: number, tick: () => void) => () => void;
  /** Main worktree of the repository, to name files relative to it. */
  readonly root?: string;
  /** Takes Markdown that a CI system shows beside the log. */
  readonly writeSummary?: (markdown: string) => void;
}

export type MakeReporter = (options: ReporterOptions) => Reporter;
