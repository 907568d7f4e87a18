// `npm run bench`: measures the program beside what else a person could use, and beside what the machine can do.
import { readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createSandbox } from "../sandbox.ts";
import { createArena } from "./arena.ts";
import { type Machine, machineLine, readLoad, readMachine } from "./machine.ts";
import { installPeers } from "./peers.ts";
import { play, type RowResult } from "./play.ts";
import { type Report, renderReport, writePage } from "./report.ts";
import { rows } from "./rows.ts";

const help = `npm run bench -- [options]

  --rows S4,S7     only the rows whose names begin so (default: all)
  --pairs <n>      rounds, five at least for a verdict worth telling (default: 5)
  --share <n>      the n-th part of every size (default: 1)
  --quick          --share 50 --pairs 1: does every row work?
  --idle <n>       seconds that the idle row looks (default: 60)
  --json <path>    write the figures as JSON
  --write-docs     write the tables into docs/performance.md
  --from a,b       nothing is measured; the tables are those of these JSON files, one after the other
  --gate           exit with 1 where a goal is missed or a row breaks
  --install-peers  install the tools to compare with
  --peers <path>   where those are (default: ~/.cache/stagetree-bench)
  --keep           leave the folders of the rounds behind
  --list           name the rows
`;

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "" },
    pairs: { type: "string", default: "5" },
    share: { type: "string", default: "1" },
    quick: { type: "boolean", default: false },
    idle: { type: "string", default: "60" },
    json: { type: "string" },
    "write-docs": { type: "boolean", default: false },
    from: { type: "string" },
    gate: { type: "boolean", default: false },
    "install-peers": { type: "boolean", default: false },
    peers: { type: "string", default: join(homedir(), ".cache/stagetree-bench") },
    keep: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const page = join(import.meta.dirname, "../../docs/performance.md");

const wished = values.rows.split(",").filter((name) => name !== "");
const chosen = rows.filter(
  ({ id }) => wished.length === 0 || wished.some((name) => id === name || id.startsWith(`${name}-`)),
);

if (values.help) process.stdout.write(help);
else if (values.list) process.stdout.write(chosen.map(({ id, title }) => `${id.padEnd(12)} ${title}\n`).join(""));
else if (values["install-peers"]) await installPeers(values.peers, (text) => process.stdout.write(`${text}\n`));
else if (values.from === undefined) await bench();
else await writePage(page, await Promise.all(values.from.split(",").map(readReport)));

/** A report with what its line about the machine was made from. */
type Saved = Omit<Report, "machine"> & {
  readonly machine: Machine;
  readonly load: { readonly before: number; readonly after: number };
};

async function readReport(path: string): Promise<Report> {
  const { machine, load, ...report } = JSON.parse(await readFile(path, "utf8")) as Saved;
  return { ...report, machine: machineLine(machine, load) };
}

async function bench(): Promise<void> {
  const sandbox = await createSandbox();
  const loadBefore = readLoad();
  const pairs = values.quick ? 1 : Number(values.pairs);
  const tell = (text: string): void => void process.stderr.write(`${text}\n`);
  const share = values.quick ? 50 : Number(values.share);
  const idleMs = values.quick ? 3000 : Number(values.idle) * 1000;
  const arena = createArena({ sandbox, peers: values.peers, share, idleMs });
  const results: RowResult[] = [];
  try {
    for (const row of chosen) results.push(await play(row, { arena, pairs, tell }));
    const machine = readMachine(sandbox.directory);
    const load = { before: loadBefore, after: readLoad() };
    const report: Report = {
      date: new Date().toISOString().slice(0, 10),
      machine: machineLine(machine, load),
      pairs,
      share,
      rows: results,
    };
    process.stdout.write(`${renderReport(report)}\n`);
    if (values.json !== undefined)
      await writeFile(values.json, `${JSON.stringify({ ...report, machine, load }, null, 2)}\n`);
    if (values["write-docs"]) await writePage(page, [report]);
  } finally {
    if (!values.keep) await sandbox.remove();
  }
  const isMissed = results.some(
    ({ problem, goals }) => problem !== undefined || goals.some(({ verdict }) => verdict === "fail"),
  );
  if (values.gate && isMissed) process.exitCode = 1;
}
