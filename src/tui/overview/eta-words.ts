// How long it still takes, in words that do not promise more than is known.
import type { PlanEstimate, StageEstimate } from "../../core/estimate.ts";

/** `ms` milliseconds as one would say them: "a few seconds", "40 s", "4 m", "1 h 10 m". */
export function formatAbout(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 8) return "a few seconds";
  if (seconds < 57.5) return `${Math.round(seconds / 5) * 5} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 15) return `${minutes} m`;
  const round = Math.round(minutes / 5) * 5;
  const rest = round % 60;
  if (round < 60) return `${round} m`;
  return rest === 0 ? `${round / 60} h` : `${Math.floor(round / 60)} h ${rest} m`;
}

interface Moment {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** When the estimate was made. */
  readonly at: number;
}

/** "about", or "perhaps" where the times of other stages stand in for its own. */
const about = ({ isGuess }: { readonly isGuess: boolean }): string => (isGuess ? "perhaps" : "about");

/**
 * For the list of stages: "about 2 m left" for one that runs, "in about 5 m" for one that comes, undefined where nothing is
 * known or it does not get there by itself.
 */
export function stageEta(
  estimate: StageEstimate | undefined,
  { now, at, isBusy }: Moment & { readonly isBusy: boolean },
): string | undefined {
  if (estimate?.endsInMs === undefined) return undefined;
  const passed = now - at;
  if (!isBusy) {
    const left = (estimate.startsInMs ?? 0) - passed;
    return left <= 0 ? undefined : `in ${about(estimate)} ${formatAbout(left)}`;
  }
  const left = estimate.endsInMs - passed;
  return estimate.isLate === true || left <= 0 ? "longer than usual" : `${about(estimate)} ${formatAbout(left)} left`;
}

/** For the whole plan, one sentence without a full stop; empty where nothing is left to do. */
export function planEta(estimate: PlanEstimate, { now }: { readonly now: number }): string {
  const { leftMs, isLive, held, jobs } = estimate;
  if (estimate.stages.size === 0) return "";
  const then = held.person > 0 ? ", then it needs you" : held.stopped > 0 ? ", then what failed is left" : "";
  if (leftMs === undefined) {
    if (held.unknown > 0) return `${isLive ? "how long it takes" : "how long a run takes"} is unknown yet`;
    return held.person > 0 ? "nothing goes on without you" : "nothing goes on by itself";
  }
  const left = isLive ? leftMs - (now - estimate.at) : leftMs;
  const least = held.unknown > 0 ? "at least" : about(estimate);
  if (!isLive) return `a run takes ${least} ${formatAbout(left)} with ${jobs} at a time${then}`;
  return left <= 0 ? `should be through any moment${then}` : `${least} ${formatAbout(left)} left${then}`;
}
