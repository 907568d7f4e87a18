// S4–S6: what it costs to run checks that do nothing, against a bare Node program, make, and the schedulers people use.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Arena, call, cloneSeed, cost, makeSeed, must, plannedClone, stagetree } from "../arena.ts";
import { chain, type GraphNode, layered, makefile, wide } from "../graphs.ts";
import { peerMissing, peerTool } from "../peers.ts";
import { atMost, type Contestant, type Goal, type Missing, ours, type PairedRow } from "../row.ts";
import { type Game, schedulers } from "../schedulers.ts";
import { planText, type PlannedStage } from "../../rig.ts";

const floor = "bare Node";
const floorWithTrees = "bare Node, with git worktree add";
const others = ["turbo", "wireit", "nx", "moon"] as const;

const stagesOf = (graph: readonly GraphNode[]): readonly PlannedStage[] =>
  graph.map(({ id, needs, command }) => ({ id, needs, validate: command }));

const trust = (arena: Arena, root: string): Promise<unknown> =>
  call(arena, stagetree("trust", "plan.md", "--yes"), { cwd: root });

/** `verify` has passed everything in worktrees that were there before. */
async function verifying(arena: Arena, { stages, checks, flags }: Verifying): Promise<Contestant> {
  const root = await plannedClone(arena, { stages, files: 3 });
  await trust(arena, root);
  await call(arena, stagetree("setup", "plan.md", "--all", "--json"), { cwd: root });
  const verify = stagetree("verify", "plan.md", "--allow-empty", "--json", ...flags);
  if (!flags.includes("--no-cache")) await call(arena, verify, { cwd: root });
  const state = flags.includes("--no-cache") ? "passed" : "cached";
  return {
    name: ours,
    round: async () => {
      const measured = await cost(arena, verify, { cwd: root });
      const found = measured.stdout.split(`"state": "${state}"`).length - 1;
      must(found === checks, `${found} of ${checks} checks are ${state}`);
      return measured;
    },
  };
}

interface Verifying {
  readonly stages: readonly PlannedStage[];
  readonly checks: number;
  readonly flags: readonly string[];
}

/** `run` from nothing: each stage gets its worktree when what it needs is complete. */
async function running(arena: Arena, { graph, jobs }: Game): Promise<Contestant> {
  const plan = planText(stagesOf(graph));
  const seed = await makeSeed(arena, { files: 3, named: { "plan.md": plan } });
  return {
    name: ours,
    round: async () => {
      const root = await cloneSeed(arena, seed);
      await trust(arena, root);
      const run = stagetree("run", "plan.md", "--allow-empty", "--json", "-j", String(jobs));
      const measured = await cost(arena, run, { cwd: root });
      must(measured.stdout.includes(`"done": ${graph.length}`), `not all of ${graph.length} stages are done`);
      return measured;
    },
  };
}

function floorOf(arena: Arena, { graph, jobs, trees }: Game & { readonly trees: boolean }): Contestant {
  return {
    name: trees ? floorWithTrees : floor,
    round: async () => {
      const folder = await arena.fresh("floor");
      await mkdir(join(folder, "logs"));
      const root = join(folder, "repo");
      if (trees) await arena.git(["clone", "--quiet", "--local", await makeSeed(arena, { files: 3 }), root]);
      const add = (id: string): string =>
        trees ? `git -C ${root} worktree add --quiet -b feature/${id} ${folder}/trees/${id} main && ` : "";
      const given = graph.map((node) => ({ ...node, command: `${add(node.id)}${node.command}` }));
      await writeFile(join(folder, "graph.json"), JSON.stringify(given));
      const script = join(import.meta.dirname, "../spawn-floor.ts");
      const logs = join(folder, "logs");
      return cost(arena, [process.execPath, script, join(folder, "graph.json"), logs, String(jobs)], { cwd: folder });
    },
  };
}

async function makeOf(arena: Arena, { graph, jobs }: Game): Promise<Contestant | Missing> {
  const tool = peerTool(arena, "make");
  if (tool === undefined) return { name: "make", missing: peerMissing("make") };
  const folder = await arena.fresh("make");
  await writeFile(join(folder, "Makefile"), makefile(graph));
  return { name: "make", round: () => cost(arena, [tool, `-j${jobs}`, "all"], { cwd: folder }) };
}

const aheadOfOthers: readonly Goal[] = others.map((name) => atMost(1, { anchors: [name], text: `ahead of ${name}` }));

/** What all the schedulers without worktrees make of the same graph. */
const rivals = async (arena: Arena, game: Game): Promise<readonly (Contestant | Missing)[]> => [
  ...(game.cached === true ? [] : [await makeOf(arena, game)]),
  ...(await Promise.all(schedulers.map((prepare) => prepare(arena, game)))),
];

function wideRow(jobs: number): PairedRow {
  return {
    kind: "pairs",
    id: `S4-wide-${jobs}`,
    title: `1,000 stages with a check that does nothing, ${jobs} at a time`,
    prepare: async (arena) => {
      const graph = wide(arena.scaled(1000));
      const flags = ["--no-cache", "-j", String(jobs)];
      const own = await verifying(arena, { stages: stagesOf(graph), checks: graph.length, flags });
      const floored = floorOf(arena, { graph, jobs, trees: false });
      const goals = [atMost(1.5, { anchors: [floor] }), ...aheadOfOthers];
      return { contestants: [own, floored, ...(await rivals(arena, { graph, jobs }))], goals };
    },
  };
}

/** All checks in few worktrees: what a command costs without what a stage costs. */
const checksRow: PairedRow = {
  kind: "pairs",
  id: "S4-checks",
  title: "10 stages with 100 checks each that do nothing, 2 at a time",
  prepare: async (arena) => {
    const checks = arena.scaled(100);
    const validate = Array.from({ length: checks }, (_, index) => `true ${index}`);
    const stages = wide(10).map(({ id }) => ({ id, validate }));
    const own = await verifying(arena, { stages, checks: 10 * checks, flags: ["--no-cache", "-j", "2"] });
    const floored = floorOf(arena, { graph: wide(10 * checks), jobs: 2, trees: false });
    return { contestants: [own, floored], goals: [atMost(1.5, { anchors: [floor] })] };
  },
};

/** The order matters to `run` alone, and `run` makes the worktrees: so does the floor it is measured by. */
function orderedRow({ id, title, most, graphOf, jobs }: OrderedRow): PairedRow {
  return {
    kind: "pairs",
    id,
    title,
    prepare: async (arena) => {
      const graph = graphOf(arena.scaled);
      const game = { graph, jobs };
      const own = await running(arena, game);
      const floors = [floorOf(arena, { ...game, trees: true }), floorOf(arena, { ...game, trees: false })];
      return {
        contestants: [own, ...floors, ...(await rivals(arena, game))],
        goals: [atMost(most, { anchors: [floorWithTrees] })],
      };
    },
  };
}

interface OrderedRow {
  readonly id: string;
  readonly title: string;
  readonly most: number;
  readonly graphOf: (scaled: Arena["scaled"]) => readonly GraphNode[];
  readonly jobs: number;
}

const cachedRow: PairedRow = {
  kind: "pairs",
  id: "S6",
  title: "1,000 stages of which all have passed before",
  prepare: async (arena) => {
    const graph = wide(arena.scaled(1000));
    const own = await verifying(arena, { stages: stagesOf(graph), checks: graph.length, flags: ["-j", "2"] });
    const contestants = [own, ...(await rivals(arena, { graph, jobs: 2, cached: true }))];
    return { contestants, goals: [atMost(0.6, { anchors: ["turbo"] })] };
  },
};

export const schedulingRows: readonly PairedRow[] = [
  wideRow(2),
  wideRow(16),
  checksRow,
  orderedRow({
    id: "S4-layered",
    title: "1,000 stages in ten layers, from nothing, 16 at a time",
    most: 1.5,
    graphOf: (scaled) => layered(scaled(1000)),
    jobs: 16,
  }),
  orderedRow({
    id: "S5",
    title: "200 stages, each needing the one before, from nothing",
    most: 1.4,
    graphOf: (scaled) => chain(scaled(200)),
    jobs: 2,
  }),
  cachedRow,
];
