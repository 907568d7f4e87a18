// What a few measurements of the same thing say together: the middle, the quartiles, the ends, and whether a goal is reached.

export interface Spread {
  readonly median: number;
  /** A quarter of the measurements lies below. */
  readonly lower: number;
  /** A quarter of them lies above. */
  readonly upper: number;
  readonly least: number;
  readonly most: number;
}

/** `unsure` where the goal lies between the quartiles: more pairs, or a quieter machine, would tell. */
export type Verdict = "pass" | "fail" | "unsure";

/** The spread of at least one figure. */
export function spreadOf(figures: readonly number[]): Spread {
  const sorted = figures.toSorted((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const below = sorted[Math.floor(place)] ?? Number.NaN;
    const above = sorted[Math.ceil(place)] ?? Number.NaN;
    return below + (above - below) * (place - Math.floor(place));
  };
  return { median: at(0.5), lower: at(0.25), upper: at(0.75), least: at(0), most: at(1) };
}

/** Whether figures that spread like this are `most` or less. */
export function judge({ lower, upper }: Spread, most: number): Verdict {
  if (upper <= most) return "pass";
  return lower > most ? "fail" : "unsure";
}

export interface Point {
  readonly size: number;
  readonly cost: number;
}

/**
 * The k of `cost = a + b × size^k`, with the cost of the smallest size as a: 1 is linear. Undefined where the cost does not
 * rise above that of the smallest size often enough to tell.
 */
export function growthExponent(points: readonly Point[]): number | undefined {
  const [first, ...others] = points.toSorted((a, b) => a.size - b.size);
  if (first === undefined) return undefined;
  const risen = others.flatMap(({ size, cost }) =>
    cost > first.cost * 1.1 ? [{ x: Math.log(size), y: Math.log(cost - first.cost) }] : [],
  );
  if (risen.length < 2) return undefined;
  const mean = (of: (point: { x: number; y: number }) => number): number =>
    risen.reduce((sum, point) => sum + of(point), 0) / risen.length;
  const x = mean((point) => point.x);
  const y = mean((point) => point.y);
  return mean((point) => (point.x - x) * (point.y - y)) / mean((point) => (point.x - x) ** 2);
}
