// Every command on plans with every attack in every place of every format. By default a twentieth of them: SOAK_SEED=3
// takes others, SOAK_EVERY=1 all of them (hours), SOAK_BUILT=1 makes each call a process of the built program.
import { expect, test } from "vitest";
import { type AttackName, attackNames } from "../e2e/hostile/attacks.ts";
import { everyWord, formatNames, placesOf } from "../e2e/hostile/plans.ts";
import { type Combination, newTally, playHostilePlan } from "../e2e/hostile/scene.ts";
import { watchTerminal } from "../watched-terminal.ts";

const every = Number(process.env["SOAK_EVERY"] ?? 20);
const built = process.env["SOAK_BUILT"] === "1";
/** Which of each `every`; another one each time shows other combinations. */
const first = Number(process.env["SOAK_SEED"] ?? 0) % every;

const all: readonly Combination[] = formatNames.flatMap((format) =>
  [everyWord, ...placesOf(format)].flatMap((place) =>
    attackNames.map((attack: AttackName) => ({ format, place, attack })),
  ),
);
const chosen = all.filter((_, index) => index % every === first);

test(`${chosen.length} of ${all.length} hostile plans`, async () => {
  const tally = newTally();
  const trouble: string[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    const terminal = watchTerminal();
    for (let one = chosen[next++]; one !== undefined; one = chosen[next++]) {
      const found = await playHostilePlan(one, { terminal, tally, built });
      for (const line of found) process.stdout.write(`${line.slice(0, 600)}\n`);
      trouble.push(...found);
    }
    terminal.close();
  };
  await Promise.all([work(), work()]);
  const { combinations, calls, outputs, bytes, pasted, gitCalls, approvedRuns, refusedRuns } = tally;
  process.stdout.write(
    `hostile: ${combinations} plans, ${calls} calls, ${outputs} outputs of ${Math.round(bytes / 1_000_000)} MB on the terminal, ` +
      `${gitCalls} calls of git heard, ${pasted} commands typed as advised, ${approvedRuns} approved and ${refusedRuns} refused runs, ` +
      `${trouble.length} troubles\n`,
  );
  expect(trouble).toEqual([]);
});
