// Opens the terminal UI and closes it again, whatever happens: the terminal is left as it was found.
import { render } from "ink";
import type { ReadStream, WriteStream } from "node:tty";
import { Fault } from "../core/fault.ts";
import { makeStyle } from "../report/style.ts";
import { App } from "./app.tsx";
import type { Size } from "./layout.ts";
import { openSession } from "./session.ts";
import type { TuiSource } from "./source.ts";

export interface TuiOptions {
  readonly source: TuiSource;
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly stderr: WriteStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Closes the screen when it is aborted, for example on SIGTERM. */
  readonly signal?: AbortSignal;
}

/**
 * tmux moves the lines above the cursor into the primary screen when a program leaves a grown alternate one with the cursor
 * at its bottom.
 */
const emptyScreen = "\u001b[2J\u001b[H";

/** More would not be seen, and costs. */
const mostFrames = 15;

/**
 * Resolves when the person quits or `signal` is aborted. An error while drawing rejects, after the terminal was restored,
 * so that it can be shown below the prompt.
 *
 * Without a handler of the process's own, SIGTERM, SIGHUP and an exit from elsewhere restore the terminal as well; where
 * there is one, it has to abort `signal` or to exit.
 *
 * @throws {Fault} `no-terminal` where stdin or stdout is no terminal, or one without any abilities.
 */
export async function openTui({ source, stdin, stdout, stderr, environment, signal }: TuiOptions): Promise<void> {
  if (!stdin.isTTY || !stdout.isTTY || environment["TERM"] === "dumb") {
    throw new Fault("no-terminal", { command: source.commandFor({ kind: "refresh" }) });
  }
  if (signal?.aborted === true) return;
  const style = makeStyle({ environment, stream: stdout });
  let failure: Error | undefined;
  const end = (error?: unknown): void => {
    if (error !== undefined) failure ??= asError(error);
    stdout.write(emptyScreen);
    instance.unmount();
  };
  const session = openSession({ source, size: sizeOf(stdout), style, end });
  // First in line, so that the new frame is laid out before Ink draws the old one into the new size.
  const onResize = (): void => {
    session.resize(sizeOf(stdout));
    instance.rerender(<App session={session} />);
  };
  stdout.prependListener("resize", onResize);
  const instance = render(<App session={session} />, {
    stdin,
    stdout,
    stderr,
    alternateScreen: true,
    exitOnCtrlC: false,
    incrementalRendering: true,
    interactive: true,
    maxFps: mostFrames,
    patchConsole: true,
  });
  const onAbort = (): void => end();
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    await instance.waitUntilExit();
    if (failure !== undefined) throw failure;
  } finally {
    stdout.off("resize", onResize);
    signal?.removeEventListener("abort", onAbort);
    session.close();
  }
}

/** Anything can be thrown; whoever shows it expects an error. */
const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** A terminal that does not know its size counts as the classic one. */
const sizeOf = ({ columns, rows }: WriteStream): Size => ({ columns: columns || 80, rows: rows || 24 });
