// What of a model is not on the screen, so that nothing is drawn where only that changed.
import type { Model } from "./model.ts";

/** Whether the log on screen is another one, or has another size than before. */
export const isOtherLog = (before: Model, now: Model): boolean =>
  before.log?.path !== now.log?.path || before.log?.size !== now.log?.size;

/** Whether both are drawn as the same screen, as far as that can be told at once: what is being read of a log is not drawn. */
export function looksAlike(before: Model, now: Model): boolean {
  if (before === now) return true;
  const { log: logBefore, ...restBefore } = before;
  const { log: logNow, ...restNow } = now;
  if (!isSameShallow(restBefore, restNow)) return false;
  if (logBefore === undefined || logNow === undefined) return logBefore === logNow;
  return isSameShallow({ ...logBefore, asked: undefined }, { ...logNow, asked: undefined });
}

function isSameShallow(one: object, other: object): boolean {
  const [mine, theirs] = [Object.entries(one), new Map<string, unknown>(Object.entries(other))];
  return mine.length === theirs.size && mine.every(([key, value]) => theirs.has(key) && theirs.get(key) === value);
}
