// Ends what we started when we die without a chance to do so: one small shell that notices the end of our process.
import type { Writable } from "node:stream";
import { execa } from "execa";
import { attemptVariable } from "./processes.ts";

export interface Lifeline {
  /** From now on, the processes that carry this token are ended when we die. */
  holdToken(token: string): void;
  /** The same for a process group. */
  holdGroup(group: number): void;
  release(held: { readonly token: string; readonly group?: number }): void;
  close(): void;
}

/**
 * Reads "+ name" and "- name" until our end of the pipe closes, which the kernel sees to even at `kill -9`. What is still
 * held then gets TERM, after the grace KILL: `g…` is a process group, `t…` a token that is looked up in the environments
 * under /proc, for those who left their group (`setsid`, a double fork).
 */
const script = `
trap '' TERM INT HUP PIPE
held=
while read -r sign name; do
  if [ "$sign" = + ]; then held="$held $name"; continue; fi
  rest=
  for one in $held; do [ "$one" = "$name" ] || rest="$rest $one"; done
  held=$rest
done
[ -n "$held" ] || exit 0
strike() {
  struck=
  for one in $held; do
    case $one in
      g*) kill -"$1" -"\${one#g}" 2>/dev/null && struck=1 ;;
      t*) for file in $(grep -lsa "${attemptVariable}=\${one#t}" /proc/[0-9]*/environ 2>/dev/null); do
            file=\${file#/proc/}
            kill -"$1" "\${file%/environ}" 2>/dev/null && struck=1
          done ;;
    esac
  done
}
strike TERM
strike CONT
waited=0
while [ "$waited" -lt "$1" ]; do
  strike 0
  [ -n "$struck" ] || exit 0
  sleep 1
  waited=$((waited + 1))
done
strike KILL
strike KILL
`;

/** Milliseconds after which an idle lifeline is let go; the next command starts another. */
const idleMs = 2000;

/** A lifeline that starts its shell with the first thing it holds. `graceMs` lies between TERM and KILL. */
export function createLifeline(options: { readonly graceMs: number }): Lifeline {
  const held = new Set<string>();
  let pipe: Writable | undefined;
  let idle: NodeJS.Timeout | undefined;

  const open = (): Writable | undefined => {
    const grace = String(Math.ceil(options.graceMs / 1000));
    const child = execa("/bin/sh", ["-c", script, "stagetree", grace], {
      cwd: "/",
      // Its own environment must not hold a token, or it would find itself.
      env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin" },
      extendEnv: false,
      stdin: "pipe",
      stdout: "ignore",
      stderr: "ignore",
      detached: true,
      cleanup: false,
      buffer: false,
      reject: false,
    });
    const opened: Writable | null = child.nodeChildProcess.stdin;
    if (child.pid === undefined || opened === null) return undefined;
    child.nodeChildProcess.unref();
    if ("unref" in opened && typeof opened.unref === "function") opened.unref();
    opened.on("error", () => undefined);
    child.nodeChildProcess.once("exit", () => {
      if (pipe !== opened) return;
      pipe = undefined;
      if (held.size > 0) pipe = reopen();
    });
    return opened;
  };
  const reopen = (): Writable | undefined => {
    const opened = open();
    for (const name of held) opened?.write(`+ ${name}\n`);
    return opened;
  };
  const close = (): void => {
    clearTimeout(idle);
    const closing = pipe;
    pipe = undefined;
    closing?.end();
  };
  const hold = (name: string): void => {
    clearTimeout(idle);
    held.add(name);
    if (pipe === undefined) pipe = reopen();
    else pipe.write(`+ ${name}\n`);
  };
  /** In one go: each write wakes the shell. */
  const drop = (names: readonly string[]): void => {
    const lines = names.filter((name) => held.delete(name)).map((name) => `- ${name}\n`);
    if (lines.length > 0) pipe?.write(lines.join(""));
  };

  return {
    holdToken: (token) => {
      if (!/^[\w-]+$/u.test(token)) throw new Error(`the token ${token} is not plain enough for a shell`);
      hold(`t${token}`);
    },
    holdGroup: (group) => hold(`g${group}`),
    release: ({ token, group }) => {
      drop([...(group === undefined ? [] : [`g${group}`]), `t${token}`]);
      if (held.size > 0) return;
      clearTimeout(idle);
      idle = setTimeout(close, idleMs).unref();
    },
    close: () => {
      if (held.size === 0) close();
    },
  };
}
