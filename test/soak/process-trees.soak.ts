// Every kind of process tree, alone, in every way a command or we can end: nothing is left of any.
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { allEndings, endTrees, kinds } from "./process-trees.ts";

const rounds = Number(process.env["SOAK_ROUNDS"] ?? 2);

test.skipIf(!existsSync("/proc/self/environ"))(
  `${Object.keys(kinds).length} kinds of trees, ${allEndings.length} endings, ${rounds} rounds`,
  async () => {
    let [ends, before, left, longestMs] = [0, 0, 0, 0];
    const failures: string[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      for (const ending of allEndings) {
        // In the first round one by one, later all of them at once.
        const groups = round % 2 === 1 ? Object.keys(kinds).map((kind) => [kind]) : [Object.keys(kinds)];
        for (const names of groups) {
          const tree = await endTrees(names, ending).catch((error: unknown) => {
            failures.push(`${names.join("+")} at ${ending}: ${String(error)}`);
            return undefined;
          });
          if (tree === undefined) continue;
          ends += names.length;
          before += tree.before;
          left += tree.left;
          longestMs = Math.max(longestMs, ending === "timeout" ? tree.longestMs : 0);
          if (tree.left > 0) failures.push(`${names.join("+")} at ${ending}: ${tree.left} left`);
        }
      }
    }
    process.stdout.write(
      `process trees: ${ends} trees ended, ${before} processes alive at that moment, ${left} left; the slowest of those with a limit of 3 s and a grace of 5 s took ${longestMs} ms\n`,
    );
    expect(failures).toEqual([]);
  },
);
