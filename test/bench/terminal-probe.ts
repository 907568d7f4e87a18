// A program in a pseudo-terminal, with the moment of each thing that it wrote; for measuring, outside of any test.
import { spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { readFileSync } from "node:fs";

export interface Written {
  /** Milliseconds, as `performance.now()` gives them. */
  readonly at: number;
  readonly bytes: number;
}

export interface Probe {
  readonly pid: number;
  /** When it was started. */
  readonly startedAt: number;
  readonly press: (text: string) => void;
  readonly screen: () => string;
  readonly written: () => readonly Written[];
  /** Everything, once it was written. */
  readonly raw: () => string;
  /** The moment at which the emulator had drawn what `isThere` waits for. */
  shows(isThere: (screen: string) => boolean, what: string): Promise<number>;
  readonly exited: Promise<number>;
  kill(): Promise<void>;
}

export interface ProbeOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
  /** Where only the moments count: nothing is read back. */
  readonly isBlind?: boolean;
}

const longest = 120_000;

/** Starts `args` under this Node. */
export function openProbe(args: readonly string[], options: ProbeOptions): Probe {
  const { cwd, columns = 120, rows = 40, isBlind = false } = options;
  const env = { TERM: "xterm-256color", ...options.env };
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const startedAt = performance.now();
  const pty = spawn(process.execPath, [...args], { cols: columns, rows, name: env.TERM, cwd, env });
  const written: Written[] = [];
  const texts: string[] = [];
  const waiting = new Set<() => void>();
  pty.onData((text) => {
    written.push({ at: performance.now(), bytes: Buffer.byteLength(text) });
    texts.push(text);
    if (isBlind) return;
    terminal.write(text, () => {
      for (const look of waiting) look();
    });
  });
  const ended = Promise.withResolvers<number>();
  pty.onExit(() => ended.resolve(performance.now()));
  const screen = (): string => {
    const { active } = terminal.buffer;
    return Array.from(
      { length: terminal.rows },
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? "",
    ).join("\n");
  };
  const shows: Probe["shows"] = (isThere, what) =>
    new Promise((resolve, reject) => {
      const cap = setTimeout(() => {
        waiting.delete(look);
        reject(new Error(`waited too long for ${what}; it shows\n${screen()}`));
      }, longest);
      const look = (): void => {
        if (!isThere(screen())) return;
        clearTimeout(cap);
        waiting.delete(look);
        resolve(performance.now());
      };
      waiting.add(look);
      look();
    });
  return {
    pid: pty.pid,
    startedAt,
    press: (text) => pty.write(text),
    screen,
    written: () => written,
    raw: () => texts.join(""),
    shows,
    exited: ended.promise,
    kill: async () => {
      pty.kill("SIGKILL");
      await ended.promise;
      terminal.dispose();
    },
  };
}

/** CPU time of a process until now, in milliseconds; a tick of the kernel's clock is ten. */
export function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Resident memory of a process in megabytes. */
export function memoryOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/u.exec(status)?.[1] ?? 0) / 1024;
}
