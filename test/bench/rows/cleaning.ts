// S11: worktrees removed, up to the prompt, against git one after the other.
import { existsSync } from "node:fs";
import { type Arena, call, cloneSeed, cost, makeSeed, must, someStages, stagetree, treeOf } from "../arena.ts";
import { measure } from "../measure.ts";
import { atMost, type Contestant, ours, type PairedRow } from "../row.ts";
import { planText } from "../../rig.ts";

const serial = "git worktree remove, one after the other";
const fourAtATime = "git worktree remove, four at a time";

type Remove = (root: string, trees: readonly string[]) => Promise<unknown>;

function contestant(arena: Arena, { name, seed, count, remove }: ContestantOf): Contestant {
  return {
    name,
    round: async () => {
      const root = await cloneSeed(arena, seed);
      await call(arena, stagetree("setup", "plan.md", "--all", "--json"), { cwd: root });
      const trees = Array.from({ length: count }, (_, index) => treeOf(root, `s${index}`));
      must(
        trees.every((tree) => existsSync(tree)),
        "there is nothing to remove",
      );
      const { value: _, ...measured } = await measure(() => remove(root, trees));
      must(!trees.some((tree) => existsSync(tree)), "a worktree is still there");
      must((await arena.git(["worktree", "list"], root)).split("\n").length === 1, "git still knows a worktree");
      return measured;
    },
  };
}

interface ContestantOf {
  readonly name: string;
  readonly seed: string;
  readonly count: number;
  readonly remove: Remove;
}

const gitRemoves =
  (arena: Arena, lanes: number): Remove =>
  async (root, trees) => {
    const left = [...trees];
    const lane = async (): Promise<void> => {
      for (let tree = left.shift(); tree !== undefined; tree = left.shift()) {
        await call(arena, ["git", "worktree", "remove", tree], { cwd: root });
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  };

export const cleaningRows: readonly PairedRow[] = [
  {
    kind: "pairs",
    id: "S11",
    title: "10 worktrees of 5,000 files cleaned away, up to the prompt",
    prepare: async (arena) => {
      const count = arena.scaled(10);
      const plan = planText(someStages(count));
      const seed = await makeSeed(arena, { files: arena.scaled(5000), named: { "plan.md": plan } });
      const cleaning: Remove = (root) => cost(arena, stagetree("clean", "plan.md", "--json"), { cwd: root });
      return {
        contestants: [
          contestant(arena, { name: ours, seed, count, remove: cleaning }),
          contestant(arena, { name: serial, seed, count, remove: gitRemoves(arena, 1) }),
          contestant(arena, { name: fourAtATime, seed, count, remove: gitRemoves(arena, 4) }),
        ],
        goals: [atMost(0.1, { anchors: [serial] })],
      };
    },
  },
];
