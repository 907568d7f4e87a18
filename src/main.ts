// From the command line to the exit code: signals, closed pipes, and the last catch.
import { readAmbient } from "./app/ambient.ts";
import type { Output } from "./cli/call.ts";
import { exitCode, type ExitCode, Fault, faultExit } from "./core/fault.ts";
import { makeStyle } from "./report/style.ts";
import packageJson from "../package.json" with { type: "json" };

/** Runs one command line and sets the exit code of the process. */
export async function main(argv: readonly string[]): Promise<void> {
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
    process.stdout.write(`${packageJson.version}\n`);
    return;
  }
  const ambient = readAmbient();
  const output = openOutput(ambient.environment);
  const stop = listenForSignals();
  let code: ExitCode;
  try {
    const { runProgram } = await import("./cli/program.ts");
    code = await runProgram(argv, { ambient, output, signal: stop.signal, hurry: stop.hurry, version: packageJson.version });
  } catch (error) {
    code = await explain(error, output);
  }
  const stopped = stop.code();
  process.exitCode = stopped ?? code;
  stop.end();
}

async function explain(error: unknown, output: Output): Promise<ExitCode> {
  const { errStyle: style } = output;
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

function openOutput(environment: Readonly<Record<string, string | undefined>>): Output {
  const { stdout, stderr, stdin } = process;
  // A reader that went away is no error of ours: `stagetree show plan.md | head` ends in silence.
  const closed = new Set<NodeJS.WriteStream>();
  for (const stream of [stdout, stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      closed.add(stream);
    });
  }
  const writer = (stream: NodeJS.WriteStream) => (text: string) => {
    if (!closed.has(stream)) stream.write(text);
  };
  return {
    out: writer(stdout),
    err: writer(stderr),
    outStyle: makeStyle({ environment, stream: stdout }),
    errStyle: makeStyle({ environment, stream: stderr }),
    interactive: stdin.isTTY && stdout.isTTY && stderr.isTTY,
  };
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
    },
  };
}
