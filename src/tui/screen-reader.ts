// For people who have the screen read to them: it speaks when something happened, not because time goes by.
import type { TuiSource } from "./source.ts";

/** Asked for by our own variable, or by the one that every program made with Ink knows. */
export const screenReaderWanted = (environment: Readonly<Record<string, string | undefined>>): boolean =>
  environment["STAGETREE_SCREEN_READER"] === "1" || environment["INK_SCREEN_READER"] === "true";

/** The same source with a clock that stands still between changes: spinners and seconds would be read out without end. */
export function forScreenReader(source: TuiSource): TuiSource {
  let now = source.now();
  return {
    ...source,
    subscribe: (listener) =>
      source.subscribe(() => {
        now = source.now();
        listener();
      }),
    now: () => now,
  };
}
