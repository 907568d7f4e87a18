// S7: `status` with many worktrees, against git's own status in each of them, two at a time.
import { type Arena, call, cost, must, plannedClone, someStages, stagetree, treeOf } from "../arena.ts";
import { atMost, ours, type PairedRow } from "../row.ts";

const twoAtATime = "git status, two at a time";
const bareNode = "one start of Node";

/** A repository with a worktree for each of so many stages, set up by the program and clean. */
export async function treesToLookAt(
  arena: Arena,
  { trees, files }: { readonly trees: number; readonly files: number },
): Promise<string> {
  const root = await plannedClone(arena, { stages: someStages(trees), files });
  await call(arena, stagetree("setup", "plan.md", "--all", "--json"), { cwd: root });
  return root;
}

function statusRow(trees: number): PairedRow {
  return {
    kind: "pairs",
    id: `S7-${trees}`,
    title: `status with ${trees} worktrees of 1,000 files`,
    prepare: async (arena) => {
      const count = arena.scaled(trees);
      const root = await treesToLookAt(arena, { trees: count, files: arena.scaled(1000) });
      const paths = Array.from({ length: count }, (_, index) => treeOf(root, `s${index}`)).join("\n");
      const looking = `printf '%s\\n' "$TREES" | xargs -P2 -I{} git -C {} status --porcelain --branch`;
      const env = { ...arena.environment, TREES: paths };
      return {
        contestants: [
          {
            name: ours,
            round: async () => {
              const measured = await cost(arena, stagetree("status", "plan.md", "--json"), { cwd: root });
              must(measured.stdout.split('"in-progress"').length > count, "status lacks stages");
              return measured;
            },
          },
          {
            name: twoAtATime,
            round: async () => {
              const measured = await cost(arena, ["sh", "-c", looking], { cwd: root, env });
              must(measured.stdout.split("## feature/").length === count + 1, "git lacks worktrees");
              return measured;
            },
          },
          { name: bareNode, round: () => cost(arena, [process.execPath, "-e", "0"], { cwd: root }) },
        ],
        goals: [atMost(1.15, { anchors: [twoAtATime], less: bareNode })],
      };
    },
  };
}

export const statusRows: readonly PairedRow[] = [statusRow(50), statusRow(200)];
