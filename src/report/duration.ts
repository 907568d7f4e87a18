// Durations as a person reads them.

/** `ms` milliseconds as "0.9 s", "12.3 s", "2 m 05 s" or "1 h 04 m"; a negative duration counts as none. */
export function formatDuration(ms: number): string {
  const tenths = Math.round(Math.max(0, ms) / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(Math.max(0, ms) / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} m`;
}

/** `at` (milliseconds since the epoch) as "2026-03-02 10:00:00 UTC". */
export const formatClock = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;

const two = (count: number): string => String(count).padStart(2, "0");
