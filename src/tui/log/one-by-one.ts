// Reads of a log, one at a time: a slow disk must not pile them up.
import type { LogRequest } from "./log-view.ts";

/** `read` answers nothing for what nobody waits for any more. */
export function oneByOne(read: (request: LogRequest) => Promise<void> | undefined): (request: LogRequest) => void {
  const waiting: LogRequest[] = [];
  let isReading = false;
  const next = (): void => {
    while (!isReading) {
      const request = waiting.shift();
      if (request === undefined) return;
      const reading = read(request);
      if (reading === undefined) continue;
      isReading = true;
      void reading.finally(() => {
        isReading = false;
        next();
      });
    }
  };
  return (request) => {
    waiting.push(request);
    next();
  };
}
