// What a power cut may take back. Everything else is on the disk before anybody goes on.
import type { Event } from "./event.ts";

/**
 * Whether the event says only what was seen or concluded in a worktree that nobody changed for it, so that the next look comes
 * to the same: a check is run again, a stage is judged again. Not so an agent, whose work is not done twice, nor anything that
 * is noted before the repository or the plan is changed.
 */
export function canBeSeenAgain(event: Event): boolean {
  switch (event.type) {
    case "command-started":
    case "command-finished":
      return event.what === "check" || event.what === "baseline";
    case "attempt-started":
    case "check-cached":
    case "stage-failed":
    case "stage-skipped":
    case "stage-waiting":
      return true;
    default:
      return false;
  }
}
