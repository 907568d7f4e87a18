// The processes that were started in a sandbox, and waiting for what has to become true.
import { readdirSync, readFileSync } from "node:fs";

/** Pids that still live; every process that is started in a sandbox knows its home. Empty where there is no /proc. */
export function livingIn(directory: string): readonly number[] {
  return namesIn("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .filter((pid) => {
      try {
        const state = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.charAt(0);
        return state !== "Z" && readFileSync(`/proc/${pid}/environ`, "utf8").includes(`HOME=${directory}/`);
      } catch {
        return false;
      }
    });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
