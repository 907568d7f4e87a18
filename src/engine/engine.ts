// What runs one command once, somewhere. Graph, retries, cache and failure modes stay above it.
import type { Outcome } from "../core/outcome.ts";

export interface Job {
  /** Run by `sh -c`. */
  readonly command: string;
  /** Absolute. */
  readonly cwd: string;
  /** The whole environment of the command. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute path of the file that standard output and error are appended to. */
  readonly log: string;
  /** Absolute path of a file given as standard input; empty input where absent. */
  readonly stdin?: string;
  /** Milliseconds; 0 is no limit. */
  readonly timeoutMs: number;
  /** Milliseconds between TERM and KILL. */
  readonly graceMs: number;
  /** Unique for each attempt, of letters, digits, `-` and `_`. */
  readonly token: string;
  readonly maxLogBytes?: number;
  /** Cuts the grace of a stop short that has begun already: the second Ctrl-C. */
  readonly hurry?: AbortSignal;
}

export interface Engine {
  readonly name: string;
  /**
   * Runs one command once. A failing command is an Outcome, not a rejection. An aborted signal stops it with the grace;
   * the reason `"now"` skips the grace. When it resolves, nothing the command started is left.
   */
  run(job: Job, signal: AbortSignal): Promise<Outcome>;
  close(): Promise<void>;
}
