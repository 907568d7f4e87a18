// How the terminal UI behaves in figures: `node test/bench/terminal.ts [start|idle|flood|keys …]`, on the built program.
// A table, then the same as JSON. Figures of a busy machine say little by themselves: ratios and the load stand beside them.
import { loadavg } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { join } from "node:path";
import { cpuOf, memoryOf, openProbe, type Probe } from "./terminal-probe.ts";
import { makeSized, type Sized, startEvents } from "./terminal-plans.ts";

const program = join(import.meta.dirname, "../../bin/stagetree.js");

interface Row {
  readonly what: string;
  readonly figures: Readonly<Record<string, number>>;
  /** Of the machine over the last minute, when it was over. */
  readonly load: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "15" },
    seconds: { type: "string", default: "30" },
    keys: { type: "string", default: "60" },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const keyCount = Number(values.keys);
const rows: Row[] = [];

function record(what: string, figures: Readonly<Record<string, number>>): void {
  const rounded = Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Math.round(value * 100) / 100]),
  );
  const row = { what, figures: rounded, load: Math.round((loadavg()[0] ?? 0) * 10) / 10 };
  rows.push(row);
  const shown = Object.entries(rounded).map(([name, value]) => `${name} ${value}`);
  process.stdout.write(`${what.padEnd(44)} ${shown.join(" · ")}  (load ${row.load})\n`);
}

const at = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
const spread = (values: readonly number[]) => {
  const sorted = values.toSorted((a, b) => a - b);
  return { p50: at(sorted, 0.5), p95: at(sorted, 0.95), min: at(sorted, 0), max: at(sorted, 1) };
};

/** Starts, says how much CPU that took (µs), and ends. */
const bareNode = "const { user, system } = process.cpuUsage(); process.stdout.write(String(user + system))";

/** The whole screen is there: its last line, and the name of a stage. */
const isWhole = (screen: string): boolean => screen.includes("q quit") && screen.includes("stage-00");

const open = ({ rig, env }: Sized): Probe => openProbe([program, "plan.md"], { cwd: rig.root, env });

async function start(): Promise<void> {
  for (const [stages, trees] of [
    [6, 6],
    [500, 0],
    [500, 20],
  ] as const) {
    await using sized = await makeSized({ stages, trees });
    const { rig, env } = sized;
    const bare: number[] = [];
    const framed: number[] = [];
    const settled: number[] = [];
    const bareCpu: number[] = [];
    const framedCpu: number[] = [];
    for (let round = -2; round < rounds; round += 1) {
      const node = openProbe(["-e", bareNode], { cwd: rig.root, env, isBlind: true });
      const nodeMs = (await node.exited) - node.startedAt;
      const probe = open(sized);
      const frameMs = (await probe.shows(isWhole, "the first frame")) - probe.startedAt;
      const frameCpu = cpuOf(probe.pid);
      const wholeMs = (await probe.shows((screen) => !screen.includes("looking"), "all facts")) - probe.startedAt;
      probe.press("q");
      await probe.exited;
      if (round < 0) continue;
      bareCpu.push(Number(node.raw()) / 1000);
      framedCpu.push(frameCpu);
      bare.push(nodeMs);
      framed.push(frameMs);
      settled.push(wholeMs);
    }
    const over = spread(framed.map((ms, index) => ms - (bare[index] ?? 0)));
    const ratio = spread(framed.map((ms, index) => ms / (bare[index] ?? 1)));
    record(`first frame, ${stages} stages, ${trees} trees`, {
      "bare ms": spread(bare).p50,
      "frame ms": spread(framed).p50,
      "over bare ms": over.p50,
      "over min": over.min,
      "over max": over.max,
      ratio: ratio.p50,
      "ratio min": ratio.min,
      "ratio max": ratio.max,
      "bare cpu ms": spread(bareCpu).p50,
      "frame cpu ms": spread(framedCpu).p50,
      "all facts ms": spread(settled).p50,
    });
  }
}

async function measure(what: string, probe: Probe): Promise<void> {
  const cpu = cpuOf(probe.pid);
  const from = performance.now();
  await delay(seconds * 1000);
  const took = performance.now() - from;
  const written = probe.written().filter(({ at: when }) => when >= from);
  // What is written in one go may be read in pieces: a frame is what comes within ten milliseconds.
  const frames = written.filter(({ at: when }, index) => when - (written[index - 1]?.at ?? 0) > 10);
  const perSecond = new Map<number, number>();
  for (const { at: when } of frames) {
    const second = Math.floor((when - from) / 1000);
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
  }
  const bytes = written.reduce((sum, one) => sum + one.bytes, 0);
  record(what, {
    "cpu %": ((cpuOf(probe.pid) - cpu) / took) * 100,
    "frames/s": (frames.length / took) * 1000,
    "most in a second": Math.max(0, ...perSecond.values()),
    "kB/s": bytes / took,
    "rss MB": memoryOf(probe.pid),
  });
}

async function idle(): Promise<void> {
  for (const [stages, trees] of [
    [6, 6],
    [500, 20],
  ] as const) {
    await using sized = await makeSized({ stages, trees, validate: "sleep 600" });
    const probe = open(sized);
    await probe.shows(isWhole, "the first frame");
    await delay(3000);
    await measure(`idle, ${stages} stages, ${trees} trees`, probe);
    const run = sized.rig.start(["verify", "plan.md", "stage-000", "--jobs", "1", "--json"]);
    await probe.shows((screen) => screen.includes("running"), "the run of another process");
    await measure(`a run elsewhere, ${stages} stages`, probe);
    run.kill("SIGINT");
    await run.ended;
    await probe.kill();
  }
}

const loud = "while :; do echo 'a line of a log that grows as fast as it can, with some text to make it longer'; done";

/** Ten logs grow as fast as they can, and events come. */
async function withFlood(action: (probe: Probe) => Promise<void>): Promise<void> {
  await using sized = await makeSized({ stages: 500, trees: 10, validate: loud });
  const run = sized.rig.start(["verify", "plan.md", "--jobs", "10", "--json"]);
  const events = startEvents(sized, { stages: 500, perSecond: 200 });
  await events.started;
  const probe = open(sized);
  await probe.shows((screen) => isWhole(screen) && screen.includes("running"), "the run");
  await probe.shows((screen) => screen.includes("a line of a log"), "a log");
  try {
    await action(probe);
  } finally {
    await events.stop();
    run.kill("SIGINT");
    run.kill("SIGINT");
    await run.ended;
    await probe.kill();
  }
}

/** From the write of a key to the last byte of the frame that shows it. */
async function measureKeys(what: string, probe: Probe): Promise<void> {
  const took: number[] = [];
  const marked = (screen: string): string =>
    /❯ \S+ +(stage-\d+)/u.exec(screen)?.[1] ?? /❯[^s]*(stage-\d+)/u.exec(screen)?.[1] ?? "";
  for (let index = 0; index < keyCount; index += 1) {
    const before = marked(probe.screen());
    const from = performance.now();
    probe.press(index % 8 < 4 ? "j" : "k");
    took.push(
      (await probe.shows((screen) => marked(screen) !== before && marked(screen) !== "", "the next stage")) - from,
    );
    await delay(40 + ((index * 37) % 120));
  }
  record(what, { ...spread(took), n: took.length });
}

async function keys(): Promise<void> {
  for (const stages of [6, 500]) {
    await using sized = await makeSized({ stages, trees: 6 });
    const probe = open(sized);
    await probe.shows(isWhole, "the first frame");
    await delay(2000);
    probe.press("g");
    await delay(500);
    await measureKeys(`key to frame, ${stages} stages, nothing runs`, probe);
    await probe.kill();
  }
  await withFlood((probe) => measureKeys("key to frame, 500 stages, 10 logs, 200 events/s", probe));
}

const flood = (): Promise<void> => withFlood((probe) => measure("10 logs and 200 events a second, 500 stages", probe));

const all = { start, idle, flood, keys };
for (const [name, run] of Object.entries(all)) {
  if (positionals.length === 0 || positionals.includes(name)) await run();
}
process.stdout.write(`${JSON.stringify({ node: process.version, rounds, seconds, rows })}\n`);
process.exit(0);
