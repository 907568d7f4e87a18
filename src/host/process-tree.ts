// Finds and ends everything one command started: its process group, and those who left it.
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { attemptVariable, listPids, readStat, startedWith } from "./processes.ts";

export interface ProcessTree {
  /** Pid of the leader, which is the id of its group. */
  readonly group: number;
  /** Value of the attempt variable in the environment of all of them. */
  readonly token: string;
  /** When it was started, by `performance.now()`, in milliseconds. */
  readonly startedAt: number;
}

/** After this time the pids may have gone round once and more; then the look costs nothing beside the command. */
const longRunMs = 30_000;

/** Milliseconds we wait after KILL; only a process stuck in the kernel is still there then. */
const afterKillMs = 2000;

/** One that starts the next and ends can do so between the look at all pids and the look at its own, but not each time. */
const mostLooks = 10;

interface Found {
  readonly pids: readonly number[];
  /** There may be others. */
  readonly isUnsure: boolean;
}

/** Nobody is there only where each could be looked at, and none was started while we looked. */
function lookWell(look: (newest: number | undefined) => Found): readonly number[] {
  for (let nth = 1; ; nth += 1) {
    const newest = newestPid();
    const { pids, isUnsure } = look(newest);
    if (pids.length > 0 || nth === mostLooks || (!isUnsure && newestPid() === newest)) return pids;
  }
}

/** Those of the processes that belong to it, as far as that can be told. */
function pick(pids: readonly number[], belongs: (pid: number) => boolean | undefined): Found {
  const told = pids.map((pid) => ({ pid, is: belongs(pid) }));
  return {
    pids: told.flatMap(({ pid, is }) => (is === true ? [pid] : [])),
    isUnsure: told.some(({ is }) => is === undefined),
  };
}

/**
 * Pids of the living members of the group and of the escaped ones, without zombies: where nobody reaps orphans, as in many
 * containers, a group with only zombies in it can be signalled for ever. Without /proc: the group itself, as a negative
 * number, while it can be signalled, and no escaped ones.
 *
 * Pids grow, so only those above the leader's are looked at, unless they went round meanwhile: tens of microseconds
 * instead of milliseconds after each command.
 */
export const listMembers = (tree: ProcessTree): readonly number[] => lookWell((newest) => membersNow(tree, newest));

function membersNow(tree: ProcessTree, newest: number | undefined): Found {
  const groupAnswers = sendSignal(-tree.group, 0);
  const pids = listPids();
  if (pids.length === 0) return { pids: groupAnswers ? [-tree.group] : [], isUnsure: false };
  const all = performance.now() - tree.startedAt > longRunMs || (newest ?? 0) < tree.group;
  const entry = `${attemptVariable}=${tree.token}`;
  return pick(pids, (pid) => {
    if (pid === process.pid || (!all && pid < tree.group)) return false;
    const stat = groupAnswers ? readStat(pid) : undefined;
    if (stat?.group === tree.group) return !stat.zombie;
    return startedWith(pid, entry);
  });
}

export interface EndOptions {
  /** Between TERM and KILL, in milliseconds; 0 is KILL at once. */
  readonly graceMs: number;
  /** Cuts the grace short. */
  readonly hurry?: AbortSignal;
}

/** Ends the tree: TERM, the grace, KILL; resolves when it is gone. What hides from both group and /proc is not found. */
export const endTree = (tree: ProcessTree, options: EndOptions): Promise<void> =>
  endAll(
    {
      list: () => listMembers(tree),
      strikeMore: () => void sendSignal(-tree.group, "SIGKILL"),
    },
    options,
  );

/**
 * The same for what a process that died had started under the token, found by its environment; without /proc nothing is
 * found, and the lifeline has to have done it. True when there was anything.
 */
export async function endMarked(token: string, options: EndOptions): Promise<boolean> {
  const entry = `${attemptVariable}=${token}`;
  const isMarked = (pid: number): boolean | undefined => {
    const is = pid !== process.pid && startedWith(pid, entry);
    return is === true ? readStat(pid)?.zombie === false : is;
  };
  const list = (): readonly number[] => lookWell(() => pick(listPids(), isMarked));
  if (list().length === 0) return false;
  await endAll({ list, strikeMore: () => undefined }, options);
  return true;
}

interface Targets {
  readonly list: () => readonly number[];
  /** Sends KILL to those that cannot be listed. */
  readonly strikeMore: () => void;
}

async function endAll(targets: Targets, options: EndOptions): Promise<void> {
  const started = performance.now();
  if (options.graceMs > 0 && options.hurry?.aborted !== true) {
    // A stopped process takes TERM only after CONT.
    const told = new Set<number>();
    const tell = (members: readonly number[]): void => {
      for (const pid of members.filter((member) => !told.has(member))) {
        told.add(pid);
        sendSignal(pid, "SIGTERM");
        sendSignal(pid, "SIGCONT");
      }
    };
    if (await waitUntilGone(targets, { ...options, untilMs: started + options.graceMs, each: tell })) return;
  }
  const strike = (members: readonly number[]): void => {
    targets.strikeMore();
    for (const pid of members) sendSignal(pid, "SIGKILL");
  };
  await waitUntilGone(targets, { untilMs: performance.now() + afterKillMs, each: strike });
}

interface Wait {
  readonly untilMs: number;
  readonly hurry?: AbortSignal;
  readonly each: (members: readonly number[]) => void;
}

async function waitUntilGone({ list }: Targets, { untilMs, hurry, each }: Wait): Promise<boolean> {
  for (let pause = 1; ; pause = Math.min(pause * 2, 50)) {
    const members = list();
    if (members.length === 0) return true;
    if (performance.now() >= untilMs || hurry?.aborted === true) return false;
    each(members);
    await delay(pause, undefined, hurry === undefined ? {} : { signal: hurry }).catch(() => undefined);
  }
}

/** Whether there was someone to take it. */
function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** The last field of /proc/loadavg, the pid that was given out last (proc(5)). */
function newestPid(): number | undefined {
  try {
    return Number(readFileSync("/proc/loadavg", "utf8").trim().split(" ").at(-1));
  } catch {
    return undefined;
  }
}
