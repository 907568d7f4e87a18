// How the cost grows with what there is: stages in a plan, worktrees of a repository, bytes of a log.
import { type Arena, call, cost, must, plannedClone, someStages, stagetree } from "../arena.ts";
import type { GrowthRow, Series } from "../row.ts";
import { opened } from "../opened.ts";
import { checked, writing } from "./logs.ts";
import { readingCost } from "./reading.ts";
import { treesToLookAt } from "./status.ts";

const patienceMs = 60_000;

/** Wall milliseconds of one call of the program; undefined where it was not done in time. */
async function timeOf(arena: Arena, args: readonly string[], cwd: string): Promise<number | undefined> {
  const measured = await cost(arena, stagetree(...args), { cwd, patienceMs });
  return measured.wallMs >= patienceMs ? undefined : measured.wallMs;
}

/** What is made for a size is made once, whoever asks first. */
function perSize<T>(make: (size: number) => Promise<T>): (size: number) => Promise<T> {
  const made = new Map<number, Promise<T>>();
  return (size) => {
    const found = made.get(size) ?? make(size);
    made.set(size, found);
    return found;
  };
}

const sizesOf = (arena: Arena, sizes: readonly number[]): readonly number[] => [...new Set(sizes.map(arena.scaled))];

const stagesRow: GrowthRow = {
  kind: "growth",
  id: "growth-stages",
  title: "cost against the number of stages",
  prepare: async (arena) => {
    const sizes = sizesOf(arena, [10, 100, 1000, 10_000]);
    const inProcess = (way: string): Series => ({
      name: `${way}, in process`,
      unit: "stages",
      sizes,
      measure: async (stages) => (await readingCost(arena, { way, format: "stages", stages }))?.wallMs,
    });
    const rootOf = perSize((size) => plannedClone(arena, { stages: someStages(size), files: 3 }));
    const command = (name: string): Series => ({
      name: `stagetree ${name}`,
      unit: "stages",
      sizes,
      measure: async (size) => timeOf(arena, [name, "plan.md", "--json"], await rootOf(size)),
    });
    const [, ...args] = stagetree("plan.md");
    const frame: Series = {
      name: "the first frame of the terminal UI",
      unit: "stages",
      sizes,
      measure: async (size) => (await opened(arena, { cwd: await rootOf(size), args, says: "s0" })).wallMs,
    };
    return [...["read", "graph", "schedule"].map(inProcess), ...["show", "graph", "status"].map(command), frame];
  },
};

const worktreesRow: GrowthRow = {
  kind: "growth",
  id: "growth-worktrees",
  title: "cost against the number of worktrees",
  prepare: async (arena) => {
    const rootOf = perSize((trees) => treesToLookAt(arena, { trees, files: 100 }));
    const measure = async (trees: number) => timeOf(arena, ["status", "plan.md", "--json"], await rootOf(trees));
    return [{ name: "stagetree status", unit: "worktrees", sizes: sizesOf(arena, [5, 20, 50, 100, 200]), measure }];
  },
};

const logsRow: GrowthRow = {
  kind: "growth",
  id: "growth-logs",
  title: "cost against the size of a log",
  prepare: async (arena) => {
    const mebibyte = 2 ** 20;
    const rootOf = perSize(async (size) => {
      const root = await checked(arena, writing(size * mebibyte));
      await call(arena, stagetree("verify", "plan.md", "--allow-empty"), { cwd: root });
      return root;
    });
    const sizes = sizesOf(arena, [1, 10, 100, 1000]);
    const printed = async (size: number): Promise<number | undefined> => {
      const [node, program, ...args] = stagetree("logs", "plan.md", "s0", "--raw");
      const line = `"${node}" "${program}" ${args.join(" ")} | wc -c`;
      const measured = await cost(arena, ["sh", "-c", line], { cwd: await rootOf(size), patienceMs });
      must(Number(measured.stdout) >= size * mebibyte, `logs printed only ${measured.stdout.trim()} bytes`);
      return measured.wallMs;
    };
    return [
      { name: "stagetree logs, all of it", unit: "MB", sizes, measure: printed },
      {
        name: "stagetree verify, nothing to do",
        unit: "MB",
        sizes,
        measure: async (size) => timeOf(arena, ["verify", "plan.md", "--allow-empty", "--json"], await rootOf(size)),
      },
    ];
  },
};

export const growthRows: readonly GrowthRow[] = [stagesRow, worktreesRow, logsRow];
