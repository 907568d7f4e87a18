// The built program in a real terminal, read back by a terminal emulator, as a person would see it.
import { spawn, type IPty } from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { join } from "node:path";
import { ReadStream } from "node:tty";
import { expect } from "vitest";

export const program = join(import.meta.dirname, "../../bin/stagetree.js");

export interface Terminal extends AsyncDisposable {
  readonly press: (text: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** Sends a signal to the first process in it. */
  readonly signal: (name: NodeJS.Signals) => void;
  /** Closes the terminal under it, as the window manager does. */
  readonly hangUp: () => void;
  readonly pid: number;
  /** What a person would see now. */
  readonly screen: () => string;
  /** Everything in the normal buffer, what scrolled away as well. */
  readonly scrollback: () => string;
  readonly buffer: () => "normal" | "alternate";
  /** All bytes that were written. */
  readonly raw: () => string;
  /** Waits until the screen shows it. */
  shows(what: string | RegExp): Promise<void>;
  readonly exited: Promise<{ readonly exitCode: number; readonly signal?: number | undefined }>;
}

export interface TerminalOptions {
  readonly file?: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
  /** What stands on the screen already. */
  readonly before?: string;
}

/** Starts `args` under Node, or `file` with them, in a terminal of its own. */
export function openTerminal(args: readonly string[], options: TerminalOptions): Terminal {
  const { file = process.execPath, cwd, columns = 100, rows = 30, before = "" } = options;
  const env = { TERM: "xterm-256color", ...options.env };
  const pty = spawn(file, [...args], { cols: columns, rows, name: env.TERM, cwd, env });
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  let raw = "";
  terminal.write(before);
  pty.onData((text) => {
    raw += text;
    terminal.write(text);
  });
  readToTheEnd(pty);
  let isOver = false;
  const exited = new Promise<{ exitCode: number; signal?: number | undefined }>((resolve) => {
    pty.onExit((exit) => {
      isOver = true;
      terminal.write("", () => resolve(exit));
    });
  });
  const textOf = (buffer: xterm.IBuffer, from: number, count: number): string =>
    Array.from(
      { length: count },
      (_, row) =>
        buffer
          .getLine(from + row)
          ?.translateToString(true, 0, terminal.cols)
          .trimEnd() ?? "",
    )
      .join("\n")
      .trimEnd();
  const screen = (): string => textOf(terminal.buffer.active, terminal.buffer.active.viewportY, terminal.rows);
  return {
    press: (text) => pty.write(text),
    resize: (nextColumns, nextRows) => {
      terminal.resize(nextColumns, nextRows);
      pty.resize(nextColumns, nextRows);
    },
    signal: (name) => pty.kill(name),
    // The end that the program has is of no use from here on: the kernel says so with SIGHUP, and writing gives EIO.
    hangUp: () => {
      if ("destroy" in pty && typeof pty.destroy === "function") pty.destroy();
    },
    pid: pty.pid,
    screen,
    scrollback: () => textOf(terminal.buffer.normal, 0, terminal.buffer.normal.length),
    buffer: () => terminal.buffer.active.type,
    raw: () => raw,
    shows: async (what) => {
      const seen = expect.poll(screen, { timeout: 30_000, interval: 20 });
      await (typeof what === "string" ? seen.toContain(what) : seen.toMatch(what));
    },
    exited,
    [Symbol.asyncDispose]: async () => {
      if (!isOver) pty.kill("SIGKILL");
      await exited;
      terminal.dispose();
    },
  };
}

/**
 * node-pty closes its end 200 ms after the program's, read or not, and a busy machine may come to the last output later.
 * Each turn of the event loop reads once, so what is left is read before it closes.
 */
function readToTheEnd(pty: IPty): void {
  const socket: unknown = Reflect.get(pty, "_socket");
  if (!(socket instanceof ReadStream)) throw new Error("node-pty no longer keeps its end in _socket");
  const destroy = socket.destroy.bind(socket);
  socket.destroy = (error) => {
    let seen = -1;
    const close = (): void => {
      if (socket.bytesRead === seen) destroy(error);
      else setImmediate(close);
      seen = socket.bytesRead;
    };
    close();
    return socket;
  };
}

/** The terminal as it was found: primary screen, cursor shown, no paste brackets. */
export function expectRestored(terminal: Terminal): void {
  expect(terminal.buffer()).toBe("normal");
  const raw = terminal.raw();
  const last = (on: string, off: string): boolean => raw.lastIndexOf(off) > raw.lastIndexOf(on);
  expect(last("\u001B[?25l", "\u001B[?25h")).toBe(true);
  expect(last("\u001B[?1049h", "\u001B[?1049l")).toBe(true);
  expect(last("\u001B[?2004h", "\u001B[?2004l")).toBe(true);
}
