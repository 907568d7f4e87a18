// How much of the work on one stage is still to come, from what runs of it now.
import type { Expected, ExpectedWork } from "./expected.ts";
import type { StageRecord } from "./stage-record.ts";

type Time = Expected | "unknown";

/** All of it; undefined where a part is known from nowhere. Milliseconds. */
export const wholeTime = ({ setup, agent, checks, isParallel }: ExpectedWork): Expected | undefined =>
  sum([...(setup === undefined ? [] : [setup]), ...(agent === undefined ? [] : [agent]), timeOf(checks, isParallel)]);

/**
 * What is left of a stage that is worked on: of what runs now the time that it did not use yet, and all that comes after it.
 * `isLate`: it runs for longer than expected. Undefined where a part of that is known from nowhere. `now`, and what the
 * record holds, in milliseconds since the epoch; the answer in milliseconds.
 */
export function timeLeft(
  work: ExpectedWork,
  { record, now }: { readonly record: StageRecord; readonly now: number },
): (Expected & { readonly isLate: boolean }) | undefined {
  const { checks, isParallel } = work;
  const setup: readonly Time[] = work.setup === undefined ? [] : [work.setup];
  const agent: readonly Time[] = work.agent === undefined ? [] : [work.agent];
  const running = new Map(record.activities.map((one) => [one.check ?? one.what, now - one.startedAt]));
  const late = { isLate: false };
  const rest = (time: Time, elapsed: number | undefined): Time => {
    if (time === "unknown" || elapsed === undefined) return time;
    if (elapsed > time.ms) late.isLate = true;
    return { ...time, ms: Math.max(0, time.ms - elapsed) };
  };
  const left = (): Expected | undefined => {
    const all = timeOf(checks, isParallel);
    const making = running.get("setup") ?? (record.unfinishedSetup && now - record.unfinishedSetup.at);
    if (making !== undefined) return sum([...setup.map((time) => rest(time, making)), ...agent, all]);
    if (running.has("agent")) return sum([...agent.map((time) => rest(time, running.get("agent"))), all]);
    const first = checks.findIndex(({ id }) => running.has(id));
    // Between two commands, or while a fix or a look at the base goes on, which take what they take.
    if (first === -1) return sum([all]);
    const coming = isParallel ? checks.filter(({ id }) => running.has(id)) : checks.slice(first);
    const times = coming.map(({ id, time }) => ({ id, time: rest(time, running.get(id)) }));
    return sum([timeOf(times, isParallel)]);
  };
  const found = left();
  return found === undefined ? undefined : { ...found, ...late };
}

/** Side by side, the longest counts. */
function timeOf(checks: ExpectedWork["checks"], isParallel: boolean): Time {
  const times = checks.map(({ time }) => time);
  const all = sum(times);
  if (all === undefined) return "unknown";
  if (!isParallel) return all;
  return { ...all, ms: Math.max(0, ...times.map((time) => (time === "unknown" ? 0 : time.ms))) };
}

function sum(times: readonly Time[]): Expected | undefined {
  let ms = 0;
  let isGuess = false;
  for (const time of times) {
    if (time === "unknown") return undefined;
    ms += time.ms;
    isGuess ||= time.isGuess;
  }
  return { ms, isGuess };
}
