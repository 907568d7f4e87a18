// S10: a check that writes a lot, with its last lines shown as they come, against bare Node that hands over the log file.
import { spawn } from "@lydell/node-pty";
import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Arena, call, cost, must, plannedClone, stagetree } from "../arena.ts";
import { type Cost, measure, peakOf } from "../measure.ts";
import { memoryGoal, ours, type PairedRow } from "../row.ts";

const silent = "the same with a check that says nothing";
const floor = "bare Node";
const silentFloor = "bare Node with a command that says nothing";
const mebibyte = 2 ** 20;

/** A shell line that writes so many bytes in lines of 64. */
export const writing = (bytes: number): string =>
  `yes 'a line of output that is as long as sixty-four bytes are, always' | head -c ${bytes}`;

/** A repository with one worktree whose check is this command, trusted and set up. */
export async function checked(arena: Arena, command: string): Promise<string> {
  const root = await plannedClone(arena, { stages: [{ id: "s0", validate: command }], files: 3 });
  await call(arena, stagetree("trust", "plan.md", "--yes"), { cwd: root });
  await call(arena, stagetree("setup", "plan.md", "--json"), { cwd: root });
  return root;
}

/** Verifies in a terminal, where the live view shows the end of the log; with the most memory it held. */
async function verifyLive(arena: Arena, root: string): Promise<Cost> {
  const [node = "", ...args] = stagetree("verify", "plan.md", "--allow-empty", "--no-cache", "--reporter", "live");
  const env = { ...arena.environment, TERM: "xterm-256color" };
  let peakBytes = 0;
  const { value, ...measured } = await measure(async () => {
    const pty = spawn(node, args, { cwd: root, env, cols: 100, rows: 30, name: "xterm-256color" });
    const looking = setInterval(() => (peakBytes = Math.max(peakBytes, peakOf(pty.pid))), 50);
    pty.onData(() => {});
    const code = await new Promise<number>((resolve) => pty.onExit(({ exitCode }) => resolve(exitCode)));
    clearInterval(looking);
    return code;
  });
  must(value === 0, `verify ended with ${value}`);
  return { ...measured, peakBytes };
}

/** The size of the largest log of the stage. */
async function logBytes(root: string): Promise<number> {
  const folder = join(root, ".git/stagetree/logs/sample/s0");
  const names = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return Math.max(0, ...sizes);
}

export const logRows: readonly PairedRow[] = [
  {
    kind: "pairs",
    id: "S10",
    title: "a check that writes 500 MB, its end shown as it grows",
    prepare: async (arena) => {
      const bytes = arena.scaled(500) * mebibyte;
      const [loud, quiet] = [await checked(arena, writing(bytes)), await checked(arena, "true")];
      const script = join(import.meta.dirname, "../spawn-floor.ts");
      const bare = async (command: string): Promise<Cost> => {
        const folder = await arena.fresh("floor");
        await mkdir(join(folder, "logs"));
        await writeFile(join(folder, "graph.json"), JSON.stringify([{ id: "one", needs: [], command }]));
        const args = [process.execPath, script, join(folder, "graph.json"), join(folder, "logs"), "1"];
        return cost(arena, args, { cwd: folder });
      };
      return {
        contestants: [
          {
            name: ours,
            round: async () => {
              const measured = await verifyLive(arena, loud);
              must((await logBytes(loud)) >= bytes, "the log is not whole");
              return measured;
            },
          },
          { name: silent, round: () => verifyLive(arena, quiet) },
          { name: floor, round: () => bare(writing(bytes)) },
          { name: silentFloor, round: () => bare("true") },
        ],
        goals: [
          {
            text: "≤ 1.20 × bare Node, each without what a silent command costs",
            needs: [ours, silent, floor, silentFloor],
            most: 1.2,
            figure: (costs) =>
              (costs(ours).wallMs - costs(silent).wallMs) / (costs(floor).wallMs - costs(silentFloor).wallMs),
          },
          memoryGoal(80e6),
        ],
      };
    },
  },
];
