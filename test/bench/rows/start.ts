// S8: how long it takes to start, against the same Node with nothing to do.
import { cost, must, plannedClone, someStages, stagetree } from "../arena.ts";
import type { Cost } from "../measure.ts";
import { opened } from "../opened.ts";
import { atMost, ours, type PairedRow } from "../row.ts";

const bareNode = "bare Node";
const times = 10;

/** One call is too short to time on a busy machine: the mean of ten. */
async function meanOf(turn: () => Promise<Cost>): Promise<Cost> {
  const costs: Cost[] = [];
  for (let done = 0; done < times; done += 1) costs.push(await turn());
  const mean = (of: (one: Cost) => number): number => costs.reduce((sum, one) => sum + of(one), 0) / times;
  return {
    wallMs: mean(({ wallMs }) => wallMs),
    cpuMs: mean(({ cpuMs = 0 }) => cpuMs),
    peakBytes: Math.max(...costs.map(({ peakBytes = 0 }) => peakBytes)),
  };
}

function startRow({ id, title, most, args, says }: StartRow): PairedRow {
  return {
    kind: "pairs",
    id: `S8-${id}`,
    title,
    prepare: async (arena) => {
      const root = await plannedClone(arena, { stages: someStages(1), files: 3 });
      const turn = async (): Promise<Cost> => {
        const measured = await cost(arena, stagetree(...args), { cwd: root });
        must(measured.stdout.includes(says), `${args.join(" ")} does not say ${says}`);
        return measured;
      };
      const bare = (): Promise<Cost> => cost(arena, [process.execPath, "-e", "0"], { cwd: root });
      return {
        contestants: [
          { name: ours, round: () => meanOf(turn) },
          { name: bareNode, round: () => meanOf(bare) },
        ],
        goals: [atMost(most, { anchors: [bareNode] })],
      };
    },
  };
}

interface StartRow {
  readonly id: string;
  readonly title: string;
  readonly most: number;
  readonly args: readonly string[];
  /** What its output holds when it did what it should. */
  readonly says: string;
}

const screenRow: PairedRow = {
  kind: "pairs",
  id: "S8-screen",
  title: "the first frame of the terminal UI",
  prepare: async (arena) => {
    const root = await plannedClone(arena, { stages: someStages(1), files: 3 });
    const [, ...args] = stagetree("plan.md");
    return {
      contestants: [
        { name: ours, round: () => meanOf(() => opened(arena, { cwd: root, args, says: "s0" })) },
        { name: bareNode, round: () => meanOf(() => opened(arena, { cwd: root, args: ["-e", "0"] })) },
      ],
      goals: [atMost(3, { anchors: [bareNode] })],
    };
  },
};

export const startRows: readonly PairedRow[] = [
  startRow({ id: "version", title: "--version", most: 1.1, args: ["--version"], says: "." }),
  startRow({ id: "show", title: "show", most: 1.35, args: ["show", "plan.md"], says: "s0" }),
  startRow({
    id: "status",
    title: "status where nothing is begun",
    most: 1.6,
    args: ["status", "plan.md"],
    says: "s0",
  }),
  screenRow,
];
