// Plans with random bytes, and random bytes on a terminal: SOAK_TEXTS of each, 20,000 where it is not set.
import * as fc from "fast-check";
import { test } from "vitest";
import { expectSound, mutatedPlan, newFuzzTally, swollenPlan } from "../formats/mutated-plans.ts";
import { expectHarmlessBytes, hostileBytes } from "../report/hostile-bytes.ts";
import { watchTerminal } from "../watched-terminal.ts";

const texts = Number(process.env["SOAK_TEXTS"] ?? 20_000);
const seed = process.env["SOAK_SEED"];
const fixed = seed === undefined ? {} : { seed: Number(seed) };

test(`${texts} plans with bytes changed`, () => {
  const tally = newFuzzTally();
  fc.assert(
    fc.property(mutatedPlan, (source) => expectSound(source, tally)),
    { numRuns: texts, ...fixed },
  );
  process.stdout.write(`fuzz: ${JSON.stringify(tally)}\n`);
});

const sizes = [50_000, 100_000, 200_000] as const;

test("swollen plans are worked through; what each size takes is printed", () => {
  const each = Math.ceil(texts / 400);
  for (const size of sizes) {
    const tally = newFuzzTally();
    const started = performance.now();
    // The same plans in each size.
    fc.assert(
      fc.property(swollenPlan(size), (source) => expectSound(source, tally)),
      { numRuns: each, seed: Number(seed ?? 1), endOnFailure: true },
    );
    const seconds = (performance.now() - started) / 1000;
    process.stdout.write(`fuzz: ${each} plans swollen by ${size} bytes in ${seconds.toFixed(1)} s\n`);
  }
});

test(`${texts} times random bytes on a terminal`, async () => {
  const terminal = watchTerminal();
  let outputs = 0;
  await fc.assert(
    fc.asyncProperty(hostileBytes, async (bytes) => {
      outputs += await expectHarmlessBytes(bytes, terminal);
    }),
    { numRuns: texts, ...fixed },
  );
  terminal.close();
  process.stdout.write(`fuzz: ${outputs} harmless outputs shown to the emulator\n`);
});
