// What a row of the bench is: who does the same work in turn, and what is wished of the figures.
import type { Arena } from "./arena.ts";
import type { Cost } from "./measure.ts";

export interface Contestant {
  readonly name: string;
  /** Does its work once, checks that it was really done, and returns what the work alone cost. */
  readonly round: () => Promise<Cost>;
}

/** One that cannot take part here, with one sentence why. */
export interface Missing {
  readonly name: string;
  readonly missing: string;
}

/** The costs of one round, by contestant. */
export type Costs = (name: string) => Cost;

export interface Goal {
  readonly text: string;
  /** The contestants that the figure is made from. */
  readonly needs: readonly string[];
  readonly figure: (costs: Costs) => number;
  /** The goal is reached where the figure is this or less. */
  readonly most: number;
}

export interface Contest {
  /** In the order of their turns. */
  readonly contestants: readonly (Contestant | Missing)[];
  readonly goals: readonly Goal[];
}

export interface PairedRow {
  readonly kind: "pairs";
  /** Such as "S4-wide"; `--rows S4` asks for all that begin with it. */
  readonly id: string;
  readonly title: string;
  /** For rows that last so long that one round has to do. */
  readonly mostRounds?: number;
  /** Builds what all rounds have in common. */
  readonly prepare: (arena: Arena) => Promise<Contest>;
}

export interface Series {
  readonly name: string;
  /** What the size counts, such as "stages". */
  readonly unit: string;
  readonly sizes: readonly number[];
  /** Milliseconds for this size; undefined where it took longer than the row has patience for. */
  readonly measure: (size: number) => Promise<number | undefined>;
}

export interface GrowthRow {
  readonly kind: "growth";
  readonly id: string;
  readonly title: string;
  readonly prepare: (arena: Arena) => Promise<readonly Series[]>;
}

export type Row = PairedRow | GrowthRow;

/** The program, as every row calls it. */
export const ours = "stagetree";

/** The wall time of ours, less what `less` took, is `most` times that of `anchor` or less; of several anchors the fastest counts. */
export function atMost(
  most: number,
  { anchors, less, text }: { readonly anchors: readonly string[]; readonly less?: string; readonly text?: string },
): Goal {
  const factor = most.toFixed(2);
  const named = anchors.length === 1 ? anchors[0] : `the best of ${anchors.join(", ")}`;
  return {
    text: text ?? `≤ ${factor} × ${named}${less === undefined ? "" : `, plus ${less}`}`,
    needs: [ours, ...anchors, ...(less === undefined ? [] : [less])],
    most,
    figure: (costs) => {
      const extra = less === undefined ? 0 : costs(less).wallMs;
      return (costs(ours).wallMs - extra) / Math.min(...anchors.map((name) => costs(name).wallMs));
    },
  };
}

/** Ours never held more than so many bytes. */
export const memoryGoal = (mostBytes: number): Goal => ({
  text: `memory ≤ ${mostBytes / 1e6} MB`,
  needs: [ours],
  most: mostBytes,
  figure: (costs) => costs(ours).peakBytes ?? Number.NaN,
});
