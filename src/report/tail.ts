// The last lines of a log as a person may see them.
import { expandTabs } from "./columns.ts";
import { sanitize } from "./sanitize.ts";

/** Longer lines are cut before they are looked at: a log may be one line of megabytes. */
const longestLine = 4_000;

/**
 * The last `lines` lines of `text`, harmless, tabs expanded, blank ones at the end left out. Of a line that was overwritten
 * with carriage returns, as progress bars do, only the last state is kept.
 */
export function tailLines(text: string, lines: number): readonly string[] {
  const all = text.slice(-longestLine * lines).split("\n");
  while (all.length > 0 && sanitize(all.at(-1) ?? "").trim() === "") all.pop();
  return all
    .slice(-lines)
    .map((line) => expandTabs(sanitize(lastState(line).slice(0, longestLine), { keepTabs: true })).trimEnd());
}

const lastState = (line: string): string => line.replace(/\r+$/u, "").split("\r").at(-1) ?? "";
