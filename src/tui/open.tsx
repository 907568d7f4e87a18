// Opens the terminal UI and closes it again, whatever happens: the terminal is left as it was found.
import { render, useApp, useInput } from "ink";
import type { ReadStream, WriteStream } from "node:tty";
import { setFlagsFromString } from "node:v8";
import type { ReactNode } from "react";
import { Fault } from "../core/fault.ts";
import { makeStyle } from "../report/style.ts";
import { DrawnScreen, Keyboard } from "./app.tsx";
import { copyToTerminal } from "./clipboard.ts";
import { listenForPauses } from "./job-control.ts";
import type { Size } from "./frame/layout.ts";
import { screenLines } from "./frame/screen-lines.ts";
import { createPainter } from "./painter.ts";
import { forScreenReader, screenReaderWanted } from "./screen-reader.ts";
import { openSession, type Session } from "./session.ts";
import type { TuiSource } from "./source.ts";

export interface TuiOptions {
  readonly source: TuiSource;
  /**
   * Called as soon as the first frame is drawn; settles once the source looks no more. Where it rejects, the screen is closed
   * and the error thrown.
   */
  readonly begin?: () => Promise<void>;
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

type Suspend = ReturnType<typeof useApp>["suspendTerminal"];

/**
 * Resolves when the person quits or `signal` is aborted. An error while drawing rejects, after the terminal was restored,
 * so that it can be shown below the prompt.
 *
 * Without a handler of the process's own, SIGTERM, SIGHUP and an exit from elsewhere restore the terminal as well; where
 * there is one, it has to abort `signal` or to exit. What breaks outside of any promise is told by whoever listens for that
 * in the process; the terminal is restored before.
 *
 * @throws {Fault} `no-terminal` where stdin or stdout is no terminal, or one without any abilities.
 */
export async function openTui(options: TuiOptions): Promise<void> {
  const { stdin, stdout, stderr, environment, signal } = options;
  if (!stdin.isTTY || !stdout.isTTY || environment["TERM"] === "dumb") {
    throw new Fault("no-terminal", { command: options.source.commandFor({ kind: "refresh" }) });
  }
  if (signal?.aborted === true) return;
  const isRead = screenReaderWanted(environment);
  // What is read out twice is only half as good.
  if (isRead) await options.begin?.();
  const source = isRead ? forScreenReader(options.source) : options.source;
  const style = makeStyle({ environment: isRead ? { ...environment, LC_ALL: "C" } : environment, stream: stdout });
  let failure: Error | undefined;
  let suspend: Suspend | undefined;
  let lent: Promise<unknown> | undefined;
  let hasEnded = false;
  const painter = createPainter((text) => stdout.write(text));
  const paint = (): void => {
    if (isRead || hasEnded || lent !== undefined) return;
    const model = session.model();
    painter.paint(screenLines(model, session.commandFor), model);
  };
  /** All of it; what breaks in it ends the screen as what breaks in any other frame does. */
  const repaint = (): void => {
    painter.forget();
    try {
      paint();
    } catch (error) {
      end(error);
    }
  };

  const end = (error?: unknown): void => {
    if (error !== undefined) failure ??= asError(error);
    if (hasEnded) return;
    hasEnded = true;
    if (lent === undefined && !isRead) stdout.write(emptyScreen);
    instance.unmount();
  };
  const handOver = async <T,>(use: () => Promise<T>): Promise<T> => {
    const answers: T[] = [];
    const turn = (suspend ?? unsuspended)(async () => {
      await stopReading(stdin);
      answers.push(await use());
    });
    lent = turn;
    await turn.finally(() => {
      lent = undefined;
      repaint();
    });
    const [answer] = answers;
    if (answers.length === 0) throw new Error("the terminal was not handed over");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one answer, which may be undefined itself
    return answer as T;
  };
  const copy = (text: string): string | undefined => {
    const copied = copyToTerminal(text, environment);
    if ("problem" in copied) return copied.problem;
    stdout.write(copied.sequence);
    return undefined;
  };

  const session = openSession({ source, size: sizeOf(stdout), style, end, handOver, copy });
  const pauses = listenForPauses({ handOver, isLent: () => lent !== undefined });
  const take = (given: Suspend): void => {
    suspend = given;
  };
  // What a frame takes is given back at the next small collection; V8 would let it pile up to a hundred megabytes before one.
  setFlagsFromString("--semi-space-growth-factor=1");
  // Ink does it after its first frame: until then a key would be written into the screen, and Ctrl-C would be a signal.
  stdin.setRawMode(true);
  const instance = render(<Root session={session} take={take} pause={pauses.pause} isDrawn={isRead} />, {
    stdin,
    stdout,
    stderr,
    alternateScreen: !isRead,
    exitOnCtrlC: false,
    incrementalRendering: !isRead,
    interactive: true,
    isScreenReaderEnabled: isRead,
    patchConsole: true,
  });
  // Behind Ink, which erases a part of the screen when it gets narrower.
  const onResize = (): void => {
    painter.forget();
    session.resize(sizeOf(stdout));
  };
  stdout.on("resize", onResize);
  session.subscribe(paint);
  repaint();
  // A program that has the terminal is ended by whoever started it; then it is ours again, and can be left in order.
  const onAbort = (): void => {
    if (lent === undefined) end();
    else void lent.catch(() => undefined).then(() => end());
  };
  const onCrash = (): void => end();
  signal?.addEventListener("abort", onAbort, { once: true });
  process.on("uncaughtExceptionMonitor", onCrash);
  setImmediate(() => {
    // A key that was typed ahead may have ended it already, and nobody would stop what begins after that.
    if (!isRead && !hasEnded) options.begin?.().catch(end);
  });
  try {
    await instance.waitUntilExit();
    if (failure !== undefined) throw failure;
  } finally {
    process.off("uncaughtExceptionMonitor", onCrash);
    stdout.off("resize", onResize);
    signal?.removeEventListener("abort", onAbort);
    pauses.close();
    session.close();
    stdin.setRawMode(false);
  }
}

interface RootProps {
  readonly session: Session;
  readonly take: (suspend: Suspend) => void;
  readonly pause: () => void;
  /** Whether Ink draws the screen, line by line for a screen reader; else it is painted. */
  readonly isDrawn: boolean;
}

/** What only a component can have of Ink goes to the edge; Ctrl-Z is no key of the screen. */
function Root({ session, take, pause, isDrawn }: RootProps): ReactNode {
  take(useApp().suspendTerminal);
  useInput((input, key) => {
    if (key.ctrl && input === "z") pause();
  });
  return (
    <>
      <Keyboard session={session} />
      {isDrawn ? <DrawnScreen session={session} /> : null}
    </>
  );
}

/** Before the first frame the terminal is not ours yet. */
const unsuspended = async (use: () => Promise<void> | void): Promise<void> => use();

/**
 * Ink lets go of the keys, but Node goes on reading them ahead, which would take them from the program that has the terminal.
 * It stops once the stream has noticed that nobody listens, and was paused.
 */
async function stopReading(stdin: ReadStream): Promise<void> {
  await nextTurn();
  stdin.pause();
  await nextTurn();
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Anything can be thrown; whoever shows it expects an error. */
const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** A terminal that does not know its size counts as the classic one. */
const sizeOf = ({ columns, rows }: WriteStream): Size => ({ columns: columns || 80, rows: rows || 24 });
