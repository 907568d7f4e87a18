// Plays a row: rounds in which every contestant has its turn, then what the figures say.
import type { Arena } from "./arena.ts";
import type { Cost } from "./measure.ts";
import { type Contestant, type GrowthRow, ours, type PairedRow, type Row, type Series } from "./row.ts";
import { growthExponent, judge, type Point, type Spread, spreadOf, type Verdict } from "./spread.ts";

export interface Figures {
  readonly name: string;
  readonly missing?: string;
  /** Milliseconds. */
  readonly wallMs?: Spread;
  readonly cpuMs?: Spread;
  readonly peakBytes?: number;
}

export interface GoalResult {
  readonly text: string;
  readonly most: number;
  readonly verdict: Verdict | "not measured";
  readonly figure?: Spread;
}

export interface Growth {
  readonly name: string;
  readonly unit: string;
  readonly points: readonly Point[];
  /** The size at which patience ended. */
  readonly gaveUpAt?: number;
  /** 1 is linear. */
  readonly exponent?: number;
}

export interface RowResult {
  readonly id: string;
  readonly title: string;
  readonly rounds: number;
  readonly contestants: readonly Figures[];
  readonly goals: readonly GoalResult[];
  readonly growth: readonly Growth[];
  /** Why the row came to no end. */
  readonly problem?: string;
}

export interface PlayOptions {
  readonly arena: Arena;
  readonly pairs: number;
  readonly tell: (text: string) => void;
}

/** What came of a row; a row that breaks tells so and does not end the bench. */
export async function play(row: Row, options: PlayOptions): Promise<RowResult> {
  const { id, title } = row;
  try {
    const played = row.kind === "pairs" ? await playPairs(row, options) : await playGrowth(row, options);
    return { id, title, rounds: 0, contestants: [], goals: [], growth: [], ...played };
  } catch (error) {
    return { id, title, rounds: 0, contestants: [], goals: [], growth: [], problem: messageOf(error) };
  }
}

/** The quartiles of fewer rounds say nothing. */
const fewestRounds = 5;

/** In one line. */
const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/gu, " ");

async function playPairs(row: PairedRow, { arena, pairs, tell }: PlayOptions): Promise<Partial<RowResult>> {
  const { contestants, goals } = await row.prepare(arena);
  const present = contestants.filter((one): one is Contestant => "round" in one);
  const broken = new Map<string, string>();
  const rounds: ReadonlyMap<string, Cost>[] = [];
  for (let round = 1; round <= Math.min(pairs, row.mostRounds ?? pairs); round += 1) {
    const costs = new Map<string, Cost>();
    for (const { name, round: turn } of present.filter((one) => !broken.has(one.name))) {
      tell(`${row.id}  round ${round}: ${name}`);
      try {
        costs.set(name, await turn());
      } catch (error) {
        // That another tool breaks keeps nobody from measuring us beside the rest.
        if (name === ours) throw error;
        broken.set(name, messageOf(error));
      }
    }
    rounds.push(costs);
  }
  return {
    rounds: rounds.length,
    contestants: contestants.map((one) => {
      const missing = "missing" in one ? one.missing : broken.get(one.name);
      return missing === undefined ? figuresOf(one.name, rounds) : { name: one.name, missing };
    }),
    goals: goals.map(({ text, most, needs, figure }) => {
      const measured = rounds.filter((costs) => needs.every((name) => costs.has(name)));
      if (measured.length === 0) return { text, most, verdict: "not measured" };
      const spread = spreadOf(measured.map((costs) => figure((name) => costOf(costs, name))));
      const isEnough = measured.length >= Math.min(fewestRounds, row.mostRounds ?? fewestRounds);
      return { text, most, figure: spread, verdict: isEnough ? judge(spread, most) : "unsure" };
    }),
  };
}

function costOf(costs: ReadonlyMap<string, Cost>, name: string): Cost {
  const found = costs.get(name);
  if (found === undefined) throw new Error(`no contestant is called ${name}`);
  return found;
}

function figuresOf(name: string, rounds: readonly ReadonlyMap<string, Cost>[]): Figures {
  const costs = rounds.flatMap((round) => round.get(name) ?? []);
  const cpu = costs.flatMap(({ cpuMs }) => cpuMs ?? []);
  const peaks = costs.flatMap(({ peakBytes }) => peakBytes ?? []);
  return {
    name,
    wallMs: spreadOf(costs.map(({ wallMs }) => wallMs)),
    ...(cpu.length === 0 ? {} : { cpuMs: spreadOf(cpu) }),
    ...(peaks.length === 0 ? {} : { peakBytes: Math.max(...peaks) }),
  };
}

/** Above this a series grows faster than what it works on; the rest is left to noise. */
const mostExponent = 1.15;

async function playGrowth(row: GrowthRow, options: PlayOptions): Promise<Partial<RowResult>> {
  const growth: Growth[] = [];
  for (const series of await row.prepare(options.arena)) growth.push(await growOf(row, { series, ...options }));
  return {
    growth,
    goals: growth.map(({ name, unit, exponent, gaveUpAt }) => {
      const text = `${name}: exponent ≤ ${mostExponent}`;
      if (gaveUpAt !== undefined)
        return { text: `${text}, and an end at ${gaveUpAt} ${unit}`, most: mostExponent, verdict: "fail" };
      // Nothing to fit a line to: the cost did not rise.
      const figure = spreadOf([exponent ?? 0]);
      const isEnough = options.pairs >= mostTurns;
      return { text, most: mostExponent, figure, verdict: isEnough ? judge(figure, mostExponent) : "unsure" };
    }),
  };
}

const mostTurns = 3;

/** Each size as often as there are pairs, three times at most; the fastest counts, being the least disturbed. */
async function growOf(row: GrowthRow, options: PlayOptions & { readonly series: Series }): Promise<Growth> {
  const { series, pairs, tell } = options;
  const { name, unit } = series;
  const points: Point[] = [];
  for (const size of series.sizes) {
    tell(`${row.id}  ${name}: ${size} ${unit}`);
    const times: number[] = [];
    for (let turn = 0; turn < Math.min(mostTurns, pairs); turn += 1) {
      const time = await series.measure(size);
      if (time === undefined) return { name, unit, points, gaveUpAt: size };
      times.push(time);
    }
    points.push({ size, cost: Math.min(...times) });
  }
  const exponent = growthExponent(points);
  return { name, unit, points, ...(exponent === undefined ? {} : { exponent }) };
}
