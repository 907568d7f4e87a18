// Plans of every format with bytes changed at random: read, mended, converted and marked, they never make us fail.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { expectSound, mutatedPlan, newFuzzTally, swollenPlan } from "./mutated-plans.ts";

test("a plan whose bytes were changed is read, mended, converted and marked, or refused with findings", () => {
  const tally = newFuzzTally();
  fc.assert(
    fc.property(mutatedPlan, (source) => expectSound(source, tally)),
    { numRuns: 250 },
  );
  // Enough of them are still plans that something was tried.
  expect(tally.valid).toBeGreaterThan(20);
});

test("a plan of which a piece stands there a thousand times is worked through in time", { timeout: 60_000 }, () => {
  const tally = newFuzzTally();
  fc.assert(
    fc.property(swollenPlan(50_000), (source) => expectSound(source, tally)),
    { numRuns: 8, endOnFailure: true },
  );
});
