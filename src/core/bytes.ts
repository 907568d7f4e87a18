// Sizes on disk as a person reads them.

const units = ["kB", "MB", "GB", "TB"] as const;

/** `bytes` in the unit that keeps it below a thousand, with one digit behind the point: `12.5 MB`. */
export function formatBytes(bytes: number): string {
  let [value, index] = [bytes / 1000, 0];
  for (; value >= 999.95 && index < units.length - 1; index += 1) value /= 1000;
  return `${value.toFixed(1)} ${units[index] ?? "TB"}`;
}
