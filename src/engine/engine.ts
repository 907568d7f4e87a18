// What runs one command once, somewhere. Graph, retries, cache and failure modes stay above it.
import type { Outcome } from "../core/outcome.ts";
import type { CommandSpec } from "../host/command.ts";

/** One command, where it runs, and how it is limited; how it is started, and ended when we die, is the engine's own affair. */
export type Job = Omit<CommandSpec, "lifeline" | "starter">;

export interface Engine {
  readonly name: string;
  /**
   * Runs one command once. A failing command is an Outcome, not a rejection. An aborted signal stops it with the grace;
   * the reason `"now"` skips the grace. When it resolves, nothing the command started is left.
   */
  run(job: Job, signal: AbortSignal): Promise<Outcome>;
  close(): Promise<void>;
}
