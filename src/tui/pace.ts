// How often the screen is drawn: at once for what a person did, seldom for what happens by itself, however much that is.

/** Milliseconds between two frames that nobody asked for. */
const shortestPause = 80;
const longestPause = 1000;
/** Whoever works on its own accord rests for so many times what it took: a machine that is busy is left to the others. */
const rest = 8;

/** Milliseconds to wait after something that nobody asked for and that took `tookMs`. */
export const pauseAfter = (tookMs: number): number => Math.min(longestPause, Math.max(shortestPause, tookMs * rest));

export interface Pace {
  /** Something changed; `isUrgent` where a person waits for it. Anything else is drawn with what comes within a moment. */
  readonly draw: (isUrgent: boolean) => void;
  readonly close: () => void;
}

export function createPace(drawNow: () => void): Pace {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let nextAt = 0;
  const begin = (): void => {
    clearTimeout(waiting);
    waiting = undefined;
    const began = performance.now();
    // Also where the drawing of this frame asks for another one.
    nextAt = began + shortestPause;
    drawNow();
    nextAt = began + pauseAfter(performance.now() - began);
  };
  return {
    draw: (isUrgent) => {
      const left = nextAt - performance.now();
      if (isUrgent || (left <= 0 && waiting === undefined)) begin();
      else waiting ??= setTimeout(begin, Math.max(0, left));
    },
    close: () => clearTimeout(waiting),
  };
}
