// S9: large plans read in process, in every format, against a bare scan of the lines and a common reader of Markdown.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Arena, call } from "../arena.ts";
import type { Cost } from "../measure.ts";
import { peerMissing } from "../peers.ts";
import { shapeNames } from "../plan-shapes.ts";
import { atMost, type Contestant, type Goal, ours, type PairedRow } from "../row.ts";

const scan = "a scan of the lines, and JSON";
const markdownIt = "the blocks of markdown-it";

interface Reading {
  readonly way: string;
  readonly format: string;
  readonly stages: number;
}

export interface ReadingCost extends Cost {
  /** Of the plan's files. */
  readonly bytes: number;
}

/** The cost of one way to look at a plan of so many stages, once the code is warm; undefined where it took over a minute. */
export async function readingCost(arena: Arena, { way, format, stages }: Reading): Promise<ReadingCost | undefined> {
  const script = join(import.meta.dirname, "../read-worker.ts");
  const command = [process.execPath, script, way, format, String(stages), arena.peers];
  const { stdout, killed } = await call(arena, command, { cwd: arena.folder, patienceMs: 60_000 });
  return killed ? undefined : (JSON.parse(stdout) as ReadingCost);
}

/** Ours may hold so many times the size of the files. */
const memoryByFile = (bytes: number): Goal => ({
  text: "memory ≤ 20 × the files",
  needs: [ours],
  most: 20,
  figure: (costs) => (costs(ours).peakBytes ?? Number.NaN) / bytes,
});

function readingRow(format: string, stages: number): PairedRow {
  return {
    kind: "pairs",
    id: `S9-${format}-${stages}`,
    title: `a plan in the format ${format} with ${stages.toLocaleString("en")} stages, read`,
    prepare: async (arena) => {
      const asked = { format, stages: arena.scaled(stages) };
      const contestant = (name: string, way: string): Contestant => ({
        name,
        round: async () => {
          const read = await readingCost(arena, { ...asked, way });
          if (read === undefined) throw new Error("it takes longer than a minute");
          return read;
        },
      });
      const scanned = await readingCost(arena, { ...asked, way: "scan" });
      const isThere = existsSync(join(arena.peers, "node_modules/markdown-it"));
      return {
        contestants: [
          contestant(ours, "read"),
          contestant(scan, "scan"),
          isThere ? contestant(markdownIt, "markdown-it") : { name: markdownIt, missing: peerMissing("markdown-it") },
        ],
        goals: [
          format === "stages" ? atMost(3, { anchors: [scan] }) : atMost(1, { anchors: [markdownIt] }),
          memoryByFile(scanned?.bytes ?? Number.NaN),
        ],
      };
    },
  };
}

export const readingRows: readonly PairedRow[] = shapeNames.flatMap((format) => [
  readingRow(format, 1000),
  readingRow(format, 10_000),
]);
