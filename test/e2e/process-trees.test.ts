// A sample of the process trees: all kinds at once; `just soak` takes each alone, in every way it can end.
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { endTrees, kinds } from "../soak/process-trees.ts";

test.skipIf(!existsSync("/proc/self/environ")).each(["timeout", "kill-and-next"] as const)(
  "children of every kind are gone, their logs are kept and how they ended is recorded: %s",
  async (ending) => {
    const { before, left } = await endTrees(Object.keys(kinds), ending);
    expect(before).toBeGreaterThan(2 * Object.keys(kinds).length);
    expect(left).toBe(0);
  },
);
