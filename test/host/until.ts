// Waits for what has to become true, with a cap.
import { setTimeout as delay } from "node:timers/promises";

/** Resolves with the first answer that is not undefined or false; rejects after ten seconds. */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const end = performance.now() + 10_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`still waiting for ${what}`);
    await delay(10);
  }
}
