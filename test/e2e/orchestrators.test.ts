// A sample of orchestrators that start at once; `just soak` plays twenty rounds of each.
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { race, takeOver } from "../soak/orchestrators.ts";

const onLinux = existsSync("/proc/self/environ");

test.skipIf(!onLinux)(
  "of three each that start at once on two plans, one of each runs and the others say who",
  async () => {
    expect(await race({ of: 3, plans: 2 })).toEqual({ refused: 4, ran: 2, stages: 6 });
  },
);

test.skipIf(!onLinux)("the first is killed while the second asks: it goes on, and nothing is done twice", async () => {
  expect(await takeOver()).toMatchObject({ ran: 1, stages: 3 });
});
