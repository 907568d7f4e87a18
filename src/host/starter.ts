// Starts commands by way of a small process. Node copies the tables of all its memory for each process that it starts, and
// stands still meanwhile: 1.3 ms at 43 MB, 5 ms at 100 MB, and more than that with the memory of a large plan.
//
// Only where it pays, and nothing else is asked for:
// - from the `few`th command on, once the process is up, which nobody waits for;
// - for commands without input; the others, and all once the process is lost, are started by whoever asks.
import { fork } from "node:child_process";
import type { ProcessEnd, StartAnswer, StartBase, StartTask } from "./start-worker.ts";

/** A process that was started, in a session and a process group of its own. */
export interface Started {
  /** Undefined where it could not be started; `end` says why. */
  readonly pid: number | undefined;
  /** Never rejects. */
  readonly end: Promise<ProcessEnd>;
}

export interface StartedCommand extends Pick<StartTask, "command" | "cwd" | "log"> {
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Starter {
  /** Undefined where whoever asks has to start it himself. */
  readonly start: (command: StartedCommand) => Promise<Started> | undefined;
  /** Commands that run are let go. */
  readonly close: () => void;
}

/** So many commands of one process are started as ever. */
const few = 16;

/** What became of a command is not known, not even whether it was started. */
export const lostCode = "STARTER_LOST";
const lost: ProcessEnd = { code: lostCode, originalMessage: "the process that starts commands ended" };

/** It lies beside this file, in the bundle as in the source. */
const script = (): URL =>
  new URL(import.meta.url.endsWith(".ts") ? "./start-worker.ts" : "./start-worker.cjs", import.meta.url);

interface Waiting {
  readonly started: PromiseWithResolvers<number | undefined>;
  readonly ended: PromiseWithResolvers<ProcessEnd>;
}

/** `after`: so many commands are started without it. */
export function createStarter({ after = few }: { readonly after?: number } = {}): Starter {
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  let state: "none" | "coming" | "ready" | "gone" = "none";
  let helper: ReturnType<typeof fork> | undefined;
  let base: StartedCommand["env"] | undefined;

  const settle = (id: number, end: ProcessEnd): void => {
    const one = waiting.get(id);
    waiting.delete(id);
    one?.started.resolve(undefined);
    one?.ended.resolve(end);
    if (waiting.size === 0) helper?.channel?.unref();
  };
  const lose = (): void => {
    state = "gone";
    for (const id of waiting.keys()) settle(id, lost);
  };
  const open = (): void => {
    state = "coming";
    // In a session of its own, so that what a terminal sends to all of us does not end it before us; in no folder of anybody.
    helper = fork(script(), { cwd: "/", detached: true, execArgv: [], stdio: ["ignore", "ignore", "ignore", "ipc"] });
    helper.on("message", (answer: StartAnswer) => {
      if ("ready" in answer) state = "ready";
      else if ("pid" in answer) waiting.get(answer.id)?.started.resolve(answer.pid);
      else settle(answer.id, answer.end);
    });
    helper.on("error", lose);
    helper.once("disconnect", lose);
    helper.unref();
    helper.channel?.unref();
  };

  return {
    start: ({ env, ...task }) => {
      asked += 1;
      if (state === "none" && asked > after) open();
      if (state !== "ready" || helper === undefined) return undefined;
      const id = asked;
      const one: Waiting = { started: Promise.withResolvers(), ended: Promise.withResolvers() };
      waiting.set(id, one);
      helper.channel?.ref();
      if (base === undefined) helper.send({ base: env } satisfies StartBase);
      base ??= env;
      const message: StartTask = { id, ...task, env: differenceOf(env, base) };
      helper.send(message, (error) => error && settle(id, lost));
      return one.started.promise.then((pid) => ({ pid, end: one.ended.promise }));
    },
    close: () => {
      state = "gone";
      if (helper?.connected === true) helper.disconnect();
    },
  };
}

const differenceOf = (env: StartedCommand["env"], base: StartedCommand["env"]): StartTask["env"] => ({
  set: Object.fromEntries(Object.entries(env).filter(([name, value]) => base[name] !== value)),
  without: Object.keys(base).filter((name) => !Object.hasOwn(env, name)),
});
