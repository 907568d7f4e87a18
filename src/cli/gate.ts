// The trust gate as a command meets it: a question at a terminal, a Fault everywhere else.
import { createInterface } from "node:readline/promises";
import { passTrustGate } from "../app/trust-gate.ts";
import type { Session } from "../app/session.ts";
import { renderTrust } from "../report/trust.ts";
import type { Call, Output } from "./call.ts";

/** Returns when everything the plan would run is approved. Faults: untrusted, trust-mismatch. */
export async function passGate(call: Call, session: Session): Promise<void> {
  const { output, options, signal } = call;
  await passTrustGate(session.project, {
    plan: session.plan,
    ...(options.trustHash === undefined ? {} : { hash: options.trustHash }),
    ...(output.interactive && options.json !== true
      ? {
          ask: async (status) => {
            output.err(renderTrust({ plan: session.plan, ...status, style: output.errStyle }));
            return confirm("Approve exactly these commands?", { output, signal });
          },
        }
      : {}),
  });
}

/** Asks a yes or no question at the terminal; anything but yes is no. */
export async function confirm(
  question: string,
  options: { readonly output: Output; readonly signal: AbortSignal },
): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal: options.signal });
    return /^y(?:es)?$/iu.test(answer.trim());
  } finally {
    lines.close();
  }
}
