// How long something has been going on, in whole seconds: a number that changes ten times a second disturbs.
import { formatDuration } from "../../report/duration.ts";

/** `ms` milliseconds as "12 s", "2 m 05 s" or "1 h 04 m". */
export function formatElapsed(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  return seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1000);
}
