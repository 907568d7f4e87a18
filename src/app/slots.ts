// Room for so many stages at work at once. One that only waits for a look at what it may have changed lends its room meanwhile.

export interface Slot {
  /** Does `wait` without the slot, and then takes the next one that is free, before those who never had one. */
  readonly lend: <T>(wait: () => Promise<T>) => Promise<T>;
}

export interface Slots {
  /** Does `work` as soon as a slot is free, in the order asked for. */
  readonly use: <T>(work: (slot: Slot) => Promise<T>) => Promise<T>;
  readonly free: () => number;
  /** So many work in a slot now. */
  readonly used: () => number;
  /** Calls back whenever a slot was given away and nobody stood there for it. */
  readonly listen: (listener: () => void) => () => void;
}

/** `limit` slots, at least one. */
export function createSlots(limit: number): Slots {
  const all = Math.max(1, limit);
  const coming = { back: [] as (() => void)[], first: [] as (() => void)[] };
  const listeners = new Set<() => void>();
  let used = 0;
  const take = (queue: (() => void)[]): Promise<void> | undefined => {
    if (used === all) return new Promise((resolve) => void queue.push(resolve));
    used += 1;
    return undefined;
  };
  const give = (): void => {
    const next = coming.back.shift() ?? coming.first.shift();
    if (next !== undefined) return next();
    used -= 1;
    for (const listener of listeners) listener();
  };
  const slot: Slot = {
    lend: async (wait) => {
      give();
      try {
        return await wait();
      } finally {
        await take(coming.back);
      }
    },
  };
  return {
    use: async (work) => {
      await take(coming.first);
      try {
        return await work(slot);
      } finally {
        give();
      }
    },
    free: () => all - used,
    used: () => used,
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
