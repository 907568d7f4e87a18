// Every operation, killed before every single change it makes to a file. SOAK_EVERY=10 takes each tenth of them only.
import { afterAll, expect, test } from "vitest";
import { scenarios } from "./crash-scenarios.ts";
import { buildCrashPoint, removeCrashPoint, sweep } from "./crash-sweep.ts";

const library = buildCrashPoint();
const every = Number(process.env["SOAK_EVERY"] ?? 1);
afterAll(() => removeCrashPoint(library));

test.skipIf(library === undefined).for(scenarios.map((scenario) => [scenario.name, scenario] as const))(
  "%s: killed before each change, the next call ends as if nothing had happened",
  async ([name, scenario]) => {
    const started = performance.now();
    const step = every * (scenario.stride ?? 1);
    const { changes, killed, failures } = await sweep(scenario, { library: library ?? "", every: step });
    const seconds = Math.round((performance.now() - started) / 1000);
    process.stdout.write(
      `${name}: ${changes} changes, killed ${killed} times, ${killed - failures.length} recovered, ${seconds} s\n`,
    );
    expect(failures).toEqual([]);
    // A timer or two may make the last changes of one call fall away in another.
    expect(killed).toBeGreaterThan((changes / step) * 0.9);
  },
);
