// The terminal UI: everything it shows comes from the session, everything it does is also a command.
import { exitCode, Fault, type ExitCode } from "../core/fault.ts";
import type { Call } from "./call.ts";
import { openNamedPlan } from "./plan-session.ts";
import { openTuiSource } from "./tui-source.ts";

export async function run(call: Call): Promise<ExitCode> {
  const { output, ambient } = call;
  if (!output.interactive || ambient.environment["TERM"] === "dumb") {
    throw new Fault("no-terminal", { command: "The terminal UI" });
  }
  const { project, file } = await openNamedPlan(call);
  const { source, close } = await openTuiSource(call, { project, file });
  const { openTui } = await import("../tui/open.tsx");
  try {
    await openTui({
      source,
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      environment: ambient.environment,
      signal: call.signal,
    });
  } finally {
    await close();
  }
  return exitCode.done;
}
