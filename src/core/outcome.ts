// How a command ended. Data in events, never thrown.

export type Outcome =
  | { readonly kind: "passed"; readonly durationMs: number }
  | { readonly kind: "failed"; readonly exitCode: number; readonly durationMs: number }
  | { readonly kind: "signalled"; readonly signal: string; readonly durationMs: number }
  | { readonly kind: "timed-out"; readonly limitMs: number; readonly durationMs: number }
  /** Stopped by the person at the keyboard, or because another check of its stage failed. */
  | { readonly kind: "cancelled"; readonly durationMs: number }
  /** It never ran: the shell or the folder is missing, the log cannot be written, … */
  | { readonly kind: "not-run"; readonly reason: string; readonly durationMs: number };

export const passed = (outcome: Outcome): boolean => outcome.kind === "passed";

/** The end of a sentence about a command: "failed with exit code 2", "did not end within 600 s", … */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case "passed":
      return "passed";
    case "failed":
      return `failed with exit code ${outcome.exitCode}`;
    case "signalled":
      return `was ended by ${outcome.signal}`;
    case "timed-out":
      return `did not end within ${Math.round(outcome.limitMs / 1000)} s`;
    case "cancelled":
      return "was stopped";
    case "not-run":
      return `could not be run: ${outcome.reason}`;
  }
}
