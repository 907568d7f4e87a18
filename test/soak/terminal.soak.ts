// The terminal UI open for minutes while logs grow and events come: its memory stays where it was after it had warmed up.
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { makeSized, startEvents } from "../bench/terminal-plans.ts";
import { memoryOf, openProbe } from "../bench/terminal-probe.ts";
import { program } from "../e2e/pty.ts";

const minutes = Number(process.env["SOAK_MINUTES"] ?? 5);
const warmUpMs = Math.min(60_000, minutes * 20_000);
const stepMs = 2000;

/** Loud, but not so that it takes the whole machine. */
const loud =
  "while :; do seq 1 2000 | sed 's/$/ a line of a log that grows, with some text to make it longer/'; sleep 0.2; done";

test(`${minutes} minutes of logs and events`, async () => {
  await using sized = await makeSized({ stages: 100, trees: 4, validate: loud });
  const { rig, env } = sized;
  const run = rig.start(["verify", "plan.md", "--jobs", "4", "--json"]);
  const events = startEvents(sized, { stages: 100, perSecond: 200 });
  const probe = openProbe([program, "plan.md"], { cwd: rig.root, env });
  try {
    await events.started;
    await probe.shows((screen) => screen.includes("running"), "the run");
    // To a stage that runs: the one that is selected at first is one that can begin.
    probe.press("g");
    await probe.shows((screen) => screen.includes("a line of a log"), "a log");
    await delay(warmUpMs);
    const seen: { readonly at: number; readonly megabytes: number }[] = [];
    const end = performance.now() + minutes * 60_000 - warmUpMs;
    for (let step = 0; performance.now() < end; step += 1) {
      // Every tab, every dialog, and the overview are looked at as well.
      probe.press(["j", "1", "5", "6", "3", "o", "o", "?", "\u001B", ":", "\u001B", "k"][step % 12] ?? "");
      await delay(stepMs);
      seen.push({ at: performance.now() / 60_000, megabytes: memoryOf(probe.pid) });
    }
    const quarter = Math.ceil(seen.length / 4);
    const median = (part: typeof seen): number =>
      part.map(({ megabytes }) => megabytes).toSorted((a, b) => a - b)[part.length >> 1] ?? 0;
    const first = median(seen.slice(0, quarter));
    const last = median(seen.slice(-quarter));
    const slope = slopeOf(seen);
    process.stdout.write(`${JSON.stringify({ minutes, first, last, slope, steps: seen.length })}\n`);
    // A leak of a kilobyte for each of 200 events a second would be twelve megabytes a minute.
    expect(last - first).toBeLessThan(Math.max(15, first * 0.15));
  } finally {
    await events.stop();
    await probe.kill();
    run.kill("SIGINT");
    await run.ended;
  }
});

/** Megabytes a minute, by least squares. */
function slopeOf(seen: readonly { readonly at: number; readonly megabytes: number }[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const at = mean(seen.map((one) => one.at));
  const megabytes = mean(seen.map((one) => one.megabytes));
  const over = seen.reduce((sum, one) => sum + (one.at - at) * (one.megabytes - megabytes), 0);
  return over / seen.reduce((sum, one) => sum + (one.at - at) ** 2, 0);
}
