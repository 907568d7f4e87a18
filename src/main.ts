// From the command line to the exit code: signals, closed pipes, full disks, and the last catch.
import { readAmbient } from "./app/ambient.ts";
import type { Output } from "./cli/call.ts";
import { exitCode, type ExitCode, Fault, faultExit } from "./core/fault.ts";
import { systemFault } from "./core/system-fault.ts";
import { makeStyle } from "./report/style.ts";
import packageJson from "../package.json" with { type: "json" };

/** Runs one command line and sets the exit code of the process. */
export async function main(argv: readonly string[]): Promise<void> {
  const ambient = readAmbient();
  const output = openOutput(ambient.environment);
  const stop = listenForSignals();
  // What breaks outside of any promise of ours, in a timer say. Nothing can go on safely; the lifeline ends what still runs.
  process.once("uncaughtException", (error) => {
    void explain(error, output).then((broken) => process.exit(broken));
  });
  let code: number;
  try {
    const { runProgram } = await import("./cli/program.ts");
    code = await runProgram(argv, {
      ambient,
      output,
      signal: stop.signal,
      hurry: stop.hurry,
      version: packageJson.version,
    });
  } catch (error) {
    code = await explain(error, output);
  }
  process.exitCode = stop.code() ?? output.trouble() ?? code;
  stop.end();
}

async function explain(thrown: unknown, output: Output): Promise<ExitCode> {
  const { errStyle: style } = output;
  const error = systemFault(thrown) ?? thrown;
  if (error instanceof Fault) {
    const { renderFault } = await import("./report/fault.ts");
    output.err(renderFault(error, style));
    const { code }: Fault = error;
    return faultExit[code];
  }
  if (error instanceof Error && error.name === "AbortError") return exitCode.interrupted;
  const { renderBug } = await import("./report/bug.ts");
  output.err(renderBug({ error, version: packageJson.version, style }));
  return exitCode.bug;
}

interface Streams extends Output {
  /** The exit code of an answer that could not be written. */
  readonly trouble: () => ExitCode | undefined;
}

function openOutput(environment: Readonly<Record<string, string | undefined>>): Streams {
  const { stdout, stderr } = process;
  let trouble: ExitCode | undefined;
  // A reader that went away is no error of ours: `stagetree show plan.md | head` ends in silence.
  const closed = new Set<NodeJS.WriteStream>();
  for (const stream of [stdout, stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      closed.add(stream);
      if (error.code === "EPIPE" || trouble !== undefined) return;
      trouble = exitCode.environment;
      process.exitCode = trouble;
      const path = stream === stdout ? "standard output" : "standard error";
      void explain(new Fault("file-system", { action: "write to", path, code: error.code ?? "EIO" }), output);
    });
  }
  const writer = (stream: NodeJS.WriteStream) => (text: string) => {
    if (!closed.has(stream)) stream.write(text);
  };
  const output: Streams = {
    trouble: () => trouble,
    out: writer(stdout),
    err: writer(stderr),
    toTerminal: stdout.isTTY,
    outStyle: makeStyle({ environment, stream: stdout }),
    errStyle: makeStyle({ environment, stream: stderr }),
    get interactive() {
      return stdout.isTTY && stderr.isTTY && process.stdin.isTTY;
    },
  };
  return output;
}

interface Stop {
  readonly signal: AbortSignal;
  readonly hurry: AbortSignal;
  /** Set once a signal asked us to end. */
  readonly code: () => ExitCode | undefined;
  readonly end: () => void;
}

/** First Ctrl-C: stop gracefully. Second, or TERM, or HUP: at once. Third: without another thought. */
function listenForSignals(): Stop {
  const graceful = new AbortController();
  const hurry = new AbortController();
  let count = 0;
  let code: ExitCode | undefined;
  const onInterrupt = (): void => {
    count += 1;
    code ??= exitCode.interrupted;
    if (count === 1) graceful.abort("stop");
    else if (count === 2) hurry.abort();
    else process.exit(exitCode.interrupted);
  };
  const onTerminate = (): void => {
    code ??= exitCode.terminated;
    graceful.abort("now");
  };
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onTerminate);
  process.on("SIGHUP", onTerminate);
  return {
    signal: graceful.signal,
    hurry: hurry.signal,
    code: () => code,
    end: () => {
      process.off("SIGINT", onInterrupt);
      process.off("SIGTERM", onTerminate);
      process.off("SIGHUP", onTerminate);
      // All is done, and its code is known, while the last words are still being written.
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit());
    },
  };
}
