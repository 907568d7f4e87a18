// Shells that stay, and start git for one call after the other. Starting it from here copies the page tables of all that this
// process holds (libuv forks): milliseconds, in which nothing else is done; a shell is small.
//
// Only from the seventh call on, since a shell costs as much as one call; only as many calls at once as there are processors; only
// where there is a POSIX shell; only for calls without hooks and with little standard input. All others start git themselves.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { Readable, Writable } from "node:stream";
import type { GitEnded } from "./ask-git.ts";

export interface LaneCall {
  /** Of git. */
  readonly args: readonly string[];
  /** Absolute. */
  readonly directory: string;
  /** Beside that of the lanes. */
  readonly env: Readonly<Record<string, string>>;
  readonly input?: Buffer;
}

export interface Lanes {
  /** `none`: it was not started, and has to be in another way. `lost`: nobody knows how it ended. */
  run(call: LaneCall): Promise<GitEnded | "none" | "lost">;
}

const fewCalls = 6;
/** Bytes; a line of a shell is no place for more. */
const mostInput = 16_384;
/** A shell that has had nothing to do for so many milliseconds ends. */
const idleMs = 3000;

/** `env`: all that git gets, but for what belongs to a call alone. */
export function createLanes(env: Readonly<Record<string, string>>): Lanes {
  const lanes = new Set<Lane>();
  let calls = 0;
  return {
    run: async (call) => {
      calls += 1;
      if (calls <= fewCalls || process.platform === "win32" || (call.input?.length ?? 0) > mostInput) return "none";
      // A shell drops what no argument can hold; whoever starts git itself refuses it.
      if ([...call.args, ...Object.values(call.env), call.directory].some((word) => word.includes("\0"))) return "none";
      // What is wrong with a directory is told best by who starts git in it.
      if (statSync(call.directory, { throwIfNoEntry: false })?.isDirectory() !== true) return "none";
      const free = [...lanes].find(({ isFree }) => isFree());
      if (free === undefined && lanes.size >= availableParallelism()) return "none";
      const lane = free ?? openLane(env, (closed) => lanes.delete(closed));
      lanes.add(lane);
      const ended = await lane.run(call);
      // The shell found no git.
      return ended !== "lost" && (ended.code === 126 || ended.code === 127) ? "none" : ended;
    },
  };
}

/** The shells that wait are ended before this process is: whoever started it may count on nothing being left. */
const openShells = new Set<() => void>();
const endShells = (): void => {
  for (const endShell of openShells) endShell();
};

interface Lane {
  readonly isFree: () => boolean;
  /** One at a time. */
  readonly run: (call: LaneCall) => Promise<GitEnded | "lost">;
}

function openLane(env: Readonly<Record<string, string>>, onClosed: (lane: Lane) => void): Lane {
  const shell: ChildProcessByStdio<Writable, Readable, Readable> = spawn("/bin/sh", ["-s"], {
    cwd: "/",
    env,
    stdio: "pipe",
  });
  const out = readerOf(shell.stdout);
  const err = readerOf(shell.stderr);
  /** A shell that waits keeps nobody from ending. */
  const hold = (how: "ref" | "unref"): void => {
    for (const one of [shell, shell.stdin, shell.stdout, shell.stderr]) {
      // The streams are sockets, which their type does not tell.
      const change: unknown = Reflect.get(one, how);
      if (typeof change === "function") Reflect.apply(change, one, []);
    }
  };
  let resolve: ((ended: GitEnded | "lost") => void) | undefined;
  let idle: NodeJS.Timeout | undefined;
  const end = (ended: GitEnded | "lost"): void => {
    resolve?.(ended);
    resolve = undefined;
    hold("unref");
    idle = setTimeout(() => shell.stdin.end(), idleMs).unref();
  };
  const finish = (): void => {
    hold("ref");
    shell.stdin.end();
  };
  if (openShells.size === 0) process.on("beforeExit", endShells);
  openShells.add(finish);
  const close = (): void => {
    openShells.delete(finish);
    if (openShells.size === 0) process.off("beforeExit", endShells);
    onClosed(lane);
    end("lost");
    clearTimeout(idle);
  };
  shell.on("error", close);
  // All that held its output has ended by then, git among it.
  shell.on("close", close);
  shell.stdin.on("error", () => undefined);
  const lane: Lane = {
    isFree: () => resolve === undefined && shell.stdin.writable,
    run: (call) => {
      clearTimeout(idle);
      hold("ref");
      const mark = randomUUID();
      const ended = Promise.withResolvers<GitEnded | "lost">();
      ({ resolve } = ended);
      void Promise.all([out.until(mark), err.until(mark)]).then(([stdout, stderr]) =>
        end({ code: Number(stdout.rest), stdout: stdout.said, stderr: stderr.said }),
      );
      shell.stdin.write(`${scriptOf(call)}; printf '%s %d\\n' ${mark} $?; printf '%s\\n' ${mark} >&2\n`);
      return ended.promise;
    },
  };
  return lane;
}

function scriptOf({ args, directory, env, input }: LaneCall): string {
  const own = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)}`);
  // Not a function of that name, which bash may find in the environment.
  const git = [...own, "command", "git", ...["-C", directory, ...args].map(quoted)].join(" ");
  return input === undefined ? `${git} </dev/null` : `printf '${formatOf(input)}' | ${git}`;
}

/** In single quotes nothing means anything to a POSIX shell but the quote itself. */
const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** The bytes as a format of printf, which can also say what no word of a shell can hold; never an option of it. */
const formatOf = (bytes: Buffer): string =>
  bytes.toString("latin1").replaceAll(/[^\w /:.@]/gu, (byte) => `\\${byte.charCodeAt(0).toString(8).padStart(3, "0")}`);

interface Said {
  readonly said: Buffer;
  /** Behind the mark. */
  readonly rest: string;
}

/** Bytes at the end of what was read in which a mark and an exit code have room. */
const longestMark = 64;

/** Reads a stream up to the marks behind what is said in one call. */
function readerOf(stream: Readable): { readonly until: (mark: string) => Promise<Said> } {
  let chunks: Buffer[] = [];
  let tail = "";
  let wanted: { readonly mark: string; readonly resolve: (said: Said) => void } | undefined;
  stream.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    tail = (tail + chunk.toString("latin1", Math.max(0, chunk.length - longestMark))).slice(-longestMark);
    // Nothing follows a mark until the next call.
    const at = wanted !== undefined && tail.endsWith("\n") ? tail.lastIndexOf(wanted.mark) : -1;
    if (wanted === undefined || at === -1) return;
    const whole = Buffer.concat(chunks);
    const said = whole.subarray(0, whole.length - (tail.length - at));
    wanted.resolve({ said, rest: tail.slice(at + wanted.mark.length) });
    wanted = undefined;
    chunks = [];
    tail = "";
  });
  return {
    until: (mark) =>
      new Promise((resolve) => {
        wanted = { mark, resolve };
      }),
  };
}
