// The terminal UI: everything it shows comes from the session, everything it does is also a command.
import { exitCode, Fault, type ExitCode } from "../core/fault.ts";
import { type Call, errLines } from "./call.ts";
import { openNamedPlan } from "./plan-session.ts";
import { openTuiSource } from "./tui-source.ts";

export async function run(call: Call): Promise<ExitCode> {
  const { output, ambient } = call;
  if (!output.interactive) throw new Fault("no-terminal", { command: "The terminal UI" });
  if (ambient.environment["TERM"] === "dumb") return watchAsLines(call);
  // While git answers.
  const loading = import("../tui/open.tsx");
  loading.catch(() => undefined);
  const { project, file } = await openNamedPlan(call);
  const { source, begin, close } = openTuiSource(call, { project, file });
  const { openTui } = await loading;
  try {
    await openTui({
      source,
      begin,
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

/** In a terminal that only knows lines, such as the one of an editor. */
async function watchAsLines(call: Call): Promise<ExitCode> {
  const { base } = call.options;
  errLines(
    call.output,
    "This terminal (TERM=dumb) shows lines only: the status, again at each change. Ctrl-C ends it.",
    "",
  );
  const { run: status } = await import("./status.ts");
  await status({ ...call, options: { watch: true, ...(base === undefined ? {} : { base }) } });
  return exitCode.done;
}
