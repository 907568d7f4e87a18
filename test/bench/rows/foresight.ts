// S12: conflicts between twenty stages foreseen, against git merging each pair.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Arena, call, cost, must, plannedClone, someStages, stagetree, treeOf } from "../arena.ts";
import type { Cost } from "../measure.ts";
import { ours, type PairedRow } from "../row.ts";

const pairwise = "git merge-tree for each pair";

/** A worktree for each of so many stages, with a commit that changes a file of its own. */
async function worked(arena: Arena, count: number): Promise<string> {
  const root = await plannedClone(arena, { stages: someStages(count), files: arena.scaled(1000) });
  await call(arena, stagetree("setup", "plan.md", "--all", "--json"), { cwd: root });
  for (const { id } of someStages(count)) {
    const tree = treeOf(root, id);
    await mkdir(join(tree, "own"), { recursive: true });
    await writeFile(join(tree, "own", id), `${id}\n`);
    await arena.git(["add", "--all"], tree);
    await arena.git(["commit", "--quiet", "-m", id], tree);
  }
  return root;
}

interface Foreseen extends Cost {
  /** Of stages that can be worked on side by side. */
  readonly pairs: number;
  /** Pairs that nobody could look at. */
  readonly left: number;
  readonly conflicts: number;
}

/** In process, on a session that has looked around, as it is when the terminal UI asks. */
async function foresee(arena: Arena, root: string): Promise<Foreseen> {
  const script = join(import.meta.dirname, "../foresight-worker.ts");
  const { stdout } = await call(arena, [process.execPath, script, "plan.md"], { cwd: root });
  return JSON.parse(stdout) as Foreseen;
}

export const foresightRows: readonly PairedRow[] = [
  {
    kind: "pairs",
    id: "S12",
    title: "conflicts between 20 stages foreseen, on a session of the terminal UI",
    prepare: async (arena) => {
      const count = arena.scaled(20);
      const root = await worked(arena, count);
      const branches = someStages(count).map(({ id }) => `feature/${id}`);
      const pairs = branches.flatMap((one, index) => branches.slice(index + 1).map((other) => `${one} ${other}`));
      const line =
        "printf '%s\\n' \"$PAIRS\" | while read one other; do git merge-tree --write-tree $one $other || exit 1; done";
      const env = { ...arena.environment, PAIRS: pairs.join("\n") };
      return {
        contestants: [
          {
            name: ours,
            round: async () => {
              const { pairs: seen, left, conflicts, ...costs } = await foresee(arena, root);
              must(seen === pairs.length, `${seen} pairs were seen`);
              must(left === 0 && conflicts === 0, `${left} pairs were not looked at, ${conflicts} conflict`);
              return costs;
            },
          },
          {
            name: pairwise,
            round: async () => {
              const measured = await cost(arena, ["sh", "-c", line], { cwd: root, env });
              must(measured.stdout.trim().split("\n").length === pairs.length, "a pair was not merged");
              return measured;
            },
          },
        ],
        goals: [{ text: "≤ 0.6 s", needs: [ours], most: 0.6, figure: (costs) => costs(ours).wallMs / 1000 }],
      };
    },
  },
];
