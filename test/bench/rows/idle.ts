// S13: what the program itself takes while ten stages wait for their agents.
import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { once } from "node:events";
import { must, plannedClone, someStages, stagetree } from "../arena.ts";
import { heldBy, treeCpuMs } from "../measure.ts";
import { memoryGoal, ours, type PairedRow } from "../row.ts";

/** What it takes to start is not idling. */
const settleMs = 3000;

export const idleRows: readonly PairedRow[] = [
  {
    kind: "pairs",
    id: "S13",
    title: "ten stages whose agents sleep",
    mostRounds: 1,
    prepare: async (arena) => ({
      contestants: [
        {
          name: ours,
          round: async () => {
            const root = await plannedClone(arena, { stages: someStages(10), files: 100 });
            const flags = ["--agent", "sleep 86400", "--agent-timeout", "24h", "-j", "10"];
            const [node = "", ...args] = stagetree("run", "plan.md", ...flags, "--reporter", "lines");
            const child = spawn(node, args, { cwd: root, env: arena.environment, stdio: "ignore" });
            const ended = once(child, "exit");
            const pid = child.pid ?? 0;
            await pause(settleMs);
            const { length: begun } = (await arena.git(["worktree", "list"], root)).split("\n");
            must(begun === 11, `${begun - 1} of ten stages have begun`);
            const [cpu, held] = [treeCpuMs(pid), heldBy(pid)];
            must(held > 0, "the run is over already");
            await pause(arena.idleMs);
            const spent = treeCpuMs(pid) - cpu;
            const peakBytes = Math.max(held, heldBy(pid));
            child.kill("SIGTERM");
            await ended;
            return { wallMs: arena.idleMs, cpuMs: spent, peakBytes };
          },
        },
      ],
      goals: [
        {
          text: "≤ 1 % of one processor",
          needs: [ours],
          most: 0.01,
          figure: (costs) => (costs(ours).cpuMs ?? Number.NaN) / costs(ours).wallMs,
        },
        memoryGoal(150e6),
      ],
    }),
  },
];
