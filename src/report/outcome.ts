// How a command ended, in a few words.
import type { Outcome } from "../core/outcome.ts";
import { formatDuration } from "./duration.ts";

/** Such as "12.3 s", "exit code 2 after 3.2 s" or "stopped at its limit of 10 m 00 s". */
export function describeOutcome(outcome: Outcome): string {
  const took = formatDuration(outcome.durationMs);
  switch (outcome.kind) {
    case "passed":
      return took;
    case "failed":
      return `exit code ${outcome.exitCode} after ${took}`;
    case "signalled":
      return `ended by ${outcome.signal} after ${took}`;
    case "timed-out":
      return `stopped at its limit of ${formatDuration(outcome.limitMs)}`;
    case "cancelled":
      return `stopped after ${took}`;
    case "not-run":
      break;
  }
  return `could not run: ${outcome.reason}`;
}
