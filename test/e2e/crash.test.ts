// A sample of the crash sweep: a few points of each operation; `just soak` takes all of them.
import { afterAll, expect, test } from "vitest";
import { scenarios } from "../soak/crash-scenarios.ts";
import { buildCrashPoint, removeCrashPoint, sweep } from "../soak/crash-sweep.ts";

const library = buildCrashPoint();
afterAll(() => removeCrashPoint(library));

/** Killings of each operation; which ones they are differs from operation to operation. */
const sample = 5;

test.skipIf(library === undefined).for(scenarios.map((scenario, index) => [scenario.name, index, scenario] as const))(
  "%s: killed before some of its changes, the next call ends as if nothing had happened",
  { timeout: 120_000 },
  async ([, index, scenario]) => {
    const { killed, failures } = await sweep(scenario, { library: library ?? "", times: sample, first: index + 1 });
    expect(failures).toEqual([]);
    expect(killed).toBeGreaterThan(0);
  },
);
