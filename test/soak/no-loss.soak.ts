// The no-loss property, many times over: `SOAK_ROUNDS` rounds of 12 worktrees each, 40 where it is not set.
import * as fc from "fast-check";
import { test } from "vitest";
import { expectNoLoss, scene } from "../no-loss.ts";

const rounds = Number(process.env["SOAK_ROUNDS"] ?? 40);

test(`no byte is lost in ${rounds} rounds of 12 worktrees`, async () => {
  const total = { removed: 0, kept: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(scene, { minLength: 12, maxLength: 12 }), async (some) => {
      const { removed, kept } = await expectNoLoss(some);
      total.removed += removed;
      total.kept += kept;
    }),
    { numRuns: rounds, endOnFailure: true },
  );
  process.stdout.write(
    `no-loss: ${rounds} rounds, ${total.removed} worktrees removed and restored, ${total.kept} kept\n`,
  );
});
