// Finds files that several stages mean to change, where a file may be a pattern such as `tests/unit/*.test.ts`.
import type { StageId } from "./plan.ts";

export interface FileClaim {
  readonly stage: StageId;
  /** A path, a pattern with `*` or `**`, or a folder with a slash at its end. Brackets are characters like any other. */
  readonly path: string;
}

/** How many patterns are compared with how many paths, in characters times characters: a second of work. */
const mostWork = 5_000_000;

/**
 * Pairs of claims of different stages that can mean one file, the claim of the stage with the lower rank first. Of the stages
 * that claim one plain path only neighbours are paired: if each waits for the one before, all do. Stages without a rank are
 * left out. Linear in the plain paths; patterns beyond any sensible number are not compared.
 */
export function meetingClaims<Claim extends FileClaim>(
  claims: readonly Claim[],
  ranks: ReadonlyMap<StageId, number>,
): readonly (readonly [Claim, Claim])[] {
  const byPath = new Map<string, Claim[]>();
  const seen = new Set<string>();
  for (const claim of claims) {
    const path = bare(claim.path);
    const key = `${claim.stage}\0${path}`;
    if (!ranks.has(claim.stage) || seen.has(key)) continue;
    seen.add(key);
    const group = byPath.get(path);
    if (group === undefined) byPath.set(path, [claim]);
    else group.push(claim);
  }
  const rank = ({ stage }: Claim): number => ranks.get(stage) ?? 0;
  const pairs: (readonly [Claim, Claim])[] = [];
  for (const group of byPath.values()) {
    if (group.length < 2) continue;
    const ordered = group.toSorted((a, b) => rank(a) - rank(b));
    for (const [index, later] of ordered.entries()) {
      const earlier = ordered[index - 1];
      if (earlier !== undefined) pairs.push([earlier, later]);
    }
  }
  for (const [one, other] of meetingPaths([...byPath.keys()])) {
    for (const a of byPath.get(one) ?? []) {
      for (const b of byPath.get(other) ?? []) {
        if (a.stage !== b.stage) pairs.push(rank(a) < rank(b) ? [a, b] : [b, a]);
      }
    }
  }
  return pairs;
}

const bare = (path: string): string => path.replace(/^(?:\.\/)+/, "");

/** Whether the path stands for several files. */
export const isPattern = (path: string): boolean => path.includes("*") || path.endsWith("/");

/** Pairs of different paths that can mean one file; at least one of the two is a pattern. */
function meetingPaths(paths: readonly string[]): readonly (readonly [string, string])[] {
  const patterns = paths.filter(isPattern);
  if (patterns.length === 0) return [];
  const plain = paths.filter((path) => !isPattern(path)).toSorted((a, b) => (a < b ? -1 : 1));
  const found: (readonly [string, string])[] = [];
  const budget = { left: mostWork };
  const compare = (one: string, other: string): void => {
    budget.left -= one.length * other.length;
    if (budget.left > 0 && patternsMeet(one, other)) found.push([one, other]);
  };
  for (const [index, pattern] of patterns.entries()) {
    const prefix = fixedStart(pattern);
    // oxlint-disable-next-line no-unmodified-loop-condition -- `compare` takes from it
    for (let at = firstFrom(plain, prefix); plain[at]?.startsWith(prefix) === true && budget.left > 0; at += 1) {
      compare(pattern, plain[at] ?? "");
    }
    for (let at = index + 1; at < patterns.length && budget.left > 0; at += 1) {
      const other = patterns[at] ?? "";
      const start = fixedStart(other);
      budget.left -= 1;
      if (prefix.startsWith(start) || start.startsWith(prefix)) compare(pattern, other);
    }
  }
  return found;
}

const fixedStart = (pattern: string): string =>
  pattern.includes("*") ? pattern.slice(0, pattern.indexOf("*")) : pattern;

/** The index of the first of the sorted paths that is not before `start`. */
function firstFrom(sorted: readonly string[], start: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((sorted[middle] ?? "") < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

const star = "*";
const anyFolders = "**";

/** Characters, `*`, and `**`; a folder is everything below it. */
const tokensOf = (pattern: string): readonly string[] =>
  (pattern.endsWith("/") ? `${pattern}**` : pattern).match(/\*{2,}|[^]/gu)?.map((token) => token.slice(0, 2)) ?? [];

/**
 * Whether some path fits both. `*` stands for characters of one name, `**` for any, and `**` with the slash after it for
 * nothing as well. Takes as many steps as the one has characters, times those of the other.
 */
export function patternsMeet(one: string, other: string): boolean {
  const [a, b] = [tokensOf(one), tokensOf(other)];
  const isStar = (token: string | undefined): boolean => token === star || token === anyFolders;
  const takes = (token: string | undefined, character: string | undefined): boolean =>
    token === anyFolders ? character !== undefined : token === star && character !== undefined && character !== "/";
  /** Row by row from behind: whether what is left of `a` from `i` and of `b` from `j` meet. */
  let below: boolean[] = [];
  let twoBelow: boolean[] = [];
  for (let i = a.length; i >= 0; i -= 1) {
    const row: boolean[] = [];
    const foldersA = a[i] === anyFolders && a[i + 1] === "/";
    for (let j = b.length; j >= 0; j -= 1) {
      const foldersB = b[j] === anyFolders && b[j + 1] === "/";
      row[j] =
        (i === a.length && j === b.length) ||
        (isStar(a[i]) && ((below[j] ?? false) || (!isStar(b[j]) && takes(a[i], b[j]) && (row[j + 1] ?? false)))) ||
        (isStar(b[j]) && ((row[j + 1] ?? false) || (!isStar(a[i]) && takes(b[j], a[i]) && (below[j] ?? false)))) ||
        (foldersA && (twoBelow[j] ?? false)) ||
        (foldersB && (row[j + 2] ?? false)) ||
        (!isStar(a[i]) && a[i] !== undefined && a[i] === b[j] && (below[j + 1] ?? false));
    }
    twoBelow = below;
    below = row;
  }
  return below[0] ?? false;
}
