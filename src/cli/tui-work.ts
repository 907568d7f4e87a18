// The one piece of work that can go on inside the terminal UI, and how it is stopped.

export interface OwnWork {
  readonly isLive: () => boolean;
  /** Starts it; the caller sees to it that there is one at a time. */
  start<Answer>(work: (signal: AbortSignal) => Promise<Answer>): Promise<Answer>;
  /** "stop": what runs gets a grace. "now": it gets none. */
  stop(how: "stop" | "now"): void;
  /** Resolves when none goes on. */
  ended(): Promise<void>;
}

/** `signal`: of the process; it stops it as well, with its own reason. */
export function createOwnWork(signal: AbortSignal): OwnWork {
  let live: { readonly stop: AbortController; readonly end: Promise<void> } | undefined;
  return {
    isLive: () => live !== undefined,
    start: async (work) => {
      const stop = new AbortController();
      const result = work(AbortSignal.any([signal, stop.signal]));
      const over = (): void => {
        live = undefined;
      };
      live = { stop, end: result.then(over, over) };
      return result;
    },
    stop: (how) => live?.stop.abort(how),
    ended: async () => live?.end,
  };
}
